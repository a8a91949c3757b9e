"""What an action of the journal is."""

from __future__ import annotations

from enum import StrEnum


class JournalAction(StrEnum):
    """What happened. A line of another version may say something else: its action is text."""
