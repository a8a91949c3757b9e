"""Every fault has words in both languages, and the words use only facts the fault has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from config import fault_words_en, fault_words_fr
from config.contract_file import read_contract
from config.fault_words import report_of, words
from config.faults import ContractFaults, Fault, fault

EXAMPLE = Path("config/examples/agence-rivage.toml").read_text("utf-8")


def codes_in_use() -> set[str]:
    """Every text constant of config/ that looks like a code and is one of the table's."""
    found: set[str] = set()
    for file in [*Path("config").glob("*.py"), *Path("config/checks").glob("*.py")]:
        if file.name.startswith("fault_words_"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def first_arguments() -> Iterator[str]:
    """The codes written as first argument of what makes faults."""
    for file in [*Path("config").glob("*.py"), *Path("config/checks").glob("*.py")]:
        for call in re.finditer(r'\b(?:fault|named|twice|shorter_first)\(\s*"(\w+)"',
                                file.read_text("utf-8")):  # fmt: skip
            yield call[1]


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_faults_and_facts() -> None:
    assert fault_words_en.WORDS.keys() == fault_words_fr.WORDS.keys()
    for code, english in fault_words_en.WORDS.items():
        french = fault_words_fr.WORDS[code]
        for one, other in zip(english, french, strict=True):
            assert fields_of(one) == fields_of(other), code


def test_every_fault_has_words_and_no_words_are_left_over() -> None:
    table = set(fault_words_en.WORDS)
    assert set(first_arguments()) <= table
    assert table <= codes_in_use()


@pytest.mark.parametrize("code", sorted(fault_words_en.WORDS))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_words_can_be_said(code: str, language: str) -> None:
    said = words(fault(code, ("people", 0)), language)
    assert said.what.endswith((".", "?"))
    assert said.remedy.endswith((".", "?"))
    assert not re.search(r"\{\w+\}", said.what + said.remedy)


def test_con_1_french_says_vous_and_names_no_culprit() -> None:
    for what, remedy in fault_words_fr.WORDS.values():
        assert not re.search(r"\b([Tt]u|[Tt]on|[Tt]es|fautif|erreur de)\b", what + remedy)


def test_a_suggestion_and_the_other_line_are_said() -> None:
    found = Fault(
        code="id_twice",
        path=("people", 3, "id"),
        facts={"value": "anna", "suggestion": "ana"},
        line=12,
        other_line=4,
        source="a.toml",
    )
    assert report_of([found], "en") == (
        "a.toml, line 12, people[3].id\n"
        "  The id “anna” is already taken (see line 4).\n"
        "  → Did you mean “ana”? Give each its own id."
    )
    assert "Vouliez-vous dire « ana »" in report_of([found], "fr")


def test_all_facts_of_real_faults_reach_the_words() -> None:
    broken = EXAMPLE.replace('stand_in = "sophie-arnaud"', 'stand_in = "sofie-arnaud"')
    with pytest.raises(ContractFaults) as caught:
        read_contract(broken, "rivage.toml")
    french = report_of(caught.value.faults, "fr")
    assert "Personne n'a l'identifiant « sofie-arnaud »." in french
    assert "Vouliez-vous dire « sophie-arnaud » ?" in french
