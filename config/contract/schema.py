"""The JSON Schema of the contract file, so that editors complete and check it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from config.contract.file import contract_adapter
from config.fields import DAYS, HIDDEN, contract_kinds

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PRIORITY_TABLES = (("Rung", "acknowledge"), ("Rung", "settle"), ("IncidentRules", "targets"))
_TIME = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}
_DATES = {
    "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "date-time": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}"},
    "time": _TIME,
}


Describe = Callable[[str, str], str]
"""What a field of a table means; the table itself where the field is ""."""


def json_schema(describe: Describe) -> dict[str, Any]:
    """Describe a contract file for editors (`escalade schema`), with what each field means.

    TOML's own dates and times count as texts, as they do in tools that check TOML by JSON Schema.
    """
    schema = contract_adapter().json_schema(mode="validation")
    kinds = schema.pop("$defs")
    kinds["Contract"] = {k: schema.pop(k) for k in tuple(schema)}
    for kind in contract_kinds():
        _explain(kinds[kind.__name__], kind, describe)
    kinds["Hours"]["properties"]["days"]["items"] = {
        "anyOf": [
            {"enum": list(DAYS), "type": "string"},
            {"minimum": 0, "maximum": 6, "type": "integer"},
        ]
    }
    kinds["Window"]["properties"]["days"]["items"] = kinds["Hours"]["properties"]["days"]["items"]
    for name in ("on_call", "behind"):
        of_post = kinds["Post"]["properties"]
        several = {key: of_post[name].pop(key) for key in ("type", "items")}
        of_post[name]["anyOf"] = [{"type": "string"}, several]
    for name, field in _PRIORITY_TABLES:
        table = kinds[name]["properties"][field]
        table["properties"] = dict.fromkeys("1234", table.pop("additionalProperties"))
        table["additionalProperties"] = False
        table["required"] = list("123")
    contract = kinds.pop("Contract")
    whole = {"$schema": DIALECT, **contract, "title": "Service contract", "$defs": kinds}
    plain: dict[str, Any] = _plain_texts(whole)
    return plain


def _explain(schema: dict[str, Any], kind: type, describe: Describe) -> None:
    schema["additionalProperties"] = False
    schema["title"] = _spaced(kind.__name__)
    schema["description"] = describe(kind.__name__, "")
    properties = schema["properties"]
    for of, name in HIDDEN:
        if of is kind:
            properties.pop(name, None)
    for name, field in properties.items():
        field["title"] = name.replace("_", " ").capitalize()
        field["description"] = describe(kind.__name__, name)


def _spaced(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def _plain_texts(part: Any) -> Any:
    """Dates and times as patterns: editors take the JSON Schema formats to need a zone."""
    if isinstance(part, dict):
        kept = {k: _plain_texts(v) for k, v in part.items()}
        wanted = _DATES.get(kept.get("format", "")) if kept.get("type") == "string" else None
        if wanted:
            kept.pop("format")
            kept |= wanted
        return kept
    if isinstance(part, list):
        return [_plain_texts(one) for one in part]
    return part
