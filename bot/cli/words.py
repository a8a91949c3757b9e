"""What the commands share: the operator's language, the database's option, the way to give up."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from config.text_files import NoText, TooLarge, read_text, trimmed
from escalation.sober_text import sober, sober_json
from handlers.texts import Texts

DEFAULT_DATABASE = "sqlite+aiosqlite:///var/escalade.db"


def from_its_file(context: typer.Context, given: str) -> str:
    """The address in DATABASE_URL_FILE, where none is given: as the bot itself reads it."""
    file = os.environ.get("DATABASE_URL_FILE", "").strip()
    source = context.get_parameter_source("database_url")
    if not file or (source is not None and source.name == "COMMANDLINE"):
        return trimmed(given)
    texts = operator_texts()
    if trimmed(os.environ.get("DATABASE_URL", "")):
        fail(texts("DATABASE_URL and DATABASE_URL_FILE are both set: unset one of them."))
    try:
        address = trimmed(read_text(Path(file)))
    except (OSError, NoText, TooLarge) as error:
        why = getattr(error, "strerror", None) or error
        words = texts("%(file)s cannot be read: %(why)s", file=file, why=why)
        fail(f"DATABASE_URL_FILE: {words}")
    if not address:
        words = texts("%(file)s is empty: it is to hold the database's address.", file=file)
        fail(f"DATABASE_URL_FILE: {words}")
    return address


Database = Annotated[
    str,
    typer.Option(
        "--database-url",
        envvar="DATABASE_URL",
        help="The database; also from DATABASE_URL_FILE.",
        callback=from_its_file,
    ),
]


def operator_texts(zone: ZoneInfo | None = None, *, language: str = "") -> Texts:
    """Words in that language, else by ESCALADE_LANGUAGE, else by LANG."""
    spoken = language or os.environ.get("ESCALADE_LANGUAGE") or os.environ.get("LANG", "en")
    return Texts.of(spoken, zone or ZoneInfo("UTC"))


def say(words: str) -> None:
    """Print words; what people wrote in them does nothing to the terminal."""
    print(sober(words))


def say_json(value: object) -> None:
    """Print a value as JSON, indented, likewise."""
    print(sober_json(json.dumps(value, indent=2, ensure_ascii=False)))


def fail(words: str, code: int = 2) -> NoReturn:
    """Say what is wrong, and end with that exit code."""
    sys.stderr.write(f"{sober(words)}\n")
    sys.exit(code)
