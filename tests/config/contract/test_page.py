"""docs/contract.md describes the contract file as it is: every field, with its default."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, Field
from datetime import time
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from config import fields
from config.contract.file import contract_adapter
from config.contract.schema import contract_kinds
from escalation import contract as c
from escalation.base.durations import Duration
from escalation.contract.processes import change_calendar as k
from escalation.contract.processes import changes as h
from escalation.contract.processes import problems as p
from escalation.contract.processes.change_board import BoardRules
from escalation.contract.processes.responsibilities import Responsibility

PAGE = Path("docs/contract.md").read_text("utf-8")

SECTIONS: dict[type, str] = {
    c.Contract: "The top of the file",
    c.Party: "`[provider]` and `[client]`",
    c.Supplier: "`[[suppliers]]`",
    c.Person: "`[[people]]`",
    c.Absence: "`absences` of a person",
    c.Coverage: "`[coverage]`",
    c.HalfDay: "`half_days` of the coverage",
    c.Hours: "Hours",
    c.Window: "`also` of hours",
    c.Site: "`[[sites]]`",
    c.SiteContact: "`contacts` of a site",
    c.Rota: "`[[rotas]]`",
    c.RotaChange: "`changes` of a rota",
    c.Override: "`overrides` of a rota",
    c.Echelon: "`[[echelons]]`",
    c.Post: "Posts",
    c.SupportGroup: "`[[groups]]`",
    c.Component: "`[[components]]`",
    c.Priorities: "`[priorities]`",
    c.IncidentRules: "`[incidents]`",
    c.Target: "`[incidents.targets]`",
    c.Verification: "`[incidents.verification]`",
    c.Waiting: "`[incidents.waiting]`",
    c.Communication: "`[[incidents.communication]]`",
    c.Closing: "`[incidents.closing]`",
    c.Ladder: "`[[ladders]]`",
    c.Rung: "`[[ladders.rungs]]`",
    c.EscalationRules: "`[escalation]`",
    c.AutomaticCase: "`[[escalation.automatic]]`",
    c.Rooms: "`[rooms]`",
    c.CrisisRules: "`[crisis]`",
    c.SideCrisisRules: "`[crisis.provider]` and `[crisis.client]`",
    c.ReportRules: "`[report]`",
    p.ProblemRules: "`[problems]`",
    p.Recurrence: "`[problems.recurrence]`",
    h.ChangeRules: "`[changes]`",
    h.StandardChange: "`[[changes.standard]]`",
    h.FormField: "`[[changes.standard.form]]`",
    h.UrgentChanges: "`[changes.urgent]`",
    h.ChangeSource: "`[[changes.sources]]`",
    k.ChangeCalendar: "`[changes.calendar]`",
    k.ChangePeriod: "`[[changes.calendar.freezes]]` and `[[changes.calendar.critical]]`",
    BoardRules: "`[changes.board]`",
    Responsibility: "`[[responsibilities]]`",
    c.EventRules: "`[events]`",
    c.EventSource: "`[[events.sources]]`",
    c.EventPaths: "`[events.sources.paths]`",
}
IN_WORDS = {
    "as `report.within`",
    "of its kind",
    "see below",
    "see above",
    "the usual one",
    "priority 1 opened",
    "`always = true`",
}


def section(kind: type) -> str:
    match = re.search(
        rf"^### {re.escape(SECTIONS[kind])}\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL
    )
    assert match, f"docs/contract.md has no section “{SECTIONS[kind]}”"
    return match[1]


def rows(kind: type) -> dict[str, tuple[str, str]]:
    found = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", section(kind), re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in found}


def default_of(field: Field[Any]) -> str:
    if fields.required(field):
        return "required"
    value = field.default if field.default is not MISSING else field.default_factory()
    return "none" if value is None else f"`{as_toml(value)}`"


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, Duration) and value.seconds and value.seconds % 86400 == 0:
        return f'"{value.seconds // 3600}h"'
    if isinstance(value, Enum):
        return f'"{value.value}"'
    if isinstance(value, str | Duration):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(as_toml(one) for one in value)}]"
    return str(value)


def test_every_part_of_the_contract_has_a_section() -> None:
    assert contract_kinds() == set(SECTIONS)


@pytest.mark.parametrize("kind", SECTIONS, ids=lambda kind: kind.__name__)
def test_every_field_is_described_with_its_default(kind: type) -> None:
    described = rows(kind)
    assert list(described)
    assert described.keys() == fields.schema_fields(kind).keys()
    for name, (field, _) in fields.schema_fields(kind).items():
        default, meaning = described[name]
        assert meaning.endswith(".")
        if default not in IN_WORDS:
            expected = default_of(field)
            if (kind, name) == (c.Hours, "days"):
                expected = '`["mon", "tue", "wed", "thu", "fri"]`'
            assert default == expected, f"{kind.__name__}.{name}"


def test_every_choice_is_named() -> None:
    for choices in (c.Role, c.Criticality, c.Trigger, p.Rating):
        for member in choices:
            assert re.search(rf'`"?{member.value}"?`', PAGE), member


def test_every_example_of_the_page_is_read_as_the_file_is() -> None:
    examples = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(examples) >= 10
    for example in examples:
        _, faults = fields.tidy(tomllib.loads(example))
        assert faults == [], example


def test_every_rule_named_exists_in_the_tests_or_the_code() -> None:
    code = "".join(p.read_text("utf-8") for p in Path("escalation").rglob("*.py"))
    for rule in set(re.findall(r"\b[A-Z]{3}-\d+\b", PAGE)):
        assert rule in code, rule


def test_the_adapter_reads_the_same_kinds() -> None:
    names = set(contract_adapter().json_schema()["$defs"])
    assert {kind.__name__ for kind in contract_kinds()} - {"Contract"} <= names
