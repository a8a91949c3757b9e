"""Names of channels ↔ channel ids: one listing for all who ask, which goes on where it stopped.

The channels that the bot is in are listed first; the workspace's public ones only where a name is
not among them. A large workspace has hundreds of pages: how far it has come is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.directory.lookups import AGAIN_SECONDS, Shared, errand, hurried, looked_up
from bot.slack.calls import NotYet, Undeliverable
from store.identities import Listing
from store.schema.tables import EPOCH

log = structlog.get_logger()

MINE, PUBLIC = "mine", "public"
PAGE = 999  # the most Slack gives
WAIT_SECONDS = 5.0  # a message waits no longer for a listing, and comes again
MISSING = timedelta(minutes=1)  # what was not found is looked for again after that
PUBLIC_AGAIN = timedelta(hours=1)  # but not among all channels: events tell of those
REFRESH = timedelta(hours=6)  # a channel is looked at again behind, after that
A_MOMENT = timedelta(microseconds=1)
WHO = "channels"  # our place in line at Slack's limits
GONE = {"channel_not_found", "method_not_supported_for_channel_type"}

Hold = Callable[[], Awaitable[Listing]]
Keep = Callable[[Listing], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A name that is looked for, and its channel: "" for none, or not yet (`learnt_at`)."""

    name: str
    channel: str = ""
    sought_at: datetime
    learnt_at: datetime | None = None
    public: bool = True  # whether it may be one that the bot is not in

    @property
    def decided(self) -> bool:
        """Return whether it is known which channel it is, or that there is none."""
        return self.learnt_at is not None


class Channels:
    """Finds channels by their names.

    `hold` takes a listing on from where it stopped, and `keep` keeps how far it has come; `changed`
    is called when there is something to look up or to keep.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Clock,
        *,
        hold: Hold,
        keep: Keep,
        changed: Callable[[], None],
    ) -> None:
        self._client = client
        self._clock = clock
        self._hold = hold
        self._keep = keep
        self._changed = changed
        self._shared = Shared()
        self._rooms: dict[str, Room] = {}
        self._public_at: dict[str, datetime] = {}  # name → when all public channels were listed
        self._wanted: set[str] = set()
        self._pooled: frozenset[str] = frozenset()
        self._appeared: set[str] = set()  # channels that may bear a name that is looked for
        self._begun_at = EPOCH
        self._hurried = False
        self.news: set[str] = set()  # names of which something new was learnt, to be kept
        self.revision = 0  # another one whenever a name may stand for another channel

    # ── finding ──────────────────────────────────────────────────────────────────────────────

    def known(self, name: str) -> str | None:
        """The channel given by id or name, from what is known."""
        name = name.lstrip("#")
        if _is_id(name):
            return name
        room = self._rooms.get(name)
        return room.channel or None if room is not None else None

    async def channel_id(self, name: str, *, anew: bool = False) -> str | None:
        """The channel given by id or name; None where the bot sees none of that name.

        `anew`: one that the bot has made lately; it is among its own. Raises NotYet while it is
        looked for, NotSent or Undeliverable where Slack does not say.
        """
        name = name.lstrip("#")
        if _is_id(name):
            return name
        if self._to_seek(name, anew=anew):
            self._seek(name, public=not anew)
        if not self._rooms[name].decided:
            self._hurried = self._hurried or hurried()
            await self._shared.ask(WHO, self._look, within=WAIT_SECONDS, late=_later)
        return self.known(name)

    def _to_seek(self, name: str, *, anew: bool) -> bool:
        room = self._rooms.get(name)
        if room is None:
            return True
        if room.learnt_at is None or (room.channel and not anew):
            return False
        return bool(self._appeared) or self._clock.now() - room.learnt_at >= MISSING

    def _seek(self, name: str, *, public: bool) -> None:
        """Look for a name, from the first page of a listing on: one under way is too late."""
        at = max(self._clock.now(), self._begun_at + A_MOMENT)
        self._rooms[name] = Room(name=name, sought_at=at, public=public)
        self._news(name)

    def _news(self, name: str) -> None:
        self.revision += 1
        self.news.add(name)
        self._changed()

    def _undecided(self) -> list[Room]:
        return [room for room in self._rooms.values() if not room.decided]

    async def _look(self) -> None:
        """Look for every name that is not decided; raises NotYet where Slack's limit stops it."""
        try:
            await self._look_at_those_that_appeared()
            for name in self._wanted - self._rooms.keys():  # one listing for all, not one for each
                self._seek(name, public=True)
            if self._undecided():
                listing = await self._hold()
                while self._undecided():
                    listing = await self._go_on(listing)
        finally:
            self._hurried = False

    async def _go_on(self, listing: Listing) -> Listing:
        """List a page more, or decide what a whole listing did not find."""
        now = self._clock.now()
        if not listing.stage:
            begun = max([now, *(room.sought_at for room in self._undecided())])
            listing = Listing(stage=MINE, cursor="", begun_at=begun)
        self._begun_at = listing.begun_at
        cursor = await self._page(listing)
        listing = replace(listing, cursor=cursor) if cursor else self._at_the_end(listing)
        if not self._sought_by(listing):
            listing = replace(listing, stage="", cursor="")
        await self._keep(listing)
        return listing

    def _sought_by(self, listing: Listing) -> list[Room]:
        """Return what this listing decides: what was looked for when it began."""
        return [room for room in self._undecided() if room.sought_at <= listing.begun_at]

    async def _page(self, listing: Listing) -> str:
        """Read one page; the cursor of the next, "" at the end."""
        options: dict[str, Any] = {"exclude_archived": True, "limit": PAGE}
        options["cursor"] = listing.cursor or None
        with errand(WHO, urgent=self._hurried):
            try:
                if listing.stage == MINE:
                    call = self._client.users_conversations(
                        types="public_channel,private_channel", **options
                    )
                else:
                    call = self._client.conversations_list(types="public_channel", **options)
                answer = await looked_up(call)
            except Undeliverable as refusal:
                if refusal.code == "invalid_cursor" and listing.cursor:
                    return await self._page(replace(listing, cursor=""))
                raise
        for channel in answer["channels"]:
            name = str(channel.get("name") or "")
            if name in self._rooms:
                self._found(name, str(channel["id"]))
        return str((answer.get("response_metadata") or {}).get("next_cursor") or "")

    def _found(self, name: str, channel: str) -> None:
        room = self._rooms.get(name) or Room(name=name, sought_at=self._clock.now())
        self._rooms[name] = replace(room, channel=channel, learnt_at=self._clock.now())
        self._news(name)

    def _at_the_end(self, listing: Listing) -> Listing:
        """Go on to the public channels where need be; what is nowhere is missing."""
        now = self._clock.now()
        further = []
        for room in self._sought_by(listing):
            public_at = self._public_at.get(room.name)
            listed = public_at is not None and now - public_at < PUBLIC_AGAIN
            if listing.stage == MINE and room.public and not listed:
                further.append(room)
                continue
            if listing.stage == PUBLIC:
                self._public_at[room.name] = now
            self._missing(room, told=listed)
        return replace(listing, stage=PUBLIC if further else "", cursor="")

    def _missing(self, room: Room, *, told: bool) -> None:
        self._rooms[room.name] = replace(room, learnt_at=self._clock.now())
        self._news(room.name)
        if room.name in self._pooled and not told:
            log.warning(
                "a room of the pool is not there: it has served and is archived, or was never "
                "made; name a new channel in its place, and invite the bot",
                action="pool_room_gone",
                channel=room.name,
            )
        elif room.name in self._wanted and not told:
            log.error(
                "no channel of that name; create or unarchive it, and invite the bot",
                action="channel_missing",
                channel=room.name,
            )

    # ── kept true ────────────────────────────────────────────────────────────────────────────

    def want(self, names: Iterable[str], *, pooled: Iterable[str] = ()) -> None:
        """Say which names the contracts give: they are looked for before anybody asks.

        `pooled` are those among them of rooms for crises, which are archived once they have served.
        """
        self._wanted = {name.lstrip("#") for name in names if not _is_id(name.lstrip("#"))}
        self._pooled = frozenset(name.lstrip("#") for name in pooled)

    def recall(self, rooms: Iterable[Room]) -> None:
        """Take in what is kept, or was learnt by another replica."""
        for room in rooms:
            known = self._rooms.get(room.name)
            if known is None or (
                room.learnt_at is not None
                and (known.learnt_at is None or known.learnt_at < room.learnt_at)
            ):
                self.revision += 1
                self._rooms[room.name] = room

    def rooms(self, names: Iterable[str]) -> list[Room]:
        """Return what is known of these names."""
        return [self._rooms[name] for name in names if name in self._rooms]

    def forget(self, name: str) -> None:
        """Slack refused the channel of that name: it is looked for anew. A missing one stays so."""
        name = name.lstrip("#")
        if self.known(name) is not None and self._rooms.pop(name, None) is not None:
            self.revision += 1
            self._changed()

    def named(self, channel: str, name: str) -> None:
        """A channel has that name now."""
        self._lost(channel, but=name)
        if name in self._wanted:
            self._found(name, channel)

    def gone(self, channel: str) -> None:
        """A channel is archived, or no more: its names are looked for anew."""
        self._lost(channel)

    def moved(self, channel: str, to: str) -> None:
        """A channel has another id now."""
        for room in list(self._rooms.values()):
            if room.channel == channel:
                self._found(room.name, to)

    def appeared(self, channel: str) -> None:
        """A channel is there that was not seen before; it may bear a name that is missing."""
        names = {room.name for room in self._rooms.values() if room.channel}
        if self._wanted - names:
            self._appeared.add(channel)
            self._changed()

    def _lost(self, channel: str, but: str = "") -> None:
        for room in list(self._rooms.values()):
            if room.channel == channel and room.name != but:
                self.forget(room.name)

    # ── behind ───────────────────────────────────────────────────────────────────────────────

    def unsettled(self) -> bool:
        """Return whether there is something to look up that nobody may be waiting for."""
        return bool(self._appeared or self._undecided() or self._wanted - self._rooms.keys())

    async def settle(self) -> None:
        """Look up what is unsettled; raises NotYet, NotSent or Undeliverable."""
        await self._shared.ask(WHO, self._look)

    def to_refresh(self) -> list[str]:
        """Channels that were long not looked at."""
        now = self._clock.now()
        return [
            room.channel
            for room in self.rooms(self._wanted)
            if room.channel and room.learnt_at and now - room.learnt_at >= REFRESH
        ]

    async def _look_at_those_that_appeared(self) -> None:
        for channel in sorted(self._appeared):
            await self.look_at(channel)
            self._appeared.discard(channel)

    async def look_at(self, channel: str) -> None:
        """Look which name a channel bears now; raises as `settle`."""
        try:
            with errand(WHO, urgent=self._hurried):
                answer = await looked_up(self._client.conversations_info(channel=channel))
        except Undeliverable as refusal:
            if refusal.code not in GONE:
                raise
            self.gone(channel)
            return
        found: Mapping[str, Any] = answer["channel"]
        if found.get("is_archived"):
            self.gone(channel)
        else:
            self.named(channel, str(found.get("name") or ""))

    async def stop(self) -> None:
        """End the listing under way; it goes on where it stopped."""
        await self._shared.stop()


def _is_id(name: str) -> bool:
    return name[:1] in {"C", "G"} and name.isupper()


def _later() -> NotYet:
    return NotYet("the channels of the workspace are being listed", AGAIN_SECONDS)
