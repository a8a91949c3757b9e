"""Where something is not done, or is done by nobody's wish, the reason is given (CON-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.journal_actions.message import MessageAction
from escalation.base.journal_actions.report import ReportAction
from escalation.contract import Absence
from escalation.decision.commands.crisis import AskCrisis
from escalation.decision.commands.incident import CloseIncident, ResolveIncident, VerifyIncident
from escalation.decision.commands.report import ReportHeldBack
from escalation.messages.destinations import SHARED_ROOM
from escalation.records.report_facts import Moment
from handlers.words.shared.timeline import moment
from handlers.words.texts import Texts
from tests.agreement import PARIS
from tests.escalation.crisis.story import with_people
from tests.handlers.stories import Stage, everything, opened

# What the journal says was not done, or was broken off, and under which word it says why.
NOT_DONE: dict[JournalAction, str] = {
    IncidentAction.CANCELLED: "reason",
    IncidentAction.LOWERING_DECLINED: "reason",
    IncidentAction.REOPENED: "reason",
    IncidentAction.PAUSED: "reason",
    IncidentAction.UNDONE: "reason",
    LadderAction.STOPPED: "why",
    LadderAction.CLIMBED: "why",
    LadderAction.STEPPED_DOWN: "note",
    LadderAction.UNREACHED: "why",
    CrisisAction.REFUSED: "reason",
    CrisisAction.ROOM_REFUSED: "why",
    CrisisAction.INVITATION_REFUSED: "why",
    ReportAction.HELD_BACK: "room",
    MessageAction.UNDELIVERED: "why",
}


@pytest.mark.parametrize("action", NOT_DONE)
def test_con_5_the_journal_says_why(action: JournalAction) -> None:
    lines = [s.line for s in everything("VPN down").memory.chain if s.line.action == action]
    assert lines, "it happens in no story"
    assert all(line.facts.get(NOT_DONE[action]) for line in lines)


def wiki(stage: Stage) -> str:
    incident = opened(stage, component="wiki")
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True)
    return incident


def test_con_5_what_closes_by_itself_says_why() -> None:
    stage = Stage()
    incident = wiki(stage)
    stage.do(VerifyIncident, "rita", incident=incident, fixed=True)
    stage.wait(days=4)
    assert "it was verified, and nobody closed it" in stage.words("incident_news", "rita")
    assert "personne ne l’a clos" in stage.words("incident_news", "rita", "fr")
    line = Moment(at=stage.now, subject=incident, action=IncidentAction.CLOSED, actor="")
    assert "nobody closed it in time" in moment(line, Texts.of("en", PARIS))


def test_con_5_what_is_closed_without_an_answer_says_why() -> None:
    stage = Stage()
    incident = wiki(stage)
    stage.wait(days=5)
    stage.do(CloseIncident, "sam", incident=incident)
    assert "because nobody said" in stage.words("incident_news", "rita")


def test_con_5_who_writes_a_report_hears_which_room_did_not_get_it() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True, cause="A plug")
    stage.do(VerifyIncident, "rita", incident=incident, fixed=True)
    stage.do(CloseIncident, "sam", incident=incident)
    stage.wait(hours=24)
    stage.do(ReportHeldBack, "escalade", report="REP-0001", version=1, room=SHARED_ROOM,
             people=("ned",))  # fmt: skip
    words = stage.words("report_not_shown", "sam")
    assert "not posted in incidents: not everybody there may read it" in words


def test_con_5_the_asker_hears_why_the_holder_is_not_asked() -> None:
    leave = Absence(first=date(2026, 7, 15), last=date(2026, 7, 15))
    stage = Stage(with_people(sam={"absences": (replace(leave, stand_in="tess"),)}))
    stage.do(AskCrisis, "hana", reason="The VPN is dead")
    words = stage.words("crisis_requested", "hana")
    assert "Away, and not asked: Sam Delivery. Tess Deputy is asked now." in words
    leave_without = replace(leave, stand_in=None)
    stage = Stage(with_people(sam={"absences": (leave_without,)}))
    stage.do(AskCrisis, "hana", reason="The VPN is dead")
    assert "Away, and not asked: Sam Delivery. Sue" in stage.words("crisis_requested", "hana")
