"""How a priority is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.base.refusals import BadValue, NotFound
from escalation.contract import DEFAULT_MATRIX, Contract, Criticality, Priorities
from escalation.incident.priority import assess, find_component
from escalation.records.incident import Priority
from tests.agreement import agreement

# Component → its priority at severity 1, 2, 3, 4: the matrix of the rule, row by row.
MATRIX = {
    "vpn": ("strategic", (1, 2, 3, 4)),
    "mail": ("fairly_strategic", (2, 2, 3, 4)),
    "wiki": ("sensitive", (3, 3, 3, 4)),
    "kiosk": ("hardly_sensitive", (4, 4, 4, 4)),
}
TABLE = {1: {1: 1, 2: 2, 3: 3}, 2: {1: 2, 2: 3, 3: 3}, 3: {1: 3, 2: 4, 3: 4}}
RANKED = agreement(priorities=Priorities(scheme="ranked", urgency_impact=TABLE))


def found(contract: Contract, **values: Any) -> Priority:
    return assess(contract, **{"component": None, "severity": None, **values})


@pytest.mark.parametrize(
    ("component", "row", "severity", "level"),
    [
        (component, row, severity, level)
        for component, (row, levels) in MATRIX.items()
        for severity, level in enumerate(levels, start=1)
    ],
)
def test_inc_2_priority_is_criticality_by_severity(
    component: str, row: str, severity: int, level: int
) -> None:
    priority = found(agreement(), component=component, severity=severity)
    assert priority == Priority(level=level, row=row, column=str(severity))


def test_inc_2_the_contract_may_set_its_own_matrix() -> None:
    matrix = {**DEFAULT_MATRIX, Criticality.SENSITIVE: {1: 2, 2: 3, 3: 4, 4: 3}}
    contract = agreement(priorities=Priorities(matrix=matrix))
    assert [found(contract, component="wiki", severity=s).level for s in (1, 2, 3, 4)] == [
        2, 3, 4, 3,
    ]  # fmt: skip


def test_inc_2_severity_4_gives_4_even_before_the_component_is_known() -> None:
    assert found(agreement(), severity=4) == Priority(level=4, column="4")


def test_inc_2_urgency_and_impact_do_not_bend_the_matrix() -> None:
    assert found(agreement(), component="vpn", severity=2, urgency=3, impact=3).level == 2


@pytest.mark.parametrize("severity", [0, 5, -1, 100])
@pytest.mark.parametrize("contract", [agreement(), RANKED])
def test_inc_2_severity_out_of_range_is_refused(contract: Contract, severity: int) -> None:
    with pytest.raises(BadValue) as refusal:
        found(contract, component="vpn", severity=severity)
    assert refusal.value.code == "severity_out_of_range"
    assert refusal.value.facts == {"given": severity}


@pytest.mark.parametrize(
    ("values", "missing"),
    [({"component": "vpn"}, "severity"), ({"severity": 1}, "component"), ({}, "severity")],
)
def test_inc_2_what_is_missing_is_named(values: dict[str, Any], missing: str) -> None:
    with pytest.raises(BadValue) as refusal:
        found(agreement(), **values)
    assert (refusal.value.code, refusal.value.facts) == (
        "priority_not_computable",
        {"missing": missing},
    )


@pytest.mark.parametrize(("component", "rank"), [("vpn", 1), ("mail", 2), ("wiki", 3)])
def test_inc_3_without_a_severity_the_clients_rank_is_the_priority(
    component: str, rank: int
) -> None:
    assert found(RANKED, component=component) == Priority(level=rank, row="rank", column=str(rank))


@pytest.mark.parametrize("urgency", [1, 2, 3])
@pytest.mark.parametrize("impact", [1, 2, 3])
def test_inc_3_else_urgency_by_impact_by_the_contracts_table(urgency: int, impact: int) -> None:
    for component in ("vpn", None):
        priority = found(RANKED, component=component, urgency=urgency, impact=impact)
        assert priority == Priority(
            level=TABLE[urgency][impact], row=f"urgency_{urgency}", column=f"impact_{impact}"
        )


def test_inc_3_a_severity_bends_no_rank() -> None:
    assert found(RANKED, component="mail", severity=3).row == "rank"


@pytest.mark.parametrize(
    ("values", "code", "facts"),
    [
        ({"urgency": 9, "impact": 1}, "urgency_out_of_range",
         {"given": 9, "known": ["1", "2", "3"]}),
        ({"urgency": 1, "impact": 9}, "impact_out_of_range",
         {"given": 9, "known": ["1", "2", "3"]}),
        ({}, "priority_not_computable", {"missing": "component"}),
        ({"urgency": 1}, "value_missing", {"field": "impact"}),
        ({"component": "vpn", "impact": 1}, "value_missing", {"field": "urgency"}),
        ({"component": "bare"}, "priority_not_computable", {"missing": "urgency"}),
    ],
)  # fmt: skip
def test_inc_3_what_cannot_be_read_is_refused(
    values: dict[str, Any], code: str, facts: dict[str, Any]
) -> None:
    bare = replace(agreement().component("kiosk"), id="bare", name="Bare", rank=None)
    contract = replace(RANKED, components=(*RANKED.components, bare))
    with pytest.raises(BadValue) as refusal:
        found(contract, **values)
    assert (refusal.value.code, dict(refusal.value.facts)) == (code, facts)


def test_inc_3_a_rank_is_of_no_use_to_the_other_scheme() -> None:
    with pytest.raises(BadValue):
        found(agreement(), component="vpn")


@pytest.mark.parametrize("typed", ["vpn", "VPN", " vpn ", "Vpn\u200b", "VP\u0148"])
def test_org_5_a_component_is_found_by_id_or_name_in_any_case(typed: str) -> None:
    assert find_component(agreement().components, typed).id == "vpn"


def test_org_5_an_unknown_component_is_refused_with_the_closest() -> None:
    with pytest.raises(NotFound) as refusal:
        found(agreement(), component="mial", severity=1)
    assert refusal.value.code == "unknown_component"
    assert refusal.value.facts == {"component": "mial", "known": ["mail"]}
    with pytest.raises(NotFound) as refusal:
        find_component(agreement().components, "\N{ZERO WIDTH SPACE}?")
    assert refusal.value.facts["known"] == ["vpn", "mail", "wiki", "kiosk"]
