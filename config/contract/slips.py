"""Slips that people type and TOML does not read: dates as on paper, typographic quotes, bare words.

Each slip is told with what was meant, and put right in the text, so that the rest is looked at too.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import time
from typing import Any

from config.contract.validation_errors import syntax_fault
from config.faults import Fault
from config.fields import contract_kinds, plain, schema_fields
from config.meant import day, duration, is_figures, moment, time_of_day, truth

MOST_ROUNDS = 30
MOST_CHARACTERS = 200_000  # of a text that is worth reading so often

_OPENING, _CLOSING = (
    "\u201c\u201d\u201e\u201f\u00ab\u2039\u2018\u201a\u2019",
    "\u201c\u201d\u201f\u00bb\u203a\u2019\u2018",
)
_TYPOGRAPHIC = re.compile(
    rf"(?<=[=\[,{{])(\s*)([{_OPENING}\"'])([^\n]*?)([{_CLOSING}\"'])(?=\s*(?:[,\]}}#]|$))"
)
_BLANKS = re.compile("[\u00a0\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_KEPT = re.compile(rf"{_STRING.pattern}|#.*")
_VALUE_ERRORS = (
    "Invalid value",
    "Unclosed",
    "Expected newline",
    "Invalid date",
    "Invalid statement",
)
_END = re.compile(r"[,\]}#=]|$")
MOST_COMMAS = 3
_BARE = re.compile(r"(?=.*[^\W\d_]|[+0])[\w+(][^\[\]{}\"'=\n]*")


def read_toml(text: str) -> tuple[dict[str, Any] | None, str, list[Fault]]:
    """The data of a text, the text it was read from, and the slips that were put right in it.

    Without data, the last fault is where the text is no TOML.
    """
    slips: list[Fault] = []
    for _ in range(MOST_ROUNDS if len(text) <= MOST_CHARACTERS else 1):
        try:
            return tomllib.loads(text), text, slips
        except tomllib.TOMLDecodeError as error:
            found = syntax_fault(error, text)
            slip = _put_right(text, found)
            if slip is None:
                return None, text, [*slips, found]
            fault, text = slip
            slips = _with(slips, fault)
    return None, text, slips


def _with(slips: list[Fault], new: Fault) -> list[Fault]:
    """The slips and one more; like ones of a line are one."""
    last = slips[-1] if slips else None
    if last is None or (last.code, last.line) != (new.code, new.line):
        return [*slips, new]
    facts = {name: f"{last.facts[name]}, {value}" for name, value in new.facts.items()}
    return [*slips[:-1], replace(last, facts=facts)]


def _put_right(text: str, found: Fault) -> tuple[Fault, str] | None:
    lines = text.split("\n")
    number = found.line or 1
    line = lines[number - 1] if number <= len(lines) else ""
    slip = (
        _typographic_quotes(line)
        or _odd_blanks(line)
        or _value(line, int(str(found.facts["column"])), str(found.facts["detail"]))
    )
    if slip is None or slip[1] == line:
        return None
    lines[number - 1] = slip[1]
    return replace(slip[0], line=number), "\n".join(lines)


def _typographic_quotes(line: str) -> tuple[Fault, str] | None:
    written: list[str] = []

    def straight(found: re.Match[str]) -> str:
        blank, opening, inside, closing = found.groups()
        if opening in "\"'" and closing in "\"'":
            return found[0]
        written.append(_quoted(inside.strip(" \u00a0\u202f")))
        return f"{blank}{written[-1]}"

    right = _TYPOGRAPHIC.sub(straight, line)
    if not written:
        return None
    return Fault(code="typographic_quotes", facts={"written": ", ".join(written)}), right


def _odd_blanks(line: str) -> tuple[Fault, str] | None:
    """Blanks of word processors, outside quotes and remarks; inside they belong to the text."""
    right, at = "", 0
    for string in _KEPT.finditer(line):
        right += _BLANKS.sub(" ", line[at : string.start()]) + string[0]
        at = string.end()
    right += _BLANKS.sub(" ", line[at:])
    return None if right == line else (Fault(code="odd_blank"), right)


def _value(line: str, column: int, detail: str) -> tuple[Fault, str] | None:
    """The value that stands at that column, as it was meant."""
    if not detail.startswith(_VALUE_ERRORS):
        return None
    masked = _STRING.sub(lambda string: "\0" * len(string[0]), line)
    start = max(masked.rfind(mark, 0, max(column - 1, 0)) for mark in "=[,{") + 1
    if not start and detail.startswith("Invalid statement"):
        return None
    end = _end_of_date(masked, start) or _END.search(masked, start)
    raw = line[start : end.start()].strip() if end else ""
    if not raw or end is None or end[0] == "=" or "\0" in masked[start : end.start()]:
        return None
    slip = _meant(raw, _field(masked, start))
    if slip is None:
        return None
    return slip, line[:start] + f" {slip.facts['written']} ".rstrip() + line[end.start() :]


def _end_of_date(masked: str, start: int) -> re.Match[str] | None:
    """Return where a date ends that is written with commas: "Friday, May 15, 2026"."""
    end, found = _END.search(masked, start), None
    for _ in range(MOST_COMMAS):
        if end is None or end[0] != ",":
            break
        end = _END.search(masked, end.end())
        written = masked[start : end.start()].strip() if end else ""
        if moment(written) or len(day(written)) == len("2026-05-15"):
            found = end
    return found


def _field(masked: str, start: int) -> str:
    """The name of the field whose value begins there; "" within a list over several lines."""
    found = re.search(r"([\w-]+)\s*=[\s\[]*[^=]*$", masked[:start])
    return found[1] if found else ""


def _meant(raw: str, field: str) -> Fault | None:
    wants_time = field in _fields_of_time()
    if written := moment(raw):
        return _slip("date_as_on_paper", raw, written)
    if (written := day(raw)) and not (wants_time and time_of_day(raw)):
        code = "date_as_on_paper" if len(written) == 10 else "not_in_quotes"
        return _slip(code, raw, written if len(written) == 10 else _quoted(written))
    if is_figures(raw):
        return None
    if written := truth(raw):
        return _slip("not_a_truth", raw, written)
    if wants_time and (written := time_of_day(raw)):
        return _slip("not_in_quotes", raw, _quoted(written))
    if written := duration(raw):
        return _slip("not_in_quotes", raw, _quoted(written))
    if found := re.fullmatch(r"(\d+)\s*%", raw):
        return _slip("number_with_more", raw, found[1])
    return _slip("not_in_quotes", raw, _quoted(raw)) if _BARE.fullmatch(raw) else None


def _slip(code: str, raw: str, written: str) -> Fault:
    return Fault(code=code, facts={"value": raw, "written": written})


def _quoted(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


def _fields_of_time() -> set[str]:
    return {
        name
        for kind in contract_kinds()
        for name, (_, type_) in schema_fields(kind).items()
        if plain(type_) is time
    }
