"""On-call duty from and to calendars (Rule CAL-1)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp

from bot.cli.words import fail, operator_texts
from bot.clock import FlowingClock
from bot.web.outbound import open_session
from config.contract.file import read_contracts, recall_contract
from config.ical.duty import Duty, from_ical, to_toml
from config.ical.export import to_ical
from config.ical.faults import CalendarFault, CalendarFaults
from config.ical.lines import MOST_BYTES
from escalation.base.wall_clock import instant
from escalation.contract import Contract
from escalation.duty.availability import answering
from escalation.duty.covers import with_covers
from escalation.records.cover import Cover
from escalation.records.kinds import COVER
from handlers.words.shared.calendars import calendar_fault_words, stand_in_words
from handlers.words.texts import Texts
from store.database import Store

A_YEAR = timedelta(days=366)
FETCHED_WITHIN = 60.0  # seconds


def import_(contract: Path, rota: str, calendar: str, *, since: str, until: str, zone: str) -> None:
    """Print what a calendar changes in a rota, as lines for its `overrides`."""
    terms, texts = _read(contract, rota)
    start, end = _period(since, until, terms, texts)
    try:
        read = _content(calendar, texts)
        duty = from_ical(read, terms, rota, start, end, zone=_zone(zone, texts))
    except CalendarFaults as found:
        where = _host(calendar) or calendar
        fail("\n".join(_fault_words(where, each, terms, texts) for each in found.faults))
    sys.stdout.write(to_toml(duty.overrides, terms.zone))
    sys.stderr.write(f"{_summary(duty, start, end, texts)}\n")


def export(
    contract: Path, rota: str, *, since: str, until: str, to: Path | None, database: str
) -> None:
    """Write who answers for a rota as a calendar, or print it; with a database's covers (CAL-6)."""
    terms, texts = _read(contract, rota)
    if database:
        terms = with_covers(terms, asyncio.run(_covers(database, terms.id)))
    start, end = _period(since, until, terms, texts)
    duty = answering(terms, rota, start, end)
    words = partial(stand_in_words, contract=terms, texts=texts)
    data = to_ical(terms, rota, duty, stamp=FlowingClock.starting().now(), words=words)
    if to is None:
        sys.stdout.write(data.decode())
    else:
        to.write_bytes(data)


async def _covers(url: str, contract: str) -> Sequence[Cover]:
    store = Store(url, read_contract=recall_contract)
    try:
        await store.start_reading()
        return await store.read(lambda tx: tx.list(COVER, contract))
    finally:
        await store.stop()


def _content(calendar: str, texts: Texts) -> bytes:
    """No more of a calendar than tells whether it is too large."""
    if host := _host(calendar):
        return asyncio.run(_fetched(calendar, host, texts))
    with Path(calendar).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _host(calendar: str) -> str:
    """The host of an address, shown alone: whoever has the rest reads it; "" for a file."""
    parts = urlsplit(calendar)
    return (parts.hostname or "") if parts.scheme in {"https", "http", "webcal"} else ""


async def _fetched(address: str, host: str, texts: Texts) -> bytes:
    found = bytearray()
    try:
        async with (
            open_session(timeout=FETCHED_WITHIN) as session,
            session.get(address.replace("webcal://", "https://", 1)) as answer,
        ):
            if answer.status != HTTPStatus.OK:
                fail(
                    texts(
                        "%(host)s gives no calendar there: it answers %(status)s. Please look at "
                        "its address, and at how it is shared.",
                        host=host,
                        status=answer.status,
                    )
                )
            async for part in answer.content.iter_any():
                found += part
                if len(found) > MOST_BYTES:
                    break
    except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
        fail(
            texts(
                "%(host)s cannot be reached: %(why)s. Nothing is changed; please try again.",
                host=host,
                why=trouble if isinstance(trouble, OSError) else type(trouble).__name__,
            )
        )
    return bytes(found)


def _read(file: Path, rota: str) -> tuple[Contract, Texts]:
    terms = read_contracts([file])[0]
    texts = operator_texts(terms.zone)
    known = [each.id for each in terms.rotas]
    if rota not in known:
        fail(
            texts(
                "%(contract)s has no rota %(id)s; it has: %(known)s",
                contract=terms.id,
                id=rota,
                known=", ".join(known) or "–",
            )
        )
    return terms, texts


def _period(since: str, until: str, terms: Contract, texts: Texts) -> tuple[datetime, datetime]:
    start = _instant(since, terms, texts) if since else FlowingClock.starting().now()
    end = _instant(until, terms, texts) if until else start + A_YEAR
    if end <= start:
        fail(texts("The end of the period is not after its beginning: look at --from and --until."))
    return start, end


def _instant(given: str, terms: Contract, texts: Texts) -> datetime:
    try:
        return instant(datetime.fromisoformat(given), terms.zone)
    except (ValueError, OverflowError):
        fail(texts("%(given)s is not an instant; write 2026-07-14T03:00", given=given))


def _zone(name: str, texts: Texts) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fail(texts("There is no time zone %(name)s; write Europe/Paris", name=name))


def _fault_words(file: str, found: CalendarFault, terms: Contract, texts: Texts) -> str:
    what, remedy = calendar_fault_words(found.code, found.facts, terms, texts)
    where = [file]
    if found.line:
        where.append(texts("line %(number)s", number=found.line))
    if found.event:
        where.append(found.event)
    return f"{', '.join(where)}\n  {what}\n  → {remedy}"


def _summary(duty: Duty, start: datetime, end: datetime, texts: Texts) -> str:
    changes = texts.n(
        "%(n)s swap: put it in the place of the rota's overrides from %(start)s to %(end)s.",
        "%(n)s swaps: put them in the place of the rota's overrides from %(start)s to %(end)s.",
        len(duty.overrides),
        start=texts.instant(start),
        end=texts.instant(end),
    )
    rest = texts(
        "As the rota's turns: %(known)s. Events outside the period: %(outside)s; cancelled: "
        "%(cancelled)s.",
        known=duty.known,
        outside=duty.outside,
        cancelled=duty.cancelled,
    )
    return f"{changes} {rest}"
