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
            "%(name)s: Escalade sees nobody in Slack under the member ID "
            "%(slack)s. Copy it again from the profile. Somebody of another "
            "organisation is seen once a channel is shared, with Escalade in it.",
            name=person.name,
            slack=person.slack,
        )
        return Finding(False, words)
    if account is None and directory.people.accounts.outside(person):
        words = texts(
            "The Slack account with the address %(email)s belongs to another "
            "workspace, so it is not taken for %(name)s: invite this person as a "
            "member or guest, or give the right Slack id (slack) in the contract "
            "file.",
            name=person.name,
            email=person.email,
        )
        return Finding(False, words)
    if account is None:
        words = texts(
            "%(name)s has no account in Slack under %(email)s: send an invitation, "
            "or correct the contract file.",
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
            "%(name)s belongs to another organisation, and shares no channel with "
            "Escalade: Slack delivers nothing there. Share a channel with that "
            "organisation, with Escalade in it.",
            name=person.name,
        )
        return Finding(False, words)
    if account.membership is Membership.GUEST_OF_ONE:
        words = texts(
            "%(name)s can be reached, but is a guest of one channel only: no room "
            "of a crisis opens to such a guest, who is told whom to telephone. An "
            "administrator of Slack can extend the account to several channels, or "
            "to a full member's.",
            name=person.name,
        )
        return Finding(True, words)
    if account.membership is Membership.GUEST:
        words = texts(
            "%(name)s can be reached, but is a guest: whether Escalade may let a "
            "guest into the room of a crisis, Slack says only then.",
            name=person.name,
        )
        return Finding(True, words)
    return Finding(True, texts("%(name)s can be reached.", name=person.name))
