"""The matters that people answer for: a RACI for each process and for the documents (ORG-7)."""

from __future__ import annotations

from escalation.base.value import Value

PARTS = ("accountable", "responsible", "consulted", "informed")


class Responsibility(Value):
    """An activity of a process, or a document; its lists name people, or roles (Rule ORG-7)."""

    process: str
    activity: str
    accountable: tuple[str, ...]
    responsible: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """By what it is told from the others."""
        return f"{self.process} · {self.activity}"
