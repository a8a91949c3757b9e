"""How a problem is decided, and what happens where nobody answers or it comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from escalation.contract.processes.problems import Rating
from escalation.decision.commands.change import (
    DoChangeAgain,
    EndChange,
    PlanChange,
    RequestChange,
    StartChange,
)
from escalation.decision.commands.incident import (
    MergeIncident,
    OpenIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
)
from escalation.decision.commands.problem import (
    AssessProblem,
    DecideProblemPriority,
    LinkIncident,
    OpenProblem,
    ProposeProblemPriority,
    RecordCause,
    RecordFix,
    RecordWorkaround,
    TakeProblem,
    WithdrawWorkaround,
)
from escalation.records.change import ChangeResult
from tests.escalation.change.story import RULES
from tests.escalation.problem.story import PRB, with_problems
from tests.situations.situation import Played, Situation


def proposed(at: str, **chapters: Any) -> Situation:
    """The mail server's cause is not gone; Ned manages problems."""
    play = Situation(with_problems(**chapters), at=at)
    play.act("opens an incident about the mail", OpenIncident, "rita",
             title="Mail is down", component="mail", severity=2)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", "INC-0001")
    play.act("restores the service; the cause is not gone", ResolveIncident, "tom", "INC-0001",
             cause_gone=False)  # fmt: skip
    return play


def test_prb_2_a_priority_on_which_the_firms_differ_at_first(played: Played) -> None:
    """A priority of a problem on which the firms differ at first.

    Each step is put to whoever is to take it. Who proposes the priority and is of the level that
    decides has decided for the provider; what the client would have instead goes back to them.
    """
    play = proposed("2026-07-15 10:00")
    play.clock("10:10")
    play.act("takes the problem", TakeProblem, "ned", PRB)
    play.clock("10:20")
    play.act("assesses both impacts", AssessProblem, "ned", PRB,
             client_impact=Rating.HIGH, provider_impact=Rating.LOW)  # fmt: skip
    play.clock("10:30")
    play.act("proposes medium", ProposeProblemPriority, "sam", PRB, priority=Rating.MEDIUM)
    play.clock("10:40")
    play.act("decides high", DecideProblemPriority, "hana", PRB, priority=Rating.HIGH)
    play.clock("10:50")
    play.act("decides high too", DecideProblemPriority, "sam", PRB, priority=Rating.HIGH)
    played(
        play,
        "problem_card",
        paper="""
        10:00 problem_card Ned Night
        10:10 problem_card Ned Night
        10:20 problem_card Sam Delivery
        10:30 problem_card Hana Head
        10:40 problem_card Sam Delivery
        10:50 problem_card Ned Night, Sam Delivery
        """,
    )


def test_prb_2_both_firms_insist_on_their_priority(played: Played) -> None:
    """Both firms decide the priority of a problem at the same instant, each otherwise.

    Neither answer is lost: who speaks last puts theirs to the other, as often as it takes.
    """
    play = proposed("2026-07-15 10:00")
    play.act("takes the problem", TakeProblem, "ned", PRB)
    play.act("assesses both impacts", AssessProblem, "ned", PRB,
             client_impact=Rating.HIGH, provider_impact=Rating.LOW)  # fmt: skip
    play.clock("10:30")
    play.act("proposes low", ProposeProblemPriority, "sam", PRB, priority=Rating.LOW)
    play.clock("10:40")
    play.act("decides high", DecideProblemPriority, "hana", PRB, priority=Rating.HIGH)
    play.act("insists on low", DecideProblemPriority, "sam", PRB, priority=Rating.LOW)
    play.clock("10:50")
    play.act("decides low too", DecideProblemPriority, "hana", PRB, priority=Rating.LOW)
    played(
        play,
        "problem_card",
        paper="""
        10:00 problem_card Ned Night, Ned Night, Sam Delivery
        10:30 problem_card Hana Head
        10:40 problem_card Sam Delivery, Hana Head
        10:50 problem_card Ned Night, Sam Delivery
        """,
    )


def test_inc_x_a_merge_is_undone_whose_problem_both_came_of(played: Played) -> None:
    """A merge is undone after the problem of one was taken as the problem of both.

    The original was said to have a cause that remains: that is now proposed as one of its own.
    """
    play = Situation(with_problems(), at="2026-07-15 10:00")
    first = play.act("opens an incident about the mail", OpenIncident, "rita",
                     title="Mail is down", component="mail", severity=2)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", first)
    play.act("proposes a problem", OpenProblem, "tom", title="Mail is down", incident=first)
    second = play.act("opens another one", OpenIncident, "olga", title="No letter arrives",
                      component="mail", severity=2)  # fmt: skip
    play.clock("10:10")
    play.act("merges the first into it", MergeIncident, "sam", first, into=second)
    play.act("takes the problem", TakeProblem, "ned", PRB)
    play.clock("10:20")
    play.act("resolves it; the cause is not gone", ResolveIncident, "tom", second,
             cause_gone=False)  # fmt: skip
    play.clock("10:30")
    play.act("undoes the merge", UndoEnding, "sam", first, reason="Two matters")
    played(
        play,
        "problem_card",
        paper="""
        10:00 problem_card Ned Night
        10:10 problem_card Ned Night
        10:30 problem_card Ned Night
        """,
    )


def test_prb_3_an_incident_that_comes_back_after_the_fix(played: Played) -> None:
    """A linked incident that comes back after the fix of its problem."""
    play = proposed("2026-07-15 10:00")
    play.act("takes the problem", TakeProblem, "ned", PRB)
    play.clock("11:00")
    play.act("records the cause", RecordCause, "ned", PRB, cause="A leak.")
    play.act("records the fix", RecordFix, "ned", PRB, change="CHG-0042")
    play.clock("14:00")
    play.act("opens the incident again", ReopenIncident, "rita", "INC-0001", reason="Down again")
    played(
        play,
        "problem_card",
        paper="""
        10:00 problem_card Ned Night, Ned Night
        11:00 problem_card Ned Night
        14:00 problem_card Ned Night
        """,
    )


def test_prb_3_a_fix_that_is_named_before_it_is_made(played: Played) -> None:
    """The change that is to remove a cause is put off, fails, and succeeds when it is done again.

    Until it has succeeded nothing is fixed; that it failed goes back to whoever analyses. Whoever
    has a linked incident in hand hears of the fix at the instant that the change succeeds.
    """
    play = proposed("2026-07-15 10:00", changes=RULES)
    play.act("takes the problem", TakeProblem, "ned", PRB)
    play.act("records the cause", RecordCause, "ned", PRB, cause="A leak.")
    play.clock("11:00")
    change = play.act("asks for a restart of the relay", RequestChange, "tess", title="",
                      standard="restart")  # fmt: skip
    play.act("names it as the fix", RecordFix, "ned", PRB, change=change)
    play.act("plans it at 14:00", PlanChange, "tess", change, start=at(play, 3))
    play.clock("13:00")
    play.act("puts it off to 16:00", PlanChange, "tess", change, start=at(play, 3))
    play.clock("16:00")
    play.act("begins it", StartChange, "tess", change)
    play.clock("16:20")
    play.act("rolls it back", EndChange, "tess", change, result=ChangeResult.ROLLED_BACK,
             reason="No mail at all.")  # fmt: skip
    play.clock("16:30")
    again = play.act("has it done again", DoChangeAgain, "tess", change)
    play.act("plans it now", PlanChange, "tess", again, start=at(play, 0))
    play.act("begins it", StartChange, "tess", again)
    play.clock("16:50")
    play.act("succeeds", EndChange, "tess", again, result=ChangeResult.SUCCEEDED)
    played(
        play,
        "problem_card",
        "known_error_told",
        paper="""
        10:00 problem_card Ned Night, Ned Night, Ned Night
        16:20 problem_card Ned Night
        16:50 problem_card Ned Night
        16:50 known_error_told Tom Leader
        """,
    )


def test_prb_3_like_incidents_while_a_fix_is_watched(played: Played) -> None:
    """Incidents that look like a problem that was fixed, on the 29th and on the 33rd day after.

    Who manages it hears of each, also once they are asked whether it may be closed: until it is.
    """
    play = proposed("2026-07-15 10:00")
    play.act("takes the problem", TakeProblem, "ned", PRB)
    play.clock("11:00")
    play.act("records the cause", RecordCause, "ned", PRB, cause="A leak.")
    play.act("records the fix", RecordFix, "ned", PRB, change="the patch")
    play.clock("2026-08-13 09:00")
    play.act("opens an incident", OpenIncident, "rita", title="Mail is down again",
             component="mail", severity=2)  # fmt: skip
    play.clock("2026-08-17 09:00")
    last = play.act("opens another one", OpenIncident, "rita", title="Mail is down",
                    component="mail", severity=2)  # fmt: skip
    play.clock("09:30")
    play.act("says that it comes from the problem", LinkIncident, "ned", PRB, incident=last)
    played(
        play,
        "problem_card",
        paper="""
        10:00 problem_card Ned Night, Ned Night
        11:00 problem_card Ned Night
        09:00 problem_card Ned Night
        11:00 problem_card Ned Night
        09:00 problem_card Ned Night
        09:30 problem_card Ned Night
        """,
    )


def test_prb_3_a_workaround_does_harm(played: Played) -> None:
    """A work-around that does harm is corrected, then withdrawn, while like incidents are open.

    Whoever has a linked incident in hand hears of all three, who has a like one of what changes:
    the work-around itself stands on its card from the beginning. That it is withdrawn is also told
    to who reported one, and may have read it there.
    """
    play = proposed("2026-07-15 10:00")
    play.act("takes the problem", TakeProblem, "ned", PRB)
    like = play.act("opens another incident", OpenIncident, "rita", title="No message arrives",
                    component="mail", severity=2)  # fmt: skip
    play.act("takes it", TakeIncident, "tess", like)
    play.clock("11:00")
    play.act("records a work-around", RecordWorkaround, "ned", PRB, text="Restart the relay.")
    play.act("records the cause", RecordCause, "ned", PRB, cause="A leak.")
    play.clock("11:30")
    play.act("corrects it", RecordWorkaround, "ned", PRB, text="Empty the queue, then restart.")
    play.clock("12:00")
    play.act("withdraws it", WithdrawWorkaround, "ned", PRB, reason="It loses mail.")
    played(
        play,
        "known_error_told",
        "workaround_withdrawn",
        paper="""
        11:00 known_error_told Tom Leader
        11:30 known_error_told Tess Deputy, Tom Leader
        12:00 workaround_withdrawn Tess Deputy, Rita Requester, Tom Leader
        """,
    )


def at(play: Situation, hours: int) -> datetime:
    """In so many hours."""
    return play.now + timedelta(hours=hours)
