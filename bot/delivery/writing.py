"""Messages in words, as things stand when they are sent; what is no longer true is dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from bot.clock import Clock
from bot.delivery.contact_methods import ContactMethod
from bot.observe.metrics import Metrics
from bot.slack.calls import Undeliverable
from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.messages.effects import Meaning, RoomAction
from escalation.messages.room_actions import OpenRoom, ShowAnswers, ShowCalls
from escalation.records.kinds import CRISIS
from handlers.registry.views import answered, questions, render
from handlers.words.gathered import OTHER, Part, gathered, gravity
from handlers.words.rendered import Reader, Rendered
from store.database import Store
from store.transaction.outbox_message import OutboxMessage, OutboxState

MOST_ALONE = 1000  # messages of which it is remembered how an attempt failed


@dataclass(frozen=True, slots=True)
class _Written:
    """One message in words, for its reader."""

    outgoing: OutboxMessage
    part: Part
    reader: Reader

    @property
    def rendered(self) -> Rendered:
        return self.part.rendered


@dataclass(frozen=True, slots=True)
class Message:
    """Words that go as one post: an outbox message in words, or several to the same person."""

    parts: tuple[_Written, ...]

    @property
    def outgoing(self) -> OutboxMessage:
        """The first message, with the others as its companions."""
        first, *others = (part.outgoing for part in self.parts)
        return replace(first, companions=tuple(others))

    @property
    def reader(self) -> Reader:
        """Return who will read it."""
        return self.parts[0].reader

    @property
    def rendered(self) -> Rendered:
        """All of it in words."""
        if len(self.parts) == 1:
            return self.parts[0].rendered
        return gathered([each.part for each in self.parts], self.reader.texts)

    @property
    def mark(self) -> str:
        """The same for the same messages: a second copy is known for one, others are not."""
        ids = [part.outgoing.id for part in self.parts]
        return ids[0] if len(ids) == 1 else sha256(" ".join(ids).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Act:
    """A room action that is still to be done, under the contract in force."""

    outgoing: OutboxMessage
    contract: Contract


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of calls, or questions, that somebody has are to be shown anew (Rule ESC-6)."""

    outgoing: OutboxMessage


class Writing:
    """Puts messages into words, and drops what is no longer true."""

    def __init__(
        self, *, store: Store, clock: Clock, methods: tuple[ContactMethod, ...], metrics: Metrics
    ) -> None:
        self._store = store
        self._clock = clock
        self._methods = methods
        self._metrics = metrics
        self._alone: deque[str] = deque(maxlen=MOST_ALONE)

    async def write(self, outgoing: OutboxMessage) -> Message | Act | Copies | None:
        """Put a message and its companions into words; what is no longer true is dropped.

        A room action needs no words. None where nothing is left. A companion that cannot be
        written is given back; raises what writing the message itself raises.
        """
        if isinstance(outgoing.effect.meaning, ShowCalls | ShowAnswers):
            return Copies(outgoing)
        if isinstance(outgoing.effect.meaning, RoomAction):
            return await self._act(outgoing)
        if outgoing.companions and outgoing.id in self._alone:
            uncertain = outgoing.uncertain
            await self._store.outbox.put_back(
                *outgoing.companions, not_before=None, uncertain=uncertain
            )
            outgoing = replace(outgoing, companions=())
        parts: list[_Written] = []
        for each in outgoing.with_companions:
            try:
                written = await self._write(each, together=bool(outgoing.companions))
            except Exception:
                if each is outgoing:
                    raise
                await self._store.outbox.put_back(each, not_before=None, uncertain=each.uncertain)
                continue
            if written is not None:
                parts.append(written)
        return Message(tuple(parts)) if parts else None

    def standing(self, messages: Sequence[OutboxMessage], tx: Transaction) -> Rendered | None:
        """Messages that stand together already, as they are to read by now."""
        first, together = messages[0], len(messages) > 1
        if not tx.contract(first.contract).knows(first.to.person):
            return None
        parts = [
            _written(tx, each, self._clock, together=together, standing=True) for each in messages
        ]
        written = tuple(part for part in parts if part is not None)
        return Message(written).rendered if written else None

    def questions(self, outgoing: OutboxMessage, tx: Transaction) -> Mapping[str, Meaning]:
        """Return what may have been asked about a record, by which question it is."""
        return questions(outgoing.effect, tx)

    def answer(
        self, outgoing: OutboxMessage, question: Meaning, tx: Transaction
    ) -> Rendered | None:
        """The copy of a question that is answered by now."""
        contract = tx.contract(outgoing.contract)
        if not contract.knows(outgoing.to.person):
            return None
        reader = Reader.of(contract, outgoing.to.person)
        return answered(question, outgoing.effect, tx, reader, self._clock.now())

    def alone(self, outgoing: OutboxMessage) -> None:
        """Write these messages one by one from now on: together Slack refused them."""
        self._alone.extend(each.id for each in outgoing.with_companions)

    def method_of(self, outgoing: OutboxMessage) -> ContactMethod | None:
        """Find the contact method that a message goes by; None for Slack."""
        return next((method for method in self._methods if outgoing.to.method == method.name), None)

    async def drop(self, outgoing: OutboxMessage, why: str) -> None:
        """Drop a message, which says why."""
        self._metrics.sends.labels("dropped").inc()
        await self._store.outbox.mark_dropped(outgoing, why, self._clock.now())

    async def _act(self, outgoing: OutboxMessage) -> Act | None:
        """Find what is to be done to a room; a room for a crisis that is over is opened no more."""
        contract, crisis = await self._store.read(
            lambda tx: (
                tx.contract(outgoing.contract),
                tx.get(CRISIS, outgoing.contract, outgoing.subject),
            )
        )
        if outgoing.topic == OpenRoom.topic and crisis.room is None and crisis.state in CRISIS.over:
            await self.drop(outgoing, "no longer true")
            return None
        return Act(outgoing, contract)

    async def _write(self, outgoing: OutboxMessage, *, together: bool) -> _Written | None:
        """One message in words; None, and it is dropped, where it is no longer true."""
        if (method := self.method_of(outgoing)) is not None:
            original = await self._store.outbox.original_state(outgoing)
            if original in {OutboxState.SENT, OutboxState.DROPPED, None}:
                await self.drop(outgoing, "Slack took it")
                return None
        written = await self._store.read(
            lambda tx: _written(tx, outgoing, self._clock, together=together)
        )
        if written is None or (method is not None and written.reader.person is None):
            await self.drop(outgoing, "no longer true")
            return None
        return written


def _written(
    tx: Transaction,
    outgoing: OutboxMessage,
    clock: Clock,
    *,
    together: bool,
    standing: bool = False,
) -> _Written | None:
    effect = outgoing.effect
    contract = tx.contract(effect.contract)
    person = effect.to.person or None
    if person and not contract.knows(person):
        raise Undeliverable("not_in_the_contract_now")
    reader = Reader.of(contract, person)
    rendered = render(effect, tx, reader, clock.now(), standing=standing)
    if rendered is None:
        return None
    part = Part(
        rendered=rendered,
        call=effect.urgent and effect.meaning.wakes,
        gravity=gravity(effect, tx) if together else OTHER,
        at=outgoing.at,
    )
    return _Written(replace(outgoing, companions=()), part, reader)
