"""Trouble in words: what ended a command, as a sentence."""

from __future__ import annotations

import errno

import typer

from bot.cli.faults import report_of
from bot.cli.words import operator_texts
from bot.errors import CannotStart
from bot.operate.database_words import address_words, refusal_of_database
from config.faults import ContractFaults, SettingsFaults
from escalation.base.refusals import Refusal
from handlers.words.texts import Texts
from store.errors import (
    AlreadyRunning,
    DatabaseRefuses,
    NoDatabase,
    StoreError,
    UnusableDatabase,
)


def words_for(trouble: Exception) -> str | None:
    """Return what to say of it; None for a fault of ours, which nobody foresaw."""
    texts = operator_texts()
    match trouble:
        case ContractFaults() | SettingsFaults():
            return report_of(trouble.faults, texts)
        case Refusal():
            from handlers.refusals.words import refusal_words

            return refusal_words(trouble, texts)
        case AlreadyRunning():
            return texts(
                "Another process already runs on %(database)s: stop it first.",
                database=trouble.database,
            )
        case NoDatabase():
            return texts(
                "There is no database at %(database)s: the bot never ran here.",
                database=trouble.database,
            )
        case UnusableDatabase():
            return address_words(trouble, texts)
        case DatabaseRefuses():
            return refusal_of_database(trouble, texts)
        case OSError():
            return _os_words(trouble)
        case CannotStart() | StoreError():
            return str(trouble)
        case typer.TyperException():
            return _usage_words(trouble, texts)
        case _:
            return None


def _os_words(error: OSError) -> str:
    texts = operator_texts()
    if error.errno == errno.EADDRINUSE:
        return texts(
            "The port is in use already: choose another (--port, ESCALADE_PORT or "
            "ESCALADE_WATCH_PORT). %(why)s",
            why=error.strerror or "",
        ).strip()
    if error.filename is None:
        return str(error) or type(error).__name__
    return texts("%(file)s cannot be read: %(why)s", file=error.filename, why=error.strerror)


def _usage_words(trouble: Exception, texts: Texts) -> str:
    """Say what was typed wrong: typer's own classes and sentences are private, and in English."""
    context = getattr(trouble, "ctx", None)
    named, parameter = getattr(trouble, "param_hint", None), getattr(trouble, "param", None)
    if named is None and parameter is not None:
        named = parameter.get_error_hint()
    why = getattr(trouble, "message", str(trouble))
    match type(trouble).__name__:
        case "NoArgsIsHelpError":
            return why
        case "NoSuchOption":
            option = getattr(trouble, "option_name", "")
            said = texts("There is no option %(name)s here.", name=option)
        case "MissingParameter":
            said = texts("%(name)s is missing.", name=named or "?")
        case "BadParameter":
            said = texts("%(name)s: this is not possible (%(why)s)", name=named or "?", why=why)
        case _:
            said = why
    command = context.command_path if context else "escalade"
    return f"{said}\n" + texts("`%(command)s --help` says what it takes.", command=command)
