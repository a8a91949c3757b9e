"""The address of a database, as an option, a variable or a file gives it."""

from __future__ import annotations

import os
from pathlib import Path

from bot.cli.words import fail, operator_texts
from config.text_files import NoText, TooLarge, read_text, trimmed


def address(given: str, *, typed: bool) -> str:
    """The address in DATABASE_URL_FILE, where none is typed: as the bot itself reads it."""
    file = os.environ.get("DATABASE_URL_FILE", "").strip()
    if not file or typed:
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
