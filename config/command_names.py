"""Names that people type for each slash command, unless the settings say otherwise."""

from __future__ import annotations

import re

from config.defaults import COMMAND_NAMES, COMMANDS

_NAME = re.compile(r"[a-z0-9_-]{1,31}")


class UnknownCommand(ValueError):
    """A part of ESCALADE_COMMANDS cannot be typed, or stands for no command."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part!r} is none of {', '.join(COMMANDS)}")
        self.part = part


def names(prefix: str = "", spelled: str = COMMAND_NAMES) -> dict[str, str]:
    """Typed slash command → command: "/incident" → "incident", "/crise" → "crisis".

    `prefix` goes before every name, where another app already has them: "/ops-incident".
    `spelled` is what the setting ESCALADE_COMMANDS says; raises UnknownCommand.
    """
    found = {}
    for part in spelled.split(","):
        typed, _, command = (word.strip().removeprefix("/") for word in part.partition("="))
        if not can_be_typed(typed) or (command or typed) not in COMMANDS:
            raise UnknownCommand(part.strip())
        found[f"/{prefix.removeprefix('/')}{typed}"] = command or typed
    return found


def can_be_typed(name: str) -> bool:
    """Return whether Slack takes it for the name of a slash command."""
    return _NAME.fullmatch(name) is not None
