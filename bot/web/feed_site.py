"""On-call duty as calendar feeds, each behind a link that is one reader's own (Rule CAL-6).

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
from handlers.application import Application
from handlers.words.calendars import feed_title, stand_in_words
from handlers.words.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLinks:
    """Makes and knows the links of feeds. Without a secret there is none."""

    secret: str = field(default="", repr=False)
    url: str = ""

    def link(self, contract: str, person: str, rota: str = "") -> str:
        """The address of somebody's own feed, or of a rota's for them; "" where there is none."""
        if not self.secret:
            return ""
        return f"{self.url}{_path(contract, person, rota)}?key={self._key(contract, person, rota)}"

    def opens(self, contract: str, person: str, rota: str, key: str) -> bool:
        """Whether a key is that of a feed."""
        wanted = self._key(contract, person, rota).encode()
        return hmac.compare_digest(key.encode("utf-8", "surrogateescape"), wanted)

    def _key(self, contract: str, person: str, rota: str) -> str:
        path = _path(contract, person, rota).encode("utf-8", "surrogateescape")
        return hmac.new(self.secret.encode(), path, hashlib.sha256).hexdigest()[:32]


def _path(contract: str, person: str, rota: str) -> str:
    return f"/rotas/{contract}/{person}{'/' if rota else ''}{rota}.ics"


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
        """A feed as it stands, covers in force included; raises Refused and OutOfReach."""
        if not self._links.secret:
            raise Refused(HTTPStatus.NOT_FOUND, "there are no feeds here")
        if not self._links.opens(contract_id, person, rota, key):
            await asyncio.sleep(REFUSED_SECONDS)
            raise Refused(HTTPStatus.FORBIDDEN, "the key is wrong")
        now = self._application.now()
        known = contract_id in {contract.id for contract in await self._contracts()}
        contract = (
            await self._application.read(lambda tx: tx.contract(contract_id)) if known else None
        )
        if (
            contract is None
            or not contract.knows(person)
            or (rota and rota not in followed(contract, person, now))
        ):
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such feed any more")
        return await asyncio.to_thread(_calendar, contract, person, rota, now)


def _calendar(contract: Contract, person_id: str, rota: str, now: datetime) -> bytes:
    """The feed in its reader's language; unless something changes, the same all day."""
    from config.ical.export import to_ical  # noqa: PLC0415  slow to import, and seldom asked for

    person = contract.person(person_id)
    texts = Texts.of(contract.language_of(person), contract.zone)
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_ical(
        contract,
        rota or person.name,
        duty_shown(contract, person_id, rota, today),
        stamp=today,
        words=partial(stand_in_words, contract=contract, texts=texts),
        title=partial(feed_title, contract=contract, texts=texts, own=not rota),
    )
