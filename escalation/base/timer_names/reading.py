"""Reading a timer's name from its text: those of this folder are known."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import lru_cache
from typing import Any

from escalation.base.declared import declared_in
from escalation.base.timer_names.timer_name import TimerName, Unknown

KINDS: tuple[type[TimerName], ...] = tuple(
    kind
    for kind in declared_in("escalation.base.timer_names", TimerName)
    if kind is not Unknown and "text" in vars(kind)
)


def _pattern(kind: type[TimerName]) -> str:
    pattern = kind.text
    for key in fields(kind):
        group = r"\d+" if key.type == "int" else "[^/]+"
        pattern = pattern.replace(f"{{{key.name}}}", f"(?P<{key.name}>{group})")
    return pattern


@lru_cache(maxsize=4096)
def read(text: str) -> TimerName:
    """The name of that text."""
    for kind in KINDS:
        if not text.startswith(kind.text.partition("{")[0]):
            continue
        if (found := re.fullmatch(_pattern(kind), text)) is not None:
            numbers = {key.name for key in fields(kind) if key.type == "int"}
            given: dict[str, Any] = found.groupdict()
            return kind(**{key: int(v) if key in numbers else v for key, v in given.items()})
    return Unknown(text)
