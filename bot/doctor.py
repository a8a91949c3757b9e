"""The doctor: is everything in place? Each finding says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts import Membership
from bot.clock import FlowingClock
from bot.database_words import refusal_of_database
from bot.directory import Directory
from bot.duty_words import undated_words
from bot.holidays_words import holidays_words
from bot.lookups import errand, looked_up
from bot.manifest import SCOPES
from bot.metrics import Metrics
from bot.pace import SlackBudget
from bot.paced_client import PacedClient
from bot.room_pool import is_blank, marked_for, unfit
from bot.rooms_apart import Use, named_twice
from bot.slack_calls import NotSent, NotYet, Undeliverable
from bot.slack_refusals import SOCKET_MODE_OFF
from bot.tracing import Tracing
from bot.ways_out import open_session
from config.contract_file import read_contracts, recall_contract
from config.settings import Settings
from escalation.cell_room import FEW_ROOMS
from escalation.contract import Contract, Person
from handlers.texts import Texts
from store.database import Store
from store.errors import DatabaseRefuses, NoDatabase
from store.outbox import LetterState

T = TypeVar("T")

MOST_SKEW_SECONDS = 5
CALL_SECONDS = 15.0
LONGEST_WAIT_SECONDS = 900.0
LEAST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `words` say what was found and, where it is not well, what to do."""

    well: bool
    words: str


async def examine(settings: Settings, texts: Texts) -> list[Finding]:
    """Look at everything."""
    contracts = read_contracts(settings.contracts)
    now = FlowingClock.starting().now()
    ending = [words for each in contracts if (words := holidays_words(each, now, texts))]
    async with open_session(timeout=CALL_SECONDS) as session:
        client = PacedClient(
            budget=SlackBudget(),
            clock=FlowingClock.starting(),
            metrics=Metrics(),
            tracing=Tracing(None),
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[],
        )
        found = [Finding(False, words) for words in ending]
        found += await _database(settings, contracts, now, texts)
        try:
            with errand("doctor", urgent=False):
                async for finding in _slack(client, settings, contracts, texts):
                    found.append(finding)
        except Undeliverable as refusal:
            found.append(_refused(refusal, texts("Who the bot is"), texts))
        except NotSent as trouble:
            found.append(Finding(False, _stopped(trouble, settings, texts)))
    return found


def _stopped(trouble: NotSent, settings: Settings, texts: Texts) -> str:
    if _asked_to_wait(trouble):
        return texts(
            "Slack asks to wait, longer than a quarter of an hour: %(why)s. What stands above was "
            "looked at, the rest was not: try again when less is going on in this workspace.",
            why=trouble,
        )
    return texts(
        "Slack cannot be reached at %(url)s: %(why)s. Look at this machine's way there: "
        "names, proxy, firewall.",
        url=settings.slack_api_url,
        why=trouble,
    )


def _asked_to_wait(pause: NotSent) -> bool:
    """Whether Slack answered, and asked to wait; else it was not reached."""
    return isinstance(pause, NotYet) or isinstance(pause.__cause__, SlackApiError)


def _refused(refusal: Undeliverable, what: str, texts: Texts) -> Finding:
    words = texts(
        "%(what)s: Slack refuses (%(code)s). Check the tokens and the app's scopes.",
        what=what,
        code=refusal.code,
    )
    return Finding(False, words)


async def _database(
    settings: Settings, contracts: Sequence[Contract], now: datetime, texts: Texts
) -> list[Finding]:
    """The database, read beside a bot that may be running; nothing is made or changed."""
    store = Store(
        settings.database_url.get_secret_value(),
        read_contract=recall_contract,
        direct_url=settings.database_direct_url.get_secret_value(),
    )
    try:
        await store.start_reading()
        if not await store.upkeep.up_to_date():
            words = texts("The database is of another version: the bot sees to it when it starts.")
            return [Finding(True, words)]
        broken = [v.contract for v in await store.journal.verify() if not v.whole]
        letters, timers = await store.outbox.standing(), await store.timers.failing()
        edited = await store.contracts.replaced(contracts)
    except NoDatabase as none:
        words = texts(
            "There is no database at %(database)s yet: the bot makes it when it first starts.",
            database=none.database,
        )
        return [Finding(True, words)]
    except DatabaseRefuses as refusal:
        return [Finding(False, refusal_of_database(refusal, texts))]
    except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
        words = texts("The database cannot be opened: %(why)s. Look at DATABASE_URL.", why=error)
        return [Finding(False, words)]
    finally:
        await store.stop()
    if broken:
        words = texts("The journal of %(contracts)s is broken.", contracts=", ".join(broken))
        found = [Finding(False, words)]
    else:
        found = [Finding(True, texts("The database opens, and the journal is whole."))]
    aside = sum(letter.state is LetterState.FAILED for letter in letters)
    if aside or timers:  # somebody has not been told, or something stands still
        words = texts(
            "Messages set aside: %(letters)s; timers that fail: %(timers)s. See escalade outbox.",
            letters=aside,
            timers=len(timers),
        )
        found.append(Finding(False, words))
    for old, new in edited:
        if moved := undated_words(old, new, now, texts):
            found.append(Finding(False, "\n".join(moved)))
    return found


async def _slack(
    client: AsyncWebClient, settings: Settings, contracts: Sequence[Contract], texts: Texts
) -> AsyncIterator[Finding]:
    answer = await _patiently(lambda: looked_up(client.auth_test()))
    if answer.get("is_enterprise_install"):
        words = texts(
            "The bot's token is of an installation for a whole organisation (Enterprise Grid), "
            "which Escalade does not serve: install the app in one workspace, and copy the token "
            "of that."
        )
        yield Finding(False, words)
        return
    yield Finding(True, texts("Slack accepts the bot's token."))
    if settings.mode == "socket":
        yield await _socket(client, settings, texts)
    headers = {key.lower(): value for key, value in answer.headers.items()}
    yield _scopes(headers, texts)
    if (theirs := _instant(headers.get("date", ""))) is not None:
        yield _clock(theirs, texts)
    directory = Directory(client, FlowingClock.starting())
    for contract in contracts:
        async for finding in _rooms(client, directory, contract, texts):
            yield finding
        for person in contract.people:
            try:
                yield await _person(directory, person, texts)
            except Undeliverable as refusal:
                yield _refused(refusal, person.name, texts)
    for uses in named_twice(contracts, directory.channels.known).values():
        yield Finding(False, _twice(uses, texts))


async def _rooms(
    client: AsyncWebClient, directory: Directory, contract: Contract, texts: Texts
) -> AsyncIterator[Finding]:
    for room in (contract.rooms.shared, contract.rooms.provider):
        try:
            yield await _room(client, directory, room, texts)
        except Undeliverable as refusal:
            yield _refused(refusal, f"#{room}", texts)
    if contract.rooms.crisis_pool:
        async for finding in _pool(client, directory, contract, texts):
            yield finding
    else:
        yield _crisis_rooms(contract, texts)


def _twice(uses: Sequence[Use], texts: Texts) -> str:
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
            found = _refused(refusal, f"#{room}", texts), False
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
    channel = await _patiently(lambda: directory.channels.channel_id(room))
    found = None
    if channel is not None:
        found = await _patiently(lambda: looked_up(client.conversations_info(channel=channel)))
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
    if not await _patiently(lambda: is_blank(client, channel)):
        words = texts(
            "The channel #%(room)s of the pool is not used: somebody has written in it, and "
            "whoever joins the crisis would read that. Name a new channel in its place.",
            room=room,
        )
        return Finding(False, words), False
    there = texts("The channel #%(room)s is there, with the bot in it.", room=room)
    return Finding(True, there), True


def _crisis_rooms(contract: Contract, texts: Texts) -> Finding:
    """What cannot be seen beforehand: whether Slack's settings let the app make channels."""
    words = texts(
        "Whether Slack's settings let the app create private channels cannot be seen without "
        "creating one. Where they do not, a crisis of %(contract)s meets in #%(room)s; rooms named "
        "in the contract file (crisis_pool) spare it that.",
        contract=contract.id,
        room=contract.rooms.shared.lstrip("#"),
    )
    return Finding(True, words)


async def _socket(client: AsyncWebClient, settings: Settings, texts: Texts) -> Finding:
    token = settings.slack_app_token.get_secret_value()
    try:
        await _patiently(lambda: looked_up(client.apps_connections_open(app_token=token)))
    except Undeliverable as refusal:
        if refusal.code in SOCKET_MODE_OFF:
            words = texts(
                "Socket Mode is switched off for the app: switch it on at "
                "https://api.slack.com/apps (Socket Mode), or run over HTTP (ESCALADE_MODE)."
            )
            return Finding(False, words)
        return _refused(refusal, "SLACK_APP_TOKEN", texts)
    return Finding(True, texts("Slack accepts the app's token for Socket Mode."))


async def _patiently(look_up: Callable[[], Awaitable[T]]) -> T:
    """Look something up, waiting where Slack asks for it: a large workspace takes minutes.

    Raises NotSent where it asks for longer than LONGEST_WAIT_SECONDS.
    """
    waited = 0.0
    while True:
        try:
            return await look_up()
        except NotSent as pause:
            waited += max(pause.seconds, LEAST_PAUSE_SECONDS)
            if not _asked_to_wait(pause) or waited > LONGEST_WAIT_SECONDS:
                raise
            await asyncio.sleep(pause.seconds)


async def _person(directory: Directory, person: Person, texts: Texts) -> Finding:
    account = await _patiently(lambda: directory.people.check(person))
    if account is None and person.slack:
        words = texts(
            "%(name)s is nobody whom Escalade sees in Slack under the member ID %(slack)s: copy "
            "it again from their profile. Somebody of another organisation is seen once a channel "
            "is shared with them, with Escalade in it.",
            name=person.name,
            slack=person.slack,
        )
        return Finding(False, words)
    if account is None and directory.people.accounts.outside(person):
        words = texts(
            "The Slack account with the address %(email)s belongs to another workspace, so it is "
            "not taken for %(name)s: invite them as a member or guest, or give their Slack id "
            "(slack) in the contract file.",
            name=person.name,
            email=person.email,
        )
        return Finding(False, words)
    if account is None:
        words = texts(
            "%(name)s has no account in Slack under %(email)s: invite them, or mend "
            "the contract file.",
            name=person.name,
            email=person.email or "–",
        )
        return Finding(False, words)
    if account.deleted:
        words = texts(
            "%(name)s has a deactivated account in Slack: reactivate it, or name somebody else "
            "in the contract file.",
            name=person.name,
        )
        return Finding(False, words)
    if account.membership is Membership.STRANGER:
        words = texts(
            "%(name)s belongs to another organisation, and shares no channel with Escalade: Slack "
            "delivers them nothing. Share a channel with them, with Escalade in it.",
            name=person.name,
        )
        return Finding(False, words)
    if account.membership is Membership.GUEST_OF_ONE:
        words = texts(
            "%(name)s can be reached, but is a guest of one channel only: no room of a crisis "
            "opens for them, and they are told whom to telephone. An administrator of Slack can "
            "make them a guest of several channels, or a full member.",
            name=person.name,
        )
        return Finding(True, words)
    if account.membership is Membership.GUEST:
        words = texts(
            "%(name)s can be reached, but is a guest: whether Escalade may let them into the room "
            "of a crisis, Slack says only then.",
            name=person.name,
        )
        return Finding(True, words)
    return Finding(True, texts("%(name)s can be reached.", name=person.name))


def _scopes(headers: dict[str, Any], texts: Texts) -> Finding:
    if "x-oauth-scopes" not in headers:
        words = texts(
            "Which scopes the app has, the answer does not say: something on the way takes its "
            "header X-OAuth-Scopes out. Hold the app's page against `escalade manifest`."
        )
        return Finding(False, words)
    granted = {s.strip() for s in str(headers["x-oauth-scopes"]).split(",")}
    missing = sorted(set(SCOPES) - granted)
    if missing:
        words = texts(
            "The app lacks these scopes: %(scopes)s. Update it from `escalade manifest` and "
            "install it again.",
            scopes=", ".join(missing),
        )
        return Finding(False, words)
    return Finding(True, texts("The app has the scopes it needs."))


def _instant(date: str) -> datetime | None:
    """The instant of an HTTP header; None where it says none, as what a proxy wrote may not."""
    try:
        found = parsedate_to_datetime(date)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _clock(theirs: datetime, texts: Texts) -> Finding:
    skew = abs((FlowingClock.starting().now() - theirs).total_seconds())
    if skew > MOST_SKEW_SECONDS:
        words = texts(
            "This machine's clock differs from Slack's by %(seconds)s s: synchronise it.",
            seconds=int(skew),
        )
        return Finding(False, words)
    return Finding(True, texts("This machine's clock agrees with Slack's."))


async def _room(client: AsyncWebClient, directory: Directory, room: str, texts: Texts) -> Finding:
    channel = await _patiently(lambda: directory.channels.channel_id(room))
    if channel is None:
        words = texts(
            "The bot sees no channel #%(room)s: create it or unarchive it, and invite the bot if "
            "it is private.",
            room=room,
        )
        return Finding(False, words)
    found = await _patiently(lambda: looked_up(client.conversations_info(channel=channel)))
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
