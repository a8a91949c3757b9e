"""What people type, and which slash command it stands for, unless the settings say otherwise."""

from __future__ import annotations

from config.defaults import COMMAND_NAMES, COMMANDS


def names(prefix: str = "", spelled: str = COMMAND_NAMES) -> dict[str, str]:
    """Typed slash command → command: "/incident" → "incident", "/crise" → "crisis".

    `prefix` goes before every name, where another app already has them: "/ops-incident".
    `spelled` is what the setting ESCALADE_COMMANDS says; raises ValueError for an unknown command.
    """
    found = {}
    for part in spelled.split(","):
        typed, _, command = (word.strip().removeprefix("/") for word in part.partition("="))
        if (command or typed) not in COMMANDS:
            raise ValueError(f"{part.strip()!r} is none of {', '.join(COMMANDS)}")
        found[f"/{prefix.removeprefix('/')}{typed}"] = command or typed
    return found
