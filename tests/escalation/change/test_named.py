"""Whom the lists of the chapter name: the two firms by role, a supplier in person (CON-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.checks.processes.changes import CHECKS
from escalation.base.refusals import NotFound
from escalation.contract import CLIENT, Person, Role
from escalation.decision.commands import change as c
from escalation.people import audience, rights
from tests.escalation.change.story import CHG, RULES, ChangeStory, with_changes
from tests.escalation.ladder.climbing import absent


def test_con_2_a_role_that_the_catalogue_names_reaches_no_supplier() -> None:
    story = ChangeStory()
    change = story.asked(standard="restart", title="")
    assert "technician" in story.contract.person("nora").roles, "of the network's supplier"
    assert not rights.visible(story.contract, "nora", change)
    start = story.now + timedelta(hours=2)
    with pytest.raises(NotFound):
        story.do(c.PlanChange, "nora", start=start)
    assert story.do(c.PlanChange, "tess", start=start).window is not None


def test_con_2_a_supplier_is_not_asked_where_the_provider_is_away() -> None:
    contract = absent(with_changes(), "tess", "ned", "nia")
    story = ChangeStory(contract)
    story.asked(standard="restart", title="")
    assert "nora" not in story.called()


def test_con_2_whoever_of_a_supplier_is_named_in_person_carries_it_out() -> None:
    restart = replace(RULES.standard[1], carried_out_by=("nora",))
    story = ChangeStory(with_changes(replace(RULES, standard=(restart,))))
    change = story.asked(standard="restart", title="")
    assert "nora" in story.called()
    assert rights.visible(story.contract, "nora", change)
    assert story.do(c.PlanChange, "nora", CHG, start=story.now + timedelta(hours=2)).window


@pytest.mark.parametrize(
    ("role", "people"),
    [
        ("requester", ["rita", "otto"]),  # the client's own role
        ("technician", ["tess", "ned", "nia"]),  # not the client's own technician
        ("executive", ["bea", "eve"]),  # of both firms
        ("supplier_representative", []),
    ],
)
def test_con_2_a_role_means_the_firm_that_has_it(role: str, people: list[str]) -> None:
    contract = with_changes()
    own = Person(id="theo", name="Theo", organisation=CLIENT, roles=(Role.TECHNICIAN,))
    contract = replace(contract, people=(*contract.people, own))
    assert sorted(audience.named(contract, [role])) == sorted(people)


def test_con_2_a_role_that_only_a_supplier_has_is_a_fault_of_the_file() -> None:
    restart = replace(RULES.standard[1], carried_out_by=("supplier_representative",))
    contract = with_changes(replace(RULES, standard=(restart,)))
    found = [fault.code for check in CHECKS for fault in check(contract)]
    assert "nobody_named_so" in found
