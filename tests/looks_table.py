"""What everybody is shown who looks: the second table of docs/authority.md.

Each verb is typed by each reader about each record, with no value given: what comes is what it
shows, the form it opens, or a refusal in words. Then every field that takes a name is given one
that fits many. The Home, the message shortcut and the help are asked as well.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow, Refusal
from handlers.refusals.words import refusal_words
from handlers.registry.commands import COMMANDS
from handlers.router.router import OpenForm, Router
from handlers.slack.from_message import form_from
from handlers.slack.home import home_blocks
from handlers.verbs.verb import Kind, SlashCommand, Verb
from tests.handlers.inbound import typed
from tests.looks_cast import CELL_ROOM, READERS, RECORDS, Reader, Routers, application, terms

SIDES = {"provider": "P", "client": "C", "network": "S", "power": "A"}
KINDS = {
    NotAllowed: "not theirs",
    NotFound: "unknown",
    NotNow: "not now",
    AlreadyDone: "not now",
}
SHARED = "C-incidents"
GUESSES = ("representative", "eve@client.example", "<@U0EVE>", '"Eve Exe"')
ASKED_BY_NAME = frozenset({"INC-0001", "INC-0002", "CRI-0001", "CRI-0002"})
READING = application()  # for those who only look


Ask = Callable[[Routers, Reader], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one reader got: the outcome, whom it named, by id, and all of its words."""

    outcome: str
    named: frozenset[str]
    words: str

    @property
    def said(self) -> str:
        """The cell on the page: "form: P C"."""
        people = {person.id: person for person in terms()[0].people}
        firms = {SIDES[people[each].organisation] for each in self.named}
        marks = " ".join(mark for mark in SIDES.values() if mark in firms)
        return f"{self.outcome}: {marks}" if marks else self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to ask about one record: its words on the page, and the way to ask it."""

    asked: str
    subject: str
    ask: Ask
    given: str = ""  # what the reader writes themselves: that it comes back tells nothing
    answer: str = "shown"  # what it is to be answered without a form: "done" for a command


def _answered(answer: Any, question: Question) -> tuple[str, str]:
    """The outcome of an answer, and all its words."""
    if isinstance(answer, OpenForm):
        return "form", json.dumps(answer.view, ensure_ascii=False)
    said = answer if isinstance(answer, list) else [answer.text, answer.blocks]
    return question.answer, json.dumps(said, ensure_ascii=False)


async def _refused(refusal: Refusal, routers: Routers, reader: Reader) -> tuple[str, str]:
    """The same of a refusal, in the words in which it is told."""
    callers = await routers.callers(reader.user)
    reading = callers[0].reading if callers else None
    words = refusal_words(refusal, routers.texts_for(reader.user), contract=reading)
    if refusal.code == "unknown_person":
        return "no contract", words
    if isinstance(refusal, BadValue):
        return "which one" if refusal.code == "which_record" else "not so", words
    return KINDS[type(refusal)], words


def _named(words: str) -> frozenset[str]:
    """Whom some words name: by name, address or number, or as the value of a menu."""
    return frozenset(
        p.id
        for p in terms()[0].people
        if any(each in words for each in (p.name, p.email, p.phone, f'"value": "{p.id}"'))
    )


async def answered(question: Question, reader: Reader) -> Cell:
    """What one reader gets."""
    routers = READING if question.answer == "shown" else application()
    try:
        outcome, words = _answered(await question.ask(routers, reader), question)
    except Refusal as refusal:
        outcome, words = await _refused(refusal, routers, reader)
    words = words.replace(question.given, "") if question.given else words
    return Cell(outcome=outcome, named=_named(words), words=words)


# ── what is asked ────────────────────────────────────────────────────────────────────────────


def _typed(command: SlashCommand, line: str, channel: str = "") -> Ask:
    async def ask(routers: Routers, reader: Reader) -> Any:
        whole = f"{line} contract=acme".strip()
        return await Router(routers).answer(typed(reader.user, command.name, whole, channel))

    return ask


def _subjects(verb: Verb) -> Iterator[str]:
    """The records a verb is asked about; none named for a look, and where a verb needs none."""
    if not verb.about or verb.look or verb.subject_optional:
        yield ""
    if verb.about:
        yield from (subject for subject in RECORDS if subject.startswith(verb.about))


def _lines() -> Iterator[Question]:
    for command in COMMANDS:
        yield Question(asked=f"/{command.name} help", subject="", ask=_typed(command, "help"))
        for verb in command.verbs:
            for subject in _subjects(verb):
                yield Question(
                    asked=f"/{command.name} {verb.name}",
                    subject=subject,
                    ask=_typed(command, f"{verb.name} {subject}"),
                    answer="shown" if verb.look else "done",
                )


def _names() -> Iterator[Question]:
    """A name that many bear, an address, a mention, a name nearly right: in each field for one."""
    fields = (
        (command, verb, field)
        for command in COMMANDS
        for verb in command.verbs
        for field in verb.fields
        if field.kind is Kind.PERSON
    )
    for command, verb, field in fields:
        others = " ".join(
            f"{each.name}=x" for each in verb.fields if each.required and each is not field
        )
        for subject in [s for s in _subjects(verb) if s in ASKED_BY_NAME or not verb.about]:
            for guess in GUESSES:
                line = f"{verb.name} {subject} {field.name}={guess} {others}"
                yield Question(
                    asked=f"/{command.name} {verb.name} {field.name}=…",
                    subject=subject,
                    ask=_typed(command, line),
                    given=guess.strip('"'),
                    answer="done",
                )


async def _shortcut(routers: Routers, reader: Reader) -> Any:
    """Open an incident from a message that mentions somebody of the client."""
    message = {"text": "<@U0EVE> sees nothing any more", "ts": "1.0"}
    return await form_from(Router(routers), message, user=reader.user, channel=SHARED)


async def _home(routers: Routers, reader: Reader) -> list[Any]:
    callers = await routers.callers(reader.user)
    if not callers:
        raise NotAllowed("unknown_person")
    return await home_blocks(routers, callers)


def _rooms() -> Iterator[Question]:
    """Nothing named, in a room: the record is the room's own."""
    for command, line in (
        ("incident", "show"), ("crisis", "status"), ("report", "show"), ("crisis", "action"),
    ):  # fmt: skip
        found = next(each for each in COMMANDS if each.name == command)
        for room, words in ((SHARED, "the shared room"), (f"{CELL_ROOM}CRI-0001", "the cell")):
            yield Question(
                asked=f"/{command} {line}, in {words}",
                subject="CRI-0001" if words == "the cell" else "",
                ask=_typed(found, line, room),
            )


def questions() -> Iterator[Question]:
    """Everything that is asked."""
    yield Question(asked="Home", subject="", ask=_home)
    yield Question(asked="a message, to open an incident", subject="", ask=_shortcut)
    yield from _lines()
    yield from _rooms()
    yield from _names()


# ── the page ─────────────────────────────────────────────────────────────────────────────────

HEAD = """
## Looks, lists, forms, menus and pages

The same for what is only read. `tests.looks_table` asks everything that can be asked, as everybody;
[tests/test_looks_table.py](../tests/test_looks_table.py) holds whom it names, and which records,
against who may know of them, written by hand. Where a form would open, the right and the record are
asked first: who may not is told so in words. A field for a person (`person=…`) is given a name that
several bear, an address, a mention and a name that is nearly right.

A cell says what comes, and whose people are named by it, in words, menus or numbers: P the
provider's, C the client's, S the supplier's, A the other supplier's.

- `shown`: the answer; `form`: a form; `done`: it is done
- `unknown`: there is no such record for them, or nobody of that name
- `not theirs`: it is up to others; `not now`: not in this state
- `which one`, `not so`: a number or another value is to be given
- `no contract`: no contract names them here, be it a guest or somebody of another contract

"""


@cache
def table() -> dict[tuple[str, str], tuple[Cell, ...]]:
    """Every cell: by what is asked and of which record, one for each reader, with all guesses."""
    return asyncio.run(_table())


async def _table() -> dict[tuple[str, str], tuple[Cell, ...]]:
    found: dict[tuple[str, str], list[list[Cell]]] = defaultdict(list)
    for question in questions():
        cells = [await answered(question, reader) for reader in READERS]
        found[question.asked, question.subject].append(cells)
    return {
        key: tuple(_joined(each) for each in zip(*rows, strict=True)) for key, rows in found.items()
    }


def _joined(cells: Iterable[Cell]) -> Cell:
    every = list(cells)
    outcomes = dict.fromkeys(each.outcome for each in every)
    return Cell(
        outcome=", ".join(outcomes),
        named=frozenset().union(*(each.named for each in every)),
        words="\n".join(each.words for each in every),
    )


def looks_page() -> str:
    """The second half of the page; records with the same answers share a line."""
    lines = ["The records:", ""]
    lines += [f"- `{subject}`: {words}" for subject, words in RECORDS.items() if subject]
    head = " | ".join(reader.words for reader in READERS)
    lines += ["", f"| Asked | Of | {head} |", "| --- | --- |" + " --- |" * len(READERS)]
    rows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for (asked, subject), cells in table().items():
        rows[asked, *(each.said for each in cells)].append(subject)
    for (asked, *said), subjects in rows.items():
        of = ", ".join(f"`{subject}`" for subject in subjects if subject)
        lines.append(f"| `{asked}` | {of} | {' | '.join(said)} |")
    return HEAD + "\n".join(lines) + "\n"
