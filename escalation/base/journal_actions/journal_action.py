"""The type of a journal action."""

from __future__ import annotations

from enum import StrEnum


class JournalAction(StrEnum):
    """An action of the journal. That of another version may be another: it is text."""
