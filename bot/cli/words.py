"""What the commands share: the operator's language, the database's option, the way to give up."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from handlers.texts import Texts

DEFAULT_DATABASE = "sqlite+aiosqlite:///var/escalade.db"
Database = Annotated[
    str, typer.Option("--database-url", envvar="DATABASE_URL", help="The database.")
]


def operator_texts(zone: ZoneInfo | None = None, *, language: str = "") -> Texts:
    """Words in that language, else by ESCALADE_LANGUAGE, else by LANG."""
    spoken = language or os.environ.get("ESCALADE_LANGUAGE") or os.environ.get("LANG", "en")
    return Texts.of(spoken, zone or ZoneInfo("UTC"))


def fail(words: str, code: int = 2) -> NoReturn:
    """Say what is wrong, and end with that exit code."""
    sys.stderr.write(f"{words}\n")
    sys.exit(code)
