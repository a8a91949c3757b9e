"""Asking for a crisis cell, and answering."""

from dataclasses import replace
from datetime import date, time

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.contract import Absence, Post, Rota
from escalation.decision.commands.crisis import AcceptCrisis, CloseCrisis, RefuseCrisis
from escalation.decision.commands.incident import CancelIncident
from escalation.duty.on_call import on_call
from escalation.messages.crisis import CrisisClosed, CrisisRefused, CrisisRequest, CrisisRequested
from escalation.messages.incident import IncidentCard
from escalation.records.crisis import CrisisState
from escalation.records.incident import Origin
from tests.agreement import agreement, paris
from tests.escalation.crisis.story import Cell, with_people

AWAY = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31))


def test_cri_1_the_cell_joins_managers_of_both_firms() -> None:
    cell = Cell()
    cell.opened()
    firms = {cell.contract.person(m.person).organisation for m in cell.crisis.members}
    assert firms == {"provider", "client"}


def test_cri_2_the_counterpart_of_the_same_echelon_is_asked_and_the_asker_told_whom_to_call() -> (
    None
):
    cell = Cell()
    incident = cell.incident()
    cell.ask(by="sam", incident=incident)
    assert cell.told(CrisisRequest.topic) == ["hana"]
    request = cell.effects(CrisisRequest.topic)[0]
    assert request.urgent
    assert cell.told(CrisisRequested.topic) == ["sam"]
    assert cell.facts(CrisisRequested.topic) == {"person": "hana"}


def test_cri_2_the_client_may_ask_too() -> None:
    cell = Cell()
    cell.ask(by="cid")
    assert cell.told(CrisisRequest.topic) == ["dan"]


@pytest.mark.parametrize("person", ["tom", "olga", "hal", "rita", "nora"])
def test_cri_2_below_the_level_of_the_contract_nobody_may_ask(person: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        Cell().ask(by=person)
    assert refused.value.code == "not_your_role"


def test_cri_2_a_refusal_names_the_colleagues_who_may_ask() -> None:
    for person, named in (("tom", ["sam", "sue", "dan"]), ("rita", ["hana", "cid", "eve"])):
        with pytest.raises(NotAllowed) as refused:
            Cell().ask(by=person)
        assert refused.value.facts["people"] == named


def test_cri_2_the_level_is_set_in_the_contract() -> None:
    contract = agreement()
    contract = replace(contract, crisis=replace(contract.crisis, may_ask_from_level=1))
    cell = Cell(contract)
    cell.ask(by="tom")
    assert cell.told(CrisisRequest.topic) == ["olga"]


def test_cri_2_asking_needs_a_reason() -> None:
    with pytest.raises(BadValue):
        Cell().ask(reason="   ")


def test_cri_2_no_answer_the_deputy_then_the_level_above_then_the_top_again_and_again() -> None:
    cell = Cell()
    cell.ask(by="hana")
    cell.wait(minutes=60)
    assert cell.told_at(CrisisRequest.topic) == [
        ("sam", 0),
        ("sue", 10),
        ("dan", 20),
        ("bea", 30),
        ("bea", 40),
        ("bea", 50),
        ("bea", 60),
    ]
    numbers = [(e.to.person, e.facts["number"]) for e in cell.effects(CrisisRequest.topic)]
    assert numbers == [
        ("sam", 1), ("sue", 1), ("dan", 1), ("bea", 1), ("bea", 2), ("bea", 3), ("bea", 4)
    ]  # fmt: skip
    assert set(cell.told(CrisisRequested.topic)) == {"hana"}
    assert cell.armed() == {"request/answer"}


def test_cri_2_whoever_is_absent_is_not_waited_for() -> None:
    cell = Cell(with_people(sam={"absences": (AWAY,)}))
    cell.ask(by="hana")
    assert cell.told(CrisisRequest.topic) == ["sue"]


def test_cri_2_with_everybody_away_the_absent_are_asked_rather_than_nobody() -> None:
    away = {"absences": (AWAY,)}
    cell = Cell(with_people(hana=away, cid=away, eve=away))
    cell.ask(by="sam")
    cell.wait(minutes=30)
    assert cell.told(CrisisRequest.topic) == ["hana", "cid", "eve", "eve"]


def test_cri_2_a_level_whose_people_were_all_asked_before_is_passed_over() -> None:
    contract = agreement()
    echelons = tuple(
        replace(e, client=Post(people=("hana",))) if e.level == 3 else e for e in contract.echelons
    )
    cell = Cell(replace(contract, echelons=echelons))
    cell.ask(by="sue")  # at level 2, her counterpart is hana, who answers for level 3 as well
    cell.wait(minutes=10)
    assert cell.told(CrisisRequest.topic) == ["hana", "eve"]


def test_cri_2_an_outage_calls_the_next_one_once_and_says_how_late() -> None:
    cell = Cell()
    cell.ask(by="hana")
    timer = cell.memory.due()
    assert timer is not None
    cell.now = timer.due.replace(minute=47)
    assert cell.memory.fire(timer, cell.now)
    assert cell.told(CrisisRequest.topic) == ["sam", "sue"]
    assert cell.facts(CrisisRequest.topic)["late"] == 37 * 60
    following = cell.crisis.alarms.get("request/answer")
    assert following is not None
    assert following.due == timer.due.replace(minute=50)  # ten minutes a turn, from the plan


def test_cri_2_a_deputy_asked_may_accept_and_both_are_the_initiators() -> None:
    cell = Cell()
    cell.ask(by="hana")
    cell.wait(minutes=11)
    crisis = cell.do(AcceptCrisis, "sue")
    assert crisis.state is CrisisState.OPEN
    assert crisis.initiators == {"client": "hana", "provider": "sue"}
    assert crisis.leads == crisis.initiators
    assert "request/answer" not in cell.armed()
    cell.hush()
    cell.wait(minutes=30)
    assert not cell.told(CrisisRequest.topic)


def test_cri_2_only_who_was_asked_may_accept_or_refuse() -> None:
    cell = Cell()
    cell.ask(by="hana")
    with pytest.raises(NotAllowed) as refused:
        cell.do(AcceptCrisis, "dan")
    assert refused.value.code == "not_asked"
    with pytest.raises(NotAllowed):
        cell.do(RefuseCrisis, "hana", reason="No")


def test_cri_2_a_stand_in_who_was_asked_may_accept_without_a_post() -> None:
    cell = Cell(with_people(hana={"absences": (replace(AWAY, stand_in="rita"),)}))
    cell.ask(by="sam")
    assert cell.told(CrisisRequest.topic) == ["rita"]
    assert cell.do(AcceptCrisis, "rita").initiators["client"] == "rita"


def test_cri_2_accepting_twice_says_who_did() -> None:
    cell = Cell()
    cell.opened()
    with pytest.raises(AlreadyDone) as refused:
        cell.do(AcceptCrisis, "hana")
    assert refused.value.code == "already_accepted"
    assert refused.value.facts["by"] == "hana"


def test_cri_2_a_refusal_needs_a_reason_is_recorded_and_told() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.ask(incident=incident)
    with pytest.raises(BadValue):
        cell.do(RefuseCrisis, "hana", reason="")
    crisis = cell.do(RefuseCrisis, "hana", reason="A fix is on its way")
    assert (crisis.state, crisis.refused_by) == (CrisisState.REFUSED, "hana")
    assert crisis.refusal == "A fix is on its way"
    for subject in (cell.id, incident):
        assert cell.lines(subject, "crisis.refused")[0].facts["reason"] == "A fix is on its way"
    assert cell.told(CrisisRefused.topic) == ["sam"]
    assert not cell.armed()


def test_cri_2_after_a_refusal_nobody_accepts_but_one_may_ask_again() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.ask(incident=incident)
    cell.do(RefuseCrisis, "hana", reason="Not yet")
    with pytest.raises(NotNow) as refused:
        cell.do(AcceptCrisis, "hana")
    assert refused.value.code == "crisis_refused"
    with pytest.raises(AlreadyDone):
        cell.do(RefuseCrisis, "hana", reason="Still not")
    again = cell.ask(by="dan", incident=incident)
    assert again.id == "CRI-0002"
    assert cell[incident].crises == ("CRI-0001", "CRI-0002")


def test_cri_2_one_open_crisis_for_an_incident() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.ask(incident=incident)
    with pytest.raises(AlreadyDone) as refused:
        cell.ask(by="dan", incident=incident)
    assert refused.value.code == "crisis_exists"
    assert refused.value.facts["id"] == "CRI-0001"


def test_cri_2_the_incident_must_exist_and_not_be_over() -> None:
    cell = Cell()
    with pytest.raises(NotFound):
        cell.ask(incident="INC-0099")
    incident = cell.incident()
    cell.do(CancelIncident, "sam", incident, reason="A test")
    with pytest.raises(NotNow) as refused:
        cell.ask(incident=incident)
    assert refused.value.code == "incident_over"


def test_cri_2_the_incident_knows_of_its_crisis() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.hush()
    cell.ask(incident=incident)
    assert cell[incident].crises == (cell.id,)
    assert cell.lines(incident, "crisis.asked")[0].facts["crisis"] == cell.id
    cards = [str(e.to) for _, e in cell.memory.told(IncidentCard.topic) if e.subject == incident]
    assert cards == ["room/provider", "room/shared"]


def test_inc_7_asking_the_client_about_an_incident_of_monitoring_informs_the_client() -> None:
    cell = Cell()
    incident = cell.incident(component="wiki", origin=Origin.MONITORING)
    assert not cell[incident].client_informed
    with pytest.raises(NotFound):
        cell.ask(by="cid", incident=incident)
    cell.ask(by="sam", incident=incident)
    assert cell[incident].client_informed


def test_cri_2_an_asker_may_withdraw_before_the_answer() -> None:
    cell = Cell()
    cell.ask(by="hana")
    cell.wait(minutes=10)
    with pytest.raises(NotAllowed):
        cell.do(CloseCrisis, "sam")
    crisis = cell.do(CloseCrisis, "hana")
    assert crisis.state is CrisisState.CLOSED
    assert not cell.armed()
    assert cell.told(CrisisClosed.topic) == ["sam", "sue"]
    with pytest.raises(NotNow):
        cell.do(AcceptCrisis, "sam")


# ── a deputy's refusal ───────────────────────────────────────────────────────────────────────


def test_cri_2_a_deputys_refusal_goes_on_to_the_holder_who_may_still_accept() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.ask(by="hana", incident=incident)
    cell.wait(minutes=12)  # sam kept silent, sue is asked since ten past
    crisis = cell.do(RefuseCrisis, "sue", reason="It is nearly mended")
    assert crisis.state is CrisisState.ASKED
    assert cell.told_at(CrisisRequest.topic) == [("sam", 0), ("sue", 10), ("sam", 12)]
    assert cell.facts(CrisisRefused.topic) == {"by": "sue", "deputy": True}
    assert cell.lines(incident, "crisis.refused")[0].facts["reason"] == "It is nearly mended"
    with pytest.raises(AlreadyDone):
        cell.do(RefuseCrisis, "sue", reason="Really")
    cell.hush()
    cell.wait(minutes=22)  # still silent: the levels above, and never sue again
    assert cell.told_at(CrisisRequest.topic) == [("dan", 22), ("bea", 32)]
    assert cell.do(AcceptCrisis, "sam").initiators["provider"] == "sam"


def test_cri_2_the_holders_refusal_is_final_also_after_a_deputys() -> None:
    cell = Cell()
    cell.ask(by="hana")
    cell.wait(minutes=11)
    cell.do(RefuseCrisis, "sue", reason="No")
    crisis = cell.do(RefuseCrisis, "sam", reason="No need")
    assert (crisis.state, crisis.refused_by) == (CrisisState.REFUSED, "sam")
    assert not cell.armed()


def test_cri_2_a_deputy_who_refuses_late_does_not_stop_who_is_asked_now() -> None:
    cell = Cell()
    cell.ask(by="hana")
    cell.wait(minutes=21)  # dan is asked
    cell.hush()
    cell.do(RefuseCrisis, "sue", reason="No")
    assert not cell.told(CrisisRequest.topic)
    assert cell.do(AcceptCrisis, "dan").state is CrisisState.OPEN


def test_cri_2_while_the_holder_is_away_whoever_comes_first_holds_the_role() -> None:
    for stand_in in (None, "tom"):
        cell = Cell(with_people(sam={"absences": (replace(AWAY, stand_in=stand_in),)}))
        cell.ask(by="hana")
        first = cell.told(CrisisRequest.topic)[0]
        assert first == (stand_in or "sue")
        assert cell.do(RefuseCrisis, first, reason="No").state is CrisisState.REFUSED


def test_cri_2_at_the_top_who_refused_as_a_deputy_is_not_asked_again() -> None:
    contract = agreement()
    echelons = tuple(
        replace(e, provider=Post(people=("bea", "dan"))) if e.level == 4 else e
        for e in contract.echelons
        if e.level != 3
    )
    cell = Cell(replace(contract, echelons=echelons))
    cell.ask(by="eve")
    cell.wait(minutes=11)
    cell.do(RefuseCrisis, "dan", reason="No")
    cell.hush()
    cell.wait(minutes=31)
    assert set(cell.told(CrisisRequest.topic)) == {"bea"}


def test_cal_6_duty_passes_while_the_counterpart_is_asked_and_the_next_call_goes_to_it() -> None:
    contract = agreement()
    rota = Rota(id="managers", people=("sue", "tess"), starts=date(2026, 1, 5), turn_days=1,
                hand_over=time(18, 5))  # fmt: skip
    echelons = tuple(
        replace(e, provider=Post(people=("sam",), on_call=("managers",))) if e.level == 2 else e
        for e in contract.echelons
    )
    cell = Cell(
        replace(contract, echelons=echelons, rotas=(*contract.rotas, rota)),
        at=paris("2026-07-15 17:58"),
    )
    cell.ask(by="hana")  # covered: the holder
    cell.wait(minutes=10)  # 18:08: on-call duty, and its turn has passed at 18:05
    first, second = cell.told(CrisisRequest.topic)
    assert first == "sam"
    assert second == on_call(cell.contract, "managers", cell.now)
