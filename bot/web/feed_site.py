"""Duty and changes as calendar feeds, each behind a link that is one reader's own (CAL-6, CHG-4).

A link carries a key made of its path and of one secret: it opens no other feed, and nothing is
stored for it. It opens as long as its reader is in the contract, and follows the rota.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus

from bot.web.event_site import REFUSED_SECONDS, Refused
from escalation.contract import Contract
from escalation.duty.feeds import duty_shown, followed
from escalation.people import rights
from escalation.people.acquaintance import as_known_to
from escalation.records.change import Change
from escalation.records.kinds import CHANGE
from handlers.application import Application
from handlers.change.words import change_in_calendar
from handlers.words.shared.calendars import feed_title, stand_in_words
from handlers.words.texts import Texts

GONE = "there is no such feed any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLinks:
    """Makes and knows the links of feeds. Without a secret there is none."""

    secret: str = field(default="", repr=False)
    url: str = ""

    def link(self, contract: str, person: str, rota: str = "") -> str:
        """The address of somebody's own feed, or of a rota's for them; "" where there is none."""
        if not self.secret:
            return ""
        return self._link(_path(contract, person, rota))

    def changes_link(self, contract: str, person: str) -> str:
        """The address of the feed of changes for somebody; "" where there is none."""
        return self._link(_changes_path(contract, person)) if self.secret else ""

    def opens(self, path: str, key: str) -> bool:
        """Return whether a key is that of the feed at a path."""
        wanted = self._key(path).encode()
        return hmac.compare_digest(key.encode("utf-8", "surrogateescape"), wanted)

    def _link(self, path: str) -> str:
        return f"{self.url}{path}?key={self._key(path)}"

    def _key(self, path: str) -> str:
        said = path.encode("utf-8", "surrogateescape")
        return hmac.new(self.secret.encode(), said, hashlib.sha256).hexdigest()[:32]


def _path(contract: str, person: str, rota: str) -> str:
    return f"/rotas/{contract}/{person}{'/' if rota else ''}{rota}.ics"


def _changes_path(contract: str, person: str) -> str:
    return f"/changes/{contract}/{person}.ics"


class FeedSite:
    """Serves the feeds of the `contracts` in force."""

    def __init__(
        self,
        application: Application,
        contracts: Callable[[], Awaitable[Sequence[Contract]]],
        links: FeedLinks,
    ) -> None:
        self._application = application
        self._contracts = contracts
        self._links = links

    async def feed(self, contract_id: str, person: str, rota: str, key: str) -> bytes:
        """A feed of duty as it stands, covers in force included; raises Refused and OutOfReach."""
        contract = await self._opened(_path(contract_id, person, rota), contract_id, person, key)
        now = self._application.now()
        if rota and rota not in followed(contract, person, now):
            raise Refused(HTTPStatus.NOT_FOUND, GONE)
        return await asyncio.to_thread(_calendar, contract, person, rota, now)

    async def changes(self, contract_id: str, person: str, key: str) -> bytes:
        """The windows of changes that somebody sees; raises Refused and OutOfReach."""
        contract = await self._opened(_changes_path(contract_id, person), contract_id, person, key)
        found = await self._application.read(lambda tx: tx.list(CHANGE, contract_id))
        seen = [each for each in found if rights.visible(contract, person, each)]
        return await asyncio.to_thread(_windows, contract, person, seen, self._application.now())

    async def _opened(self, path: str, contract_id: str, person: str, key: str) -> Contract:
        """The contract in force, for whoever has the key of a feed and is still in it."""
        if not self._links.secret:
            raise Refused(HTTPStatus.NOT_FOUND, "there are no feeds here")
        if not self._links.opens(path, key):
            await asyncio.sleep(REFUSED_SECONDS)
            raise Refused(HTTPStatus.FORBIDDEN, "the key is wrong")
        if contract_id not in {contract.id for contract in await self._contracts()}:
            raise Refused(HTTPStatus.NOT_FOUND, GONE)
        contract = await self._application.read(lambda tx: tx.contract(contract_id))
        if not contract.knows(person):
            raise Refused(HTTPStatus.NOT_FOUND, GONE)
        return contract


def _windows(contract: Contract, person_id: str, changes: Sequence[Change], now: datetime) -> bytes:
    """The feed of changes in its reader's language."""
    from config.ical.export import windows_to_ical  # noqa: PLC0415  as below

    person = contract.person(person_id)
    texts = Texts.of(contract.language_of(person), contract.zone)
    reading = as_known_to(contract, person.organisation)
    return windows_to_ical(
        contract,
        texts("Changes"),
        changes,
        stamp=_today(now),
        words=lambda change: change_in_calendar(change, reading, texts),
    )


def _calendar(contract: Contract, person_id: str, rota: str, now: datetime) -> bytes:
    """The feed in its reader's language; unless something changes, the same all day."""
    from config.ical.export import to_ical  # noqa: PLC0415  slow to import, and seldom asked for

    person = contract.person(person_id)
    texts = Texts.of(contract.language_of(person), contract.zone)
    today = _today(now)
    return to_ical(
        contract,
        contract.rota_name(rota) if rota else person.name,
        duty_shown(contract, person_id, rota, today),
        stamp=today,
        words=partial(stand_in_words, contract=contract, texts=texts),
        title=partial(feed_title, contract=contract, texts=texts, own=not rota),
    )


def _today(now: datetime) -> datetime:
    """The day's beginning: unless something changes, a feed is the same all day."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
