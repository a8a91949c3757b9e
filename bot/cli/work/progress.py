"""Show how far long work has come, on a terminal; nothing is shown where nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from store.transaction.journal import OnProgress


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Show what the work tells of what it has done: a bar each, on standard error, then gone."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as shown:
        bars = {}

        def on_progress(what: str, done: int, of: int) -> None:
            if what not in bars:
                bars[what] = shown.add_task(what)
            shown.update(bars[what], completed=done, total=of or None)

        yield on_progress
