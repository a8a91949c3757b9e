"""Somebody is waited for; meanwhile the hour, the priority, the holder or the incident changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.base.refusals import AlreadyDone
from escalation.contract import Post
from escalation.decision.commands.incident import (
    AssignIncident,
    MergeIncident,
    OpenIncident,
    ResolveIncident,
    ResumeWork,
    SetPriority,
    TakeIncident,
    UndoEnding,
    WaitFor,
)
from tests.agreement import ECHELONS, PEOPLE, agreement, paris
from tests.situations.situation import Played, Situation

WIKI = {"title": "The wiki is slow", "component": "wiki", "severity": 1}
ABOUT, OTHER = "INC-0001", "INC-0002"


def test_inc_9_the_awaited_answer_comes_after_hours(played: Played) -> None:
    """The client's answer comes after hours, on a priority 2 whose clock never sleeps.

    Rita answers at 19:10, when nobody of the day is there. She starts the clock herself by
    answering, so that it is not left standing until the morning: half an hour had run, the eight
    hours end at 02:40, and the warnings come at 22:40 and 00:40.
    """
    play = Situation(at="2026-07-15 16:00")
    play.act("opens a priority 2 about the mail", OpenIncident, "rita",
             title="Mail is slow", component="mail", severity=1)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("16:30")
    play.act("waits for the client", WaitFor, "tom", ABOUT,
             waiting_for="client", reason="which mailboxes?")  # fmt: skip
    play.clock("19:10")
    play.act("answers", ResumeWork, "rita", ABOUT, note="those of the payroll")
    play.clock("2026-07-16 01:00")
    played(
        play,
        "wait_begun",
        "wait_over",
        "target_warning",
        paper="""
        16:30 wait_begun Rita Requester
        19:10 wait_over Tom Leader
        22:40 target_warning Tom Leader, Sam Delivery
        00:40 target_warning Tom Leader, Sam Delivery
        """,
    )
    assert play[ABOUT].restore_due == paris("2026-07-16 02:40")
    read = {row.topic: row.what for row in play.rows}
    assert "is not counted (it was due by 16 Jul" in read["wait_begun"]
    assert "those of the payroll" in read["wait_over"]


def test_inc_x_the_priority_is_raised_while_the_client_is_waited_for(played: Played) -> None:
    """The priority is raised to 1 while the client is waited for.

    The list hears of it and the client's first echelon is called; the provider's has it. The clock
    goes on standing until the answer: 53 minutes do not count, so four hours end at 14:53.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("10:10")
    play.act("waits for the client", WaitFor, "tom", ABOUT,
             waiting_for="client", reason="which page?")  # fmt: skip
    play.clock("11:00")
    play.act("raises it to priority 1", SetPriority, "tom", ABOUT, level=1, reason="all pages")
    play.clock("11:03")
    play.act("answers", ResumeWork, "olga", ABOUT, note="the home page")
    play.clock("11:04")
    played(
        play,
        "wait_begun",
        "priority_1_notice",
        "ping",
        "wait_over",
        "target_warning",
        paper="""
        10:10 wait_begun Rita Requester
        11:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        11:00 ping Olga Operations
        11:03 wait_over Tom Leader, Rita Requester
        """,
    )
    assert play[ABOUT].restore_due == paris("2026-07-15 14:53")


def test_inc_x_whoever_waits_leaves_while_waiting(played: Played) -> None:
    """Whoever waits leaves the provider before the answer comes.

    The reminder goes to the incident manager on duty in her place, and so does the answer.
    """
    first = replace(ECHELONS[0], provider=Post(people=("tom",), on_call=("nights",)))
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tess", ABOUT)
    play.act("waits for the client", WaitFor, "tess", ABOUT,
             waiting_for="client", reason="which page?")  # fmt: skip
    play.clock("11:00")
    people = tuple(each for each in PEOPLE if each.id != "tess")
    play.memory.amend(agreement(version="v2", people=people, echelons=(first, *ECHELONS[1:])))
    play.clock("2026-07-17 09:00")
    play.act("answers", ResumeWork, "rita", ABOUT, note="the home page")
    played(
        play,
        "wait_begun",
        "still_waiting",
        "wait_over",
        paper="""
        10:00 wait_begun Rita Requester
        18:00 still_waiting Rita Requester, Sam Delivery
        09:00 wait_over Sam Delivery
        """,
    )


def test_inc_x_merged_by_mistake_while_a_supplier_is_waited_for(played: Played) -> None:
    """Merged by mistake while a supplier is waited for, and put back.

    Everybody who was told of the wait hears of the merge, the supplier's group too; whoever
    reported the original hears of both. Once it is put back the wait goes on as if it had never
    ended: the supplier is reminded at the end of the next working day.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the VPN", OpenIncident, "rita",
             title="The VPN is slow", component="vpn", severity=3)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("brings in the supplier's group", AssignIncident, "tom", ABOUT, group="netops")
    play.clock("10:10")
    play.act("waits for the supplier", WaitFor, "tom", ABOUT,
             waiting_for="network", reason="a router")  # fmt: skip
    play.act("opens a priority 3 about the wiki", OpenIncident, "otto", **WIKI)
    play.clock("11:05")
    play.act("merges the first into it", MergeIncident, "sam", ABOUT, into=OTHER)
    play.clock("11:30")
    play.act("puts it back", UndoEnding, "sam", ABOUT, reason="another fault")
    play.clock("2026-07-16 18:01")
    played(
        play,
        "wait_begun",
        "incident_news",
        "still_waiting",
        paper="""
        10:00 incident_news Rita Requester
        10:10 wait_begun Rita Requester, Nora Network
        11:05 incident_news Otto Deputy, Rita Requester, Tom Leader, Nora Network
        11:30 incident_news Otto Deputy, Rita Requester, Tom Leader
        11:30 wait_begun Tom Leader, Rita Requester, Nora Network
        11:30 incident_news Nora Network
        18:00 still_waiting Nora Network, Tom Leader
        """,
    )
    assert play[ABOUT].waiting is not None


def test_inc_9_two_people_resume_at_once(played: Played) -> None:
    """Two people resume at the same instant.

    The first one counts; the second reads who it was, and since when the clocks run. The client
    hears it once, with what is due when.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("waits for the client", WaitFor, "tom", ABOUT,
             waiting_for="client", reason="which page?")  # fmt: skip
    play.clock("11:00")
    play.act("resumes: the page is known by now", ResumeWork, "tom", ABOUT)
    with pytest.raises(AlreadyDone, match="wait_over") as refusal:
        play.act("resumes too, and reads that Tom has", ResumeWork, "sam", ABOUT)
    assert refusal.value.facts["by"] == "tom"
    play.clock("12:00")
    played(
        play,
        "wait_begun",
        "wait_over",
        paper="""
        10:00 wait_begun Rita Requester
        11:00 wait_over Rita Requester
        """,
    )


def test_org_4_a_supplier_is_awaited_and_the_service_comes_back(played: Played) -> None:
    """The service comes back while a supplier is waited for.

    Resolving ends the wait: the supplier's group hears that the service is restored and is reminded
    no more; the requester is asked whether it works.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the VPN", OpenIncident, "rita",
             title="The VPN is slow", component="vpn", severity=3)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("brings in the supplier's group", AssignIncident, "tom", ABOUT, group="netops")
    play.act("waits for the supplier", WaitFor, "tom", ABOUT,
             waiting_for="network", reason="a router")  # fmt: skip
    play.clock("12:00")
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.clock("2026-07-16 12:00")
    played(
        play,
        "wait_begun",
        "still_waiting",
        "incident_news",
        "wait_over",
        paper="""
        10:00 incident_news Rita Requester
        10:00 wait_begun Rita Requester, Nora Network
        12:00 incident_news Nora Network
        """,
    )
