"""The rooms of a contract's pool, and names of rooms: each serves one crisis at a time (CRI-4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any

import structlog

from bot.directory import Directory
from bot.invitations import ALREADY_THERE, Invitations
from bot.slack_calls import Undeliverable, sure
from escalation.contract import Contract
from escalation.crisis import Crisis, CrisisState
from escalation.effects import Effect

log = structlog.get_logger()

MOST_TURNS = 1000
MARK = "Escalade "

FindCrisis = Callable[[str, str], Awaitable[Crisis | None]]


class RoomPool:
    """Takes rooms and names for a crisis; the database keeps other replicas apart."""

    def __init__(
        self,
        directory: Directory,
        invitations: Invitations,
        find_crisis: FindCrisis,
        reserve: Callable[[str, str], Awaitable[str]],
    ) -> None:
        self._directory = directory
        self._client = directory.client
        self._invitations = invitations
        self._find_crisis = find_crisis
        self._reserve = reserve

    async def room(self, contract: Contract, effect: Effect) -> tuple[str, str] | None:
        """A channel of the contract's pool that is ours already, else one that is free."""
        mark = purpose(effect)
        free: list[tuple[str, str, str]] = []
        for room in contract.rooms.crisis_pool:
            channel = await self._directory.channels.channel_id(room)
            if channel is None:
                _passed_over(room, "channel_not_found")
                continue
            try:
                answer = await sure(self._client.conversations_info(channel=channel))
            except Undeliverable as refusal:
                _passed_over(room, refusal.code)
                continue
            value = (answer["channel"].get("purpose") or {}).get("value", "")
            if value == mark:
                return channel, answer["channel"]["name"]
            if why := unfit(answer["channel"]):
                _passed_over(room, why)
            elif await self._is_free(value):
                free.append((channel, answer["channel"]["name"], value))
        for channel, name, value in free:
            if not await self.take(channel, value.removeprefix(MARK), mark.removeprefix(MARK)):
                continue
            try:
                await self._join(channel)
                await self._invitations.empty(channel)
                await sure(self._client.conversations_setPurpose(channel=channel, purpose=mark))
            except Undeliverable as refusal:
                _passed_over(name, refusal.code)
                continue
            return channel, name
        return None

    async def name(self, name: str, effect: Effect) -> bool:
        """Whether a name of a channel is this crisis's to use."""
        return await self.take(f"#{name}", "", purpose(effect).removeprefix(MARK))

    async def take(self, what: str, before: str, mine: str) -> bool:
        """Whether a room, or a name, is this crisis's from now on; of several, one gets it.

        Each crisis takes it from the one `before`, so the database knows whose turn it is, also
        where a crisis took it and ended before the room was marked.
        """
        for _ in range(MOST_TURNS):
            key = f"room/{sha256(f'{what}/{before}'.encode()).hexdigest()}"
            holder = await self._reserve(key, mine)
            if holder == mine:
                return True
            contract, _, crisis = holder.partition("/")
            if not await self._is_over(contract, crisis):
                return False
            before = holder
        return False

    async def _is_free(self, value: str) -> bool:
        """Whether a room of that purpose serves no crisis, or one that is over."""
        if not value.startswith(MARK):
            return True
        contract, _, crisis = value.removeprefix(MARK).partition("/")
        return await self._is_over(contract, crisis)

    async def _is_over(self, contract: str, crisis_id: str) -> bool:
        crisis = await self._find_crisis(contract, crisis_id)
        return crisis is not None and crisis.state in {CrisisState.CLOSED, CrisisState.REFUSED}

    async def _join(self, channel: str) -> None:
        try:
            await sure(self._client.conversations_join(channel=channel))
        except Undeliverable as refusal:
            # a private channel of the pool: the bot was invited beforehand
            if refusal.code not in {"method_not_supported_for_channel_type", *ALREADY_THERE}:
                raise


def unfit(channel: Mapping[str, Any]) -> str:
    """Why a cell cannot meet in a channel, as Slack describes it; "" where it can."""
    if channel.get("is_archived"):
        return "is_archived"
    if channel.get("is_read_only"):
        return "restricted_action_read_only_channel"
    return "restricted_action_thread_only_channel" if channel.get("is_thread_only") else ""


def purpose(effect: Effect) -> str:
    """The purpose that marks a channel of the pool as the room of one crisis."""
    return f"{MARK}{effect.contract}/{effect.subject}"


def _passed_over(room: str, why: str) -> None:
    log.warning("a room of the pool cannot be used", action="room_passed_over", room=room, why=why)
