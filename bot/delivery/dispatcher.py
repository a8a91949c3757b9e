"""The dispatcher: takes messages from the outbox to Slack, at its own pace (design, decision 5).

It claims messages under a lease, sends several at a time (`bot.delivery.sending`), and has what
became of each recorded (`bot.delivery.outcomes`).
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy.exc import OperationalError

from bot.clock import Clock
from bot.delivery.contact_methods import ContactMethod
from bot.delivery.hold import Ends, Hold
from bot.delivery.outcomes import Outcomes, Perform
from bot.delivery.sending import Delivery
from bot.delivery.writing import Act, Copies, Message, Writing
from bot.directory.directory import Directory
from bot.observe.metrics import Metrics
from bot.observe.tracing import Tracing
from bot.patience import FALLBACK_AFTER
from bot.slack.budgeted_client import ERRAND, Errand
from bot.slack.calls import NotSent, NotYet, Uncertain, Undeliverable
from escalation.messages.effects import Rank
from store.database import Store
from store.errors import DatabaseTrouble
from store.transaction.outbox_message import OutboxMessage
from store.transaction.outbox_order import QUIET

log = structlog.get_logger()

BATCH = 20
LEASE_SECONDS = 30
RENEW_SECONDS = 8.0
LEASE_MARGIN_SECONDS = 6.0
KEPT_FOR_CALLS = 6  # of these: a Slack that answers slowly never holds all places with the rest
OLDEST_FIRST_EVERY = 4  # so that what is not urgent leaves too


class Dispatcher:
    """Delivers messages: `run` as they come, `deliver_waiting` those that wait now."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        directory: Directory,
        perform: Perform,
        methods: tuple[ContactMethod, ...] = (),
        fallback_after: timedelta = FALLBACK_AFTER,
        chance: random.Random | None = None,
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._outcomes = Outcomes(
            store=store,
            clock=clock,
            directory=directory,
            perform=perform,
            methods=methods,
            fallback_after=fallback_after,
            chance=chance or random.Random(),  # noqa: S311  pauses are no secret
            metrics=self._metrics,
        )
        self._writing = Writing(store=store, clock=clock, methods=methods, metrics=self._metrics)
        self._delivery = Delivery(
            store=store,
            clock=clock,
            directory=directory,
            perform=perform,
            writing=self._writing,
            outcomes=self._outcomes,
            metrics=self._metrics,
        )
        self._under_way: dict[asyncio.Task[None], Rank] = {}
        self._resting: asyncio.TimerHandle | None = None
        self._held: set[Hold] = set()
        self._rounds = 0
        self._tracing = tracing or Tracing(None)
        self.advanced_at = monotonic()  # when it was last known to look after what waits
        self.woken = asyncio.Event()

    async def run(self) -> None:
        """Deliver messages as they come, until cancelled. An error is logged and tried again.

        Each message goes its own way: a conversation that answers slowly holds back no other.
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
                    log.exception("the dispatcher stumbled", action="dispatcher_failed")
                await self.woken.wait()
                self.woken.clear()
        finally:
            renewing.cancel()

    async def _hold_on(self) -> None:
        """Renew the leases of what is being sent, until cancelled.

        What is not renewed in time is dropped before the lease ends: nothing has two dispatchers.
        """
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self.renew()
            except DatabaseTrouble as trouble:
                _trouble(trouble)
            except Exception:
                log.exception("leases could not be renewed", action="dispatcher_failed")

    async def renew(self) -> None:
        """Hold on to the messages being sent; let go of those that are ours no more."""
        holding = list(self._held)
        if not holding:
            return
        now, lease, ends = self._lease()
        outgoing_messages = [each for hold in holding for each in hold.outgoing.with_companions]
        still = await self._store.outbox.renew(outgoing_messages, now, lease)
        for hold in holding:
            if hold in self._held and not hold.bound.expired():
                hold.renewed(still, ends)

    def _lease(self) -> tuple[datetime, float, Ends]:
        """A lease from now: its seconds on this clock, which may run fast, and when it is over."""
        on_loop, now = asyncio.get_running_loop().time(), self._clock.now()
        an_hour = self._clock.wait(now + timedelta(hours=1))
        speed = max(1.0, 3600.0 / an_hour) if 0 < an_hour < float("inf") else 1.0
        ours = LEASE_SECONDS - LEASE_MARGIN_SECONDS
        ends = Ends(now + timedelta(seconds=ours * speed), on_loop + ours)
        return now, LEASE_SECONDS * speed, ends

    async def _claim(
        self, limit: int, *, kept: int = 0, quiet: timedelta = timedelta(0)
    ) -> list[Hold]:
        """Calls first, then what is urgent; now and then the oldest, so that the others leave too.

        `kept`: how many of them are for calls alone; `quiet`: how long a card rests first.
        """
        self._rounds += 1
        by_age = self._rounds % OLDEST_FIRST_EVERY == 0
        now, lease, ends = self._lease()  # it counts from here, however late the answer comes
        claimed = await self._store.outbox.claim(
            now, limit=limit, lease_seconds=lease, kept=kept, oldest_first=by_age, quiet=quiet
        )
        return [Hold(outgoing, ends, self._clock) for outgoing in claimed]

    def stir(self) -> None:
        """Something was written: look now, and once more when a card has rested."""
        self.woken.set()
        if self._resting is None:
            rest = self._clock.wait(self._clock.now() + QUIET)
            self._resting = asyncio.get_running_loop().call_later(rest, self._rested)

    def _rested(self) -> None:
        self._resting = None
        self.woken.set()

    async def _set_out(self) -> None:
        while (free := BATCH - len(self._under_way)) > 0:
            calls = sum(rank is Rank.CALL for rank in self._under_way.values())
            kept = max(0, KEPT_FOR_CALLS - calls)
            claimed = await self._claim(free, kept=kept, quiet=QUIET)
            for hold in claimed:
                name = f"message {hold.outgoing.id}"
                task = asyncio.create_task(self._handle(hold), name=name)
                self._under_way[task] = hold.outgoing.rank
                task.add_done_callback(self._arrived)
            if len(claimed) < free:
                return

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self.woken.set()
        error = None if task.cancelled() else task.exception()
        if isinstance(error, DatabaseTrouble):
            _trouble(error)  # its lease ends, and it is looked for
        elif error is not None:
            log.error("the dispatcher stumbled", action="dispatcher_failed", exc_info=error)

    async def finish(self, within: float) -> None:
        """Let the messages under way arrive, no longer than so many seconds; give up the rest.

        One given up is not lost: at the next start it is looked for before it is sent again.
        """
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def deliver_waiting(self) -> int:
        """Deliver all that may leave now, cards last: how many messages were handled."""
        total = 0
        while True:
            claimed = await self._claim(BATCH, quiet=QUIET) or await self._claim(BATCH)
            if not claimed:
                return total
            await asyncio.gather(*(self._handle(hold) for hold in claimed))
            total += len(claimed)

    async def _handle(self, hold: Hold) -> None:
        """Deliver a message and its companions; never raises for what Slack answers."""
        ERRAND.set(Errand(hold.outgoing.id, hold.outgoing.rank, hold.stands))
        try:
            await self._while_held(hold)
        except TimeoutError:
            late = "it took longer than the message is held"
            await self._became(hold.outgoing, Uncertain(late) if hold.sending else NotYet(late, 0))
        except Exception as trouble:  # noqa: BLE001  it is sorted there
            await self._became(hold.outgoing, trouble)

    async def _while_held(self, hold: Hold) -> None:
        """Deliver for as long as the lease is ours (`renew`); raises TimeoutError after that."""
        self._held.add(hold)
        try:
            async with hold.bound:
                message = await self._write(hold)
                if message is None:
                    return
                outgoing = hold.outgoing = message.outgoing
                if not hold.stands():
                    raise NotYet("its lease ended before it was sent", 0)
                hold.sending = True
                with self._tracing.span(
                    f"message {outgoing.topic}",
                    parent=outgoing.trace,
                    contract=outgoing.contract,
                    record=outgoing.subject,
                    attempt=outgoing.attempts,
                ):
                    await self._delivery.deliver(message)
        finally:
            self._held.discard(hold)

    async def _write(self, hold: Hold) -> Message | Act | Copies | None:
        """Put it into words; where that fails, what was to go with it is given back."""
        outgoing = hold.outgoing
        try:
            return await self._writing.write(outgoing)
        except Exception:
            if outgoing.companions:
                await self._store.outbox.put_back(
                    *outgoing.companions, not_before=None, uncertain=outgoing.uncertain
                )
                hold.outgoing = replace(outgoing, companions=())
            raise

    async def _became(self, outgoing: OutboxMessage, trouble: Exception) -> None:
        """Record what became of a message that did not leave, or may not have."""
        match trouble:
            case NotYet():
                self._metrics.sends.labels("waits its turn").inc()
                await self._outcomes.wait(outgoing, trouble, uncertain=outgoing.uncertain)
            case NotSent():
                await self._outcomes.not_sent(outgoing, trouble)
            case Uncertain(__cause__=NotYet() as wait):
                await self._outcomes.wait(outgoing, wait, uncertain=True)
            case Uncertain():
                await self._outcomes.doubt(outgoing, trouble)
            case Undeliverable(code=code):
                await self._outcomes.refused(outgoing, code)
            case OperationalError() | DatabaseTrouble():  # the database's, not the message's
                _trouble(trouble)
                await self._outcomes.database_away(outgoing)
            case _:
                await self._outcomes.bug(outgoing, trouble)


def _trouble(trouble: Exception) -> None:
    log.error("the database is in trouble", action="database_trouble", why=str(trouble))
