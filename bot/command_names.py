"""What people type, and which slash command it stands for."""

from __future__ import annotations

ENGLISH = {"incident": "incident", "escalate": "escalate", "crisis": "crisis", "report": "report"}
FRENCH = {"escalade": "escalate", "crise": "crisis", "rapport": "report"}


def names(prefix: str = "") -> dict[str, str]:
    """Typed slash command → command: "/incident" → "incident", "/crise" → "crisis".

    `prefix` goes before every name, where another app already has them: "/ops-incident".
    """
    return {f"/{prefix}{typed}": command for typed, command in (ENGLISH | FRENCH).items()}
