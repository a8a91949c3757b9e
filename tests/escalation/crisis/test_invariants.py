"""What holds of a crisis cell whatever people do, in whatever order."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.base.refusals import Refusal
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import CrisisRequest
from escalation.records.crisis import CrisisState, Presence
from tests.escalation.crisis.story import ROOM, Cell

PEOPLE = ("tom", "sam", "sue", "dan", "bea", "hana", "cid", "eve", "olga", "rex")
somebody = st.sampled_from(PEOPLE)
step = st.one_of(
    st.tuples(st.just(c.MemberJoined), somebody, st.just({"source": "event"})),
    st.tuples(st.just(c.MemberLeft), somebody, st.just({"source": "event"})),
    st.tuples(
        st.just(c.NameDelegate),
        somebody,
        st.fixed_dictionaries({"delegate": somebody, "member": st.none() | somebody}),
    ),
    st.tuples(st.just(c.AddMember), somebody, st.fixed_dictionaries({"person": somebody})),
    st.tuples(st.just(c.RemoveMember), somebody, st.fixed_dictionaries({"person": somebody})),
    st.tuples(st.just(c.AddSupplier), somebody, st.just({"supplier": "network"})),
    st.tuples(
        st.just(c.OfferLead),
        somebody,
        st.fixed_dictionaries(
            {"leads": st.fixed_dictionaries({"provider": somebody, "client": somebody})}
        ),
    ),
    st.tuples(st.just(c.ConfirmLead), somebody, st.just({})),
    st.tuples(
        st.just(c.NameCommunicationLead), somebody, st.fixed_dictionaries({"person": somebody})
    ),
    st.tuples(st.just(c.RoomOpened), st.just("escalade"), st.just({"room": ROOM, "name": "x"})),
    st.tuples(st.just(c.CloseCrisis), somebody, st.just({})),
    st.tuples(st.none(), st.integers(min_value=1, max_value=40), st.just({})),
)


def nobody_mandated_is_forgotten(cell: Cell) -> None:
    """Each mandated member is present, is represented, or has a chase armed; nobody else has."""
    crisis = cell.crisis
    chased = {name for name in cell.armed() if name.startswith("member/")}
    if crisis.state is CrisisState.OPEN:
        missing = {
            f"member/{m.person}/chase"
            for m in crisis.members
            if m.mandated and crisis.presence(m) is Presence.MISSING
        }
        assert chased == missing
        assert {"inform/provider", "inform/client"} <= cell.armed()
        awaited = {f"members/{side}/agree" for side in ("provider", "client")}
        agreed = {f"members/{side}/agree" for side in crisis.agreed_by}
        assert cell.armed() & awaited == awaited - agreed
        assert all(crisis.member(lead) for lead in crisis.leads.values())
        assert len({m.person for m in crisis.members}) == len(crisis.members)
        assert all(crisis.member(m.delegate) for m in crisis.members if m.delegate)
    else:
        assert all(name.startswith("action/") for name in cell.armed())


@settings(deadline=None)
@given(steps=st.lists(step, max_size=25))
def test_cri_4_while_the_cell_is_open_nobody_mandated_is_forgotten(
    steps: list[tuple[Any, Any, dict[str, Any]]],
) -> None:
    cell = Cell()
    cell.ask()
    cell.do(c.AcceptCrisis, "hana")
    nobody_mandated_is_forgotten(cell)
    for kind, who, values in steps:
        if kind is None:
            cell.wait(minutes=who)
        else:
            try:
                cell.do(kind, who, **values)
            except Refusal:
                continue
        nobody_mandated_is_forgotten(cell)


@settings(deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=30), max_size=12))
def test_cri_2_a_request_is_never_silent_and_never_early(pauses: list[int]) -> None:
    cell = Cell()
    cell.ask(by="hana")
    for pause in pauses:
        cell.wait(minutes=pause)
        assert cell.armed() == {"request/answer"}
    minutes = [minute for _, minute in cell.told_at(CrisisRequest.topic)]
    assert minutes == list(range(0, sum(pauses) + 1, 10))
