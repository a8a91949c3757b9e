"""Show what would happen: who would be reached when, and what would come of an event."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.cli.words import fail, operator_texts, say, say_json
from bot.cli.work.address import address
from bot.clock import FlowingClock, typed_instant
from config.contract.file import contract_files, read_contracts
from config.defaults import EXAMPLE
from config.text_files import NoText, TooLarge, read_text
from escalation.base.sober_text import sober
from escalation.contract import Contract
from escalation.messages.ladder import Ping
from escalation.plan.run_ahead import Step
from escalation.plan.run_ahead import plan as plan_ahead
from escalation.records.change import Change
from handlers.words.shared.plan import StepWords, in_words, person_name
from handlers.words.texts import Texts, msg

NARROWEST_TABLE = 120
WIDTH_OF_A_FILE = 200
HEADINGS = (
    msg("When"),
    msg("After"),
    msg("Who"),
    msg("Firm"),
    msg("Echelon"),
    msg("What"),
    msg("Clock"),
    msg("Why"),
    msg("Informed by"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of a plan that begins at `start`."""

    contract: Contract
    priority: int
    start: datetime
    steps: list[Step]


def print_plan(
    contract: Path | None,
    *,
    priority: int,
    at: str,
    component: str | None,
    ladder: str | None,
    supplier: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Print the plan of a contract file, or of the usual one, from an instant on, or from now."""
    terms = read_contracts([contract or _usual_contract()])[0]
    texts = operator_texts(terms.zone, language=language)
    try:
        start = typed_instant(at, terms.zone) if at else FlowingClock.starting().now()
    except (ValueError, OverflowError):
        fail(texts("%(given)s is not an instant; write 2026-07-14T03:00", given=at))
    steps = plan_ahead(
        terms,
        priority=priority,
        at=start,
        component=component,
        ladder=ladder,
        supplier=supplier,
    )
    found = Plan(contract=terms, priority=priority, start=start, steps=steps)
    if as_json:
        print_json(found)
    else:
        print_table(found, texts)


def try_event(
    file: Path, *, source: str, contract: Path | None, url: str, typed: bool, language: str
) -> int:
    """Print what a body posted by a source would lead to; 1 where it would be refused (EVT-1).

    Also what a change that is being carried out would hold back, by the database's changes.
    """
    from escalation.event.mapping import WrongShape, read
    from handlers.event.trial import trial_lines

    terms = read_contracts([contract or _usual_contract()])[0]
    texts = operator_texts(terms.zone, language=language)
    known = {each.id: each for each in terms.events.sources}
    if source not in known:
        listed = ", ".join(known) or texts("none")
        words = msg("The contract has no source “%(source)s”; it has: %(known)s.")
        fail(texts(words, source=sober(source), known=listed))
    now = FlowingClock.starting().now()
    try:
        body = json.loads(read_text(file))
        readings = read(terms, known[source], body, now)
    except (OSError, NoText, TooLarge):
        fail(texts("%(file)s cannot be read.", file=str(file)))
    except (ValueError, RecursionError):
        fail(texts("%(file)s is not JSON.", file=str(file)))
    except WrongShape as wrong:
        say(texts("It would be refused (422): %(why)s.", why=sober(str(wrong))))
        return 1
    seen = {each.component for each in readings if each.component and each.seen.firing}
    held, unknown = _held_back(terms, seen, now, texts, url=url, typed=typed)
    for number, reading in enumerate(readings, 1):
        change = held.get(reading.component or "")
        say("\n".join(trial_lines(number, reading, terms, texts, change, now)))
    if unknown:
        say(unknown)
    if not readings:
        say(texts("There is no event in it."))
    return 0


def _held_back(
    terms: Contract,
    seen: Iterable[str],
    now: datetime,
    texts: Texts,
    *,
    url: str,
    typed: bool,
) -> tuple[Mapping[str, Change], str]:
    """The changes that hold back these components now; why that was not looked at, else ""."""
    if terms.changes is None or not seen:
        return {}, ""
    from bot.cli.work.in_force import held_back
    from bot.operate.database_words import address_words
    from store.errors import NoDatabase, UnusableDatabase

    try:
        return held_back(address(url, typed=typed), terms.id, seen, now), ""
    except NoDatabase as missing:
        why = texts("there is no database at %(database)s", database=missing.database)
    except UnusableDatabase as bad:
        why = address_words(bad, texts)
    except Exception as error:  # noqa: BLE001  whatever it is, the mapping was tried
        why = str(error)
    words = msg("Whether a change that is being carried out holds it back was not seen: %(why)s.")
    return {}, texts(words, why=why.rstrip("."))


def _usual_contract() -> Path:
    """The one contract file of ESCALADE_CONTRACTS; the example where it names none or several."""
    places = [part.strip() for part in os.environ.get("ESCALADE_CONTRACTS", "").split(",")]
    files = contract_files(place for place in places if place)
    return files[0] if len(files) == 1 else EXAMPLE


def print_table(plan: Plan, texts: Texts) -> None:
    """The plan for people, in the contract's time zone: line by line where a table is too wide."""
    title = texts(
        "%(contract)s: plan for a priority %(level)s at %(at)s, if nobody answers",
        contract=sober(plan.contract.name),
        level=plan.priority,
        at=texts.instant(plan.start),
    )
    end = texts(
        "Calls go on in the same way until somebody answers: the plan ends where they begin anew."
    )
    steps = list(in_words(plan.steps, plan.contract, texts, plan.start))
    told = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    console = Console(width=None if told else WIDTH_OF_A_FILE)
    if console.width >= NARROWEST_TABLE:
        console.print(_table(title, steps, texts, console.width))
    else:
        say(f"{fill(title, console.width)}\n{_lines(steps, texts, console.width)}")
    if any(step.how == Ping.topic for step in plan.steps):
        say(fill(end, console.width))


def _table(title: str, steps: Iterable[StepWords], texts: Texts, width: int) -> Table:
    """The steps as a table that knows its widths: rich takes long to measure it, twice."""
    headings = [texts(heading) for heading in HEADINGS]
    rows = [[sober(cell) for cell in astuple(step)] for step in steps]
    widths = [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)]
    while sum(widths) + 3 * len(widths) + 1 > width:  # a space on both sides, lines between
        widths[widths.index(max(widths))] -= 1
    table = Table(title=escape(title), header_style="bold")
    for heading, needed in zip(headings, widths, strict=True):
        table.add_column(heading, width=needed)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _lines(steps: Iterable[StepWords], texts: Texts, width: int) -> str:
    """The steps one below the other, those of one instant under it."""
    lines, bot = [], "Escalade"
    for (when, after), together in groupby(steps, lambda step: (step.when, step.after)):
        lines.append(f"\n{when}  {after}")
        for step in together:
            level = texts("echelon %(level)s", level=step.level) if step.level else ""
            asker = step.informed_by if step.informed_by != bot else ""
            by = texts("informed by %(name)s", name=asker) if asker else ""
            facts = ", ".join(filter(None, (step.firm, level, step.why, step.clock, by)))
            said = f"{step.who} {step.how}" + (f" ({facts})" if facts else "")
            lines.append(fill(sober(said), width, initial_indent="  ", subsequent_indent="      "))
    return "\n".join([*lines, ""])


def print_json(plan: Plan) -> None:
    """The plan for programs: a list of steps."""
    say_json([_data(plan, step) for step in plan.steps])


def _data(plan: Plan, step: Step) -> dict[str, Any]:
    return {
        "at": step.at.astimezone(plan.contract.zone).isoformat(),
        "after_seconds": (step.at - plan.start).total_seconds(),
        "who": step.who,
        "name": person_name(step.who, plan.contract),
        "side": step.side,
        "level": step.level,
        "how": step.how,
        "ladder": step.ladder,
        "number": step.number,
        "clock": step.clock.value if step.clock else None,
        "why": step.why,
        "informed_by": step.informed_by,
    }
