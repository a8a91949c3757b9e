"""The courier: takes letters from the outbox to Slack, at its own pace (design, decision 5).

A letter is rendered when it is sent; one that is no longer true is dropped. A send of which
nobody knows the outcome is looked up in the conversation before it is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError

from bot.clock import Clock
from bot.directory import Directory
from bot.rooms import Rooms
from bot.slack_calls import NotSent, Uncertain, Undeliverable, sure
from bot.slack_posts import Place, Posts
from escalation.commands import Command, RecordDelivery
from escalation.contract import Contract
from escalation.crisis import CrisisState
from escalation.effects import Topic
from escalation.ports import Transaction
from escalation.refusals import NotFound, Refusal
from handlers.notices import render
from handlers.rendered import Reader, Rendered
from store.database import Store
from store.outbox import Letter

log = structlog.get_logger()

BATCH = 20
LEASE_SECONDS = 60
SAFETY_SECONDS = 1.0
MOST_ATTEMPTS_AT_A_BUG = 4
NOT_WRITTEN = "not_written"
OUR_ACCESS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
MOVED = frozenset({"channel_not_found", "is_archived"})
KEEP_TRYING = timedelta(days=1)  # what is not urgent: longer than any outage of Slack so far
LONGEST_PAUSE_SECONDS = 300.0
LONGEST_URGENT_PAUSE_SECONDS = 30.0
NOT_YET_SECONDS = 2.0
LONGEST_NOT_YET_SECONDS = 15.0

ROOM_TOPICS = frozenset(
    {Topic.OPEN_ROOM, Topic.INVITE, Topic.UNINVITE, Topic.ROOM_TOPIC, Topic.ARCHIVE_ROOM}
)

Perform = Callable[[Command], Awaitable[str]]


class Courier:
    """Delivers letters: `run` as they come, `deliver_waiting` those that wait now."""

    def __init__(
        self, *, store: Store, clock: Clock, directory: Directory, perform: Perform
    ) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._perform = perform
        self._posts = Posts(directory.client)
        self._rooms = Rooms(directory, perform, self._crisis_over)
        self._under_way: set[asyncio.Task[None]] = set()
        self.woken = asyncio.Event()

    async def run(self) -> None:
        """Deliver letters as they come, until cancelled. An error is logged and tried again.

        Each letter goes its own way: a conversation that answers slowly holds back no other.
        """
        while True:
            try:
                await self._set_out()
            except Exception:
                log.exception("the courier stumbled", action="courier_failed")
            try:
                async with asyncio.timeout(SAFETY_SECONDS):
                    await self.woken.wait()
            except TimeoutError:
                pass
            self.woken.clear()

    async def _set_out(self) -> None:
        while (free := BATCH - len(self._under_way)) > 0:
            letters = await self._store.claim_outbox(
                self._clock.now(), limit=free, lease_seconds=LEASE_SECONDS
            )
            for letter in letters:
                task = asyncio.create_task(self._handle(letter), name=f"letter {letter.id}")
                self._under_way.add(task)
                task.add_done_callback(self._arrived)
            if len(letters) < free:
                return

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self.woken.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the courier stumbled", action="courier_failed", exc_info=error)

    async def finish(self, within: float) -> None:
        """Let the letters under way arrive, no longer than so many seconds; give up the rest.

        One given up is not lost: at the next start it is looked for before it is sent again.
        """
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def deliver_waiting(self) -> int:
        """Deliver all that may leave now; how many letters were handled."""
        total = 0
        while True:
            letters = await self._store.claim_outbox(
                self._clock.now(), limit=BATCH, lease_seconds=LEASE_SECONDS
            )
            if not letters:
                return total
            await asyncio.gather(*(self._handle(letter) for letter in letters))
            total += len(letters)

    async def _handle(self, letter: Letter) -> None:
        """Deliver one letter and record the outcome; never raises for what Slack answers."""
        try:
            await self._deliver(letter)
        except NotSent as pause:
            await self._again(
                letter, pause.seconds, str(pause), lasting=_outlasts(letter, self._clock)
            )
        except Uncertain as doubt:
            log.warning(
                "uncertain send", action="letter_uncertain", **_about(letter), why=str(doubt)
            )
            pause_seconds = doubt.seconds or _pause(letter)
            if _outlasts(letter, self._clock):
                await self._failed(letter, str(doubt))
            else:
                await self._unsure(letter, pause_seconds, str(doubt))
        except Undeliverable as refusal:
            await self._refused(letter, refusal.code)
        except OperationalError as trouble:  # the database's, not the letter's
            log.error("the database is in trouble", action="database_trouble", why=str(trouble))
            lasting = _outlasts(letter, self._clock)
            await self._again(letter, _pause(letter), "database", lasting=lasting)
        except Exception as bug:
            log.exception("a letter could not be rendered or sent", **_about(letter))
            if letter.attempts >= MOST_ATTEMPTS_AT_A_BUG:
                await self._failed(letter, repr(bug), code=NOT_WRITTEN)
            else:
                await self._again(letter, _pause(letter), repr(bug), lasting=False)

    async def _deliver(self, letter: Letter) -> None:
        effect = letter.effect
        rendered, contract = await self._store.read(lambda tx: _render(tx, letter, self._clock))
        if rendered is None:
            await self._store.mark_dropped(letter, "no longer true", self._clock.now())
            return
        channel = await self._conversation(contract, letter)
        if effect.topic in ROOM_TOPICS:
            place = await self._rooms.carry_out(effect, contract, channel, rendered)
        else:
            place = await self._message(letter, channel, rendered)
            await self._complete(effect.topic, place, rendered)
        await self._store.mark_sent(
            letter, channel=place.channel, ts=place.ts, now=self._clock.now()
        )
        if effect.urgent:
            await self._journal(letter, delivered=True)

    async def _message(self, letter: Letter, channel: str, rendered: Rendered) -> Place:
        effect = letter.effect
        if letter.uncertain and (found := await self._posts.find(channel, letter)) is not None:
            return found
        if effect.collapse:
            posted = await self._store.post_of(
                effect.contract, effect.to, effect.topic, effect.subject
            )
            if posted is not None and posted[0] == channel:
                try:
                    return await self._posts.update(Place(*posted), rendered)
                except Undeliverable as refusal:
                    if refusal.code != "message_not_found":
                        raise
                    # somebody removed it: it is posted anew
        return await self._posts.post(channel, letter, rendered)

    async def _complete(self, topic: Topic, place: Place, rendered: Rendered) -> None:
        """What goes with a message that stands: from here on it must not be posted again."""
        try:
            if rendered.file:
                await self._posts.attach(place, rendered.file)
            if topic is Topic.PIN_BRIEF:
                await self._posts.pin(place)
        except NotSent as pause:
            raise Uncertain(f"the message stands alone: {pause}", pause.seconds) from pause

    async def _conversation(self, contract: Contract, letter: Letter) -> str:
        """The channel id of a letter's destination."""
        kind, _, name = letter.effect.to.partition("/")
        if kind == "person":
            user = await sure(self._directory.slack_of(contract.person(name)))
            if user is None:
                raise Undeliverable("no_slack_account")
            return str(await sure(self._directory.direct_channel(user)))
        if kind == "room":
            room = contract.rooms.shared if name == "shared" else contract.rooms.provider
            channel = await sure(self._directory.channel_id(room))
            if channel is None:
                raise Undeliverable("channel_not_found")
            return str(channel)
        if letter.effect.topic is Topic.OPEN_ROOM:
            return ""
        crisis = await self._store.read(lambda tx: tx.crisis(letter.effect.contract, name))
        if crisis.room is None:
            pause = min(NOT_YET_SECONDS * letter.attempts, LONGEST_NOT_YET_SECONDS)
            raise NotSent("the crisis room is not open yet", pause)
        return crisis.room

    async def _crisis_over(self, contract: str, crisis: str) -> bool:
        try:
            found = await self._store.read(lambda tx: tx.crisis(contract, crisis))
        except NotFound:
            return False
        return found.state in {CrisisState.CLOSED, CrisisState.REFUSED}

    async def _unsure(self, letter: Letter, seconds: float, why: str) -> None:
        again = self._clock.now() + timedelta(seconds=seconds)
        await self._store.mark_uncertain(letter, why, again)

    async def _refused(self, letter: Letter, code: str) -> None:
        """Give up what Slack refuses for good; wait where it is our access that needs mending."""
        if code in OUR_ACCESS:
            log.error("Slack refuses the bot itself", action="access_refused", code=code)
            lasting = _outlasts(letter, self._clock)
            await self._again(letter, LONGEST_URGENT_PAUSE_SECONDS, code, lasting=lasting)
        elif code in MOVED and letter.to.startswith("room/") and letter.attempts <= 1:
            self._directory.forget_channels()  # it may stand under a new id by now
            await self._again(letter, 0, code, lasting=False)
        else:
            await self._failed(letter, code)

    async def _again(self, letter: Letter, seconds: float, why: str, *, lasting: bool) -> None:
        """Try again, unless this has been `lasting` too long; what was doubtful stays doubtful."""
        if lasting:
            await self._failed(letter, why)
        elif letter.uncertain:
            await self._unsure(letter, seconds, why)
        else:
            not_before = self._clock.now() + timedelta(seconds=seconds)
            await self._store.mark_retry(letter, not_before, why)

    async def _failed(self, letter: Letter, why: str, code: str = "") -> None:
        """Set a letter aside: `why` is for the operator, `code` for the journal, where it differs.

        It is recorded first: a stop in between repeats that, which changes nothing.
        """
        log.error("undeliverable", action="letter_failed", **_about(letter), why=why)
        await self._journal(letter, delivered=False, why=code or why)
        await self._store.mark_failed(letter, why, self._clock.now())

    async def _journal(self, letter: Letter, *, delivered: bool, why: str = "") -> None:
        effect = letter.effect
        try:
            await self._perform(
                RecordDelivery(
                    contract=effect.contract,
                    subject=effect.subject,
                    topic=effect.topic,
                    to=effect.to,
                    delivered=delivered,
                    why=why,
                    facts=effect.facts,
                    key=f"delivery/{letter.id}/{delivered}",
                )
            )
        except Refusal as refusal:
            log.error("a delivery could not be recorded", **_about(letter), why=refusal.code)


def _render(tx: Transaction, letter: Letter, clock: Clock) -> tuple[Rendered | None, Contract]:
    effect = letter.effect
    contract = tx.contract(effect.contract)
    kind, _, name = effect.to.partition("/")
    if kind == "person" and not contract.knows(name):
        raise Undeliverable("not_in_the_contract_now")
    reader = Reader.of(contract, name if kind == "person" else None)
    return render(effect, tx, reader, clock.now()), contract


def _pause(letter: Letter) -> float:
    # what waits for a person may have a call waiting behind it
    soon = letter.urgent or letter.to.startswith("person/")
    longest = LONGEST_URGENT_PAUSE_SECONDS if soon else LONGEST_PAUSE_SECONDS
    return float(min(2 ** min(letter.attempts, 16), longest))


def _outlasts(letter: Letter, clock: Clock) -> bool:
    """Whether Slack could not be reached for so long that a letter is given up; a call never is."""
    return not letter.urgent and clock.now() - letter.at > KEEP_TRYING


def _about(letter: Letter) -> dict[str, object]:
    effect = letter.effect
    return {
        "letter": letter.id,
        "topic": effect.topic.value,
        "subject": effect.subject,
        "to": effect.to,
        "attempts": letter.attempts,
    }
