"""The report's own form: a template beside the contract file, kept with its version (Rule REP-5).

The template's text is written behind that of the contract, as one more table of it: so it belongs
to the version, is stored with it, and is there for every replica and every later reading.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.faults import Fault, fault
from config.text_files import NoText, TooLarge, read_text
from escalation.contract import Contract
from escalation.contract.reports import ReportForm

TABLE = "report_form"
DEFAULT = "default"


def with_form(text: str, file: Path) -> str:
    """The text of a contract file, with the template that it names; as it is where none is read."""
    try:
        contract = tomllib.loads(text)
        name = contract.get("report", {}).get("form", DEFAULT)
        if name == DEFAULT or TABLE in contract:
            return text
        template = read_text(file.parent / name)
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, OSError, TooLarge, NoText):
        return text  # the checks say so
    return f"{text.rstrip()}\n\n[{TABLE}]\nhtml = {_quoted(template)}\n"


def taken_out(raw: dict[str, Any]) -> ReportForm | None:
    """The template that was put behind the contract's text, out of what was read of both."""
    match raw.get(TABLE):
        case {"html": str(html)}:
            del raw[TABLE]
            return ReportForm(html=html)
    return None


def _quoted(text: str) -> str:
    """A text in TOML, over several lines."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = (c if c.isprintable() or c in "\n\t" else f"\\U{ord(c):08X}" for c in escaped)
    return '"""\n' + "".join(shown) + '"""'


def check_form(contract: Contract) -> Iterator[Fault]:
    """The template that the contract names is there, and is one."""
    name, form = contract.report.form, contract.report_form
    if name == DEFAULT:
        return
    where = ("report", "form")
    if form is None:
        yield fault("form_unreadable", where, value=name)
        return
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415  only where a contract has a form
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415  as above

    try:
        ImmutableSandboxedEnvironment().parse(form.html)
    except TemplateSyntaxError as wrong:
        yield fault("form_broken", where, value=name, at=wrong.lineno, detail=wrong.message or "")
