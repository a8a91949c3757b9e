"""Who may lower a priority, and a priority 1 with the client's agreement only (INC-2, INC-19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from escalation.base.refusals import NotAllowed, NotNow
from escalation.contract import Absence
from escalation.decision.commands import crisis as cell
from escalation.decision.commands import incident as c
from tests.agreement import agreement, paris
from tests.story import Story

TOLD = {"incident_news", "priority_1_notice"}


def priority_1() -> tuple[Story, str]:
    story = Story()
    return story, story.opened(component="vpn")


def test_inc_19_a_technician_lowers_nothing_and_is_told_who_may() -> None:
    story = Story()
    incident = story.opened(component="mail", severity=1)
    with pytest.raises(NotAllowed, match="not_your_role") as refusal:
        story.do(c.SetPriority, "tess", incident, severity=3)
    assert refusal.value.facts["needed"] == [
        "incident_manager", "service_delivery_manager", "team_leader",
    ]  # fmt: skip
    assert story.do(c.SetPriority, "tom", incident, severity=3).level == 3
    assert story.do(c.SetPriority, "tess", incident, severity=1).level == 2  # raising it, anybody


@pytest.mark.parametrize("person", ["tess", "tom", "dan"])
def test_inc_19_a_priority_1_is_lowered_by_a_manager_of_incidents_or_of_the_service(
    person: str,
) -> None:
    story, incident = priority_1()
    with pytest.raises(NotAllowed, match="not_your_role") as refusal:
        story.do(c.SetPriority, person, incident, severity=3, reason="small")
    assert refusal.value.facts["needed"] == ["incident_manager", "service_delivery_manager"]


def test_inc_19_it_stays_until_the_clients_peer_agrees() -> None:
    story, incident = priority_1()
    after = story.do(c.SetPriority, "sam", incident, severity=3, reason="one site")
    assert (after.level, after.severity) == (1, 1)
    assert story.told("lowering_proposed") == ["hana"]  # the client's echelon of Sam
    story.wait(minutes=6)
    assert len(story[incident].escalation("client").sides[0].pings) == 2  # calls go on
    with pytest.raises(NotAllowed):
        story.do(c.AgreeLowering, "olga", incident)  # of an echelon below
    after = story.do(c.AgreeLowering, "hana", incident)
    assert (after.level, after.severity, after.lowering) == (3, 3, None)
    (line,) = story.lines(incident, "incident.priority_changed")
    assert (line.actor, line.facts["proposed_by"], line.facts["reason"]) == (
        "hana", "sam", "one site",
    )  # fmt: skip


def test_inc_19_the_client_declines_and_it_stays() -> None:
    story, incident = priority_1()
    story.do(c.SetPriority, "sue", incident, severity=3, reason="one site")
    after = story.do(c.DeclineLowering, "cid", incident, reason="all sites are down")
    assert (after.level, after.lowering) == (1, None)
    assert story.told("incident_news") == ["sue"]
    with pytest.raises(NotNow, match="no_lowering"):
        story.do(c.AgreeLowering, "hana", incident)


def test_inc_19_where_nobody_of_that_echelon_is_there_the_next_is_asked() -> None:
    contract = agreement()
    away = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31))
    people = tuple(replace(p, absences=(away,)) if p.id == "hana" else p for p in contract.people)
    story = Story(replace(contract, people=people))
    incident = story.opened(component="vpn")
    story.do(c.SetPriority, "sam", incident, severity=3, reason="one site")
    assert story.told("lowering_proposed") == ["cid"]


def test_inc_19_having_been_priority_1_is_not_undone() -> None:
    story, incident = priority_1()
    story.do(c.SetPriority, "sam", incident, severity=3, reason="one site")
    story.do(c.AgreeLowering, "hana", incident)
    assert story.told("incident_news")[-2:] == ["sam", "cid"]  # the list, but for who agreed
    story.do(c.TakeIncident, "tom", incident)
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    after = story.do(c.CloseIncident, "sue", incident)
    assert after.report is not None
    assert after.missed == ()


def test_inc_8_the_list_and_its_stand_ins_hear_of_the_end_too() -> None:
    contract = agreement()
    away = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31), stand_in="eve")
    people = tuple(replace(p, absences=(away,)) if p.id == "cid" else p for p in contract.people)
    story = Story(replace(contract, people=people))
    incident = story.opened(component="vpn")
    assert story.told("priority_1_notice") == ["sam", "hana", "cid", "eve"]
    heard: dict[str, list[str]] = {}
    for kind, by, values in (
        (c.ResolveIncident, "tom", {"cause_gone": True}),
        (c.VerifyIncident, "rita", {"fixed": False}),
        (c.ResolveIncident, "tom", {"cause_gone": True}),
        (c.VerifyIncident, "rita", {"fixed": True}),
        (c.CloseIncident, "sue", {}),
    ):
        before = len(story.memory.outbox)
        story.do(kind, by, incident, **values)
        told = [e for _, e in story.memory.outbox[before:] if e.topic in TOLD]
        heard[kind.__name__ + str(values)] = [e.to.person for e in told]
    for people in heard.values():  # each once: of a reopened one, by its notice
        assert [p for p in people if p in {"hana", "cid", "eve"}] == ["hana", "cid", "eve"], heard


def test_inc_8_the_list_hears_of_no_other_priority() -> None:
    story = Story()
    story.resolved(component="mail")
    assert not {"hana", "cid"} & set(story.told("incident_news"))


def test_inc_8_the_room_of_its_crisis_cell_hears_of_each_step() -> None:
    story, incident = priority_1()
    crisis = story.perform(cell.AskCrisis, "sam", incident=incident, reason="all is down")
    story.do(cell.AcceptCrisis, "hana", crisis)
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    story.do(cell.CloseCrisis, "sam", crisis)
    story.do(cell.CloseCrisis, "hana", crisis)
    story.do(c.CloseIncident, "sue", incident)  # the cell is over, and hears no more
    rooms = [e for e in story.effects("incident_news") if str(e.to) == f"crisis/{crisis}"]
    assert [e.facts["action"] for e in rooms] == ["incident.resolved", "incident.verified"]


# ── severity 4 ───────────────────────────────────────────────────────────────────────────────


def test_inc_2_at_severity_4_the_group_is_told_that_it_may_choose_and_nobody_else_may() -> None:
    story = Story()
    incident = story.opened(component="vpn", severity=4)
    assert story.told("group_may_choose") == ["nora"]
    with pytest.raises(NotAllowed, match="group_chooses") as refusal:
        story.do(c.SetPriority, "sam", incident, level=2, reason="worse")
    assert refusal.value.facts["group"] == "Network operations"
    assert story.do(c.SetPriority, "nora", incident, level=2, reason="half the sites").level == 2
    assert story.do(c.SetPriority, "nora", incident, level=3, reason="fewer sites").level == 3


def test_inc_2_the_group_chooses_there_and_nowhere_else() -> None:
    story = Story()
    incident = story.opened(component="vpn", severity=3)
    assert story.told("group_may_choose") == []
    with pytest.raises(NotAllowed, match="not_your_role"):
        story.do(c.SetPriority, "nora", incident, level=4, reason="small")
    low = story.opened(component="vpn", severity=4)
    with pytest.raises(NotAllowed, match="group_chooses_priority_only"):
        story.do(c.SetPriority, "nora", low, severity=1)


def test_inc_19_a_priority_1_that_the_group_chose_is_lowered_as_any_other() -> None:
    story = Story()
    incident = story.opened(component="vpn", severity=4)
    story.do(c.SetPriority, "nora", incident, level=1, reason="all sites")
    with pytest.raises(NotAllowed, match="not_your_role"):
        story.do(c.SetPriority, "nora", incident, level=4, reason="none, in fact")


# ── nobody answers ───────────────────────────────────────────────────────────────────────────


def test_inc_19_the_clients_peer_is_asked_again_then_the_echelon_above_then_it_lapses() -> None:
    story, incident = priority_1()
    story.do(c.SetPriority, "sue", incident, severity=3, reason="one site")
    story.wait(minutes=89)
    assert story.told_at("lowering_proposed") == [
        ("hana", 0), ("hana", 30), ("hana", 60), ("cid", 60),
    ]  # fmt: skip
    story.wait(minutes=1)
    after = story[incident]
    assert (after.level, after.lowering) == (1, None)
    (lapsed,) = [e for e in story.effects("incident_news") if "lapsed" in e.facts["action"]]
    assert (lapsed.to.person, lapsed.facts["person"]) == ("sue", "hana")
    story.wait(hours=5)
    assert len(story.told("lowering_proposed")) == 4


def test_inc_19_the_echelon_above_may_agree_once_it_was_asked() -> None:
    story, incident = priority_1()
    story.do(c.SetPriority, "sam", incident, severity=3, reason="one site")
    story.wait(minutes=61)
    assert story.do(c.AgreeLowering, "cid", incident).level == 3
    story.wait(hours=5)
    assert len(story.told("lowering_proposed")) == 4, "nobody is asked what is agreed"


def test_inc_19_nobody_is_asked_again_at_night() -> None:
    story = Story(at=paris("2026-07-15 17:50"))
    incident = story.opened(component="vpn")
    story.do(c.SetPriority, "sam", incident, severity=3, reason="one site")
    story.at(paris("2026-07-16 07:49"))
    assert story.told("lowering_proposed") == ["hana"]
    story.at(paris("2026-07-16 07:50"))
    assert story.told("lowering_proposed") == ["hana", "hana"]


@pytest.mark.parametrize(
    ("kind", "by", "values"),
    [
        (c.ResolveIncident, "tom", {"cause_gone": True}),
        (c.CancelIncident, "sam", {"reason": "none"}),
        (c.DeclineLowering, "hana", {"reason": "no"}),
    ],
)
def test_inc_19_what_is_no_longer_proposed_is_asked_nobody(
    kind: type[c.OnIncident], by: str, values: dict[str, object]
) -> None:
    story, incident = priority_1()
    story.do(c.SetPriority, "sam", incident, severity=3, reason="one site")
    after = story.do(kind, by, incident, **values)
    assert (after.lowering, after.alarms.get("lowering/agree")) == (None, None)


# ── in the middle ────────────────────────────────────────────────────────────────────────────


def test_inc_x_resolved_while_the_client_thinks_it_over_nothing_is_lowered_any_more() -> None:
    story, incident = priority_1()
    story.do(c.SetPriority, "sam", incident, severity=3, reason="one site")
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    with pytest.raises(NotNow, match="wrong_state"):
        story.do(c.AgreeLowering, "hana", incident)
