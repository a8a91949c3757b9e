"""The advisory board by clicks alone; everybody sees what waits for whom (CHG-2)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.base.refusals import NotNow
from escalation.contract import Contract
from escalation.decision.commands.change import (
    ApproveChange,
    ClassifyChange,
    RecordStudy,
    RequestChange,
    WithdrawChange,
)
from escalation.decision.commands.change_board import CallBoard
from escalation.messages.change import ChangeCard
from escalation.messages.change_board import BoardNews
from escalation.messages.destinations import PROVIDER_ROOM
from escalation.records.change import ChangeCategory, ChangeState
from handlers.router.inbound import Click
from handlers.router.router import OpenForm, Router
from handlers.words.rendered import Rendered
from tests.escalation.change.story import CHG, RULES, STUDY, with_changes
from tests.escalation.change.test_meeting import BOARD, with_board
from tests.escalation.ladder.climbing import absent
from tests.handlers.blockkit import buttons_of, check_message, verbs_of
from tests.handlers.counter import Counter
from tests.handlers.inbound import clicked
from tests.handlers.stories import Stage


def studied(contract: Contract) -> Stage:
    """A change that Ned has studied, and Rita has approved."""
    stage = Stage(contract)
    stage.perform(RequestChange, "rita", title="Larger disks")
    stage.do(ClassifyChange, "ned", change=CHG, category=ChangeCategory.OTHER)
    stage.do(RecordStudy, "ned", change=CHG, **STUDY)
    stage.do(ApproveChange, "rita", change=CHG)
    return stage


@pytest.fixture
def stage() -> Stage:
    return studied(with_board())


def card(stage: Stage, person: str, language: str = "en") -> Rendered:
    rendered = stage.say(stage.last(ChangeCard.topic, person), language)
    assert rendered is not None
    check_message(rendered)
    return rendered


def words(rendered: Rendered) -> str:
    return rendered.text + json.dumps(rendered.blocks, ensure_ascii=False)


def offered(stage: Stage, person: str) -> list[str]:
    """The buttons of somebody's card now."""
    return [verb.removeprefix("change/") for verb in verbs_of(card(stage, person))]


async def click(stage: Stage, who: str, verb: str, /, **values: str) -> Any:
    """Click the first button of that verb, and fill in the form that it may open."""
    found = (b for b in buttons_of(card(stage, who)) if f"change/{verb}#" in b["action_id"])
    contract, subject, own = json.loads(next(found)["value"])
    asked = Click(
        command="change", verb=verb, contract=contract, subject=subject, values={**own, **values}
    )
    return await Router(Counter(stage)).answer(clicked(who, asked))


async def test_chg_2_from_the_call_to_the_decision_by_clicks_alone(stage: Stage) -> None:
    assert "board" in offered(stage, "ned")
    assert isinstance(await click(stage, "ned", "board"), OpenForm), "a time, a word to them"
    await click(stage, "ned", "board", note="Only the disks?")
    assert "approve" not in offered(stage, "ned")
    for person in ("sam", "dan", "hana", "cid"):
        assert offered(stage, person)[:4] == ["yes", "no", "abstain", "represent"]
        said = words(card(stage, person))
        assert "swap back" in said  # the study: the papers
        assert "Only the disks?" in said
    await click(stage, "sam", "yes")
    assert isinstance(await click(stage, "hana", "no"), OpenForm), "a reason is asked for"
    await click(stage, "hana", "no", reason="Too early")
    await click(stage, "cid", "yes")
    for person in ("dan", "ned", "rita"):
        said = words(card(stage, person))
        assert "👍 Sam Delivery: for the change" in said
        assert "👎 Hana Head: against the change · Too early" in said
        assert "⏳ Dan Director" in said
        assert "Votes so far: 3 of 4; at least 3 are needed" in said
    decisive = words(await click(stage, "dan", "yes"))
    assert f"With your vote on {CHG} the board has approved the change." in decisive
    assert stage[CHG].state is ChangeState.APPROVED
    assert "It has approved the change." in words(card(stage, "hana"))
    assert "yes" not in offered(stage, "dan")


async def test_chg_2_an_answer_says_which_study_was_read(stage: Stage) -> None:
    read = [*buttons_of(card(stage, "rita")), *buttons_of(card(stage, "ned"))]
    stage.do(CallBoard, "ned", change=CHG)
    read += buttons_of(card(stage, "sam"))
    stage.do(RecordStudy, "ned", change=CHG, **{**STUDY, "impact": "Two days without mail"})
    answers = {"approve", "reject", "yes", "no", "abstain"}
    tried = set()
    for button in read:
        verb = button["action_id"].removeprefix("do/change/").partition("#")[0]
        contract, subject, own = json.loads(button["value"])
        if verb not in answers:
            continue
        tried.add(verb)
        values = {**own, "reason": "As I read it"}
        asked = Click(
            command="change", verb=verb, contract=contract, subject=subject, values=values
        )
        who = {"approve": "rita", "reject": "ned"}.get(verb, "sam")
        with pytest.raises(NotNow, match="change_asked_anew"):
            await Router(Counter(stage)).answer(clicked(who, asked))
    assert tried == answers


async def test_chg_2_who_is_asked_to_represent_answers_by_a_button(stage: Stage) -> None:
    await click(stage, "ned", "board", note="")
    form = await click(stage, "hana", "represent")
    assert isinstance(form, OpenForm), "whom?"
    assert "Tom" not in str(form.view), "who represents is of the same firm"
    member = next(each for each in form.view["blocks"] if each.get("block_id") == "member")
    seats = [each["value"] for each in member["element"]["options"]]
    assert seats == ["hana", "cid"], "only who has a seat is represented"
    assert "hana" not in form.view["private_metadata"], "her own seat goes without saying"
    await click(stage, "hana", "represent", person="olga")
    assert "Olga Operations is asked to represent Hana Head" in words(card(stage, "cid"))
    assert offered(stage, "olga") == ["accept", "decline", "show"], "their own message, no more"
    answer = words(await click(stage, "olga", "accept"))
    assert f"You represent Hana Head on the board of {CHG}." in answer
    assert offered(stage, "olga")[:3] == ["yes", "no", "abstain"]
    assert "Olga Operations représente Hana Head" in words(card(stage, "cid", "fr"))
    await click(stage, "olga", "yes")
    assert "Olga Operations, for Hana Head: for the change" in words(card(stage, "cid"))
    assert "hana" not in words(card(stage, "hana")), "names, not ids"
    named = [
        each for each in stage.memory.told(BoardNews.topic) if each[1].meaning.person == "olga"
    ]
    assert "Hana Head asks Olga Operations to vote as delegate" in words(stage.say(named[0][1]))
    for person in ("sam", "dan", "cid"):
        await click(stage, person, "yes")
    minutes = words(stage.say(stage.memory.told(BoardNews.topic)[-1][1]))
    assert "for the change: Sam Delivery, Dan Director, Hana Head (Olga Operations)" in minutes


async def test_chg_2_a_member_asked_to_represent_another_still_votes_for_their_own_seat(
    stage: Stage,
) -> None:
    await click(stage, "ned", "board", note="")
    await click(stage, "hana", "represent", person="cid")
    assert offered(stage, "cid")[:5] == ["accept", "decline", "yes", "no", "abstain"]
    await click(stage, "cid", "decline", reason="We do not agree")
    assert offered(stage, "cid")[:3] == ["yes", "no", "abstain"]


async def test_chg_2_the_clients_members_have_papers_votes_and_minutes_without_the_desk(
    stage: Stage,
) -> None:
    await click(stage, "ned", "board", note="")
    await click(stage, "hana", "represent", person="rita")  # of no level: she sees it as delegate
    await click(stage, "rita", "accept")
    await click(stage, "sam", "no", reason="Not before the audit")
    for person in ("cid", "rita"):
        said = words(card(stage, person))
        assert all(words in said for words in (STUDY["impact"], STUDY["fallback"], STUDY["test"]))
        assert "👎 Sam Delivery: against the change · Not before the audit" in said
        shown = await Counter(stage).typed(person, "change", f"show {CHG}")
        assert "Sam Delivery: against the change · Not before the audit" in words(shown)
        assert "Rita Requester represents Hana Head" in words(shown)


async def test_chg_2_a_seat_that_nobody_votes_for_is_seen_and_filled_by_a_button() -> None:
    stage = studied(absent(with_board(), "hana", "cid"))
    await click(stage, "ned", "board", note="")
    said = words(card(stage, "ned"))
    assert "⚠️ Hana Head: away, and nobody is there instead" in said
    assert "So many are away that the board cannot decide" in said
    assert offered(stage, "olga").count("represent") == 2
    await click(stage, "olga", "represent", person="olga")
    assert offered(stage, "olga")[:3] == ["yes", "no", "abstain"]
    assert "So many are away" not in words(card(stage, "ned"))


async def test_chg_2_the_thread_at_the_desk_has_the_minutes(stage: Stage) -> None:
    await click(stage, "ned", "board", note="Only the disks?")
    await click(stage, "sam", "yes")
    await click(stage, "hana", "no", reason="Too early")
    stage.now += timedelta(days=8)
    await click(stage, "cid", "abstain", reason="Not my part")
    said = [stage.say(e) for _, e in stage.memory.told(BoardNews.topic) if e.to == PROVIDER_ROOM]
    lines = [each.text.rpartition("Larger disks")[2] for each in said if each is not None]
    assert "Put to the advisory board by Ned Night" in lines[0]
    assert "Only the disks?" in lines[0]
    assert "Sam Delivery: for the change" in lines[1]
    assert "Hana Head: against the change · Too early" in lines[2]
    assert "Cid Cio: abstention · Not my part" in lines[3]
    assert (
        "The advisory board refuses the change · for the change: Sam Delivery"
        " · against the change: Hana Head · abstention: Cid Cio · without a vote: Dan Director"
    ) in lines[4]
    assert stage[CHG].state is ChangeState.REJECTED


async def test_chg_2_the_voting_is_told_to_each_member_where_they_are(stage: Stage) -> None:
    await click(stage, "ned", "board", note="")
    await click(stage, "sam", "yes")
    await click(stage, "hana", "no", reason="Too early")
    told = [(e.to.name, e.meaning.by) for _, e in stage.memory.told(BoardNews.topic)][1:]
    assert told == [("provider", "sam"), ("hana", "sam"), ("cid", "sam"),
                    ("provider", "hana"), ("cid", "hana")]  # fmt: skip
    shared = studied(with_changes(replace(RULES, board=BOARD, desk="shared")))
    await click(shared, "ned", "board", note="")
    await click(shared, "sam", "yes")
    rooms = {e.to.name for _, e in shared.memory.told(BoardNews.topic)}
    assert rooms == {"shared"}, "there the members of both firms are"


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("yes", "With your vote on CHG-0001 the board has approved the change."),
        ("no", "Your vote on CHG-0001 is recorded. The board has approved the change."),
        ("abstain", "Your vote on CHG-0001 is recorded. The board has approved the change."),
    ],
)
async def test_chg_2_who_votes_last_reads_the_decision_as_it_stands_to_their_vote(
    stage: Stage, last: str, said: str
) -> None:
    await click(stage, "ned", "board", note="")
    await click(stage, "sam", "yes")
    await click(stage, "hana", "yes")
    await click(stage, "dan", "yes")
    assert said in words(await click(stage, "cid", last, reason="Too early"))


async def test_chg_2_who_votes_for_what_is_refused_reads_that_it_is(stage: Stage) -> None:
    await click(stage, "ned", "board", note="")
    for person in ("sam", "hana", "dan"):
        await click(stage, person, "no", reason="Too early")
    answer = words(await click(stage, "cid", "yes"))
    assert "Your vote on CHG-0001 is recorded. The board has refused the change." in answer
    assert stage[CHG].state is ChangeState.REJECTED


def test_chg_2_without_a_board_in_the_contract_nothing_of_it_is_offered() -> None:
    stage = studied(with_changes())
    assert "board" not in offered(stage, "ned")
    assert "approve" in offered(stage, "ned")


def test_chg_2_the_card_says_by_when_in_words_that_are_true_then(stage: Stage) -> None:
    stage.do(CallBoard, "ned", change=CHG)
    assert "or from 17 Jul 2026, 18:00 on, by 22 Jul 2026, 18:00." in words(card(stage, "hana"))
    stage.now += timedelta(days=5)
    assert "It decides by 22 Jul 2026, 18:00." in words(card(stage, "hana"))
    stage.now += timedelta(days=5)
    assert "It was to decide by 22 Jul 2026, 18:00." in words(card(stage, "hana"))
    stage.do(WithdrawChange, "rita", change=CHG, reason="Not needed")
    said = words(card(stage, "hana"))
    assert "It has not decided: it is not asked any more." in said
    assert "▫️ Hana Head: without a vote" in said
    assert "⏳" not in said


async def test_chg_2_who_has_voted_reads_that_their_approval_is_still_due() -> None:
    stage = Stage(with_board())
    stage.perform(RequestChange, "rita", title="Larger disks")
    stage.do(ClassifyChange, "ned", change=CHG, category=ChangeCategory.OTHER, money=True)
    stage.do(RecordStudy, "ned", change=CHG, **STUDY)
    await click(stage, "ned", "board", note="")
    voted = await click(stage, "hana", "yes")
    due = "Still awaited of you: the client's approval (money or service level)"
    assert due in words(voted)
    assert verbs_of(voted) == ["change/approve", "change/reject"], "by a click, either way"
    assert json.loads(buttons_of(voted)[0]["value"])[2] == {"asked": "1"}, "of what was read"
    approved = await click(stage, "sam", "approve")
    assert "Still awaited of you: the decision of the advisory board" in words(approved)
    assert verbs_of(approved) == []
    assert "Still awaited" not in words(await click(stage, "hana", "approve"))
