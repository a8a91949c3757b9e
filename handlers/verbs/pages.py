"""Pages of long lists: which one is shown, and the buttons that lead to the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from escalation.base.journal import Entry
from escalation.decision.transaction import Transaction
from escalation.perform.finding import unknown
from escalation.records.kinds import Record
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts

T = TypeVar("T")

PER_PAGE = 20
MOST_MOMENTS = 40
LONGEST_MOMENT = 300  # of a timeline: the card above has what was written last
LINKED = ("change", "incident", "problem")  # the facts of a moment that number a record

Turn = Callable[[str, str, int], Block]  # a button: its label, its name in the row, the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of so many; both count from 1."""

    number: int
    pages: int

    @classmethod
    def of(cls, wanted: int | None, total: int, size: int = PER_PAGE) -> Page:
        """The page wanted of a list of so many; the nearest one where there is none of it."""
        pages = max(1, -(-total // size))
        return cls(number=min(max(wanted or 1, 1), pages), pages=pages)

    def skipped(self, size: int = PER_PAGE) -> int:
        """Return how many stand on the pages before."""
        return (self.number - 1) * size

    def cut(self, every: Sequence[T], size: int = PER_PAGE) -> Sequence[T]:
        """Return what of the whole list stands on it."""
        return every[self.skipped(size) : self.skipped(size) + size]


def turning(page: Page, texts: Texts, turn: Turn) -> list[Block]:
    """Show which page it is, and the buttons to the next and previous; nothing where it is all."""
    if page.pages == 1:
        return []
    buttons = []
    if page.number > 1:
        buttons.append(turn(texts("Previous page"), "previous", page.number - 1))
    if page.number < page.pages:
        buttons.append(turn(texts("Next page"), "next", page.number + 1))
    where = texts("Page %(number)s of %(pages)s", number=page.number, pages=page.pages)
    return [b.context(where), b.actions(*buttons)]


def turned(invocation: Invocation) -> Turn:
    """The buttons that ask the same again, for another page."""

    def button(label: str, name: str, number: int) -> Block:
        action, contract = f"{invocation.verb.path}#{name}", invocation.contract.id
        values = {**invocation.values, "page": str(number)}
        return b.button(label, action, contract, invocation.subject, **values)

    return button


def listed(invocation: Invocation, title: str, lines: Sequence[str], page: Page) -> Rendered:
    """A page of a list, and the buttons to the others."""
    turns = turning(page, invocation.caller.texts, turned(invocation))
    shown = [b.section(f"*{title}*"), *b.sections(lines), *turns]
    return Rendered(text=title, blocks=shown, in_place=invocation.turns_page)


def record_row(
    line: str, verb: str, record: Record, texts: Texts, *, place: str = ""
) -> list[Block]:
    """A record on a line of a list, with its card, which `verb` shows."""
    action = f"{verb}#{place}{record.id}"
    return b.row(line, b.button(texts("Card"), action, record.contract, record.id))


def listed_records(
    invocation: Invocation, title: str, rows: Iterable[list[Block]], page: Page
) -> Rendered:
    """A page of records, each with its buttons, and the buttons to the other pages."""
    turns = turning(page, invocation.caller.texts, turned(invocation))
    shown = [b.section(f"*{title}*"), *(block for row in rows for block in row), *turns]
    return Rendered(text=title, blocks=shown, in_place=invocation.turns_page)


def newest_told(
    tx: Transaction, record: Record, told: Collection[str], reader: str
) -> Sequence[Entry]:
    """The newest of a record's timeline that tell of one of these actions.

    Not those that name what the reader need not know of (Rule CON-2).
    """
    entries = [each for each in tx.timeline(record.contract, record.id) if each.action in told]
    named = {str(each.facts.get(fact)) for each in entries for fact in LINKED}
    hidden = set(unknown(tx, record.contract, named, reader))
    seen = [each for each in entries if hidden.isdisjoint(map(each.facts.get, LINKED))]
    return seen[-MOST_MOMENTS:]


def with_timeline(
    card: Rendered, moments: Iterable[tuple[datetime, str]], texts: Texts
) -> Rendered:
    """A card, and what happened beneath it, line by line."""
    lines = [f"`{texts.instant(at)}` {b.cut(words, LONGEST_MOMENT)}" for at, words in moments]
    timeline = b.sections([texts("*Timeline*"), *lines])
    return Rendered(text=card.text, blocks=[*card.blocks, b.divider(), *timeline])
