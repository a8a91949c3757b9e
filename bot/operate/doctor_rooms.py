"""The doctor looks at the channels that a contract names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.room_pool import is_blank, marked_for, unfit
from bot.directory.directory import Directory
from bot.directory.lookups import looked_up
from bot.directory.rooms_apart import Use
from bot.operate.findings import Finding, patiently, refused
from bot.slack.calls import Undeliverable
from escalation.contract import Contract
from escalation.crisis.crisis_room import FEW_ROOMS
from handlers.words.texts import Texts


async def look_at_rooms(
    client: AsyncWebClient, directory: Directory, contract: Contract, texts: Texts
) -> AsyncIterator[Finding]:
    """Look at the rooms of a contract, and at those for its crises."""
    for room in contract.standing_rooms:
        try:
            yield await _room(client, directory, room, texts)
        except Undeliverable as refusal:
            yield refused(refusal, f"#{room}", texts)
    if contract.rooms.crisis_pool:
        async for finding in _pool(client, directory, contract, texts):
            yield finding
    else:
        yield _crisis_rooms(contract, texts)


def named_twice_words(uses: Sequence[Use], texts: Texts) -> str:
    """Say that one channel is named for several purposes."""
    return texts(
        "These are one channel, and Escalade says nothing there: %(rooms)s. Give each its own.",
        rooms="; ".join(str(use) for use in uses),
    )


async def _pool(
    client: AsyncWebClient, directory: Directory, contract: Contract, texts: Texts
) -> AsyncIterator[Finding]:
    """The rooms for crises: each serves one, so that some have to be left (Rules CRI-4, CON-2)."""
    left = 0
    for room in contract.rooms.crisis_pool:
        try:
            found = await _pool_room(client, directory, room, texts)
        except Undeliverable as refusal:
            found = refused(refusal, f"#{room}", texts), False
        finding, new = found
        left += new
        yield finding
    words = texts.n(
        "%(contract)s: %(n)s room is left for crises.",
        "%(contract)s: %(n)s rooms are left for crises.",
        left,
        contract=contract.id,
    )
    if left <= FEW_ROOMS:
        ask = texts(
            "Please have new channels created, Escalade invited into them, and their names put "
            "into the contract file (crisis_pool) in place of those that have served."
        )
        words = f"{words} {ask}"
    yield Finding(left > FEW_ROOMS, words)


async def _pool_room(
    client: AsyncWebClient, directory: Directory, room: str, texts: Texts
) -> tuple[Finding, bool]:
    """A room of the pool, and whether the next crisis can take it."""
    channel = await patiently(lambda: directory.channels.channel_id(room))
    found = None
    if channel is not None:
        found = await patiently(lambda: looked_up(client.conversations_info(channel=channel)))
    if channel is None or found is None or found["channel"].get("is_archived"):
        words = texts(
            "The channel #%(room)s of the pool is not there: it has served and is archived, or the "
            "bot is not in it. Take it off crisis_pool, or invite the bot; do not unarchive it.",
            room=room,
        )
        return Finding(False, words), False
    if (served := marked_for(found["channel"])) is not None:
        words = texts(
            "The channel #%(room)s of the pool has served %(crisis)s, and serves no other crisis.",
            room=room,
            crisis=served,
        )
        return Finding(True, words), False
    if not found["channel"].get("is_member"):
        return Finding(False, texts("The bot is not in #%(room)s: invite it.", room=room)), False
    if unfit(found["channel"]):
        return Finding(False, _not_for_all(room, texts)), False
    if not await patiently(lambda: is_blank(client, channel)):
        words = texts(
            "The channel #%(room)s of the pool is not used: somebody has written in it, and "
            "whoever joins the crisis would read that. Name a new channel in its place.",
            room=room,
        )
        return Finding(False, words), False
    there = texts("The channel #%(room)s is there, with the bot in it.", room=room)
    return Finding(True, there), True


def _crisis_rooms(contract: Contract, texts: Texts) -> Finding:
    """Return what cannot be seen beforehand: whether Slack's settings let the app make channels."""
    words = texts(
        "Whether Slack's settings let the app create private channels cannot be seen without "
        "creating one. Where they do not, a crisis of %(contract)s meets in #%(room)s; rooms named "
        "in the contract file (crisis_pool) spare it that.",
        contract=contract.id,
        room=contract.rooms.shared.lstrip("#"),
    )
    return Finding(True, words)


async def _room(client: AsyncWebClient, directory: Directory, room: str, texts: Texts) -> Finding:
    channel = await patiently(lambda: directory.channels.channel_id(room))
    if channel is None:
        words = texts(
            "The bot sees no channel #%(room)s: create it or unarchive it, and invite the bot if "
            "it is private.",
            room=room,
        )
        return Finding(False, words)
    found = await patiently(lambda: looked_up(client.conversations_info(channel=channel)))
    info = found["channel"]
    if info.get("is_archived"):
        words = texts("The channel #%(room)s is archived: unarchive it.", room=room)
        return Finding(False, words)
    if not info.get("is_member"):
        words = texts("The bot is not in #%(room)s: invite it.", room=room)
        return Finding(False, words)
    if unfit(info):
        return Finding(True, _not_for_all(room, texts))
    return Finding(True, texts("The channel #%(room)s is there, with the bot in it.", room=room))


def _not_for_all(room: str, texts: Texts) -> str:
    return texts(
        "In the channel #%(room)s not everybody may write: see in its settings that Escalade "
        "may. No crisis meets there.",
        room=room,
    )
