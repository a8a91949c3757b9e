"""The report's timeline as a drawing: positions only; the template makes it SVG (Rule REP-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from escalation.base.wall_clock import instant
from escalation.records.report_facts import ReportFacts
from handlers.report import words
from handlers.words.texts import Texts

LEFT, RIGHT = 110, 980
_CLOSE = 20  # marks nearer than this are set one above the other
_MOST_TICKS = 8
_STEPS = tuple(
    timedelta(seconds=seconds)
    for minutes in (1, 5, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080, 40320)
    for seconds in [minutes * 60]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A time on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time: "outage", "after", "pause" or "crisis"."""

    x: float
    width: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A numbered milestone, explained in the key below; `row` keeps neighbours apart."""

    x: float
    number: int
    row: int
    label: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A call: answered or not. `row` 0 is the provider's, 1 everybody else's."""

    x: float
    row: int
    answered: bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The whole timeline."""

    ticks: tuple[Tick, ...]
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    dots: tuple[Dot, ...]


def draw(facts: ReportFacts, texts: Texts) -> Drawing | None:
    """The drawing; None where nothing lasted."""
    milestones = _milestones(facts, texts)
    ends = [(call, at) for call in facts.calls for at in (call.at, call.last_at) if at]
    instants = [at for at, _ in milestones] + [at for _, at in ends]
    if len(instants) < 2 or min(instants) == max(instants):
        return None
    start, end = min(instants), max(instants)
    scale = _Scale(start, end)
    return Drawing(
        ticks=_ticks(scale, texts),
        spans=tuple(_spans(facts, scale, texts)),
        marks=_marks(milestones, scale),
        dots=tuple(
            Dot(
                x=scale.x(at),
                row=0 if call.firm == facts.provider else 1,
                answered=call.acknowledged_at is not None,
                label=f"{texts.time(at)} – {call.person}, {call.firm}",
            )
            for call, at in ends  # of calls that are told as one, the first and the last
        ),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        """Return where an instant lies, kept inside the drawing."""
        share = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return round(LEFT + share * (RIGHT - LEFT), 1)


def _milestones(facts: ReportFacts, texts: Texts) -> list[tuple[datetime, str]]:
    found: list[tuple[datetime | None, str]] = []
    if facts.incident:
        found += [
            (facts.incident.opened_at, texts("Opened")),
            (facts.incident.acknowledged_at, texts("Acknowledged")),
            (facts.incident.resolved_at, texts("Restored")),
            (facts.incident.verified_at, texts("Verified")),
            (facts.incident.closed_at, texts("Closed")),
        ]
    for cell in facts.cells:
        found += [
            (cell.asked_at, texts("Crisis cell asked for")),
            (cell.opened_at, texts("Crisis cell opened")),
            (cell.closed_at, texts("Crisis cell closed")),
        ]
    return sorted(((at, label) for at, label in found if at), key=lambda each: each[0])


def _marks(milestones: list[tuple[datetime, str]], scale: _Scale) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for number, (at, label) in enumerate(milestones, start=1):
        x = scale.x(at)
        near = {mark.row for mark in marks if x - mark.x < _CLOSE}
        row = next(row for row in range(len(near) + 1) if row not in near)
        marks.append(Mark(x=x, number=number, row=row, label=label, at=at))
    return tuple(marks)


def _spans(facts: ReportFacts, scale: _Scale, texts: Texts) -> list[Span]:
    def span(since: datetime, until: datetime | None, kind: str, label: str) -> Span:
        x = scale.x(since)
        width = max(scale.x(until or scale.end) - x, 1.5)
        return Span(x=x, width=round(width, 1), kind=kind, label=label)

    spans = []
    if facts.incident:
        restored = facts.incident.resolved_at
        spans.append(span(facts.incident.opened_at, restored, "outage", texts("Until restoration")))
        if restored:
            closed = facts.incident.closed_at
            spans.append(span(restored, closed, "after", texts("Until closure")))
    for pause in facts.pauses:
        label = f"{pause.waiting_for} – {words.pause(pause, texts)}"
        spans.append(span(pause.since, pause.until, "pause", label))
    met = ((cell, cell.opened_at) for cell in facts.cells if cell.opened_at)
    spans += [span(opened, cell.closed_at, "crisis", cell.id) for cell, opened in met]
    return spans


def _ticks(scale: _Scale, texts: Texts) -> tuple[Tick, ...]:
    length = scale.end - scale.start
    step = next((step for step in _STEPS if length / step <= _MOST_TICKS), length / _MOST_TICKS)
    today = scale.start.astimezone(texts.zone).date()
    first = instant(datetime.combine(today, time.min), texts.zone)
    at = first + -(-(scale.start - first) // step) * step
    ticks, day = [], None
    while at <= scale.end:
        local = at.astimezone(texts.zone).date()
        label = texts.time(at) if local == day else texts.instant(at).replace(", ", " ")
        ticks.append(Tick(x=scale.x(at), label=label))
        at, day = at + step, local
    return tuple(ticks)
