"""Incidents are merged, cancelled and put back; people of the contract leave meanwhile."""

from __future__ import annotations

from dataclasses import replace

from escalation.contract import Person, Post
from escalation.decision.commands.incident import (
    CancelIncident,
    CloseIncident,
    ForeseeDelay,
    MergeIncident,
    OpenIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
    WaitFor,
)
from escalation.decision.commands.report import ApproveReport, SubmitReport
from tests.agreement import ECHELONS, PEOPLE, agreement
from tests.situations.situation import Played, Situation

VPN = {"title": "VPN down", "component": "vpn", "severity": 1}
WIKI = {"title": "The wiki is slow", "component": "wiki", "severity": 1}
ABOUT = "INC-0001"


def test_inc_x_a_priority_1_is_merged_into_what_is_already_repaired(played: Played) -> None:
    """A priority 1 is merged into an incident that is already repaired.

    Who reported it is asked at once whether it works; who was asked before is not asked again. The
    graver priority wins: as it does not work, the original is opened again as a priority 1, the
    list hears of it, and both sides are called.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "otto", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("10:10")
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.clock("10:20")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("10:22")
    play.act("merges it into the first", MergeIncident, "sam", "INC-0002", into=ABOUT)
    play.clock("10:30")
    play.act("says that it does not work", VerifyIncident, "rita", ABOUT, fixed=False, note="no")
    play.clock("10:34")
    played(
        play,
        "please_verify",
        "priority_1_notice",
        "ping",
        paper="""
        10:10 please_verify Otto Deputy
        10:20 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        10:20 ping Tom Leader, Olga Operations
        10:22 please_verify Rita Requester
        10:30 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        10:30 ping Tom Leader, Olga Operations
        """,
    )


def test_inc_14_told_of_a_delay_then_cancelled_and_put_back(played: Played) -> None:
    """Told of a delay; then the incident is cancelled by mistake, and put back.

    The requester was promised to hear how it stands every four coverage hours: that is owed again,
    from the hour at which the incident was put back.
    """
    play = Situation(at="2026-07-15 09:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.clock("10:00")
    play.act("says that it will be late", ForeseeDelay, "tom", ABOUT, reason="a spare part")
    play.clock("11:00")
    play.act("cancels it", CancelIncident, "sam", ABOUT, reason="reported twice")
    play.clock("12:00")
    play.act("puts it back: it was another", UndoEnding, "sam", ABOUT, reason="another fault")
    play.clock("18:01")
    played(
        play,
        "delay_notice",
        "how_it_stands",
        paper="""
        10:00 delay_notice Rita Requester
        16:00 how_it_stands Rita Requester
        """,
    )


def test_inc_x_the_requester_leaves_before_the_delay_is_known(played: Played) -> None:
    """The requester leaves the client before a delay is known.

    At 90 per cent of the time whoever asked is told. The contract names her no more: the client's
    first echelon hears it in her place, and how it stands after four coverage hours.
    """
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 2 about the mail", OpenIncident, "rita",
             title="Mail is slow", component="mail", severity=1)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.clock("11:00")
    play.memory.amend(agreement(version="v2", people=_without("rita")))
    play.clock("2026-07-16 11:00")
    played(
        play,
        "delay_notice",
        "how_it_stands",
        paper="""
        17:12 delay_notice Olga Operations
        10:42 how_it_stands Olga Operations
        """,
    )


def test_inc_x_the_requester_leaves_while_her_answer_is_waited_for(played: Played) -> None:
    """The requester leaves the client while her answer is waited for.

    From the next working day on, which comes after the holiday, it is the client's first echelon
    that is reminded, and whoever waits.
    """
    play = Situation(at="2026-07-10 15:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("waits for an answer of the client", WaitFor, "tom", ABOUT,
             waiting_for="client", reason="which page?")  # fmt: skip
    play.clock("2026-07-13 20:00")
    play.memory.amend(agreement(version="v2", people=_without("rita")))
    play.clock("2026-07-15 20:00")
    played(
        play,
        "still_waiting",
        paper="""
        18:00 still_waiting Rita Requester, Tom Leader
        18:00 still_waiting Olga Operations, Tom Leader
        """,
    )


def test_inc_x_whoever_works_on_it_leaves_the_provider(played: Played) -> None:
    """Whoever works on an incident leaves the provider.

    The warnings of its target, 20 coverage hours, go to the first echelon from then on, as of what
    nobody has in hand. Opened again on Friday, it is the incident manager who hears it.
    """
    first = replace(ECHELONS[0], provider=Post(people=("tom",), on_call=("nights",)))
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "rita", **WIKI)
    play.act("takes it", TakeIncident, "tess", ABOUT)
    play.clock("11:00")
    play.memory.amend(
        agreement(version="v2", people=_without("tess"), echelons=(first, *ECHELONS[1:]))
    )
    play.clock("2026-07-16 17:00")
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.clock("2026-07-17 09:00")
    play.act("says that it does not work", VerifyIncident, "rita", ABOUT, fixed=False, note="no")
    played(
        play,
        "target_warning",
        "incident_news",
        paper="""
        10:00 incident_news Rita Requester
        09:30 target_warning Tom Leader, Sam Delivery
        14:30 target_warning Tom Leader, Sam Delivery
        09:00 incident_news Sam Delivery
        """,
    )


def test_inc_x_merged_after_the_contract_has_changed(played: Played) -> None:
    """Two incidents are merged after the contract has changed.

    At 10:02 the team leader and the CIO are gone; Tess holds the post, and Eve is on the list. The
    original, which is priority 1 from the merge on, has the priorities of its own version of the
    contract, and the people of the moment: Eve hears of it, and the next call, on its beat, is
    Tess's.
    """
    of, now = agreement(), ECHELONS
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 3 about the wiki", OpenIncident, "otto", **WIKI)
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.clock("10:02")
    play.memory.amend(
        agreement(
            version="v2",
            people=_without("tom", "cid"),
            echelons=(
                replace(now[0], provider=Post(people=("tess",))),
                now[1],
                replace(now[2], client=Post(people=("eve",))),
                now[3],
            ),
            incidents=replace(of.incidents, priority_1_list=("sam", "hana", "eve")),
            report=replace(of.report, client_list=("hana",)),
        )
    )
    play.clock("10:03")
    play.act("merges it into the first", MergeIncident, "sam", "INC-0002", into=ABOUT)
    play.clock("10:06")
    played(
        play,
        "priority_1_notice",
        "ping",
        paper="""
        10:00 priority_1_notice Sam Delivery, Hana Head, Cid Cio
        10:00 ping Tom Leader, Olga Operations
        10:03 ping Olga Operations
        10:03 priority_1_notice Sam Delivery, Hana Head, Eve Executive
        10:05 ping Tess Deputy, Olga Operations
        """,
    )


def test_rep_3_the_author_leaves_before_the_approval(played: Played) -> None:
    """The author of a report leaves the provider before it is approved.

    Who approves it is the incident manager who is there: the button that issues it comes to her, as
    to an author. She leaves it, and it goes out before the deadline.
    """
    rules, second = agreement().incidents, replace(ECHELONS[1], provider=Post(people=("sue",)))
    play = Situation(at="2026-07-15 10:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True, cause="a cable")
    play.act("verifies: it works", VerifyIncident, "rita", ABOUT, fixed=True)
    play.act("closes it", CloseIncident, "sam", ABOUT)
    play.clock("10:30")
    play.act("asks for its approval", SubmitReport, "sam", "REP-0001", reason="Told by phone")
    play.clock("11:00")
    play.memory.amend(
        agreement(
            version="v2",
            people=_without("sam"),
            echelons=(ECHELONS[0], second, *ECHELONS[2:]),
            incidents=replace(rules, priority_1_list=("sue", "hana", "cid")),
        )
    )
    play.clock("11:30")
    play.act("approves it", ApproveReport, "sue", "REP-0001")
    play.clock("2026-07-16 09:01")
    played(
        play,
        "report_drafted",
        "report_issued",
        paper="""
        10:00 report_drafted Sam Delivery
        10:30 report_drafted Tom Leader, Sue Deputy, Hana Head, Cid Cio
        11:30 report_drafted Sue Deputy
        09:00 report_issued Hana Head, Cid Cio, Tom Leader
        09:00 report_drafted Sue Deputy
        """,
    )


def test_inc_4_verified_before_a_holiday_and_closed_by_nobody(played: Played) -> None:
    """Verified on the eve of a holiday, and closed by nobody.

    The incident managers are reminded every four coverage hours, which the 14th of July does not
    count for; two working days later it closes by itself: all who hear it, the list too, read why.
    """
    play = Situation(at="2026-07-13 09:00")
    play.act("opens a priority 1 about the VPN", OpenIncident, "rita", **VPN)
    play.act("takes it", TakeIncident, "tom", ABOUT)
    play.act("resolves it", ResolveIncident, "tom", ABOUT, cause_gone=True)
    play.clock("10:00")
    play.act("verifies: it works", VerifyIncident, "rita", ABOUT, fixed=True)
    play.clock("2026-07-16 18:01")
    played(
        play,
        "please_close",
        "incident_news",
        "report_drafted",
        paper="""
        09:00 incident_news Rita Requester, Sam Delivery, Hana Head, Cid Cio
        10:00 incident_news Tom Leader, Sam Delivery, Hana Head, Cid Cio
        14:00 please_close Sam Delivery, Sue Deputy
        18:00 please_close Sam Delivery, Sue Deputy
        11:30 please_close Sam Delivery, Sue Deputy
        15:30 please_close Sam Delivery, Sue Deputy
        09:00 please_close Sam Delivery, Sue Deputy
        13:00 please_close Sam Delivery, Sue Deputy
        17:00 please_close Sam Delivery, Sue Deputy
        18:00 incident_news Rita Requester, Tom Leader, Sam Delivery, Hana Head, Cid Cio
        18:00 report_drafted Sam Delivery
        """,
    )
    read = [row.what for row in play.rows if row.topic == "incident_news"][-5:]
    assert all("nobody closed it in the time" in each for each in read)


def _without(*gone: str) -> tuple[Person, ...]:
    return tuple(person for person in PEOPLE if person.id not in gone)
