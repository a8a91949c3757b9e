"""Each thing that can be wrong with a contract is found, alone, on its line."""

from __future__ import annotations

import pytest

from config.contract.file import read_contract
from tests.config.broken import EXAMPLE, faults_of, line_of, variant
from tests.config.checks.cases import (
    CAL_1,
    CAL_2,
    CAL_3,
    CAL_5,
    CAL_6,
    CHG,
    CRI,
    ESC_3,
    ESC_4,
    INC_2,
    INC_3,
    INC_8_9,
    ORG_1,
    ORG_2,
    ORG_3,
    ORG_4,
    ORG_5,
    ORG_6,
    ORG_7,
    PENTECOST,
    PRB,
    REP,
    ROOMS,
    Case,
)


def is_found(case: Case) -> None:
    """The fault is found, on the line that was broken."""
    old, new, code, marker = case
    text = variant((old, new))
    faults = faults_of(text)
    lines = {f.line for f in faults if f.code == code}
    assert lines, [(f.code, f.place, f.line) for f in faults]
    if marker:
        assert line_of(text, marker) in lines
    else:
        first = 1 + EXAMPLE[: EXAMPLE.index(old)].count("\n")
        header = 2  # what is missing is told at the head of the table it is missing from
        assert lines & set(range(first - header, first + new.count("\n") + 1))


def ids(case: object) -> str:
    return str(case[2]) if isinstance(case, tuple) else ""


@pytest.mark.parametrize("case", ORG_1, ids=ids)
def test_org_1_firms_are_known(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ORG_2, ids=ids)
def test_org_2_echelons_name_people_of_each_firm(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ORG_3, ids=ids)
def test_org_3_people_are_themselves_and_replaced_when_away(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ORG_4, ids=ids)
def test_org_4_support_groups_have_members(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ORG_5, ids=ids)
def test_org_5_the_catalogue_leads_somewhere(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ORG_6, ids=ids)
def test_org_6_a_site_is_somewhere_and_somebody_there_can_be_phoned(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ORG_7, ids=ids)
def test_org_7_each_activity_has_exactly_one_accountable(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", CAL_1, ids=ids)
def test_cal_1_coverage_and_rotas_have_no_hole_and_no_overlap(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", CAL_6, ids=ids)
def test_cal_6_changes_of_a_rota_follow_one_another(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", CAL_2, ids=ids)
def test_cal_2_holidays_are_known(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", CAL_5, ids=ids)
def test_cal_5_days_that_are_named_exist_and_one_thing_is_said_of_each(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize(
    ("written", "offered"),
    [("Lundi de Pantecôte", "Lundi de Pentecôte"), ("Fete du travial", "Fête du Travail")],
)
def test_cal_5_a_near_holiday_is_offered_and_all_are_listed(written: str, offered: str) -> None:
    [found] = faults_of(variant((PENTECOST, f'worked_holidays = ["{written}"]')))
    assert found.facts["suggestion"] == offered
    known = found.facts["known"]
    assert isinstance(known, tuple)
    assert known[:2] == ("Jour de l'an", "Lundi de Pâques")
    assert len(known) == 11


@pytest.mark.parametrize(
    "lines",
    [
        'worked_holidays = ["Pentecost Monday", "Whit  monday"]',
        'worked_holidays = ["LUNDI DE PENTECOTE", "Jour de l’an"]',
        "worked_holidays = [2026-05-25]",
        'worked_holidays = ["2026-05-25", "05-08"]',
        'region = "57"\nworked_holidays = ["Vendredi saint"]',
    ],
)
def test_cal_5_a_holiday_goes_by_any_of_its_names(lines: str) -> None:
    read_contract(variant((PENTECOST, lines)))


@pytest.mark.parametrize("case", CAL_3, ids=ids)
def test_cal_3_durations_make_sense_where_they_stand(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", INC_2, ids=ids)
def test_inc_2_the_matrix_is_whole_and_monotone(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", INC_3, ids=ids)
def test_inc_3_the_ranked_scheme_is_whole(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", INC_8_9, ids=ids)
def test_inc_8_inc_9_priorities_have_targets_and_readers(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ESC_3, ids=ids)
def test_esc_3_rungs_have_people_and_times(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ESC_4, ids=ids)
def test_esc_4_cases_start_a_known_ladder(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", CRI, ids=ids)
def test_cri_crises_have_members_and_messengers(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", REP, ids=ids)
def test_rep_1_reports_reach_somebody_in_time(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", PRB, ids=ids)
def test_prb_2_problems_are_decided_by_a_whole_table_in_time(case: Case) -> None:
    is_found(case)


def test_prb_2_somebody_of_the_provider_proposes_the_priority_of_problems() -> None:
    text = EXAMPLE.replace('"service_delivery_manager", ', "").replace(
        ', "service_delivery_manager"', ""
    )
    text = text.replace('["service_delivery_manager"]', '["technician"]')
    assert ("role_unheld", "problems") in {(f.code, f.place) for f in faults_of(text)}


@pytest.mark.parametrize("case", CHG, ids=ids)
def test_chg_2_the_catalogue_leads_to_somebody(case: Case) -> None:
    is_found(case)


@pytest.mark.parametrize("case", ROOMS, ids=ids)
def test_con_2_rooms_are_kept_apart(case: Case) -> None:
    is_found(case)


def test_org_3_stand_ins_who_are_away_too_are_found() -> None:
    olivier = 'phone = "+33 6 39 98 02 05"'
    away = "absences = [{ first = 2026-07-16, last = 2026-07-20, stand_in = "
    text = variant((olivier, f'{olivier}\n{away}"isabelle-fontaine" }}]'))
    faults = faults_of(text)
    assert {f.code for f in faults} == {"stand_ins_circular"}
    assert {f.line for f in faults} == {
        line_of(text, "first = 2026-07-13"),
        line_of(text, "first = 2026-07-16"),
    }
    assert all(f.facts["day"].isoformat() == "2026-07-16" for f in faults)


def test_org_3_a_stand_in_who_is_replaced_in_turn_will_do() -> None:
    from config.contract.file import read_contract

    olivier = 'phone = "+33 6 39 98 02 05"'
    away = "absences = [{ first = 2026-07-16, last = 2026-07-20, stand_in = "
    assert read_contract(variant((olivier, f'{olivier}\n{away}"sarah-dubois" }}]')))


def test_inc_3_the_scheme_in_use_needs_ranks_and_its_table() -> None:
    table = "[priorities.urgency_impact]\n1 = { 1 = 1, 2 = 2, 3 = 3 }\n2 = { 1 = 2, 2 = 3, 3 = 3 }"
    text = variant(
        ('scheme = "criticality"  ', 'scheme = "ranked"  '),
        (table + "\n3 = { 1 = 3, 2 = 3, 3 = 4 }\n", ""),
        ('name = "Sauvegarde"\ncriticality = "sensitive"\nrank = 2', ('name = "Sauvegarde"\n'
         'criticality = "sensitive"')),
    )  # fmt: skip
    assert {f.code for f in faults_of(text)} == {"urgency_table_missing", "rank_missing"}


def test_inc_3_the_example_works_with_the_other_scheme_too() -> None:
    from config.contract.file import read_contract

    contract = read_contract(variant(('scheme = "criticality"  ', 'scheme = "ranked"  ')))
    assert contract.priorities.scheme == "ranked"


def test_esc_3_nobody_reachable_on_the_client_side_is_found() -> None:
    text = variant(('email = "bernard.chevalier@rivage.example"\n', ""))
    (fault,) = faults_of(text)
    assert (fault.code, fault.facts["firm"], fault.facts["level"]) == (
        "rung_unreachable",
        "client",
        4,
    )


def test_esc_3_every_supplier_has_a_ladder() -> None:
    text = variant(('towards = "armor"\n', 'towards = "client"\n'))
    assert {"ladder_missing", "towards_twice"} <= {f.code for f in faults_of(text)}


def test_org_2_a_post_nobody_holds_is_told_once() -> None:
    text = variant(('people = ["helene-castel"]', "people = []"))
    (fault,) = faults_of(text)
    assert (fault.code, fault.line) == ("post_empty", line_of(text, "people = []"))


def test_inc_5_somebody_of_the_provider_leads_incidents() -> None:
    text = EXAMPLE.partition("# ── Who answers for what")[0]  # its matrix names them too
    text = text.replace(', "incident_manager"', "").replace('"incident_manager", ', "")
    text = text.replace('"service_delivery_manager"', '"technician"')
    (fault,) = faults_of(text)
    assert fault.code == "manager_missing"
