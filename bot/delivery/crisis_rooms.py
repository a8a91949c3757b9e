"""Crisis rooms: one of the pool, else a channel made for it, else the shared one (CRI-4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery.invitations import Invitations
from bot.delivery.room_pool import Crises, RoomPool, unfit
from bot.directory.directory import Directory
from bot.slack.calls import Undeliverable, sure
from bot.slack.posts import MessageReference
from escalation.contract import Contract
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import RoomOpened, RoomRefused
from escalation.messages.effects import Effect
from escalation.messages.room_actions import ArchiveRoom, Invite, OpenRoom, SetTopic, Uninvite
from handlers.crisis.room_views import room_topic
from handlers.words.rendered import Reader

log = structlog.get_logger()

NAME_LIMIT = 80
MOST_NAMES = 20
TOPIC_LIMIT = 250
# the bot itself is shut out: no other room would help, and it is tried again until that is mended
SHUT_OUT = {
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "org_login_required",
    "token_expired",
    "token_revoked",
}


class Rooms:
    """The dispatcher's work on crisis rooms; each step may be repeated without harm."""

    def __init__(
        self,
        directory: Directory,
        perform: Callable[[Command], Awaitable[object]],
        crises: Crises,
    ) -> None:
        self._directory = directory
        self._client = directory.client
        self._perform = perform
        self._crises = crises
        self._invitations = Invitations(directory, perform)
        self._pool = RoomPool(directory, self._invitations, crises)
        self._opening = asyncio.Lock()

    async def carry_out(self, effect: Effect, contract: Contract, channel: str) -> MessageReference:
        """Do what a room action says; raises NotSent, Uncertain or Undeliverable."""
        match effect.meaning:
            case OpenRoom(name=name):
                async with self._opening:  # the database keeps other replicas apart: `RoomPool`
                    return await self._open(effect, contract, name)
            case Invite(people=people):
                await self._invitations.invite(people, effect.subject, contract, channel)
            case Uninvite(person=person):
                await self._invitations.uninvite(contract, channel, person)
            case SetTopic():
                await self._set_topic(effect, contract, channel)
            case ArchiveRoom():
                await self._archive(channel)
        return MessageReference(channel)

    async def _set_topic(self, effect: Effect, contract: Contract, channel: str) -> None:
        crisis = await self._crises.find(effect.contract, effect.subject)
        if crisis is not None:
            topic = room_topic(crisis, Reader.of(contract, None).texts)[:TOPIC_LIMIT]
            await sure(self._client.conversations_setTopic(channel=channel, topic=topic))

    async def _open(self, effect: Effect, contract: Contract, name: str) -> MessageReference:
        if (room := await self._room(effect)) is not None:
            return MessageReference(room)  # an earlier attempt has opened it
        try:
            pooled = await self._pool.room(contract, effect)
            channel, name = (
                (pooled.channel, pooled.name) if pooled else await self._create(effect, name)
            )
        except Undeliverable as refusal:
            if refusal.code in SHUT_OUT:
                raise
            return await self._borrow(effect, contract, refusal.code)
        await self._perform(
            RoomOpened(
                contract=effect.contract,
                crisis=effect.subject,
                room=channel,
                name=name,
                left=pooled.left if pooled else None,
                source="courier",
                key=f"room/{effect.contract}/{effect.subject}",
            )
        )
        return MessageReference(channel)

    async def _room(self, effect: Effect) -> str | None:
        crisis = await self._crises.find(effect.contract, effect.subject)
        return crisis.room if crisis is not None else None

    # ── a channel of its own ─────────────────────────────────────────────────────────────────

    async def _create(self, effect: Effect, wanted: str) -> tuple[str, str]:
        for number in range(1, MOST_NAMES):
            suffix = "" if number == 1 else f"-{number}"
            name = wanted[: NAME_LIMIT - len(suffix)] + suffix
            if not await self._pool.name(name, effect):
                continue
            try:
                answer = await sure(self._client.conversations_create(name=name, is_private=True))
            except Undeliverable as refusal:
                if refusal.code != "name_taken":
                    raise
                if (ours := await self._ours(name, effect)) is not None:
                    return ours
                continue
            return answer["channel"]["id"], answer["channel"]["name"]
        raise Undeliverable("name_taken")

    async def _ours(self, name: str, effect: Effect) -> tuple[str, str] | None:
        """A channel of that name which an earlier attempt for this crisis has made.

        The bot made it, is alone in it, and nobody ever said anything there: that people are gone
        is no proof, for their words are not (CON-2). The name itself is this crisis's in the
        database.
        """
        channel = await self._directory.channels.channel_id(name, anew=True)
        if channel is None:
            return None
        if channel == await self._room(effect):  # another replica was quicker
            return channel, name
        me = await self._directory.me.user_id()
        answer = await sure(self._client.conversations_info(channel=channel))
        members = await sure(self._client.conversations_members(channel=channel, limit=2))
        alone = members["members"] == [me] and answer["channel"].get("creator") == me
        return (channel, name) if alone and await self._pool.serves_none(channel) else None

    # ── the contract's ───────────────────────────────────────────────────────────────────────

    async def _borrow(self, effect: Effect, contract: Contract, why: str) -> MessageReference:
        """Have the cell meet in the shared room; raises Undeliverable where that is shut too."""
        log.error(
            "Slack gives a crisis no channel: let the app create private channels, or name rooms "
            "in the contract (crisis_pool)",
            action="room_refused",
            contract=effect.contract,
            crisis=effect.subject,
            why=why,
        )
        channel, name = await self._shared(effect, contract)
        await self._perform(
            RoomRefused(
                contract=effect.contract,
                crisis=effect.subject,
                why=why,
                room=channel,
                name=name,
                source="courier",
                key=f"room-refused/{effect.contract}/{effect.subject}/{channel}",
            )
        )
        if not channel:
            raise Undeliverable(why)
        return MessageReference(channel)

    async def _shared(self, effect: Effect, contract: Contract) -> tuple[str, str]:
        """The id and name of the shared room; both "" where it cannot be used for this crisis."""
        crisis = await self._crises.find(effect.contract, effect.subject)
        if crisis is None or crisis.exercise:
            return "", ""  # people who take no part in exercises read there (CRI-10)
        room = contract.rooms.shared
        try:
            channel = await self._directory.room(room)
            info = (await sure(self._client.conversations_info(channel=channel)))["channel"]
            if why := unfit(info):
                raise Undeliverable(why)
            if not info.get("is_member", True):
                await sure(self._client.conversations_join(channel=channel))
        except Undeliverable as refusal:
            log.error("nor can the shared room be used", action="room_refused", room=room,
                      crisis=effect.subject, why=refusal.code)  # fmt: skip
            return "", ""
        return channel, info["name"]

    async def _archive(self, channel: str) -> None:
        try:
            await sure(self._client.conversations_archive(channel=channel))
        except Undeliverable as refusal:
            if refusal.code not in {"already_archived", "is_archived"}:
                raise
