"""What every command says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command says."""

    contract: str
    by: str
    source: str = "slash"
    key: str = ""
