"""Tell who is in a room, as Slack says, held against who may read what is to be posted (CON-2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.directory.directory import Directory
from bot.directory.lookups import AGAIN_SECONDS, looked_up
from bot.slack.calls import NotSent, Undeliverable
from escalation.contract import Contract

PAGE = 999  # the most Slack gives
FAILED = "fetch_members_failed"  # Slack's own trouble, in its words
OF_THE_PERSON = {"no_slack_account", "user_disabled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Those in a room who may read something, by their id, and whether anybody else is there."""

    readers: tuple[str, ...]
    others: bool


class Audiences:
    """Asks Slack who is in a room, each time anew: nothing of it is remembered."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def of(self, contract: Contract, channel: str, readers: Iterable[str]) -> Audience:
        """Return who of these readers is in the channel, and whether anybody else is.

        Whoever is not known to be one of them is somebody else: a guest, a stranger, another app.
        Raises NotSent where Slack does not say who is there, or who they are; Undeliverable where
        it refuses to.
        """
        users = await self._users(contract, readers)
        me = await self._directory.me.user_id()
        members = await self._members(channel) - {me}
        present = tuple(person for user, person in users.items() if user in members)
        return Audience(readers=present, others=bool(members - users.keys()))

    async def _users(self, contract: Contract, people: Iterable[str]) -> dict[str, str]:
        """The people by the Slack users they are; without those who have no open account."""
        users: dict[str, str] = {}
        for person_id in people:
            person = contract.person(person_id)
            try:
                user = await self._directory.user_of(contract.id, person, urgent=False)
            except Undeliverable as refusal:
                if refusal.code not in OF_THE_PERSON:
                    raise
            else:
                users[user] = person_id
        return users

    async def _members(self, channel: str) -> set[str]:
        """Everybody in a channel, to the last page."""
        client, members = self._directory.client, set[str]()
        cursor: str | None = None
        while True:
            call = client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
            try:
                answer = await looked_up(call)
            except Undeliverable as refusal:
                if refusal.code != FAILED:
                    raise
                raise NotSent(FAILED, AGAIN_SECONDS) from refusal
            members |= set(answer["members"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return members
