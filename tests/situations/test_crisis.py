"""Crisis cells: who is asked, who leads, what follows."""

from __future__ import annotations

from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AskCrisis,
    ChangeAction,
    CloseCrisis,
    CompleteAction,
    DeclineAction,
    OfferLead,
    RefuseCrisis,
    RoomOpened,
)
from escalation.decision.commands.incident import (
    AssignIncident,
    CloseIncident,
    OpenIncident,
    ResolveIncident,
    TakeIncident,
    VerifyIncident,
)
from tests.agreement import paris
from tests.situations.situation import Played, Situation


def test_cri_2_a_deputy_refuses_and_the_holder_accepts(played: Played) -> None:
    """A deputy refuses a crisis cell, and the holder accepts.

    At night the head of the service asks for a cell. The delivery manager keeps silent, the deputy
    refuses after two minutes: the delivery manager is asked again at once, and accepts.
    """
    play = Situation(at="2026-07-15 03:00")
    play.id = play.act("asks for a crisis cell", AskCrisis, "hana", reason="All sites are cut off")
    play.clock("03:12")
    play.act("refuses: it is nearly mended", RefuseCrisis, "sue", reason="It is nearly mended")
    play.clock("03:15")
    play.act("accepts", AcceptCrisis, "sam")
    play.clock("03:25")
    played(
        play,
        "crisis_request",
        paper="""
        03:00 crisis_request Sam Delivery
        03:10 crisis_request Sue Deputy
        03:12 crisis_request Sam Delivery
        """,
    )


def test_cri_12_the_cio_takes_the_lead_beside_a_director_who_leads_already(
    played: Played,
) -> None:
    """The CIO takes the lead beside a director who leads already.

    Nobody of level 2 answered for the provider: its director accepted and leads beside the head of
    the service. The CIO takes the client's lead; the director keeps his, and confirms nothing.
    """
    play = Situation(at="2026-07-15 10:00")
    play.id = play.act("asks for a crisis cell", AskCrisis, "hana", reason="The VPN is dead")
    play.clock("10:21")
    play.act("accepts", AcceptCrisis, "dan")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.clock("10:24")
    play.act("takes the lead", OfferLead, "cid", leads={})
    played(
        play,
        "lead_request",
        "lead_changed",
        paper="""
        10:24 lead_changed crisis/CRI-0001, Hana Head, Dan Director, Cid Cio
        """,
    )


def test_inc_x_the_incident_is_closed_while_its_cell_still_meets(played: Played) -> None:
    """The incident is closed while its cell still meets.

    Two members have not come yet and are called every five minutes. Once the incident is closed,
    nobody is called any more, and those who lead are told that the cell is still open. Its own
    report, and an action that is left open, follow from its closing on.
    """
    play = Situation(at="2026-07-15 10:00")
    incident = play.act("opens a priority 1 about the VPN", OpenIncident, "rita",
                        title="VPN down", component="vpn", severity=1)  # fmt: skip
    play.perform(TakeIncident, "tom", incident)
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead",
                       incident=incident)  # fmt: skip
    play.act("accepts", AcceptCrisis, "hana")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.act("records an action without a due time", AddAction, "sam",
             text="Write to the carrier", owner="tess")  # fmt: skip
    play.clock("10:12")
    play.perform(ResolveIncident, "tom", incident, cause_gone=True, cause="A plug", cure="Plugged")
    play.perform(VerifyIncident, "rita", incident, fixed=True)
    play.act("closes the incident", CloseIncident, "sam", incident)
    play.clock("10:40")
    play.act("agrees to close the cell", CloseCrisis, "sam")
    play.act("agrees to close the cell", CloseCrisis, "hana")
    play.clock("18:00")
    assert play[play[play.id].report].deadline == paris("2026-07-16 10:40")
    play.clock("2026-07-16 08:10")
    play.act("has done it", CompleteAction, "tess", number=1)
    play.clock("2026-07-17 10:30")
    assert play.told_of("crisis_call").splitlines()[1:] == [
        "10:05 crisis_call Cid Cio, Dan Director",
        "10:10 crisis_call Cid Cio, Dan Director",
    ]
    played(
        play,
        "incident_over",
        "action_due",
        paper="""
        10:12 incident_over Sam Delivery, Hana Head
        08:10 action_due Tess Deputy
        """,
    )


def test_cri_5_who_has_the_incident_changes_while_a_cell_is_asked_for_and_meets(
    played: Played,
) -> None:
    """Who has the incident changes while its cell is asked for, and meets.

    Whoever has it hears of the request; whoever reported it, of a cell that meets. At 10:20 the
    incident passes to somebody else, who reads at once who leads and whom to reach.
    """
    play = Situation(at="2026-07-15 10:00")
    incident = play.act("opens a priority 2 about mail", OpenIncident, "rita",
                        title="Mail is down", component="mail", severity=1)  # fmt: skip
    play.act("takes it", TakeIncident, "tom", incident)
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="Mail is dead",
                       incident=incident)  # fmt: skip
    play.clock("10:05")
    play.act("accepts", AcceptCrisis, "hana")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.clock("10:20")
    play.act("gives the incident to Ned Night", AssignIncident, "sam", incident, person="ned")
    play.clock("10:40")
    play.act("agrees to close the cell", CloseCrisis, "sam")
    play.act("agrees to close the cell", CloseCrisis, "hana")
    played(
        play,
        "cell_of_incident",
        paper="""
        10:00 cell_of_incident Tom Leader
        10:05 cell_of_incident Rita Requester
        10:20 cell_of_incident Ned Night
        10:40 cell_of_incident Ned Night, Rita Requester
        """,
    )


def test_cri_8_an_action_outlives_its_cell_and_the_end_of_coverage_and_passes_on(
    played: Played,
) -> None:
    """An action outlives its cell and the end of coverage, cannot be done, and passes on.

    It is due in the evening, as its time was set, although the cell has closed and nobody works.
    Who has it cannot do it: who gave it hears at once, and hands it on in the morning.
    """
    play = Situation(at="2026-07-15 17:30")
    play.id = play.act("asks for a crisis cell", AskCrisis, "sam", reason="The VPN is dead")
    play.act("accepts", AcceptCrisis, "hana")
    play.perform(RoomOpened, "escalade", room="C0CRISIS", name="crisis-cri-0001")
    play.clock("17:35")
    play.act("gives Tess Deputy, outside the cell, an action due at 18:30", AddAction, "sam",
             text="Start line 2", owner="tess", due=paris("2026-07-15 18:30"))  # fmt: skip
    play.clock("17:50")
    play.act("agrees to close the cell", CloseCrisis, "sam")
    play.act("agrees to close the cell", CloseCrisis, "hana")
    play.clock("18:40")
    play.act("says that she cannot", DeclineAction, "tess", number=1, reason="No key")
    play.clock("2026-07-16 09:00")
    play.act("gives it to Olga Operations, due at noon", ChangeAction, "sam",
             number=1, owner="olga", due=paris("2026-07-16 12:00"))  # fmt: skip
    play.clock("12:30")
    play.act("has done it", CompleteAction, "olga", number=1)
    play.clock("2026-07-20 12:00")
    played(
        play,
        "action_asked",
        "action_news",
        "action_due",
        paper="""
        17:35 action_asked Tess Deputy
        18:30 action_due Tess Deputy
        18:40 action_news Sam Delivery
        09:00 action_asked Olga Operations
        09:00 action_news Tess Deputy
        12:00 action_due Olga Operations
        12:30 action_news Sam Delivery
        """,
    )
