"""Refusals: why something asked for is not done.

They carry data; handlers turn them into words, in the reader's language, in one place.

    Refusal
    ├── NotFound        no such incident, component, person … (or of another contract)
    ├── NotAllowed      the caller's roles do not permit it
    ├── NotNow          the record's state does not permit it
    ├── BadValue        a value is missing, malformed or out of range
    └── AlreadyDone     somebody did it before
"""

from __future__ import annotations

from collections.abc import Mapping

from escalation.base.facts import Fact


class Refusal(Exception):
    """Something asked for that is not done. `code` names the case, e.g. "unknown_component"."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Mapping[str, Fact] = facts


class NotFound(Refusal):
    """A name that stands for nothing that exists, for this caller."""


class NotAllowed(Refusal):
    """The caller does not hold the role for it."""


class NotNow(Refusal):
    """The record is not in a state for it."""


class BadValue(Refusal):
    """A value is missing, malformed or out of range."""


class AlreadyDone(Refusal):
    """It was done before; nothing changes."""
