"""What people type, and which slash command it stands for, unless the settings say otherwise."""

from __future__ import annotations

from config.settings import COMMAND_NAMES


def names(prefix: str = "") -> dict[str, str]:
    """Typed slash command → command: "/incident" → "incident", "/crise" → "crisis".

    `prefix` goes before every name, where another app already has them: "/ops-incident".
    """
    pairs = (part.partition("=") for part in COMMAND_NAMES.split(","))
    return {f"/{prefix}{typed}": command or typed for typed, _, command in pairs}
