"""Who keeps the catalogue of changes in a contract file, and when it is done (ORG-9, CHG-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from config.checks.duty import opening_hours
from config.checks.processes.changes import catalogue
from escalation.contract import Hours
from tests.escalation.change.story import RULES, with_changes


@pytest.mark.parametrize(
    ("keepers", "codes"),
    [
        ((), []),
        (("change_manager", "olga"), []),
        (("sam", "tess"), ["catalogue_unkept"]),
        (("olga",), ["catalogue_unkept"]),
        (("sam", "olgaa"), ["nobody_named_so"]),
    ],
)
def test_org_9_the_catalogue_is_kept_in_either_firm(
    keepers: tuple[str, ...], codes: list[str]
) -> None:
    contract = with_changes(replace(RULES, keepers=keepers))
    assert [fault.code for fault in catalogue(contract)] == codes


def test_chg_4_the_hours_of_an_entry_are_held_against_what_hours_can_be() -> None:
    entry = replace(RULES.standard[0], hours=Hours(opens=time(20), closes=time(20)))
    contract = with_changes(replace(RULES, standard=(entry, *RULES.standard[1:])))
    (found,) = opening_hours(contract)
    assert (found.code, found.path[:3]) == ("hours_never_open", ("changes", "standard", 0))
