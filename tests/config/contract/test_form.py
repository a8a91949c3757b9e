"""The report's own form: a template beside the contract file (Rule REP-5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.work.check import check
from config.contract.file import contract_texts, read_contracts, read_texts, recall_contract
from config.defaults import EXAMPLE
from config.faults import ContractFaults, Fault

FORM = 'form = "default"'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The example contract, which names a form of its own."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert FORM in text
    contract = tmp_path / "contract.toml"
    contract.write_text(text.replace(FORM, 'form = "forms/ours.html"'), encoding="utf-8")
    return contract


def written(file: Path, template: str) -> None:
    (file.parent / "forms").mkdir(exist_ok=True)
    (file.parent / "forms" / "ours.html").write_text(template, encoding="utf-8")


def faults(file: Path) -> list[Fault]:
    with pytest.raises(ContractFaults) as found:
        read_contracts([file])
    return found.value.faults


def line_of_form(file: Path) -> int:
    lines = file.read_text(encoding="utf-8").split("\n")
    return next(n for n, line in enumerate(lines, start=1) if line.startswith("form ="))


@pytest.mark.parametrize(
    "template", ["<p>{{ report.id }}</p>", 'é "quoted" \\ back\n\ttab \x7f """ [x]\n', ""]
)
def test_rep_5_the_template_is_part_of_the_contracts_version(file: Path, template: str) -> None:
    written(file, template)
    (contract,) = read_contracts([file])
    assert contract.report_form is not None
    assert contract.report_form.html == template
    (given,) = contract_texts([file])
    assert recall_contract(given.text) == contract, "the stored text has all of it"
    assert read_texts([given], accepted=[given.version]) == (contract,)
    written(file, template + "!")
    assert contract_texts([file])[0].version != given.version


def test_rep_5_a_missing_template_is_a_fault_of_its_line(file: Path) -> None:
    (fault,) = faults(file)
    assert (fault.code, fault.line) == ("form_unreadable", line_of_form(file))


def test_rep_5_a_broken_template_is_a_fault_of_its_line(file: Path) -> None:
    written(file, "<p>\n{% if %}\n</p>")
    (fault,) = faults(file)
    assert (fault.code, fault.line) == ("form_broken", line_of_form(file))
    assert fault.facts["at"] == 2


def test_rep_5_check_fills_the_form_in(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(file, "<p>{{ reprot.id }}</p>")
    assert check([file], language="en", url="", typed=False) == 1
    said = capsys.readouterr().out
    assert "fails when it is filled in" in said
    assert f"{line_of_form(file)}" in said
    written(file, "<p>{{ report.id }}</p>")
    assert check([file], language="en", url="", typed=False) == 0


def test_rep_5_without_a_form_of_its_own_nothing_is_added() -> None:
    (given,) = contract_texts([EXAMPLE])
    assert given.text == EXAMPLE.read_text(encoding="utf-8")
