"""The doctor looks at the accounts of the people whom a contract names."""

from __future__ import annotations

from bot.directory.accounts import Membership
from bot.directory.directory import Directory
from bot.operate.findings import Finding, patiently
from escalation.contract import Person
from handlers.words.texts import Texts


async def look_at_person(directory: Directory, person: Person, texts: Texts) -> Finding:
    """Say whether somebody can be reached in Slack."""
    account = await patiently(lambda: directory.people.check(person))
    if account is None and person.slack:
        words = texts(
            "%(name)s is nobody whom Escalade sees in Slack under the member ID %(slack)s: copy "
            "it again from their profile. Somebody of another organisation is seen once a channel "
            "is shared with them, with Escalade in it.",
            name=person.name,
            slack=person.slack,
        )
        return Finding(False, words)
    if account is None and directory.people.accounts.outside(person):
        words = texts(
            "The Slack account with the address %(email)s belongs to another workspace, so it is "
            "not taken for %(name)s: invite them as a member or guest, or give their Slack id "
            "(slack) in the contract file.",
            name=person.name,
            email=person.email,
        )
        return Finding(False, words)
    if account is None:
        words = texts(
            "%(name)s has no account in Slack under %(email)s: invite them, or mend "
            "the contract file.",
            name=person.name,
            email=person.email or "–",
        )
        return Finding(False, words)
    if account.deleted:
        words = texts(
            "%(name)s has a deactivated account in Slack: reactivate it, or name somebody else "
            "in the contract file.",
            name=person.name,
        )
        return Finding(False, words)
    if account.membership is Membership.STRANGER:
        words = texts(
            "%(name)s belongs to another organisation, and shares no channel with Escalade: Slack "
            "delivers them nothing. Share a channel with them, with Escalade in it.",
            name=person.name,
        )
        return Finding(False, words)
    if account.membership is Membership.GUEST_OF_ONE:
        words = texts(
            "%(name)s can be reached, but is a guest of one channel only: no room of a crisis "
            "opens for them, and they are told whom to telephone. An administrator of Slack can "
            "make them a guest of several channels, or a full member.",
            name=person.name,
        )
        return Finding(True, words)
    if account.membership is Membership.GUEST:
        words = texts(
            "%(name)s can be reached, but is a guest: whether Escalade may let them into the room "
            "of a crisis, Slack says only then.",
            name=person.name,
        )
        return Finding(True, words)
    return Finding(True, texts("%(name)s can be reached.", name=person.name))
