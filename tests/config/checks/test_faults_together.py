"""All faults of a file come at once; one fault hides no other and is not told twice."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.contract.file import (
    ContractText,
    contract_files,
    read_contract,
    read_contracts,
    read_texts,
    recall_contract,
)
from config.contract.line_numbers import line_at, lines_of
from config.faults import ContractFaults
from tests.config.broken import EXAMPLE, faults_of, line_of, said, variant


def test_shape_and_meaning_are_told_together_from_the_top_down() -> None:
    text = variant(
        ('name = "Agence Rivage"', 'nam = "Agence Rivage"'),
        ('roles = ["help_desk"]', 'roles = ["help_desc"]'),
        ('stand_in = "julien-perrin"', 'stand_in = "julien"'),
        ('on_call = "managers"', 'on_cal = "managers"'),
        ('snooze = "15m"', 'snooze = "fifteen"'),
        ("warnings = [50, 75, 90]", "warnings = [75, 50]"),
        ('communication_lead = "sarah-dubois"', 'communication_lead = "mathis-berger"'),
        ('within = "24h" ', "within = 24 "),
    )
    told = [(f.line, f.code) for f in faults_of(text)]
    assert told == [
        (line_of(text, 'nam = "Agence Rivage"'), "unknown_field"),
        (line_of(text, "help_desc"), "value_not_allowed"),
        (line_of(text, 'stand_in = "julien"'), "unknown_person"),
        (line_of(text, "on_cal ="), "unknown_field"),
        (line_of(text, "[75, 50]"), "warnings_not_ascending"),
        (line_of(text, "fifteen"), "not_a_duration"),
        (line_of(text, 'communication_lead = "mathis'), "wrong_firm"),
        (line_of(text, "within = 24 "), "not_a_duration"),
    ]


def test_a_misspelt_field_is_told_once_with_what_was_meant() -> None:
    (fault,) = faults_of(variant(("reopened_times = 2", "reopen_times = 2")))
    assert fault.code == "unknown_field"
    assert fault.facts["suggestion"] == "reopened_times"
    assert "snooze" in fault.facts["allowed"]


def test_a_misspelt_person_gets_a_suggestion() -> None:
    (fault,) = faults_of(variant(('stand_in = "julien-perrin"', 'stand_in = "julien-perin"')))
    assert fault.facts["suggestion"] == "julien-perrin"


def test_a_missing_section_is_told_once() -> None:
    (fault,) = faults_of(EXAMPLE[: EXAMPLE.index("[report]")])
    assert (fault.code, fault.place) == ("field_missing", "report")


@pytest.mark.parametrize("text", ["", "# to be written\n\n"])
def test_an_empty_file_is_one_fault_and_leads_to_a_starter(text: str) -> None:
    (fault,) = faults_of(text)
    assert fault.code == "file_empty"
    assert "`escalade init`" in said([fault])
    assert "`escalade init`" in said([fault], "fr")


def test_all_that_a_table_lacks_is_one_fault() -> None:
    (fault,) = faults_of('id = "x"\nname = "X"')
    assert fault.code == "fields_missing"
    assert {"people", "echelons", "ladders", "crisis", "report"} <= set(fault.facts["fields"])
    text = variant(('name = "Nadia Benali"\norganisation = "provider"\n', ""))
    (fault,) = faults_of(text)
    assert (fault.line, fault.facts) == (
        line_of(text, 'id = "nadia-benali"') - 1,
        {"fields": ("name", "organisation")},
    )


def test_a_list_where_a_table_belongs_and_the_reverse() -> None:
    wrong = EXAMPLE.replace("[[rotas]]", "[rotas]", 1).replace("[[rotas]]", "[rotas.x]")
    assert ("table_not_listed", "rotas") in {(f.code, f.place) for f in faults_of(wrong)}
    wrong = variant(("[rooms]", "[[rooms]]"))
    assert ("table_listed", "rooms") in {(f.code, f.place) for f in faults_of(wrong)}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('id = "a"\nid = "b"', "toml_twice"),
        ("[a]\nx = 1\n[a]\ny = 2", "toml_twice"),
        ("id 'a'", "toml_equals"),
        ("a = { b = 1,\n c = 2 }", "toml_key"),
        ("= 3", "toml_key"),
        ("a = [1, 2\nb = 3", "toml_comma"),
        ("a = [2026-05-15 2026-05-16]", "toml_comma"),
        ("[a\nb = 3", "toml_bracket"),
        ('a = "\\d"', "toml_backslash"),
        ('a = "b\nc = 3', "toml_quote"),
        ("a = 2026-02-31", "toml_date"),
        ("a = 31/02/2026", "toml_line"),
        ("a = ?", "toml_value"),
        ("a = b = 2", "toml_value"),
        ('a = { b = ["x", "y", c = 2 }', "toml_bracket"),
        ('a = ["x",\nb = 3', "toml_bracket"),
        ("a = 1 b = 2", "toml_line"),
    ],
)
def test_broken_toml_is_told_with_its_kind_and_line(written: str, code: str) -> None:
    (fault,) = faults_of("# first\n" + written)
    assert fault.code == code
    assert fault.line is not None
    assert fault.line >= 2


def test_a_pasted_separator_is_no_line_of_the_file() -> None:
    (fault,) = faults_of('# un\u2028deux\u2029trois\u0085quatre\nid = "x"\nparts = [1, 2\n')
    assert (fault.code, fault.line) == ("toml_comma", 3)
    (line,) = [f.line for f in faults_of(f"# un\u2028deux\n{EXAMPLE}\nodd = 1\n")]
    assert line == f"{EXAMPLE}\n".count("\n") + 2


def test_files_of_a_folder_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(variant(("warnings = [50,", "warnings = [80,")), "utf-8")
    (tmp_path / "two.toml").write_text("id = ", "utf-8")
    (tmp_path / "three.toml").write_bytes(b'id = "\xe9"')
    files = contract_files([tmp_path, tmp_path / "none.toml"])
    with pytest.raises(ContractFaults) as caught:
        read_contracts(files)
    assert {(Path(f.source).name, f.code) for f in caught.value.faults} == {
        ("one.toml", "warnings_not_ascending"),
        ("two.toml", "toml_value"),
        ("three.toml", "file_not_utf8"),
        ("none.toml", "file_unreadable"),
    }


def test_org_1_two_contracts_meet_nowhere(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(EXAMPLE, "utf-8")
    twin = tmp_path / "two.toml"
    twin.write_text(EXAMPLE, "utf-8")
    with pytest.raises(ContractFaults) as caught:
        read_contracts(contract_files([tmp_path]))
    found = {(f.code, f.place, f.line) for f in caught.value.faults}
    assert found == {
        ("contract_twice", "id", line_of(EXAMPLE, 'id = "rivage" ')),
        ("room_of_two_contracts", "rooms.shared", line_of(EXAMPLE, "shared = ")),
        ("room_of_two_contracts", "rooms.provider", line_of(EXAMPLE, 'provider = "boreale')),
    }
    twin.write_text(
        variant(
            ('id = "rivage" ', 'id = "autre" '),
            ('"rivage-incidents"', '"autre-incidents"'),
            ('"boreale-rivage"', '"boreale-autre"'),
        ),
        "utf-8",
    )
    assert [c.id for c in read_contracts(contract_files([tmp_path]))] == ["rivage", "autre"]


def test_an_accepted_version_is_recalled_as_it_was() -> None:
    assert recall_contract(EXAMPLE) == read_contract(EXAMPLE)


def test_a_version_that_was_accepted_is_not_checked_again_by_itself() -> None:
    odd = ContractText(text=variant(("[50, 75, 90]", "[90, 75, 50]")), source="a.toml")
    with pytest.raises(ContractFaults, match="warnings_not_ascending"):
        read_texts([odd])
    (contract,) = read_texts([odd], accepted={odd.version})
    assert contract.version == odd.version
    with pytest.raises(ContractFaults, match="contract_twice"):
        read_texts([odd, replace(odd, source="b.toml")], accepted={odd.version})


def test_lines_of_every_way_to_write_toml() -> None:
    text = (
        'a.b = 1 # a remark with [brackets] and "quotes"\n'
        "[t]\n"
        '"quoted key" = """\nmany = 1\n[lines]\n"""\n'
        "list = [ # one\n  1,\n  { x = '''\n]''', y = 2 },\n]\n"
        "[[many]]\nx = 2026-07-14 09:00:00\n"
        "[[many]]\n[many.sub]\ny = '#'\n"
        "[[many.deep]]\nz = { u.v = 1 }\n"
    )
    tomllib.loads(text)
    lines = lines_of(text)
    assert lines["a", "b"] == 1
    assert lines["t", "quoted key"] == 3
    assert lines["t", "list"] == 7
    assert (lines["t", "list", 0], lines["t", "list", 1, "x"]) == (8, 9)
    assert lines["t", "list", 1, "y"] == 10
    assert (lines["many", 0, "x"], lines["many", 1, "sub", "y"]) == (13, 16)
    assert lines["many", 1, "deep", 0, "z", "u", "v"] == 18
    assert line_at(lines, ("many", 1, "deep", 0, "missing")) == 17
    assert line_at(lines, ("missing",)) is None


ODD_VALUES = ('"x"', "[]", "[1]", "{}", "{ a = 1 }", "-1", "0", "true", "1979-05-27", '""', "nan",
              '["a", "a"]', "99999999999", '"1h"', "09:00:00")  # fmt: skip


def ends_well(text: str) -> None:
    """A file gives a contract or faults that can be told, and never an accident."""
    try:
        read_contract(text)
    except ContractFaults as error:
        assert said(error.faults, "fr")  # noqa: PT017 either end is right


@given(cut=st.integers(0, len(EXAMPLE)), gone=st.integers(1, 400))
def test_whatever_is_cut_out_ends_in_faults_or_a_contract(cut: int, gone: int) -> None:
    ends_well(EXAMPLE[:cut] + EXAMPLE[cut + gone :])


@given(data=st.data())
def test_whatever_value_is_replaced_ends_in_faults_or_a_contract(data: st.DataObject) -> None:
    lines = EXAMPLE.split("\n")
    number = data.draw(st.sampled_from([i for i, line in enumerate(lines) if " = " in line]))
    value = data.draw(st.sampled_from(ODD_VALUES))
    lines[number] = lines[number].split(" = ")[0] + " = " + value
    ends_well("\n".join(lines))
