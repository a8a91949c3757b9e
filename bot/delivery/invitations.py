"""Letting people into a crisis room, and out of it (Rules CRI-4, CON-2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import structlog

from bot.directory.directory import Directory
from bot.slack.calls import Undeliverable, sure
from bot.slack.refusals import OUR_ACCESS
from escalation.base.refusals import Refusal
from escalation.contract import Contract
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import InvitationRefused

log = structlog.get_logger()

MOST_AT_ONCE = 100  # users in one call, Slack's own limit
MEMBERS = 999  # of a room, in one answer: the most Slack gives
ALREADY_THERE = {"already_in_channel", "cant_invite_self"}
OF_THE_PERSON = {"account_outside", "no_slack_account", "user_disabled"}
OF_THE_ROOM = {
    "channel_not_found",
    "external_channel_migrating",
    "is_archived",
    "method_not_supported_for_channel_type",
    "not_in_channel",
}


class Invitations:
    """Invites everybody in one call; whoever cannot be let in holds back nobody else."""

    def __init__(
        self, directory: Directory, perform: Callable[[Command], Awaitable[object]]
    ) -> None:
        self._directory = directory
        self._client = directory.client
        self._perform = perform

    async def invite(
        self, people: Iterable[str], crisis: str, contract: Contract, channel: str
    ) -> None:
        """Invite people to the room of a crisis; raises NotSent or Uncertain, to be done again."""
        refused: dict[str, str] = {}
        users: dict[str, str] = {}
        for person in people:
            try:
                users[await self._user_of(contract, person)] = person
            except Undeliverable as refusal:
                if refusal.code not in OF_THE_PERSON:
                    raise
                refused[person] = refusal.code
        everybody = list(users)
        for start in range(0, len(everybody), MOST_AT_ONCE):
            codes = await self._let_in(channel, everybody[start : start + MOST_AT_ONCE])
            refused |= {users[user]: code for user, code in codes.items()}
        for person, code in refused.items():
            await self._record(contract, crisis, person, code)

    async def _user_of(self, contract: Contract, person: str) -> str:
        if not contract.knows(person):
            raise Undeliverable("no_slack_account")
        return await self._directory.user_of(contract.id, contract.person(person))

    async def _let_in(self, channel: str, users: Sequence[str]) -> dict[str, str]:
        """Invite users; those whom Slack refuses, with its code."""
        several = len(users) > 1
        try:
            answer = await sure(
                self._client.conversations_invite(
                    channel=channel, users=list(users), force=several or None
                )
            )
            codes = _named_in(answer, users)
            left: list[list[str]] = []
        except Undeliverable as refusal:
            if refusal.code in OUR_ACCESS:
                raise
            if refusal.code in OF_THE_ROOM:
                return dict.fromkeys(users, refusal.code)
            codes = _named_in(getattr(refusal.__cause__, "response", None), users)
            left = [[user] for user in users]
            if codes:  # perhaps nobody was let in: those who are not named, once more
                left = [[user for user in users if user not in codes]]
            elif not several:
                codes, left = {users[0]: refusal.code}, []
        for some in left:
            codes |= await self._let_in(channel, some) if some else {}
        return {user: code for user, code in codes.items() if code not in ALREADY_THERE}

    async def _record(self, contract: Contract, crisis: str, person: str, code: str) -> None:
        log.warning("somebody cannot be let in", action="not_let_in", subject=crisis,
                    person=person, why=code)  # fmt: skip
        try:
            await self._perform(
                InvitationRefused(
                    contract=contract.id,
                    crisis=crisis,
                    person=person,
                    why=code,
                    source="courier",
                )
            )
        except Refusal as refusal:
            log.error("an invitation could not be recorded", person=person, why=refusal.code)

    async def uninvite(self, contract: Contract, channel: str, person_id: str) -> None:
        """Take somebody out of the room."""
        user = await self._directory.last_user_of(contract.id, contract.person(person_id))
        if user is not None:
            await self._kick(channel, user)

    async def empty(self, channel: str) -> None:
        """Take everybody out of a room of the pool before it serves: they do not read along."""
        me = await self._directory.me.user_id()
        for user in await self._members(channel):
            if user != me:
                await self._kick(channel, user)

    async def _members(self, channel: str) -> list[str]:
        members: list[str] = []
        cursor = None
        while True:
            call = self._client.conversations_members(channel=channel, limit=MEMBERS, cursor=cursor)
            answer = await sure(call)
            members += answer["members"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return members

    async def _kick(self, channel: str, user: str) -> None:
        try:
            await sure(self._client.conversations_kick(channel=channel, user=user))
        except Undeliverable as refusal:
            if refusal.code != "not_in_channel":
                raise


def _named_in(response: Any, users: Sequence[str]) -> dict[str, str]:
    """The users whom an answer names, each with the reason why they were not let in."""
    data = getattr(response, "data", response)
    errors = data.get("errors") if isinstance(data, dict) else None
    return {
        each["user"]: str(each.get("error") or "cant_invite")
        for each in (errors if isinstance(errors, list) else [])
        if isinstance(each, dict) and each.get("user") in users
    }
