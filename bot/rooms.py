"""Crisis rooms: opening a channel, or taking one from the pool; inviting, topic, brief (CRI-4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256

import structlog

from bot.directory import Directory
from bot.slack_calls import Undeliverable, sure
from bot.slack_posts import Place
from escalation.commands import Command, RoomOpened
from escalation.contract import Contract
from escalation.effects import Effect, Topic
from handlers.rendered import Rendered

log = structlog.get_logger()

NAME_LIMIT = 80
MOST_NAMES = 20
MOST_TURNS = 1000
TOPIC_LIMIT = 250
ALREADY_THERE = {"already_in_channel", "cant_invite_self"}
CANNOT_CREATE = {"restricted_action", "user_is_restricted", "no_permission"}


class Rooms:
    """What the courier does with crisis rooms; each step may be repeated without harm."""

    def __init__(
        self,
        directory: Directory,
        perform: Callable[[Command], Awaitable[str]],
        crisis_over: Callable[[str, str], Awaitable[bool]],
        reserve: Callable[[str, str], Awaitable[str]],
    ) -> None:
        self._directory = directory
        self._client = directory.client
        self._perform = perform
        self._crisis_over = crisis_over
        self._reserve = reserve
        self._opening = asyncio.Lock()

    async def carry_out(
        self, effect: Effect, contract: Contract, channel: str, rendered: Rendered
    ) -> Place:
        """Do what the effect says; raises NotSent, Uncertain or Undeliverable."""
        if effect.topic is Topic.OPEN_ROOM:
            async with self._opening:  # the database keeps other replicas apart: `_take`
                return await self._open(effect, contract)
        if effect.topic is Topic.INVITE:
            await self._invite(contract, channel, str(effect.facts["person"]))
        elif effect.topic is Topic.UNINVITE:
            await self._uninvite(contract, channel, str(effect.facts["person"]))
        elif effect.topic is Topic.ROOM_TOPIC:
            topic = rendered.text[:TOPIC_LIMIT]
            await sure(self._client.conversations_setTopic(channel=channel, topic=topic))
        elif effect.topic is Topic.ARCHIVE_ROOM:
            await self._archive(channel)
        return Place(channel)

    async def _open(self, effect: Effect, contract: Contract) -> Place:
        mark = purpose(effect)
        channel, name = await self._from_pool(contract, mark) or await self._create(effect, mark)
        await sure(self._client.conversations_setPurpose(channel=channel, purpose=mark))
        await self._perform(
            RoomOpened(
                contract=effect.contract,
                crisis=effect.subject,
                room=channel,
                name=name,
                source="courier",
                key=f"room/{effect.contract}/{effect.subject}",
            )
        )
        return Place(channel)

    async def _from_pool(self, contract: Contract, mark: str) -> tuple[str, str] | None:
        """A channel of the contract's pool that is ours already, else one that is free."""
        free: list[tuple[str, str, str]] = []
        for room in contract.rooms.crisis_pool:
            channel = await self._directory.channels.channel_id(room)
            if channel is None:
                continue
            try:
                answer = await sure(self._client.conversations_info(channel=channel))
            except Undeliverable as refusal:
                log.warning("a room of the pool cannot be used", room=room, why=refusal.code)
                continue
            value = (answer["channel"].get("purpose") or {}).get("value", "")
            if value == mark:
                return channel, answer["channel"]["name"]
            if not answer["channel"].get("is_archived") and await self._is_free(value):
                free.append((channel, answer["channel"]["name"], value))
        for channel, name, value in free:
            if not await self._take(channel, value.removeprefix(MARK), mark.removeprefix(MARK)):
                continue
            try:
                await self._join(channel)
                await self._empty(channel)
            except Undeliverable as refusal:
                log.warning("a room of the pool cannot be used", room=name, why=refusal.code)
                continue
            return channel, name
        return None

    async def _take(self, what: str, before: str, mine: str) -> bool:
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
            if not await self._crisis_over(contract, crisis):
                return False
            before = holder
        return False

    async def _empty(self, channel: str) -> None:
        """Take everybody of an earlier crisis out of a room before it serves again (CON-2)."""
        me = await self._directory.me.user_id()
        for user in await self._members(channel):
            if user != me:
                await self._kick(channel, user)

    async def _members(self, channel: str) -> list[str]:
        members: list[str] = []
        cursor = None
        while True:
            call = self._client.conversations_members(channel=channel, limit=999, cursor=cursor)
            answer = await sure(call)
            members += answer["members"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return members

    async def _is_free(self, value: str) -> bool:
        """Whether a room of that purpose serves no crisis, or one that is over."""
        if not value.startswith(MARK):
            return True
        contract, _, crisis = value.removeprefix(MARK).partition("/")
        return await self._crisis_over(contract, crisis)

    async def _create(self, effect: Effect, mark: str) -> tuple[str, str]:
        wanted = str(effect.facts["name"])
        for number in range(1, MOST_NAMES):
            suffix = "" if number == 1 else f"-{number}"
            name = wanted[: NAME_LIMIT - len(suffix)] + suffix
            if not await self._take(f"#{name}", "", mark.removeprefix(MARK)):
                continue
            try:
                answer = await sure(self._client.conversations_create(name=name, is_private=True))
            except Undeliverable as refusal:
                if refusal.code != "name_taken":
                    raise
                if (ours := await self._ours(name, mark)) is not None:
                    return ours
                continue
            return answer["channel"]["id"], answer["channel"]["name"]
        raise Undeliverable("name_taken")

    async def _ours(self, name: str, mark: str) -> tuple[str, str] | None:
        """A channel of that name which an earlier attempt for this crisis has made."""
        channel = await self._directory.channels.channel_id(name, anew=True)
        if channel is None:
            return None
        answer = await sure(self._client.conversations_info(channel=channel))
        me = await self._directory.me.user_id()
        value = (answer["channel"].get("purpose") or {}).get("value", "")
        if value in {"", mark} and answer["channel"].get("creator") == me:
            return channel, name
        return None

    async def _join(self, channel: str) -> None:
        try:
            await sure(self._client.conversations_join(channel=channel))
        except Undeliverable as refusal:
            # a private channel of the pool: the bot was invited beforehand
            if refusal.code not in {"method_not_supported_for_channel_type", *ALREADY_THERE}:
                raise

    async def _invite(self, contract: Contract, channel: str, person_id: str) -> None:
        user = await self._directory.user_of(contract.id, contract.person(person_id))
        try:
            await sure(self._client.conversations_invite(channel=channel, users=[user]))
        except Undeliverable as refusal:
            if refusal.code not in ALREADY_THERE:
                raise

    async def _uninvite(self, contract: Contract, channel: str, person_id: str) -> None:
        user = await self._directory.last_user_of(contract.id, contract.person(person_id))
        if user is not None:
            await self._kick(channel, user)

    async def _kick(self, channel: str, user: str) -> None:
        try:
            await sure(self._client.conversations_kick(channel=channel, user=user))
        except Undeliverable as refusal:
            if refusal.code != "not_in_channel":
                raise

    async def _archive(self, channel: str) -> None:
        try:
            await sure(self._client.conversations_archive(channel=channel))
        except Undeliverable as refusal:
            if refusal.code != "already_archived":
                raise


MARK = "Escalade "


def purpose(effect: Effect) -> str:
    """The purpose that marks a channel as the room of one crisis."""
    return f"{MARK}{effect.contract}/{effect.subject}"
