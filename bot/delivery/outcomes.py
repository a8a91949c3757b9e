"""Outcomes of a message: it left, waits, is tried again, is in doubt, or is set aside.

Each outcome is recorded, so that a stop at any instant repeats what changes nothing, and what may
have left is never sent blindly again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.delivery.contact_methods import ContactMethod, contact_methods_of
from bot.directory.directory import Directory
from bot.observe.metrics import Metrics
from bot.slack.calls import NotSent, NotYet, Uncertain
from bot.slack.posts import MessageReference
from bot.slack.refusals import FOR_GOOD, MOVED, OUR_ACCESS
from escalation.base.backoff import backoff, doubling
from escalation.base.refusals import Refusal
from escalation.decision.commands.command import Command
from escalation.decision.commands.delivery import RecordDelivery
from escalation.messages.destinations import To
from store.database import Store
from store.transaction.outbox_message import OutboxMessage, OutboxState

log = structlog.get_logger()

A_MOMENT = timedelta(milliseconds=1)
MOST_ATTEMPTS = 4  # at a bug of ours, or where Slack refuses in words that nobody knows
NOT_WRITTEN = "not_written"
KEEP_TRYING = timedelta(days=1)  # what is not urgent: longer than any outage of Slack so far
PAUSES = doubling(2.0, 300.0)
URGENT_PAUSES = doubling(2.0, 30.0)

Perform = Callable[[Command], Awaitable[object]]


class Outcomes:
    """Records what became of messages, and has what is urgent go by other ways meanwhile."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        directory: Directory,
        perform: Perform,
        methods: tuple[ContactMethod, ...],
        fallback_after: timedelta,
        chance: random.Random,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._perform = perform
        self._methods = methods
        self._fallback_after = fallback_after
        self._chance = chance
        self._metrics = metrics

    async def left(self, message: OutboxMessage, place: MessageReference) -> None:
        """Record what left; the urgent in the journal first, for a stop in between repeats that.

        Where it cannot be recorded it is uncertain from here on, and never sent blindly again.
        """
        try:
            urgent = (each for each in message.with_companions if each.urgent)
            await asyncio.gather(*(self._journal(each, delivered=True) for each in urgent))
            await self._store.outbox.mark_sent(
                *message.with_companions,
                channel=place.channel,
                ts=place.ts,
                now=self._clock.now(),
                shown=place.shown,
            )
        except Exception as trouble:
            raise Uncertain(f"it left, and could not be recorded: {trouble!r}") from trouble

    async def wait(self, message: OutboxMessage, wait: NotYet, *, uncertain: bool) -> None:
        """Its turn has not come: it waits without a dispatcher, and this is no attempt."""
        until = self._clock.now() + timedelta(seconds=wait.seconds) + A_MOMENT
        if until - message.at > self._fallback_after:
            await self._by_other_methods(message)
        await self._store.outbox.put_back(
            *message.with_companions, not_before=until, uncertain=uncertain
        )

    async def doubt(self, message: OutboxMessage, doubt: Uncertain) -> None:
        """It may have left: it is looked for in the conversation before it is sent again."""
        self._metrics.sends.labels("uncertain").inc()
        log.warning("uncertain send", action="message_uncertain", **about(message), why=str(doubt))
        seconds = doubt.seconds or self._pause(message)
        await self._by_other_methods(message)
        again = self._clock.now() + timedelta(seconds=seconds)  # the same: they stay together
        for each in message.with_companions:
            if _outlasts(each, self._clock):
                await self._failed(each, str(doubt))
            else:
                await self._store.outbox.mark_uncertain(each, str(doubt), again)

    async def refused(self, message: OutboxMessage, code: str) -> None:
        """Give up what Slack refuses for good; wait where it is our access that needs mending.

        What is refused in words that nobody knows is tried a few times: it may be no refusal.
        """
        if code in OUR_ACCESS:
            log.error("Slack refuses the bot itself", action="access_refused", code=code)
            await self._again(message, URGENT_PAUSES[-1], code)
        elif code in MOVED and message.to.kind is not To.CRISIS and message.attempts <= 1:
            contract = await self._store.read(lambda tx: tx.contract(message.contract))
            self._directory.refused(contract, message.to)  # it may stand under a new id by now
            await self._again(message, 0, code, ends=False)
        else:
            for each in _one_by_one(message):
                if not self._for_good(each, code) and each.attempts < MOST_ATTEMPTS:
                    await self._again(each, self._pause(each), code, ends=False)
                else:
                    await self._failed(each, code)

    def _for_good(self, message: OutboxMessage, code: str) -> bool:
        """Return whether it is known what the refusal means, and that it will stay."""
        return code in FOR_GOOD or bool(self._method_of(message))

    async def not_sent(self, message: OutboxMessage, pause: NotSent) -> None:
        """It certainly did not leave: it is tried again after the pause that was asked for."""
        await self._again(message, pause.seconds, str(pause))

    async def database_away(self, message: OutboxMessage) -> None:
        """Try again after a pause: it is the database's trouble, not the message's."""
        await self._again(message, self._pause(message), "database")

    async def bug(self, message: OutboxMessage, bug: Exception) -> None:
        """Try again what could not be rendered or sent for an unforeseen reason.

        Routine messages are set aside after a few times. A call never is: it is reported, so that
        the next person is called, and tried on behind the others of its conversation.
        """
        log.exception("a message could not be rendered or sent", **about(message))
        for each in _one_by_one(message):
            if each.attempts < MOST_ATTEMPTS:
                await self._again(each, self._pause(each), repr(bug), ends=False)
            elif each.urgent and not self._method_of(each):
                await self._report(each, repr(bug), NOT_WRITTEN)
                again = self._clock.now() + timedelta(seconds=self._pause(each))
                await self._store.outbox.step_aside(each, again, repr(bug))
            else:
                await self._failed(each, repr(bug), code=NOT_WRITTEN)

    async def _again(
        self, message: OutboxMessage, seconds: float, why: str, *, ends: bool = True
    ) -> None:
        """Try again; what was doubtful stays doubtful.

        With `ends`, what is routine is given up once this has lasted too long.
        """
        await self._by_other_methods(message)
        again = self._clock.now() + timedelta(seconds=seconds)
        for each in message.with_companions:
            self._metrics.sends.labels("tried again").inc()
            if ends and _outlasts(each, self._clock):
                await self._failed(each, why)
            elif each.uncertain:
                await self._store.outbox.mark_uncertain(each, why, again)
            else:
                await self._store.outbox.mark_retry(each, again, why)

    async def _failed(self, message: OutboxMessage, why: str, code: str = "") -> None:
        """Set a message aside.

        It is recorded first: a stop in between repeats that, which changes nothing.
        """
        await self._report(message, why, code or why)
        await self._store.outbox.mark_failed(message, why, self._clock.now())

    async def _report(self, message: OutboxMessage, why: str, code: str) -> None:
        """Say that it does not arrive: `why` to the operator, `code` in the journal."""
        self._metrics.sends.labels("failed").inc()
        log.error("undeliverable", action="message_failed", **about(message), why=why)
        otherwise = await self._by_other_methods(message, at_once=True)
        if self._method_of(message):  # a copy: Slack may still take the message itself
            otherwise = await self._store.outbox.original_state(message) is not OutboxState.FAILED
        await self._journal(message, delivered=False, why=code, otherwise=otherwise)

    async def _by_other_methods(self, message: OutboxMessage, *, at_once: bool = False) -> bool:
        """Have what is urgent go by other ways, with what waits behind it, when its time has come.

        Whether this message may still arrive by one.
        """
        name = message.to.person
        if not self._methods or not name or message.to.method:
            return False
        contract = await self._store.read(lambda tx: tx.contract(message.contract))
        if not contract.knows(name):
            return False
        now = self._clock.now()
        due = now if at_once else message.at + self._fallback_after
        arriving = [
            await self._store.outbox.put_by_method(
                message, method.name, now, due=due, behind=not at_once
            )
            for method in contact_methods_of(self._methods, contract.person(name))
        ]
        return message.urgent and any(arriving)

    def _method_of(self, message: OutboxMessage) -> str:
        """Find the contact method a message goes by; "" for Slack."""
        name = message.to.method
        return name if any(each.name == name for each in self._methods) else ""

    async def _journal(
        self, message: OutboxMessage, *, delivered: bool, why: str = "", otherwise: bool = False
    ) -> None:
        method = self._method_of(message)
        try:
            effect = message.effect
        except LookupError:  # of a type that only another version knows: no rule can weigh it
            log.error("a delivery could not be recorded", **about(message), why="unknown topic")
            return
        try:
            await self._perform(
                RecordDelivery(
                    contract=effect.contract,
                    subject=effect.subject,
                    meaning=effect.meaning,
                    to=effect.to.by(""),
                    delivered=delivered,
                    why=why,
                    way=method,
                    otherwise=otherwise,
                    key=f"delivery/{message.id}/{delivered}",
                )
            )
        except Refusal as refusal:
            log.error("a delivery could not be recorded", **about(message), why=refusal.code)

    def _pause(self, message: OutboxMessage) -> float:
        """Work out how long to wait before the next attempt: ever longer, and not for all alike."""
        return longest_pause(message) * self._chance.uniform(0.7, 1.0)


def longest_pause(message: OutboxMessage) -> float:
    """The longest pause after so many attempts."""
    return backoff(URGENT_PAUSES if message.urgent else PAUSES, message.attempts)


def _outlasts(message: OutboxMessage, clock: Clock) -> bool:
    """Return whether Slack could not be reached for so long that a message is given up.

    A call never is, nor is a card: it says what is so when Slack is back.
    """
    return not (message.urgent or message.collapse) and clock.now() - message.at > KEEP_TRYING


def _one_by_one(message: OutboxMessage) -> list[OutboxMessage]:
    return [replace(each, companions=()) for each in message.with_companions]


def about(message: OutboxMessage) -> dict[str, object]:
    """Return what a line of the log says of a message."""
    return {
        "message_id": message.id,
        "topic": message.topic,
        "subject": message.subject,
        "to": str(message.to),
        "attempts": message.attempts,
    }
