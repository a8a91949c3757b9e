"""The courier: takes letters from the outbox to Slack, at its own pace (design, decision 5).

A letter is rendered when it is sent; one that is no longer true is dropped. A send of which
nobody knows the outcome is looked up in the conversation before it is tried again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import monotonic

import structlog
from sqlalchemy.exc import OperationalError

from bot.clock import Clock
from bot.directory import Directory
from bot.metrics import Metrics
from bot.paced_client import ERRAND, Errand
from bot.rooms import Rooms
from bot.slack_calls import NotSent, NotYet, Uncertain, Undeliverable, sure
from bot.slack_posts import Place, Posts
from bot.tracing import Tracing
from bot.ways import Parcel, Way, ways_to, words_for
from escalation.commands import Command, RecordDelivery
from escalation.contract import Contract
from escalation.crisis import CrisisState
from escalation.effects import Topic
from escalation.ports import Transaction
from escalation.refusals import NotFound, Refusal
from handlers.notices import render
from handlers.rendered import Reader, Rendered
from store.database import Store
from store.errors import DatabaseTrouble
from store.outbox import Letter, LetterState

log = structlog.get_logger()

BATCH = 20
LEASE_SECONDS = 30
RENEW_SECONDS = 8.0
LEASE_MARGIN_SECONDS = 6.0
FALLBACK_AFTER = timedelta(minutes=2)
OLDEST_FIRST_EVERY = 4  # so that what is not urgent leaves too
LONGEST_LOOK_SECONDS = 10.0  # something urgent may come to wait behind a routine letter
A_MOMENT = timedelta(milliseconds=1)
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
        self,
        *,
        store: Store,
        clock: Clock,
        directory: Directory,
        perform: Perform,
        ways: tuple[Way, ...] = (),
        fallback_after: timedelta = FALLBACK_AFTER,
        chance: random.Random | None = None,
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._perform = perform
        self._posts = Posts(directory.client)
        self._rooms = Rooms(directory, perform, self._crisis_over, self._reserve)
        self._ways = ways
        self._fallback_after = fallback_after
        self._chance = chance or random.Random()  # noqa: S311  pauses are no secret
        self._under_way: set[asyncio.Task[None]] = set()
        self._held: dict[str, tuple[Letter, asyncio.Timeout]] = {}
        self._rounds = 0
        self._metrics = metrics or Metrics()
        self._tracing = tracing or Tracing(None)
        self.advanced_at = monotonic()  # when it last looked what waits
        self.woken = asyncio.Event()

    async def run(self) -> None:
        """Deliver letters as they come, until cancelled. An error is logged and tried again.

        Each letter goes its own way: a conversation that answers slowly holds back no other.
        """
        renewing = asyncio.create_task(self._hold_on(), name="leases")
        try:
            while True:
                try:
                    await self._set_out()
                    self.advanced_at = monotonic()
                except DatabaseTrouble as trouble:
                    _trouble(trouble)
                except Exception:
                    log.exception("the courier stumbled", action="courier_failed")
                try:
                    async with asyncio.timeout(SAFETY_SECONDS):
                        await self.woken.wait()
                except TimeoutError:
                    pass
                self.woken.clear()
        finally:
            renewing.cancel()

    async def _hold_on(self) -> None:
        """Renew the leases of what is being sent, until cancelled.

        What is not renewed in time is dropped before the lease ends: no letter has two couriers.
        """
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self.renew()
            except DatabaseTrouble as trouble:
                _trouble(trouble)
            except Exception:
                log.exception("leases could not be renewed", action="courier_failed")

    async def renew(self) -> None:
        """Hold on to the letters being sent; let go of those that are ours no more."""
        holding = dict(self._held)
        if not holding:
            return
        asked_at = asyncio.get_running_loop().time()
        letters = [letter for letter, _ in holding.values()]
        lease = self._lease_seconds()
        still = await self._store.renew_letters(letters, self._clock.now(), lease)
        for mark, (letter, bound) in holding.items():
            if mark in self._held and not bound.expired():
                more = LEASE_SECONDS - LEASE_MARGIN_SECONDS if letter.number in still else 0.0
                bound.reschedule(asked_at + more)

    def _lease_seconds(self) -> float:
        """The lease on this clock, which may run faster than real time."""
        an_hour = self._clock.wait(self._clock.now() + timedelta(hours=1))
        speed = 3600.0 / an_hour if 0 < an_hour < float("inf") else 1.0
        return LEASE_SECONDS * max(1.0, speed)

    async def _claim(self, limit: int) -> list[Letter]:
        """Urgent letters first; now and then the oldest, so that the others leave too."""
        self._rounds += 1
        by_age = self._rounds % OLDEST_FIRST_EVERY == 0
        return await self._store.claim_outbox(
            self._clock.now(),
            limit=limit,
            lease_seconds=self._lease_seconds(),
            oldest_first=by_age,
        )

    async def _set_out(self) -> None:
        while (free := BATCH - len(self._under_way)) > 0:
            letters = await self._claim(free)
            for letter in letters:
                task = asyncio.create_task(self._handle(letter), name=f"letter {letter.id}")
                self._under_way.add(task)
                task.add_done_callback(self._arrived)
            if len(letters) < free:
                return

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self.woken.set()
        error = None if task.cancelled() else task.exception()
        if isinstance(error, DatabaseTrouble):
            _trouble(error)  # its lease ends, and it is looked for
        elif error is not None:
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
            letters = await self._claim(BATCH)
            if not letters:
                return total
            await asyncio.gather(*(self._handle(letter) for letter in letters))
            total += len(letters)

    async def _handle(self, letter: Letter) -> None:
        """Deliver one letter and record the outcome; never raises for what Slack answers."""
        ERRAND.set(Errand(letter.id, letter.hurried))
        try:
            with self._tracing.span(
                f"letter {letter.topic}",
                parent=letter.trace,
                contract=letter.contract,
                record=letter.subject,
                attempt=letter.attempts,
            ):
                await self._deliver_while_held(letter)
        except NotYet as wait:
            self._metrics.sends.labels("waits its turn").inc()
            await self._wait(letter, wait, uncertain=letter.uncertain)
        except NotSent as pause:
            await self._again(
                letter, pause.seconds, str(pause), lasting=_outlasts(letter, self._clock)
            )
        except Uncertain as doubt:
            if isinstance(doubt.__cause__, NotYet):
                await self._wait(letter, doubt.__cause__, uncertain=True)
            else:
                await self._doubt(letter, doubt)
        except TimeoutError:
            await self._doubt(letter, Uncertain("it took longer than the letter is held"))
        except Undeliverable as refusal:
            await self._refused(letter, refusal.code)
        except (OperationalError, DatabaseTrouble) as trouble:  # the database's, not the letter's
            _trouble(trouble)
            lasting = _outlasts(letter, self._clock)
            await self._again(letter, self._pause(letter), "database", lasting=lasting)
        except Exception as bug:
            log.exception("a letter could not be rendered or sent", **_about(letter))
            if letter.attempts >= MOST_ATTEMPTS_AT_A_BUG:
                await self._failed(letter, repr(bug), code=NOT_WRITTEN)
            else:
                await self._again(letter, self._pause(letter), repr(bug), lasting=False)

    async def _deliver_while_held(self, letter: Letter) -> None:
        """Deliver a letter for as long as it is ours (`renew`); raises TimeoutError after that."""
        mark = letter.claim + letter.id
        async with asyncio.timeout(LEASE_SECONDS - LEASE_MARGIN_SECONDS) as bound:
            self._held[mark] = (letter, bound)
            try:
                await self._deliver(letter)
            finally:
                self._held.pop(mark, None)

    async def _doubt(self, letter: Letter, doubt: Uncertain) -> None:
        self._metrics.sends.labels("uncertain").inc()
        log.warning("uncertain send", action="letter_uncertain", **_about(letter), why=str(doubt))
        if _outlasts(letter, self._clock):
            await self._failed(letter, str(doubt))
        else:
            await self._unsure(letter, doubt.seconds or self._pause(letter), str(doubt))

    async def _wait(self, letter: Letter, wait: NotYet, *, uncertain: bool) -> None:
        """Its turn has not come: it waits without a courier, and this is no attempt."""
        seconds = wait.seconds if letter.hurried else min(wait.seconds, LONGEST_LOOK_SECONDS)
        until = self._clock.now() + timedelta(seconds=seconds) + A_MOMENT
        if until - letter.at > self._fallback_after:
            await self._by_other_ways(letter)
        await self._store.put_back(letter, until, uncertain=uncertain)

    async def _deliver(self, letter: Letter) -> None:
        way = next((way for way in self._ways if letter.to.startswith(f"{way.name}/")), None)
        if way is not None:
            await self._deliver_by(way, letter)
            return
        effect = letter.effect
        rendered, reader = await self._store.read(lambda tx: _render(tx, letter, self._clock))
        if rendered is None:
            self._metrics.sends.labels("dropped").inc()
            await self._store.mark_dropped(letter, "no longer true", self._clock.now())
            return
        contract = reader.contract
        channel = await self._conversation(contract, letter)
        if effect.topic in ROOM_TOPICS:
            place = await self._rooms.carry_out(effect, contract, channel, rendered)
        else:
            place = await self._message(letter, channel, rendered)
            await self._complete(effect.topic, place, rendered)
        await self._left(letter, place, journalled=effect.urgent)
        self._metrics.sends.labels("sent").inc()

    async def _left(self, letter: Letter, place: Place, *, journalled: bool) -> None:
        """Record what left: in the journal first, for a stop in between repeats that, in vain.

        Where it cannot be recorded it is uncertain from here on, and never sent blindly again.
        """
        try:
            if journalled:
                await self._journal(letter, delivered=True)
            now = self._clock.now()
            await self._store.mark_sent(letter, channel=place.channel, ts=place.ts, now=now)
        except Exception as trouble:
            raise Uncertain(f"it left, and could not be recorded: {trouble!r}") from trouble

    # ── other ways ───────────────────────────────────────────────────────────────────────────

    async def _deliver_by(self, way: Way, letter: Letter) -> None:
        """Send the copy of a letter that Slack did not take in time; once it did, drop it."""
        original = await self._store.original_state(letter)
        if original in {LetterState.SENT, LetterState.DROPPED, None}:
            await self._store.mark_dropped(letter, "Slack took it", self._clock.now())
            return
        rendered, reader = await self._store.read(lambda tx: _render(tx, letter, self._clock))
        if rendered is None or reader.person is None:
            await self._store.mark_dropped(letter, "no longer true", self._clock.now())
            return
        words = words_for(rendered, letter.effect.topic, reader)
        parcel = Parcel(id=letter.id, person=reader.person, words=words, at=self._clock.now())
        await way.send(parcel)
        await self._left(letter, Place(""), journalled=True)
        self._metrics.sends.labels("sent otherwise").inc()

    async def _by_other_ways(self, letter: Letter, *, at_once: bool = False) -> bool:
        """Have what is urgent go by other ways; whether this letter may still arrive by one."""
        kind, _, name = letter.to.partition("/")
        if not self._ways or kind != "person":
            return False
        contract = await self._store.read(lambda tx: tx.contract(letter.contract))
        if not contract.knows(name):
            return False
        now = self._clock.now()
        due = now if at_once else letter.at + self._fallback_after
        arriving = [
            await self._store.put_by_way(letter, way.name, now, due=due, behind=not at_once)
            for way in ways_to(self._ways, contract.person(name))
        ]
        return letter.urgent and any(arriving)

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
        except NotSent as pause:  # also where the next call has to wait
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

    async def _reserve(self, key: str, holder: str) -> str:
        return await self._store.reserve(key, holder, self._clock.now())

    async def _crisis_over(self, contract: str, crisis: str) -> bool:
        try:
            found = await self._store.read(lambda tx: tx.crisis(contract, crisis))
        except NotFound:
            return False
        return found.state in {CrisisState.CLOSED, CrisisState.REFUSED}

    async def _unsure(self, letter: Letter, seconds: float, why: str) -> None:
        await self._by_other_ways(letter)
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
        self._metrics.sends.labels("tried again").inc()
        if lasting:
            await self._failed(letter, why)
        elif letter.uncertain:
            await self._unsure(letter, seconds, why)
        else:
            await self._by_other_ways(letter)
            not_before = self._clock.now() + timedelta(seconds=seconds)
            await self._store.mark_retry(letter, not_before, why)

    async def _failed(self, letter: Letter, why: str, code: str = "") -> None:
        """Set a letter aside: `why` is for the operator, `code` for the journal, where it differs.

        It is recorded first: a stop in between repeats that, which changes nothing.
        """
        self._metrics.sends.labels("failed").inc()
        log.error("undeliverable", action="letter_failed", **_about(letter), why=why)
        otherwise = await self._by_other_ways(letter, at_once=True)
        if self._way_of(letter):  # a copy: Slack may still take the letter itself
            otherwise = await self._store.original_state(letter) is not LetterState.FAILED
        await self._journal(letter, delivered=False, why=code or why, otherwise=otherwise)
        await self._store.mark_failed(letter, why, self._clock.now())

    def _way_of(self, letter: Letter) -> str:
        """The way a letter goes; "" for Slack."""
        kind = letter.to.partition("/")[0]
        return kind if any(way.name == kind for way in self._ways) else ""

    async def _journal(
        self, letter: Letter, *, delivered: bool, why: str = "", otherwise: bool = False
    ) -> None:
        effect, way = letter.effect, self._way_of(letter)
        try:
            await self._perform(
                RecordDelivery(
                    contract=effect.contract,
                    subject=effect.subject,
                    topic=effect.topic,
                    to=f"person/{effect.to.partition('/')[2]}" if way else effect.to,
                    delivered=delivered,
                    why=why,
                    way=way,
                    otherwise=otherwise,
                    facts=effect.facts,
                    key=f"delivery/{letter.id}/{delivered}",
                )
            )
        except Refusal as refusal:
            log.error("a delivery could not be recorded", **_about(letter), why=refusal.code)

    def _pause(self, letter: Letter) -> float:
        """How long to wait before the next attempt: longer each time, and never for all alike."""
        return longest_pause(letter) * self._chance.uniform(0.7, 1.0)


def _render(tx: Transaction, letter: Letter, clock: Clock) -> tuple[Rendered | None, Reader]:
    effect = letter.effect
    contract = tx.contract(effect.contract)
    kind, _, name = effect.to.partition("/")
    personal = kind not in {"room", "crisis"}
    if personal and not contract.knows(name):
        raise Undeliverable("not_in_the_contract_now")
    reader = Reader.of(contract, name if personal else None)
    return render(effect, tx, reader, clock.now()), reader


def _trouble(trouble: Exception) -> None:
    log.error("the database is in trouble", action="database_trouble", why=str(trouble))


def longest_pause(letter: Letter) -> float:
    """The longest pause after so many attempts."""
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
