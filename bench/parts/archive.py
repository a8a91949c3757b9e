"""What a long memory of closed incidents, problems and changes costs those who open new ones.

All of one component, with the same words: what is looked for among them, as a cause, as like ones
or as what was put into service, is looked for among all. Nothing is sent to Slack.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import delete, insert

from bench.figures import Figure, p50
from bench.ground import fresh
from bench.parts.growth import CHUNK, MOST, Act, Ground, against, prepared, timed
from bench.process import quiet
from bench.seed import OPENED, contract
from escalation.base.journal import Entry
from escalation.base.journal_actions.change import ChangeAction
from escalation.decision.commands import change as ch
from escalation.decision.commands import incident as i
from escalation.decision.commands import problem as p
from escalation.decision.commands.command import Command
from escalation.decision.commands.event import TakeEvents
from escalation.plan.memory import Memory
from escalation.records.change import ChangeResult
from escalation.records.event import Event, EventState, Seen
from escalation.records.kinds import CHANGE, INCIDENT, PROBLEM, Record
from escalation.records.problem import ProblemState
from handlers.incident.parts.beside import beside_opening
from handlers.incident.verbs import OPEN
from handlers.router.router import OpenForm
from handlers.verbs.verb import Invocation
from store.database import Store
from store.schema.tables import counters
from store.transaction.transaction import SqlTransaction

MANAGER, TECHNICIAN, REQUESTER = "claire-vasseur", "thomas-lacroix", "antoine-mercier"
PROBLEM_MANAGER, CHANGE_MANAGER = "julien-perrin", "sophie-arnaud"
COMPONENT, TITLE, STANDARD = "portail", "Portail lent", "portal-certificate"
NUMBERS = ("INC", "PRB", "CHG", "EVT")
OPEN_ONES = 20  # incidents, known errors and planned changes beside what is closed
LAST_YEAR = OPENED - timedelta(days=300)
YESTERDAY = OPENED - timedelta(days=1)


class _Life:
    """What people do, by the use cases, in memory."""

    def __init__(self, at: datetime) -> None:
        self.memory, self.now = Memory(contract()), at

    def do(self, kind: type[Command], by: str, **values: Any) -> str:
        return self.memory.do(kind(contract=contract().id, by=by, **values), self.now)

    def incident(self) -> str:
        name = self.do(i.OpenIncident, REQUESTER, title=TITLE, component=COMPONENT, severity=3)
        self.do(i.TakeIncident, MANAGER, incident=name)
        return name

    def known_error(self, incident: str) -> str:
        values = {"title": TITLE, "incident": incident, "cause": "Leak", "workaround": "Restart"}
        return self.do(p.OpenProblem, PROBLEM_MANAGER, **values)

    def change(self) -> str:
        return self.do(ch.RequestChange, CHANGE_MANAGER, title="", standard=STANDARD)


@cache
def _closed() -> tuple[tuple[Record, ...], tuple[Entry, ...]]:
    """An incident, its problem and the change that fixed it, all closed.

    Of their journal, how each began, and what was put into service: `growth` measures whole lives.
    """
    life = _Life(LAST_YEAR)
    name = life.incident()
    problem, change = life.known_error(name), life.change()
    life.do(i.ResolveIncident, MANAGER, incident=name, cause_gone=True, cure="Restarted")
    life.do(i.VerifyIncident, REQUESTER, incident=name, fixed=True)
    life.do(i.CloseIncident, MANAGER, incident=name)
    life.do(ch.PlanChange, CHANGE_MANAGER, change=change, start=life.now, despite="now")
    life.do(ch.StartChange, TECHNICIAN, change=change, despite="now")
    life.do(ch.EndChange, TECHNICIAN, change=change, result=ChangeResult.SUCCEEDED)
    life.do(ch.CloseChange, CHANGE_MANAGER, change=change)
    life.do(p.RecordFix, PROBLEM_MANAGER, problem=problem, change=change)
    life.now += timedelta(days=31)
    life.do(p.CloseProblem, PROBLEM_MANAGER, problem=problem)
    seen = Event(
        id="EVT-0001", contract=contract().id, contract_version=contract().version, source="a",
        component=COMPONENT, title=TITLE, state=EventState.OVER, incident=name, count=1, told=1,
        first_at=LAST_YEAR, last_at=LAST_YEAR,
    )  # fmt: skip
    of = contract().id
    incident = replace(life.memory.get(INCIDENT, of, name), opened_at=YESTERDAY)
    records = (
        incident, life.memory.get(PROBLEM, of, problem), life.memory.get(CHANGE, of, change), seen
    )  # fmt: skip
    lines = [sealed.line for sealed in life.memory.chain]
    first = {line.subject: line for line in reversed(lines)}
    released = [line for line in lines if line.action == ChangeAction.RELEASED]
    return records, (*first.values(), *released[1:])


def _numbered(value: Any, number: int) -> Any:
    """What names the first of each kind, naming those of that number."""
    if isinstance(value, str) and value.endswith("-0001") and value[:3] in NUMBERS:
        return f"{value[:3]}-{number:04d}"
    if isinstance(value, tuple | list):
        return type(value)(_numbered(each, number) for each in value)
    return value


def _of_number(record: Record, number: int) -> Record:
    named = ("id", "incidents", "problems", "incident")
    values = {n: _numbered(getattr(record, n), number) for n in named if hasattr(record, n)}
    return replace(record, version=0, **values)


async def _archive(store: Store, size: int) -> None:
    """Leave so many of each kind behind, closed."""
    records, lines = _closed()
    for start in range(1, size + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, size + 1))

        def put(tx: SqlTransaction, numbers: range = numbers) -> None:
            for number in numbers:
                for record in records:
                    tx.put(_of_number(record, number))
                tx.append(
                    [
                        replace(
                            line,
                            subject=_numbered(line.subject, number),
                            facts={k: _numbered(v, number) for k, v in line.facts.items()},
                        )
                        for line in lines
                    ]
                )
            for prefix in NUMBERS:
                row = {"contract": contract().id, "prefix": prefix, "last": numbers[-1]}
                given = (counters.c.contract == row["contract"], counters.c.prefix == prefix)
                tx.connection.execute(delete(counters).where(*given))
                tx.connection.execute(insert(counters), row)

        await store.run(put, now=OPENED)


async def _open_some(ground: Ground) -> str:
    """Open incidents, known errors and changes; the last change, which has no window yet."""
    life, at = ground.application, OPENED + timedelta(days=2)
    change = ""
    for number in range(OPEN_ONES):
        done = await life.perform(
            i.OpenIncident(
                contract=contract().id, by=REQUESTER, title=TITLE, component=COMPONENT, severity=3
            )
        )
        await life.perform(
            p.OpenProblem(
                contract=contract().id, by=PROBLEM_MANAGER, title=TITLE, incident=done.id,
                cause="Leak", workaround="Restart",
            )
        )  # fmt: skip
        asked = ch.RequestChange(
            contract=contract().id, by=CHANGE_MANAGER, title="", standard=STANDARD
        )
        change = (await life.perform(asked)).id
        if number < OPEN_ONES - 1:
            planned = ch.PlanChange(
                contract=contract().id, by=CHANGE_MANAGER, change=change, despite="they know",
                start=at + timedelta(hours=2 * number),
            )  # fmt: skip
            await life.perform(planned)
    return change


def _found(what: object) -> None:
    """What was asked came about: a act that is refused would be quick, and say nothing."""
    if not what:
        raise RuntimeError("it did not come about")


def _deeds(ground: Ground, change: str) -> dict[str, Act]:
    """What is asked every day, by whoever asks it."""
    numbers, typed = count(), ground.typed
    first = change.replace("CHG", "INC")

    async def hints() -> None:
        (caller,) = await ground.application.callers(f"U{MANAGER.upper()}")
        values = {"component": COMPONENT, "title": TITLE}
        invocation = Invocation(
            verb=OPEN, caller=caller, subject="", values=values, source="form", key="", now=OPENED
        )
        _found(await ground.application.read(lambda tx: beside_opening(tx, invocation)))

    async def event() -> None:
        seen = Seen(source="a", group="g", alert=f"a{next(numbers)}", title=TITLE, severity=3)
        taken = TakeEvents(contract=contract().id, component=COMPONENT, seen=(seen,))
        await ground.application.perform(taken)

    async def recurring() -> None:
        names = []
        for _ in range(3):
            opening = i.OpenIncident(
                contract=contract().id, by=MANAGER, title="Pages blanches", component="dossiers",
                severity=3,
            )  # fmt: skip
            names.append((await ground.application.perform(opening)).id)
        for name in names:
            await typed(MANAGER, f'incident resolve {name} "redémarré" cause_gone=yes')
        resolved = await ground.application.read(
            lambda tx: tx.get(INCIDENT, contract().id, names[-1])
        )
        (problem,) = resolved.problems
        declined = await ground.application.perform(
            p.DeclineProblem(
                contract=contract().id, by=PROBLEM_MANAGER, problem=problem, reason="known"
            )
        )
        _found(declined.state is ProblemState.DECLINED)

    async def clashing() -> None:
        answer = await typed(CHANGE_MANAGER, f"change plan {change} 2026-07-17T12:00")
        _found(isinstance(answer, OpenForm))  # it asks for the reason, or for another time

    line = f'incident open "{TITLE}" component={COMPONENT} severity=3'
    return {
        "the hints of the form": hints,
        "an incident opened": lambda: typed(MANAGER, line),
        "the card of an incident": lambda: typed(MANAGER, f"incident show {first}"),
        "an event": event,
        "a recurrence, to its problem": recurring,
        "/incident": lambda: typed(MANAGER, "incident list"),
        "/problem": lambda: typed(PROBLEM_MANAGER, "problem list"),
        "/change": lambda: typed(CHANGE_MANAGER, "change list"),
        "the Home": lambda: ground.home(CHANGE_MANAGER),
        "the calendar of changes": lambda: typed(CHANGE_MANAGER, "change calendar"),
        "a clash, and the next free slot": clashing,
        "what was put into service": lambda: typed(
            CHANGE_MANAGER, f"change history component={COMPONENT}"
        ),
    }


async def archive(database: str, sizes: Sequence[int], times: int) -> list[Figure]:
    """The same asked beside few and beside many closed ones, in turns, each in its database."""
    quiet()
    async with AsyncExitStack() as stack:
        asked = []
        for size in sizes:
            url = stack.enter_context(fresh(database))
            ground = await stack.enter_async_context(prepared(url))
            await _archive(ground.store, size)
            asked.append(_deeds(ground, await _open_some(ground)))
        found = {what: await _in_turns([acts[what] for acts in asked], times) for what in asked[0]}
    return against("archive", database, "closed", sizes, found, MOST)


async def _in_turns(acts: Sequence[Act], times: int) -> list[float]:
    """The medians of the same act done by turns, so that other work is in the way of all alike."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(times):
        for act, each in zip(acts, taken, strict=True):
            each.append(await timed(act, 1))
    return [p50(each) for each in taken]
