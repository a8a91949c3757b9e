"""Plan what would happen if nobody acted: the real rules run ahead (design, decision 8).

A plan is not computed beside the rules but by them, over a memory of its own and a clock that
jumps from one due timer to the next: so it cannot disagree with what the bot will do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from escalation.base.durations import Clock
from escalation.base.evolve import replace
from escalation.base.refusals import BadValue, NotFound
from escalation.base.timer_names.ladder import SettleBy
from escalation.base.timer_names.reading import read
from escalation.base.value import Value
from escalation.contract import CLIENT, ESCALADE, Contract, Role
from escalation.decision.commands.incident import OpenIncident, SetPriority
from escalation.decision.context import Context
from escalation.incident.priority import SEVERITIES, assess, find_component
from escalation.ladder import climbing
from escalation.ladder.rung import at_top
from escalation.ladder.standing import known
from escalation.messages.effects import Effect, Meaning, RoomAction
from escalation.messages.incident import DelayNotice, IncidentNews, TargetMissed, TargetWarning
from escalation.messages.ladder import NobodyReachable, PeerEscalated, Ping
from escalation.perform import DueTimer
from escalation.perform.saving import save
from escalation.plan.memory import Memory
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT

REPEATS = 2  # how often the top rung's repetition is shown, where it alone is called anew
FAR = timedelta(days=120)


class Step(Value):
    """One person reached. `clock` is what the wait before it ran on; None at the very start.

    `how` is the message's topic; `why` its code or a person's reason; `informed_by` who caused it.
    `number` counts the calls to one person at one rung. `percent` of a `target` have run, or all.
    """

    at: datetime
    who: str
    side: str
    level: int
    how: str
    ladder: str | None
    number: int | None
    clock: Clock | None
    why: str
    informed_by: str
    target: str = ""
    percent: int = 0


def plan(
    contract: Contract,
    *,
    priority: int,
    at: datetime,
    component: str | None = None,
    ladder: str | None = None,
    supplier: str | None = None,
    horizon: timedelta | None = None,
) -> list[Step]:
    """Return who would be reached, and when, for an incident of this priority opened `at`.

    `ladder` (its id) or `supplier` (the ladder towards them) is started too, at once. Without a
    `horizon` the plan ends when every target has passed and each ladder, or the top rung alone
    where the contract says so, is called anew. Raises NotFound and BadValue.
    """
    if not 1 <= priority <= 4:
        raise BadValue("priority_out_of_range", given=priority)
    memory = Memory(contract)
    also = _ladder_meant(contract, ladder, supplier)
    incident = _open(memory, contract, priority=priority, at=at, component=component)
    if also is not None:
        _escalate(memory, contract, incident, also, at)
    return list(_run(memory, contract, incident, at, horizon))


def plan_of(
    contract: Contract, incident: Incident, now: datetime, *, horizon: timedelta | None = None
) -> list[Step]:
    """Return who will be reached, and when, if nobody acts on this running incident.

    `contract` is the version the incident runs by.
    """
    memory = Memory(replace(contract, version=incident.contract_version))
    memory.put(incident)
    return list(_run(memory, contract, incident.id, now, horizon))


# ── the beginning ────────────────────────────────────────────────────────────────────────────


def _ladder_meant(contract: Contract, ladder: str | None, supplier: str | None) -> str | None:
    if ladder is not None:
        return known(contract, ladder)
    if supplier is None:
        return None
    towards = {each.towards: each.id for each in contract.ladders}
    if supplier == CLIENT or supplier not in towards:
        raise NotFound("unknown_supplier", supplier=supplier, known=sorted({*towards} - {CLIENT}))
    return towards[supplier]


def _open(
    memory: Memory, contract: Contract, *, priority: int, at: datetime, component: str | None
) -> str:
    """Open through the contract's own scheme where it leads to that priority, else by hand."""
    requesters = contract.holders(Role.REQUESTER, CLIENT)
    opening = OpenIncident(
        contract=contract.id,
        by=ESCALADE,
        title="Plan",
        requester=requesters[0].id if requesters else None,
    )
    if component is not None:
        found = find_component(contract.components, component)
        severity = _severity_for(contract, found.id, priority)
        opening = replace(opening, component=found.id, severity=severity)
    incident = memory.do(opening, at)
    if memory.get(INCIDENT, contract.id, incident).priority is None or (
        memory.get(INCIDENT, contract.id, incident).level != priority
    ):
        by_hand = SetPriority(
            contract=contract.id, by=ESCALADE, incident=incident, level=priority, reason="plan"
        )
        memory.do(by_hand, at)
    return incident


def _severity_for(contract: Contract, component: str, priority: int) -> int | None:
    for severity in SEVERITIES:
        try:
            if assess(contract, component=component, severity=severity).level == priority:
                return severity
        except BadValue:
            continue
    return None


def _escalate(memory: Memory, contract: Contract, incident: str, ladder: str, at: datetime) -> None:
    record = memory.get(INCIDENT, contract.id, incident)
    context = Context(now=at, contract=contract)
    save(memory, context, climbing.start(context, record, ladder=ladder, reason="plan"))


# ── running ahead ────────────────────────────────────────────────────────────────────────────


def _run(
    memory: Memory, contract: Contract, incident: str, now: datetime, horizon: timedelta | None
) -> Iterator[Step]:
    end = now + (horizon if horizon is not None else FAR)
    record = memory.get(INCIDENT, contract.id, incident)
    repeats = None if horizon is not None else _Repeats(contract, record)
    yield from _new_steps(memory, contract, incident, None, repeats)
    while (due := memory.due()) is not None and due.due <= end:
        record = memory.get(INCIDENT, contract.id, incident)
        if repeats and repeats.only(record):
            return
        if repeats:
            repeats.note(record, due)
        timer = record.alarms.get(due.name)
        clock = timer.clock if timer else None
        memory.outbox.clear()
        memory.fire(due, max(due.due, now))
        yield from _new_steps(memory, contract, incident, clock, repeats)


class _Repeats:
    """Rounds made of each ladder, or its top rung: so a plan without a horizon ends."""

    def __init__(self, contract: Contract, incident: Incident) -> None:
        self._contract = contract
        self.most = REPEATS if contract.escalation.at_top == "top" else 1
        self._rounds = {
            (escalation.ladder, side.side): self._round(escalation, side)
            for escalation in incident.walks
            if escalation.active
            for side in escalation.sides
        }
        self._settling: Counter[str] = Counter()

    def note(self, incident: Incident, due: DueTimer) -> None:
        """A time to settle ends: at the top, that is a repetition."""
        for escalation in incident.walks:
            if read(due.name) == SettleBy(escalation.ladder) and at_top(self._contract, escalation):
                self._settling[escalation.ladder] += 1

    def of(self, escalation: Escalation, side: SideCalls) -> int:
        """Return how often one side of an escalation was called anew."""
        rounds = self._round(escalation, side) - self._rounds.get((escalation.ladder, side.side), 0)
        return max(self._settling[escalation.ladder], rounds) if side.acknowledged_by else rounds

    def _round(self, escalation: Escalation, side: SideCalls) -> int:
        at_the_top = at_top(self._contract, escalation)
        return escalation.anew + (side.round - 1 if at_the_top else 0)

    def only(self, incident: Incident) -> bool:
        """Return whether nothing new is to come: no target runs, and every top was gone around."""
        if not all(name.repeats for name in incident.alarms.names):
            return False
        active = [escalation for escalation in incident.walks if escalation.active]
        return all(
            self.of(escalation, side) >= self.most
            for escalation in active
            for side in escalation.sides
        )

    def _hidden(self, escalation: Escalation, side: SideCalls) -> bool:
        """Of a ladder called anew, its first calls are shown; of a top called alone, each."""
        again = self.of(escalation, side)
        return again > self.most or (escalation.anew > 0 < again and escalation.rung > 0)

    def beyond(self, incident: Incident, effect: Effect) -> bool:
        """Return whether a call is a repetition more than the plan shows."""
        match effect.meaning:
            case Ping(ladder=ladder, side=of_side) | NobodyReachable(ladder=ladder, side=of_side):
                escalation = incident.escalation(ladder)
                sides = (
                    [side for side in escalation.sides if side.side == of_side]
                    if escalation
                    else []
                )
                return any(self._hidden(escalation, side) for side in sides if escalation)
        return False


def _new_steps(
    memory: Memory, contract: Contract, incident: str, clock: Clock | None, repeats: _Repeats | None
) -> Iterator[Step]:
    record = memory.get(INCIDENT, contract.id, incident)
    for at, effect in memory.outbox:
        who = effect.to.person
        if not who or isinstance(effect.meaning, RoomAction):
            continue
        if repeats and repeats.beyond(record, effect):
            continue
        step = Step(
            at=at,
            who=who,
            side=contract.person(who).organisation,
            level=_own_level(contract, who),
            how=effect.topic,
            ladder=None,
            number=None,
            clock=clock,
            why=effect.topic,
            informed_by=ESCALADE,
        )
        yield _told(step, effect.meaning)


def _own_level(contract: Contract, who: str) -> int:
    """The level of the post that somebody holds, else the lowest they are named at; 0 for none."""
    posts = [(e.level, post.people) for e in contract.echelons for post in (e.provider, e.client)]
    held = [level for level, people in posts if people[:1] == (who,)]
    return min(held or [level for level, people in posts if who in people], default=0)


def _told(step: Step, what: Meaning) -> Step:
    """The step with what its message says: of which call, which target, why, and by whom."""
    match what:
        case Ping(ladder=ladder, side=side, level=level, number=number, by=by, why=why):
            return replace(
                step,
                ladder=ladder,
                side=side,
                level=level,
                number=number,
                why=what.reason if why == "started" else why,
                informed_by=by or ESCALADE,
            )
        case NobodyReachable(ladder=ladder, side=side, level=level):
            return replace(step, ladder=ladder, side=side, level=level)
        case PeerEscalated(ladder=ladder, level=level, by=by, reason=reason):
            return replace(step, ladder=ladder, level=level, informed_by=by, why=reason)
        case TargetWarning(target=target, percent=percent):
            return replace(step, why=f"{target}/{percent}", target=target, percent=percent)
        case TargetMissed(target=target):
            return replace(step, why=target, target=target)
        case DelayNotice(why=why):
            return replace(step, why=why)
        case IncidentNews(action=action, by=by):
            return replace(step, informed_by=by, why=action)
    return step
