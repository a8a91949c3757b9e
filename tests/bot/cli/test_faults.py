"""Faults as the command line prints them: where, what is wrong, how to mend it."""

from __future__ import annotations

from config.faults import Fault
from tests.config.broken import faults_of, said, variant

TWICE = Fault(
    code="id_twice",
    path=("people", 3, "id"),
    facts={"value": "anna", "suggestion": "ana"},
    line=12,
    other_line=4,
    source="a.toml",
)


def test_a_suggestion_and_the_other_line_are_said() -> None:
    assert said([TWICE]) == (
        "a.toml, line 12, people[3].id\n"
        "  The id “anna” is already taken (see line 4).\n"
        "  → Did you mean “ana”? Give each its own id."
    )
    assert said([TWICE], "fr") == (
        "a.toml, ligne 12, people[3].id\n"
        "  L’identifiant «\u00a0anna\u00a0» est déjà pris (voir ligne 4).\n"
        "  → Vouliez-vous dire «\u00a0ana\u00a0»\u00a0? Donnez à chacun le sien."
    )


def test_a_fault_without_a_place_is_the_contracts() -> None:
    assert said([Fault(code="catalogue_empty"), TWICE]).startswith(
        "contract\n"
        "  The service catalogue has no component.\n"
        "  → Add at least one [[components]].\n"
        "a.toml, line 12"
    )


def test_all_facts_of_real_faults_reach_the_words() -> None:
    found = faults_of(variant(('stand_in = "sophie-arnaud"', 'stand_in = "sofie-arnaud"')))
    french = said(found, "fr").replace("\u00a0", " ")
    assert "Personne n’a l’identifiant « sofie-arnaud »." in french
    assert "Vouliez-vous dire « sophie-arnaud » ?" in french
