"""Reading contract files: the shape of a file, every fault at once, each on its line."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from config.contract.file import MOST_FILES, read_contract, read_contracts
from config.faults import ContractFaults
from config.text_files import MOST_BYTES
from escalation.base.durations import Clock, Duration

EXAMPLE = Path("config/examples/agence-rivage.toml").read_text("utf-8")


def test_the_example_has_no_fault() -> None:
    contract = read_contract(EXAMPLE)
    assert len(contract.people) >= 20
    assert len(contract.echelons) == 4
    assert len(contract.components) == 15
    assert contract.coverage.hours.opens == time(7, 30)
    assert contract.coverage.hours.days == (0, 1, 2, 3, 4)
    assert contract.coverage.closed_days[0] == date(2026, 5, 15)


def test_cal_3_every_duration_of_the_file_keeps_its_clock() -> None:
    targets = read_contract(EXAMPLE).incidents.targets
    assert targets[1].acknowledge == Duration(seconds=900)
    assert targets[3].restore == Duration(seconds=16 * 3600, clock=Clock.COVERAGE)
    assert targets[4].restore == Duration(days=10, clock=Clock.WORKING_DAYS)


def test_the_version_follows_the_text() -> None:
    first = read_contract(EXAMPLE)
    assert first == read_contract(EXAMPLE)
    assert first.version != read_contract(EXAMPLE + "\n# a remark\n").version


def test_seconds_work_too() -> None:
    quick = read_contract(EXAMPLE.replace('repeat_at_top = "15m"', 'repeat_at_top = "20s"'))
    assert quick.escalation.repeat_at_top == Duration(seconds=20)


def test_a_file_that_is_not_toml_says_where() -> None:
    broken = EXAMPLE.replace('name = "Agence Rivage"', 'name = "Agence Rivage')
    line = 1 + broken[: broken.index('name = "Agence Rivage\n')].count("\n")
    with pytest.raises(ContractFaults) as caught:
        read_contract(broken, "rivage.toml")
    (fault,) = caught.value.faults
    assert (fault.code, fault.line, fault.source) == ("toml_quote", line, "rivage.toml")


def test_a_file_too_large_to_be_a_contract_is_not_read(tmp_path: Path) -> None:
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(ContractFaults) as found:
        read_contracts([big, tmp_path / "gone.toml"])
    assert [fault.code for fault in found.value.faults] == ["file_too_large", "file_unreadable"]


def test_more_files_than_a_deployment_has_contracts_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(ContractFaults) as found:
        read_contracts([tmp_path / f"{n}.toml" for n in range(MOST_FILES + 1)])
    assert [fault.code for fault in found.value.faults] == ["too_many_files"]
