"""A fault in a contract file: what it is as data, where it is, and all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Where = tuple[str | int, ...]
"""A place in the file: keys as text, positions in lists as numbers counted from 0."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing to mend. `handlers.faults.words` says it in the reader's language.

    `other` is a second place that the fault depends on, such as the first use of a duplicate.
    """

    code: str
    path: Where = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    other: Where | None = None
    other_line: int | None = None
    source: str = ""

    @property
    def place(self) -> str:
        """The dotted path: `people[2].absences[0].stand_in`."""
        return dotted(self.path)


def fault(code: str, path: Where, *, other: Where | None = None, **facts: object) -> Fault:
    """A fault at a place, its line yet to be found."""
    return Fault(code=code, path=path, facts=facts, other=other)


def dotted(path: Where) -> str:
    """A path as people write it."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def in_reading_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file, then from the top of the file down."""
    return sorted(faults, key=lambda f: (f.source, f.line or 0, f.place, f.code))


def from_file(found: Fault, source: str) -> Fault:
    """The fault, saying which file it is in."""
    return replace(found, source=source)


class ContractFaults(Exception):
    """Everything wrong with a contract file, at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_reading_order(faults)
        super().__init__(f"{len(self.faults)} fault(s) in the contract file")

    def __str__(self) -> str:
        """One fault a line, as data; the command line says them in words."""
        return "\n".join(
            f"{f.source or 'contract'}:{f.line or '-'}: {f.place or '(file)'}: {f.code}"
            f" {dict(f.facts)}"
            for f in self.faults
        )


class SettingsFaults(Exception):
    """Everything wrong with the settings, at once; each fault's place is a variable."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(", ".join(f"{f.place}: {f.code}" for f in faults))
