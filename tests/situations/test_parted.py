"""Incidents are merged, cancelled and put back; people of the contract leave meanwhile."""

from __future__ import annotations

from dataclasses import replace

from escalation.contract import Person, Post
from escalation.decision.commands.incident import (
    CancelIncident,
    ForeseeDelay,
    MergeIncident,
    OpenIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
)
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


def _without(*gone: str) -> tuple[Person, ...]:
    return tuple(person for person in PEOPLE if person.id not in gone)
