"""Changes whatever comes in whatever order: no state is a dead end, who is awaited has a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.base.refusals import Refusal
from escalation.change import parts
from escalation.contract import Contract
from escalation.decision.commands import change as c
from escalation.decision.commands import change_board as v
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.people import rights
from escalation.records.change import Change, ChangeCategory, ChangeResult, ChangeState
from escalation.records.change_board import Ballot
from escalation.records.kinds import CHANGE
from handlers.change.card import Seen
from handlers.words.texts import Texts
from tests.agreement import PARIS
from tests.escalation.change.story import RULES, STUDY, ChangeStory
from tests.escalation.change.test_meeting import BOARD, with_board
from tests.escalation.ladder.climbing import absent

PEOPLE = ("ned", "tess", "sam", "dan", "hana", "cid", "rita", "olga", "otto", "eve", "sue")
# What whoever is awaited can do about it: one of these buttons.
ANSWERS = {
    "classify": {"classify"},
    "study": {"study"},
    "plan": {"plan"},
    "start": {"start"},
    "end": {"end"},
    "close": {"close"},
    "board": {"yes", "accept", "represent", "board"},
}
Values = Callable[[datetime, str], dict[str, Any]]
ACTS: tuple[tuple[type[Command], Values], ...] = (
    (c.ClassifyChange, lambda _, who: {"category": ChangeCategory.OTHER, "money": who == "sam"}),
    (c.RecordStudy, lambda _, who: {**STUDY, "text": f"as {who} sees it"}),
    (v.CallBoard, lambda now, who: {"due": now + timedelta(days=9) if who == "sue" else None}),
    *[(v.VoteOnChange, lambda *_: {"ballot": Ballot.YES})] * 2,
    (v.VoteOnChange, lambda *_: {"ballot": Ballot.NO, "reason": "too early"}),
    (v.RepresentMember, lambda _, who: {"person": {"hana": "olga", "cid": "eve"}.get(who, who)}),
    (v.AgreeToRepresent, lambda *_: {}),
    (v.DeclineToRepresent, lambda *_: {"reason": "away"}),
    (c.ApproveChange, lambda *_: {}),
    (c.PlanChange, lambda now, who: {"start": now + timedelta(hours=len(who) % 2),
                                     "end": now + timedelta(hours=4), "despite": "agreed"}),
    (c.StartChange, lambda *_: {"despite": "agreed"}),
    (c.ProlongChange, lambda now, _: {"until": now + timedelta(hours=2)}),
    (c.EndChange, lambda *_: {"result": ChangeResult.ROLLED_BACK, "reason": "slow"}),
    (c.CloseChange, lambda *_: {}),
    (c.AssignStudy, lambda *_: {"person": "tess"}),
    (c.RejectChange, lambda *_: {"reason": "no"}),
    (c.WithdrawChange, lambda *_: {"reason": "no need"}),
)  # fmt: skip
ENDINGS = (c.RejectChange, c.WithdrawChange)
ORDERS = st.lists(
    st.one_of(
        *[st.tuples(st.just("act"), st.integers(0, 10_000))] * 5,
        st.tuples(st.just("hours"), st.sampled_from((1, 4, 30, 100))),
        st.tuples(st.just("version"), st.sampled_from(("leaves", "away", "dropped", "back"))),
    ),
    min_size=30,
    max_size=60,
)


def amended(contract: Contract, how: str) -> Contract:
    """The next version of the contract."""
    if how == "leaves":  # a member goes, in the contract and on the board
        rules = replace(RULES, board=replace(BOARD, members=("sam", "service_owner"), quorum=2))
        people = tuple(each for each in contract.people if each.id not in {"cid", "dan"})
        return replace(contract, changes=rules, people=people)
    if how == "away":
        return absent(contract, "hana", "sam")
    return replace(with_board(), changes=None) if how == "dropped" else with_board()


@given(order=ORDERS)
@settings(max_examples=20, deadline=None)
def test_chg_2_chg_4_whatever_happens_in_whatever_order_somebody_can_go_on(order) -> None:
    story = ChangeStory(with_board())
    story.asked()
    for version, (kind, what) in enumerate(order):
        if kind == "hours":
            story.wait(hours=what)
        elif kind == "version":
            after = replace(amended(story.contract, what), version=f"v{version + 2}")
            story.contract = after
            story.memory.amend(after)
        else:
            act(story, Random(what))  # noqa: S311  the same each time
        holds(story)


def act(story: ChangeStory, chance: Random) -> None:
    """Somebody does one of the things that can be done now, if any; what ends it is rare."""
    acts = [each for each in ACTS if each[0] not in ENDINGS or chance.random() < 0.03]
    everything = [(who, *each) for each in acts for who in PEOPLE]
    for who, kind, values in chance.sample(everything, len(everything)):
        try:
            story.do(kind, who, **values(story.now, who))
        except Refusal:
            continue
        return


def holds(story: ChangeStory) -> None:
    """Somebody is awaited and has the button for it, or time goes on by itself."""
    change = story.change
    contract = contract_of(story.memory, change)
    if not CHANGE.is_open(change):
        assert not change.alarms.armed, "it is over, and nobody is asked any more"
        return
    awaited = parts.awaited(Context(now=story.now, contract=contract), change)
    if change.state is ChangeState.APPROVED and change.window and not awaited:
        assert change.alarms.armed, "the window comes"
        return
    assert awaited, "a dead end"
    assert change.alarms.armed, "nobody is reminded"
    for what, people in awaited.items():
        assert people, what
        for person in people:
            assert rights.visible(contract, person, change), (what, person)
            offered = buttons(story, contract, change, person)
            assert offered & ANSWERS.get(what, {"approve"}), (what, person, offered)


def buttons(story: ChangeStory, contract: Contract, change: Change, person: str) -> set[str]:
    """The verbs of somebody's buttons."""
    seen = Seen(
        change=change, contract=contract, person=person, texts=Texts("en", PARIS), now=story.now
    )
    ids = (each["action_id"] for each in seen.buttons())
    return {action.removeprefix("do/change/").partition("#")[0] for action in ids}
