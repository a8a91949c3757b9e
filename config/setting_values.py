"""The forms that the values of settings may take."""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

_ADDRESS = r"[^\s@<>,;]+@[^\s@<>,;]+"
SENDER = re.compile(rf"[^<>@\r\n]*<{_ADDRESS}>|{_ADDRESS}")
_PRINTABLE = re.compile(r"[!-~]+")


def beginning(
    value: SecretStr, beginnings: tuple[str, ...], *, database: bool = False
) -> SecretStr:
    """The value, where it begins so; raises PydanticCustomError, which does not show it."""
    given = value.get_secret_value()
    if database and not given.startswith(beginnings):
        raise PydanticCustomError("setting_database", "not a database")
    if not given.startswith(beginnings) or not (database or _PRINTABLE.fullmatch(given)):
        raise PydanticCustomError("setting_token", "mistaken", {"beginning": beginnings[0]})
    return value


def reads_as_clock(name: str, given: str) -> bool:
    """Return whether a part of ESCALADE_CLOCK can be read."""
    try:
        if name == "from":
            return datetime.fromisoformat(given).tzinfo is not None
        return name in ("speed", "at") and isfinite(float(given)) and float(given) > 0
    except ValueError:
        return False
