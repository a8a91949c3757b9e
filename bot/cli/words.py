"""The speech of the commands: the operator's language, what is printed, the way to give up."""

from __future__ import annotations

import json
import os
import sys
from typing import NoReturn
from zoneinfo import ZoneInfo

from escalation.base.sober_text import sober, sober_json
from handlers.words.texts import Texts


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
