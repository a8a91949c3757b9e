"""The rooms of a contract's pool, and names of rooms: each serves one crisis, ever (CRI-4, CON-2).

Whoever is let into a channel reads all that was ever said in it: taking people out takes no words
out. So a room is given away for good, in the database; one that serves or has served is known by
its crisis, by its purpose, and by what was said in it, whichever of these is left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.invitations import ALREADY_THERE, Invitations
from bot.directory.directory import Directory
from bot.directory.lookups import looked_up
from bot.slack.calls import Undeliverable, sure
from escalation.contract import Contract
from escalation.crisis.crisis_room import FEW_ROOMS
from escalation.messages.effects import Effect
from escalation.records.crisis import Crisis

log = structlog.get_logger()

MOST_TURNS = 1000
MARK = "Escalade "
PAGE = 200
MOST_PAGES = 5
USED_UP, NOT_EMPTY = "used_up", "not_empty"
# what somebody said, an app included; every other subtype is Slack's own word on the channel
SAID = frozenset(
    {None, "bot_message", "file_comment", "file_mention", "file_share", "me_message",
     "reply_broadcast", "thread_broadcast"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Crises:
    """Answers of the database about crises and rooms.

    `find` gives a crisis by contract and id, `met_in` one that met in a channel; `reserve` takes
    something for good that only one may have, and says who has it.
    """

    find: Callable[[str, str], Awaitable[Crisis | None]]
    met_in: Callable[[str], Awaitable[Crisis | None]]
    reserve: Callable[[str, str], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRoom:
    """A room of the pool that a crisis takes, and how many are left after it."""

    channel: str
    name: str
    left: int = 0


class Holder(NamedTuple):
    """The crisis that holds a room or a name."""

    contract: str
    crisis: str

    @classmethod
    def read(cls, stored: str) -> Holder:
        """Read a holder as it is stored."""
        contract, _, crisis = stored.partition("/")
        return cls(contract, crisis)

    def __str__(self) -> str:
        return f"{self.contract}/{self.crisis}"


class RoomPool:
    """Takes rooms and names for a crisis; the database keeps other replicas apart."""

    def __init__(self, directory: Directory, invitations: Invitations, crises: Crises) -> None:
        self._directory = directory
        self._client = directory.client
        self._invitations = invitations
        self._crises = crises

    async def room(self, contract: Contract, effect: Effect) -> PoolRoom | None:
        """A new channel of the contract's pool, first one that an earlier attempt has marked."""
        begun: list[PoolRoom] = []
        fresh: list[PoolRoom] = []
        for name in contract.rooms.crisis_pool:
            try:
                room, marked = await self._look_at(name, effect)
            except Undeliverable as refusal:
                _passed_over(name, refusal.code)
            else:
                (begun if marked else fresh).append(room)
        rooms = [*begun, *fresh]
        for behind, room in enumerate(rooms, 1):
            try:
                if await self._move_in(room, effect):
                    return _taken(contract, room, len(rooms) - behind)
            except Undeliverable as refusal:
                _passed_over(room.name, refusal.code)
        return None

    async def _look_at(self, name: str, effect: Effect) -> tuple[PoolRoom, bool]:
        """A room, and whether it is marked as this crisis's; Undeliverable where it cannot be.

        The mark alone proves nothing: anybody in the channel may write it.
        """
        channel = await self._directory.room(name)
        if await self._crises.met_in(channel) is not None:
            raise Undeliverable(USED_UP)
        info = (await sure(self._client.conversations_info(channel=channel)))["channel"]
        served = marked_for(info)
        if served not in {None, _holder(effect)}:
            raise Undeliverable(USED_UP)
        if why := unfit(info):
            raise Undeliverable(why)
        return PoolRoom(channel=channel, name=str(info["name"])), served is not None

    async def _move_in(self, room: PoolRoom, effect: Effect) -> bool:
        """Make a new room this crisis's; False where another has it. Raises Undeliverable."""
        await self._join(room.channel)
        if not await is_blank(self._client, room.channel):
            raise Undeliverable(NOT_EMPTY)
        if not await self.take(room.channel, effect):
            return False
        await self._invitations.empty(room.channel)
        mark = purpose(effect)
        await sure(self._client.conversations_setPurpose(channel=room.channel, purpose=mark))
        return True

    async def name(self, name: str, effect: Effect) -> bool:
        """Return whether a name of a channel is this crisis's to use: it is so for one, ever."""
        return await self._crises.reserve(_key(f"#{name}", ""), _holder(effect)) == _holder(effect)

    async def take(self, channel: str, effect: Effect) -> bool:
        """Return whether a channel is this crisis's from now on; of several, one gets it, for good.

        Where a crisis had it, and Slack did not let it in, the channel goes on to the next.
        """
        mine, before = _holder(effect), ""
        for _ in range(MOST_TURNS):
            holder = await self._crises.reserve(_key(channel, before), mine)
            if holder == mine:
                return True
            crisis = await self._crises.find(*Holder.read(holder))
            if crisis is None or crisis.room in (None, channel):
                return False
            before = holder
        return False

    async def serves_none(self, channel: str) -> bool:
        """Return whether no crisis ever met in a channel, and nobody has said anything there."""
        if await self._crises.met_in(channel) is not None:
            return False
        return await is_blank(self._client, channel)

    async def _join(self, channel: str) -> None:
        try:
            await sure(self._client.conversations_join(channel=channel))
        except Undeliverable as refusal:
            # a private channel of the pool: the bot was invited beforehand
            if refusal.code not in {"method_not_supported_for_channel_type", *ALREADY_THERE}:
                raise


def unfit(channel: Mapping[str, Any]) -> str:
    """Return why a cell cannot meet in a channel, as Slack describes it; "" where it can."""
    if channel.get("is_archived"):
        return "is_archived"
    if channel.get("is_read_only"):
        return "restricted_action_read_only_channel"
    return "restricted_action_thread_only_channel" if channel.get("is_thread_only") else ""


async def is_blank(client: AsyncWebClient, channel: str) -> bool:
    """Tell whether nobody has said anything in a channel that the bot is in; raises as `looked_up`.

    One in which so much happened that it takes many pages to see is taken for one that is not.
    """
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        call = client.conversations_history(channel=channel, limit=PAGE, cursor=cursor)
        answer = await looked_up(call)
        if any(message.get("subtype") in SAID for message in answer["messages"]):
            return False
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return True
    return False


def marked_for(info: Mapping[str, Any]) -> str | None:
    """The crisis that a channel is marked for, as contract and id; None for no crisis."""
    value = str((info.get("purpose") or {}).get("value", ""))
    return value.removeprefix(MARK) if value.startswith(MARK) else None


def purpose(effect: Effect) -> str:
    """The purpose that marks a channel of the pool as the room of one crisis."""
    return f"{MARK}{_holder(effect)}"


def _holder(effect: Effect) -> str:
    return str(Holder(effect.contract, effect.subject))


def _key(what: str, before: str) -> str:
    return f"room/{sha256(f'{what}/{before}'.encode()).hexdigest()}"


def _taken(contract: Contract, room: PoolRoom, left: int) -> PoolRoom:
    if left <= FEW_ROOMS:
        log.warning(
            "few rooms of the pool are left; create channels, invite the bot, and name them in "
            "crisis_pool in place of those that have served",
            action="pool_low",
            contract=contract.id,
            left=left,
        )
    return PoolRoom(channel=room.channel, name=room.name, left=left)


def _passed_over(room: str, why: str) -> None:
    log.warning("a room of the pool cannot be used", action="room_passed_over", room=room, why=why)
