"""Newer rules meet older ones: a report, a cell, an action, an approval, and what changes them."""

from __future__ import annotations

from dataclasses import replace

from escalation.decision.commands.change import (
    ApproveChange,
    EndChange,
    PlanChange,
    RequestChange,
    StartChange,
)
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AskCrisis,
    ChangeAction,
    CompleteAction,
    DeclineAction,
    RoomOpened,
)
from escalation.decision.commands.incident import (
    CloseIncident,
    ConfirmCause,
    MergeIncident,
    OpenIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
)
from escalation.decision.commands.problem import RecordCause, RecordFix, TakeProblem
from escalation.decision.commands.report import ApproveReport, EditReport, SubmitReport
from escalation.records.change import ChangeResult, ChangeState
from tests.agreement import paris
from tests.escalation.change.story import CHG, RULES, STANDARD, with_changes
from tests.escalation.ladder.climbing import absent
from tests.escalation.problem.story import PRB, with_problems
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}
MAIL = {"title": "Mail is down", "component": "mail", "severity": 1}
WIKI = {"title": "The wiki is slow", "component": "wiki", "severity": 1}
ONE, TWO, REPORT = "INC-0001", "INC-0002", "REP-0001"


def ended(play: Situation, incident: str, by: str = "tom", **cause: object) -> None:
    """Restored, verified by whoever asked, and closed."""
    play.act("restores the service", ResolveIncident, by, incident, **cause)
    play.act("confirms", VerifyIncident, play[incident].requester, incident, fixed=True)
    play.act("closes the incident", CloseIncident, "sam", incident)


def test_inc_11_the_cause_is_known_after_the_report_was_drafted(played: Played) -> None:
    """The cause becomes known in the morning, after the report was drafted at night.

    Nia does not know it yet when the service is back. Asked in coverage hours, she says what it
    was: it stands in the draft at once, and the report's owner reads that no cause is lacking now.
    """
    play = Situation(at="2026-07-15 02:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "nia", ONE)
    play.clock("02:10")
    ended(play, ONE, "nia", cause_gone=None)
    play.clock("11:40")
    play.act("says what it was", ConfirmCause, "nia", ONE, gone=True, cause="A full disk")
    assert play[REPORT].sections.cause == "A full disk"
    played(
        play,
        "cause_asked",
        "cause_to_confirm",
        "report_drafted",
        paper="""
        02:10 report_drafted Sam Delivery
        11:30 cause_asked Nia Night
        11:40 cause_to_confirm Sam Delivery
        11:40 report_drafted Sam Delivery
        """,
    )


def test_inc_x_an_approved_report_is_merged_and_parted_again(played: Played) -> None:
    """An approved report is merged with another, and is itself again.

    Two priority 1 are opened again, and merged by mistake. The approval was given for one report
    alone: whoever gave it hears that it is withdrawn. Nobody approves the next draft: what goes
    out an hour before its deadline is preliminary, and names nobody as having approved it.
    """
    play = Situation(at="2026-07-15 10:00")
    for incident in (ONE, TWO):
        play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
        ended(play, incident, cause_gone=True, cause="A cable")
    play.act("asks for the approval of the first report", SubmitReport, "sam", REPORT,
             reason="Told by phone")  # fmt: skip
    play.act("approves it", ApproveReport, "hana", REPORT)
    play.clock("11:00")
    for incident in (ONE, TWO):
        play.act("says that it fails again", ReopenIncident, "rita", incident, reason="again")
    play.clock("11:10")
    play.act("merges the first into the second", MergeIncident, "sam", ONE, into=TWO)
    play.clock("11:20")
    play.act("puts it back", UndoEnding, "sam", ONE, reason="another fault")
    play.clock("12:00")
    ended(play, ONE, cause_gone=True, cause="A cable")
    play.clock("2026-07-16 11:30")
    assert [(each.preliminary, each.approved_by) for each in play[REPORT].issues] == [(True, None)]
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        10:00 report_drafted Sam Delivery, Sam Delivery, Tom Leader, Sue Deputy, Hana Head, Cid Cio, Sam Delivery
        11:00 report_drafted Sam Delivery, Sam Delivery
        11:10 report_drafted Hana Head, Sam Delivery
        11:20 report_drafted Sam Delivery
        12:00 report_drafted Sam Delivery
        17:00 report_drafted Sam Delivery
        08:00 report_drafted Sam Delivery, Tom Leader
        11:00 report_issued Hana Head, Cid Cio, Sam Delivery, Tom Leader
        11:00 report_drafted Sam Delivery
        """,  # noqa: E501  what is told at an instant is one line
    )


def test_inc_x_a_report_goes_to_the_original_and_comes_back(played: Played) -> None:
    """A report that was begun goes to the original of its incident, and comes back.

    Sam has written in it before the incident was opened again. Merged by mistake into an incident
    without a report, it becomes the report of that; put back, the incident has its report again,
    with all that was written. The other, a priority 1 since the merge, gets one of its own.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    ended(play, ONE, cause_gone=True, cause="A cable")
    play.act("writes whom it hit", EditReport, "sam", REPORT, sections={"impact": "All of Brest"})
    play.clock("10:20")
    play.act("says that it fails again", ReopenIncident, "rita", ONE, reason="again")
    play.act("opens a priority 3 about the wiki", OpenIncident, "otto", **WIKI)
    play.clock("10:30")
    play.act("merges the first into it", MergeIncident, "sam", ONE, into=TWO)
    play.clock("10:40")
    play.act("puts it back", UndoEnding, "sam", ONE, reason="another fault")
    play.clock("11:00")
    ended(play, ONE, cause_gone=True, cause="A cable")
    play.clock("11:10")
    ended(play, TWO, cause_gone=True, cause="A full disk")
    assert [play[play[each].report].sections.impact for each in (ONE, TWO)] == ["All of Brest", ""]
    played(
        play,
        "report_drafted",
        paper="""
        10:00 report_drafted Sam Delivery
        10:20 report_drafted Sam Delivery
        10:40 report_drafted Sam Delivery
        11:00 report_drafted Sam Delivery
        11:10 report_drafted Sam Delivery
        """,
    )


def test_inc_x_a_cell_is_asked_for_about_what_has_one_already(played: Played) -> None:
    """A cell is asked for about a duplicate of an incident that has its cell already.

    The CIO's request lapses with the merge: he and the director, whom it had called, read which
    cell meets, and nobody else is called. Whoever reported the duplicate hears of the cell.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 2 about the mail", OpenIncident, "otto", **MAIL)
    play.act("takes it", TakeIncident, "tom", ONE)
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="Mail is dead",
                       incident=ONE)  # fmt: skip
    play.act("accepts", AcceptCrisis, "hana")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.clock("10:05")
    play.act("opens another about the same", OpenIncident, "rita", **MAIL)
    play.act("asks for a crisis cell about that", AskCrisis, "cid", reason="No mail", incident=TWO)
    play.clock("10:07")
    play.act("merges it into the first", MergeIncident, "sam", TWO, into=ONE)
    play.clock("10:30")
    played(
        play,
        "crisis_request",
        "cell_of_incident",
        "crisis_closed",
        paper="""
        10:00 crisis_request Hana Head
        10:00 cell_of_incident Tom Leader, Otto Deputy
        10:05 crisis_request Dan Director
        10:07 crisis_closed Cid Cio, Dan Director
        10:07 cell_of_incident Rita Requester
        """,
    )


def test_cri_8_an_action_is_asked_back_and_answered(played: Played) -> None:
    """Whoever is given an action of a cell asks something first, and is answered.

    A technician of the supplier has to know which line. Sam answers in the action itself, which is
    asked of her anew: she is reminded as it is due, then Sam with her, who leads for the provider,
    which answers for its suppliers; an hour later her representative too.
    """
    play = Situation(at="2026-07-15 10:00")
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead")
    play.act("accepts", AcceptCrisis, "hana")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.act("gives Nora Network, outside the cell, an action due at 11:00", AddAction, "sam",
             text="Start the line", owner="nora", due=paris("2026-07-15 11:00"))  # fmt: skip
    play.clock("10:20")
    play.act("asks which one", DeclineAction, "nora", number=1, reason="Which line?")
    play.clock("10:30")
    play.act("says which", ChangeAction, "sam", number=1, text="Start line 2")
    play.clock("12:10")
    play.act("has done it", CompleteAction, "nora", number=1)
    played(
        play,
        "action_asked",
        "action_news",
        "action_due",
        paper="""
        10:00 action_asked Nora Network
        10:20 action_news Sam Delivery
        10:30 action_asked Nora Network
        11:00 action_due Nora Network
        11:05 action_due Nora Network, Sam Delivery
        12:05 action_due Nora Network, Sam Delivery, Rex Representative
        12:10 action_news Sam Delivery
        """,
    )


def test_chg_2_who_asks_stands_in_for_the_only_one_who_approves(played: Played) -> None:
    """Who asks for a change stands in for the only one who approves it, and must not.

    The catalogue wants somebody else to approve than who asks. The change manager would, but is
    away as well: whoever stands in for the change manager is asked, and may.
    """
    entry = replace(STANDARD[0], four_eyes=True, may_ask=(), approved_by=("olga",))
    contract = with_changes(replace(RULES, standard=(entry, *STANDARD[1:])))
    contract = absent(absent(contract, "olga", stand_in="rita"), "ned", stand_in="sue")
    play = Situation(contract, at="2026-07-15 10:00")
    play.act("asks for a VPN account", RequestChange, "rita", title="VPN for Maud",
             standard="account", answers={"user": "Maud"})  # fmt: skip
    play.clock("10:20")
    play.act("approves it", ApproveChange, "sue", CHG)
    assert play[CHG].state is ChangeState.APPROVED
    played(
        play,
        "change_card",
        "change_news",
        paper="""
        10:00 change_card Rita Requester, Sue Deputy
        10:20 change_news Rita Requester
        10:20 change_card Tess Deputy
        """,
    )


def test_rep_3_who_is_to_approve_a_report_completes_it(played: Played) -> None:
    """Who is asked to approve a report completes it themselves.

    Sue sees what it lacks, and writes it: she cannot approve her own words. The next who decides
    for the provider is asked at once, by a card that says so.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    ended(play, ONE, cause_gone=True, cause="A cable")
    play.clock("10:10")
    play.act("asks for approval", SubmitReport, "sam", REPORT, reason="Told by phone")
    play.clock("10:20")
    play.act("writes whom it hit", EditReport, "sue", REPORT, sections={"impact": "All of Brest"})
    assert play[REPORT].asked == ("tom", "hana")
    play.clock("10:30")
    play.act("approves", ApproveReport, "tom", REPORT)
    played(
        play,
        "report_drafted",
        paper="""
        10:00 report_drafted Sam Delivery
        10:10 report_drafted Tom Leader, Sue Deputy, Hana Head, Cid Cio
        10:20 report_drafted Tom Leader
        10:30 report_drafted Sam Delivery
        """,
    )


def test_prb_3_a_fix_overruns_at_night_while_the_fault_comes_again(played: Played) -> None:
    """The change that is to fix a problem overruns at night, while the like happens again.

    It was to be over at 02:30: whoever carries it out and the change managers are called, who here
    are the incident managers. The new incident goes to whoever is on call. Rolled back, it has
    fixed nothing: that goes back to whoever analyses, and nobody is called for the overrun.
    """
    play = Situation(with_problems(changes=RULES), at="2026-07-15 10:00")
    play.act("opens a priority 2 about the mail", OpenIncident, "rita", **MAIL)
    play.act("restores the service; the cause is not gone", ResolveIncident, "tom", ONE,
             cause_gone=False)  # fmt: skip
    play.act("takes the problem", TakeProblem, "ned", PRB)
    play.act("records the cause", RecordCause, "ned", PRB, cause="A leak.")
    play.clock("10:10")
    change = play.act("asks for a restart of the relay", RequestChange, "tess", title="",
                      standard="restart")  # fmt: skip
    play.act("names it as the fix", RecordFix, "ned", PRB, change=change)
    play.act("plans it for the night", PlanChange, "tess", change,
             start=paris("2026-07-16 02:00"), end=paris("2026-07-16 02:30"))  # fmt: skip
    play.clock("2026-07-16 02:00")
    play.act("begins it", StartChange, "tess", change)
    play.clock("02:40")
    play.act("opens another about the same", OpenIncident, "otto", **MAIL)
    play.act("takes it", TakeIncident, "nia", TWO)
    play.clock("02:50")
    play.act("rolls it back", EndChange, "tess", change, result=ChangeResult.ROLLED_BACK,
             reason="No mail at all.")  # fmt: skip
    play.clock("04:00")
    played(
        play,
        "change_card",
        "on_call_told",
        "problem_card",
        paper="""
        10:00 problem_card Ned Night, Ned Night, Ned Night
        10:10 change_card Tess Deputy, Tess Deputy
        02:00 change_card Tess Deputy, Tess Deputy
        02:30 change_card Tess Deputy, Sam Delivery, Sue Deputy
        02:40 on_call_told Nia Night
        02:50 change_card Sam Delivery, Sue Deputy
        02:50 problem_card Ned Night
        """,
    )
