"""One situation: who does what at which hour, and what comes of it, row by row."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from textwrap import dedent

from escalation.contract import Contract
from escalation.decision.commands.command import Command
from escalation.messages.effects import Effect, RoomAction
from tests.agreement import PARIS, paris
from tests.handlers.stories import Stage

ROOMS = {"shared": "the shared room", "provider": "the provider's room"}
LONGEST = 240
HEADING = re.compile(r"^\W*(INC-\d+) · [^:]*: ")  # what a message begins with: mark, id, title


@dataclass(frozen=True)
class Row:
    """Something that happened: at that instant, to or by whom; `topic` is "" for what people do."""

    at: datetime
    who: str
    what: str
    topic: str = ""


class Situation(Stage):
    """A contract in memory on a given day (Paris time); what happens is kept row by row."""

    def __init__(self, *contracts: Contract, at: str) -> None:
        self.rows: list[Row] = []
        super().__init__(*contracts, at=paris(at))

    def clock(self, hour: str) -> None:
        """Let time pass until that hour of the same day ("18:04"), or that date and hour."""
        day = self.now.astimezone(PARIS).date()
        self.at(paris(hour if len(hour) > 5 else f"{day} {hour}"))

    def act(
        self, words: str, kind: type[Command], by: str, subject: str = "", /, **values: object
    ) -> str:
        """Let somebody do something now, told on the page in these words; the id of the record."""
        self.rows.append(Row(self.now, self.contract.name_of(by), words))
        return self.perform(kind, by, subject, **values)

    def happened(self) -> None:
        """Keep a row for each thing that somebody is told, in the words that they read."""
        new = self.memory.outbox[self._seen :]
        self._seen = len(self.memory.outbox)
        for at, effect in new:
            if isinstance(effect.meaning, RoomAction) or (effect.collapse and not effect.to.person):
                continue
            anew = getattr(effect.meaning, "anew", None)  # a report's card: posted, or changed
            if anew is not False and (told := self.say(effect)) is not None:
                row = Row(at, self._place(effect), _first_line(told.text), effect.topic)
                if anew or not effect.collapse or row.what != self._read_last(row):
                    self.rows.append(row)

    def _read_last(self, row: Row) -> str:
        """What whoever it is for has read last of that topic."""
        read = (r.what for r in reversed(self.rows) if (r.who, r.topic) == (row.who, row.topic))
        return next(read, "")

    def _place(self, effect: Effect) -> str:
        name = effect.to.person
        return self.contract.name_of(name) if name else ROOMS.get(effect.to.name, str(effect.to))

    def told_of(self, *topics: str) -> str:
        """Who was told of these topics and when, a line each instant: "18:04 ping Nia Night"."""
        rows = [row for row in self.rows if row.topic in topics]
        return "\n".join(
            f"{hour(at)} {topic} {', '.join(row.who for row in together)}"
            for (at, topic), together in groupby(rows, key=lambda row: (row.at, row.topic))
        )

    def table(self, topics: Collection[str]) -> Iterator[str]:
        """What people do, and what is told of these topics, as a table in Markdown.

        The same words at the same instant are one row; the day is said once.
        """
        yield "| When | Who | What |"
        yield "| --- | --- | --- |"
        rows = [row for row in self.rows if not row.topic or row.topic in topics]
        today = ""
        for (at, what, topic), together in groupby(rows, lambda r: (r.at, r.what, r.topic)):
            when = hour(at) if day(at) == today else f"{day(at)} {hour(at)}"
            today = day(at)
            who = ", ".join(dict.fromkeys(row.who for row in together))
            said = f"“{what}”" if topic else what
            yield f"| {when} | {'→ ' if topic else ''}{who} | {said} |"


class Played:
    """Holds a situation against what was worked out on paper; the page keeps what it is given."""

    def __init__(self) -> None:
        self.situation: Situation | None = None
        self.topics: tuple[str, ...] = ()

    def __call__(self, situation: Situation, *topics: str, paper: str) -> None:
        """Compare who was told of these topics, and when, with the paper."""
        self.situation, self.topics = situation, topics
        told = situation.told_of(*topics)
        assert told == dedent(paper).strip(), f"played:\n{told}"


def hour(at: datetime) -> str:
    """The hour in Paris."""
    return at.astimezone(PARIS).strftime("%H:%M")


def day(at: datetime) -> str:
    """The day of the week and of the month, in Paris."""
    return at.astimezone(PARIS).strftime("%a %d %b")


def _first_line(text: str) -> str:
    line = HEADING.sub(
        r"\1: ", " · ".join(part.strip() for part in text.strip().splitlines() if part.strip())
    )
    line = line.replace("|", "\\|")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
