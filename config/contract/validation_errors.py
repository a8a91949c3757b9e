"""Complaints of pydantic and tomllib as faults of the contract file."""

from __future__ import annotations

import re
import tomllib
from typing import Any, get_origin

from pydantic_core import ErrorDetails

from config.faults import Fault, Where, dotted, fault
from config.fields import choices, is_table, nearest, type_at
from config.meant import meant
from escalation.contract import Hours

_KINDS = (
    # the beginning of pydantic's error type, and our code
    ("value_error", "not_a_duration"),
    ("string_", "not_a_text"),
    ("int_", "not_a_number"),
    ("bool_", "not_a_truth"),
    ("date_from_datetime", "not_a_date"),
    ("datetime_", "not_a_date_time"),
    ("date_", "not_a_date"),
    ("time_", "not_a_time"),
    ("tuple_", "not_a_list"),
    ("dict_", "not_a_table"),
    ("dataclass_", "not_a_table"),
)

_SYNTAX = (
    # the beginning of tomllib's message, and our code
    ("Cannot ", "toml_twice"),
    ("Duplicate ", "toml_twice"),
    ("Expected '=' ", "toml_equals"),
    ("Invalid initial character for a key", "toml_key"),
    ("Invalid statement", "toml_key"),
    ("Expected ']", "toml_bracket"),
    ("Unclosed ", "toml_comma"),
    ("Unescaped ", "toml_backslash"),
    ("Invalid hex", "toml_backslash"),
    ("Escaped character", "toml_backslash"),
    ("Unterminated string", "toml_quote"),
    ("Expected '\"", "toml_quote"),
    ("Expected \"'", "toml_quote"),
    ("Illegal character", "toml_quote"),
    ("Invalid date", "toml_date"),
    ("Invalid value", "toml_value"),
    ("Expected newline", "toml_line"),
)


def validation_error(error: ErrorDetails) -> tuple[Where, Fault]:
    """The place of a value pydantic refused, and the fault.

    The place is that of the value in the data, also where the fault lies in a key.
    """
    where = tuple(error["loc"])
    in_key = bool(where) and where[-1] == "[key]"
    path: Where = where[:-1] if in_key else where
    if error["type"] == "missing":
        return path, fault("field_missing", path, field=str(path[-1]) if path else "")
    if in_key:
        allowed = tuple(_keys_allowed(path))
        found = fault(
            "key_not_allowed",
            path,
            value=path[-1],
            allowed=allowed,
            suggestion=nearest(path[-1], allowed),
        )
        return path, found
    value = error.get("input")
    if error["type"] in ("enum", "literal_error") and not isinstance(value, list | dict):
        allowed = choices(type_at(path))
        return path, fault(
            "value_not_allowed",
            path,
            value=value,
            allowed=allowed,
            suggestion=nearest(value, allowed),
        )
    code = next((code for start, code in _KINDS if error["type"].startswith(start)), "")
    suggestion = _suggestion(type_at(path), value)
    if isinstance(value, list | dict) and code not in ("not_a_list", "not_a_table"):
        return path, fault("one_expected", path, value=_short(value), suggestion=suggestion)
    if code == "not_a_list" and isinstance(value, dict):
        return path, fault("table_not_listed", path, field=path[-1])
    if code == "not_a_table" and isinstance(value, list) and type_at(path) is Hours:
        return path, fault("hours_listed", path, place=dotted(path))
    if code == "not_a_table" and isinstance(value, list):
        return path, fault("table_listed", path, field=path[-1])
    if code:
        return path, fault(code, path, value=_short(value), suggestion=suggestion)
    return path, fault("value_refused", path, value=_short(value), detail=error["msg"])


def repaired(kind: Any, value: Any) -> Any:
    """The value as it was meant, where that can be told; None where it cannot."""
    if get_origin(kind) is tuple:
        return None if value is None or isinstance(value, list) else [value]
    if kind is Hours and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return {**value[0], "also": value[1:]} if value else None
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
        return value if is_table(kind) == isinstance(value, dict) else None
    return meant(kind, value) or None


def _suggestion(kind: Any, value: Any) -> str:
    right = repaired(kind, value)
    if isinstance(right, list):
        return f'["{right[0]}"]' if isinstance(right[0], str) else ""
    return "" if isinstance(right, dict) or right is None else _short(right)


def _keys_allowed(path: Where) -> tuple[str, ...]:
    if path[:2] == ("priorities", "matrix") and len(path) == 3:
        from_matrix = type_at(("components", 0, "criticality"))
        return choices(from_matrix)
    return ("1", "2", "3", "4")


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return str(value)


def _last_line(text: str) -> int:
    """The number of the last line, as `tomllib` counts them."""
    return text.removesuffix("\n").count("\n") + 1


def syntax_fault(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    """The first place where the text is not TOML."""
    message = str(error)
    place = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    line = int(place[1]) if place and place[1] else _last_line(text)
    column = int(place[2]) if place and place[2] else 0
    code = next((code for start, code in _SYNTAX if message.startswith(start)), "toml_syntax")
    detail = re.sub(r" \(at .*\)$", "", message)
    facts: dict[str, object] = {"column": column, "detail": detail}
    named = re.findall(r"'([^']*)'", detail)
    if code == "toml_twice" and named[-1:] == ["hours"]:
        code, facts = "hours_listed", facts | {"place": ".".join(named)}
    if code == "toml_value" and _field_in_a_list(text, line, column):
        code = "toml_bracket"
    return Fault(code=code, line=line, facts=facts)


def _field_in_a_list(text: str, line: int, column: int) -> bool:
    """Return whether a list goes on into the next field, as it was not closed."""
    lines = text.split("\n")[:line]
    before = "\n".join([*lines[:-1], lines[-1][: column - 1]]).rstrip()
    return before[-1:] in ("[", ",") and bool(re.match(r"[\w-]+\s*=", lines[-1][column - 1 :]))
