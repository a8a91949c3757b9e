"""The advisory board in a contract file: who sits on it, how many must vote (Rule CHG-2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.checks.processes.change_board import CHECKS
from escalation.contract.processes.change_board import BoardRules
from tests.escalation.change.story import RULES, with_changes


@pytest.mark.parametrize(
    ("members", "quorum", "codes"),
    [
        (("sam", "hana"), 2, []),
        (("sam", "service_owner"), 2, []),
        (("sam", "hanna"), 2, ["nobody_named_so"]),
        (("sam", "hana"), 3, ["quorum_unreachable"]),
        (("sam", "sam"), 1, ["named_twice"]),
        ((), 1, ["list_empty"]),
    ],
)
def test_chg_2_whoever_a_board_names_is_there(
    members: tuple[str, ...], quorum: int, codes: list[str]
) -> None:
    contract = with_changes(replace(RULES, board=BoardRules(members=members, quorum=quorum)))
    assert [fault.code for check in CHECKS for fault in check(contract)] == codes
