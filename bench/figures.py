"""Figures: what was measured, beside what it is held against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import isnan, nan
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. `least` and `most` bound it; without them it is there to compare with.

    A value that is not a number was not measured: `note` says why, and no bound is held. One that
    `scales` shrinks as the machine is faster.
    """

    part: str
    database: str
    what: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    note: str = ""
    scales: bool = False

    @property
    def held(self) -> bool | None:
        """Whether it keeps its bounds; None where it has none."""
        if self.least is None and self.most is None:
            return None
        above = self.least is None or self.value >= self.least
        return above and (self.most is None or self.value <= self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A part that gave no figures: which, on what, and why."""

    part: str
    given: str
    why: str

    def __str__(self) -> str:
        return f"FAILED: {self.part} ({self.given}): {self.why}"


MACHINE = "this machine"


def p50(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def p99(values: Sequence[float]) -> float:
    """The value that one in a hundred exceeds."""
    if len(values) < 2:
        return max(values, default=0.0)
    return quantiles(values, n=100, method="inclusive")[98]


def show(figures: Sequence[Figure], heading: str, failures: Iterable[Failure] = ()) -> None:
    """Print the table, and what failed."""
    table = Table(title=heading, title_justify="left")
    for column in ("part", "database", "what"):
        table.add_column(column)
    table.add_column("figure", justify="right")
    table.add_column("bound")
    table.add_column("held")
    table.add_column("× machine", justify="right")
    table.add_column("note")
    speeds = {figure.database: figure.value for figure in figures if figure.part == MACHINE}
    for figure in figures:
        held = {None: "", True: "yes", False: "NO"}[figure.held]
        table.add_row(
            figure.part,
            figure.database,
            figure.what,
            f"{_short(figure.value)} {figure.unit}",
            _bound(figure),
            held,
            _short(figure.value * speeds.get(figure.database, nan)) if figure.scales else "",
            figure.note,
        )
    console = Console(width=150)
    console.print(table)
    for failure in failures:
        console.print(str(failure), markup=False, soft_wrap=True)


def _short(value: float) -> str:
    if isnan(value):
        return "not measured"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _bound(figure: Figure) -> str:
    if figure.least is not None:
        return f"≥ {figure.least:g}"
    return f"≤ {figure.most:g}" if figure.most is not None else ""


def write(
    figures: Iterable[Figure],
    file: Path,
    about: dict[str, Any],
    failures: Iterable[Failure] = (),
) -> None:
    """Write the figures, and what failed, as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            **asdict(figure),
            "value": None if isnan(figure.value) else figure.value,
            "held": figure.held,
        }
        for figure in figures
    ]
    failed = [asdict(failure) for failure in failures]
    found = {**about, "figures": rows, "failures": failed}
    text = json.dumps(found, indent=2, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
