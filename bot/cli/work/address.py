"""The address of a database, as an option, a variable or a file gives it."""

from __future__ import annotations

import os
from pathlib import Path

from bot.cli.words import operator_texts
from config.text_files import NoText, TooLarge, read_text, trimmed


class NoAddress(Exception):
    """The address cannot be read from where the environment says; the message says why."""


def address(given: str, *, typed: bool) -> str:
    """The address in DATABASE_URL_FILE, where none is typed: as the bot itself reads it.

    Raises NoAddress.
    """
    file = os.environ.get("DATABASE_URL_FILE", "").strip()
    if not file or typed:
        return trimmed(given)
    texts = operator_texts()
    if trimmed(os.environ.get("DATABASE_URL", "")):
        raise NoAddress(
            texts("DATABASE_URL and DATABASE_URL_FILE are both set: unset one of them.")
        )
    try:
        address = trimmed(read_text(Path(file)))
    except (OSError, NoText, TooLarge) as error:
        why = getattr(error, "strerror", None) or error
        said = texts(
            "DATABASE_URL_FILE is to name the file with the database's address, and names "
            "%(file)s, which cannot be read: %(why)s. Correct the variable, or unset it.",
            file=file,
            why=why,
        )
        raise NoAddress(said) from None
    if not address:
        said = texts(
            "DATABASE_URL_FILE is to name the file with the database's address, and names "
            "%(file)s, which is empty. Correct the variable, or unset it.",
            file=file,
        )
        raise NoAddress(said)
    return address
