"""The operator's language on the command line."""

from __future__ import annotations

import os
from zoneinfo import ZoneInfo

from handlers.texts import Texts


def operator_texts(zone: ZoneInfo | None = None) -> Texts:
    """Words by ESCALADE_LANGUAGE, else by LANG."""
    language = os.environ.get("ESCALADE_LANGUAGE") or os.environ.get("LANG", "en")
    return Texts.of(language, zone or ZoneInfo("UTC"))
