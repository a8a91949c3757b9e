"""Everybody finishes by clicking alone: what each card offers, and what it says (PRB-1 to 4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.base.refusals import NotAllowed, NotFound, NotNow
from escalation.decision.commands.incident import (
    ConfirmCause,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
)
from escalation.decision.commands.ladder import EscalateUp
from escalation.decision.commands.problem import (
    LinkIncident,
    OpenProblem,
    RecordCause,
    RecordWorkaround,
    TakeProblem,
)
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM
from escalation.messages.incident import IncidentCard
from escalation.messages.ladder import Ping
from escalation.messages.problem import KnownErrorTold, ProblemCard
from escalation.records.incident import Origin
from escalation.records.problem import ProblemState
from handlers.router.inbound import Click
from handlers.router.router import OpenForm, Router
from handlers.slack.home import home_blocks
from handlers.words.rendered import Rendered
from tests.escalation.problem.story import PRB, with_problems
from tests.handlers.blockkit import buttons_of, check_message, verbs_of
from tests.handlers.counter import Counter
from tests.handlers.inbound import clicked
from tests.handlers.stories import Stage, opened


def remains(stage: Stage) -> str:
    """An incident whose cause is not gone."""
    incident = opened(stage, title="Mail is down", component="mail", severity=2)
    stage.do(TakeIncident, "tom", incident=incident)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=False)
    return incident


@pytest.fixture
def stage() -> Stage:
    stage = Stage(with_problems())
    remains(stage)
    return stage


def offered(stage: Stage, person: str) -> list[str]:
    """The buttons of somebody's card now."""
    rendered = stage.say(stage.last(ProblemCard.topic, person))
    assert rendered is not None
    check_message(rendered)
    return [verb.removeprefix("problem/") for verb in verbs_of(rendered)]


def words(rendered: Rendered | None) -> str:
    assert rendered is not None
    return rendered.text + json.dumps(rendered.blocks, ensure_ascii=False)


async def click(stage: Stage, person: str, verb: str, **values: str) -> Any:
    """Click the button of that verb, which must be on the card; fill in the form it may open."""
    assert verb in offered(stage, person), offered(stage, person)
    card = stage.say(stage.last(ProblemCard.topic, person))
    assert card is not None
    found: Iterable[dict[str, Any]] = buttons_of(card)
    given = next(each for each in found if each["action_id"].startswith(f"do/problem/{verb}#"))
    contract, subject, own = json.loads(given["value"])
    router = Router(Counter(stage))
    asked = Click(
        command="problem", verb=verb, contract=contract, subject=subject, values={**own, **values}
    )
    return await router.answer(clicked(person, asked))


async def test_prb_3_from_the_proposal_to_the_closing_by_clicks_alone(stage: Stage) -> None:
    assert offered(stage, "ned") == ["take", "decline", "show"]
    assert isinstance(await click(stage, "ned", "decline"), OpenForm), "a reason is asked for"
    await click(stage, "ned", "take")
    assert offered(stage, "ned") == ["assess", "analyse", "assign", "workaround", "show"]
    await click(stage, "ned", "assess", client_impact="high", provider_impact="low")
    assert offered(stage, "sam") == ["propose", "propose", "show"]
    assert "Propose and decide: medium" in words(stage.say(stage.last(ProblemCard.topic, "sam")))
    await click(stage, "sam", "propose")  # as the table says
    assert "Agree: medium" in words(stage.say(stage.last(ProblemCard.topic, "hana")))
    assert "D’accord\u00a0: moyenne" in words(
        stage.say(stage.last(ProblemCard.topic, "hana"), "fr")
    )
    assert offered(stage, "hana") == ["decide", "decide", "show"]
    await click(stage, "hana", "decide")
    await click(stage, "ned", "analyse", cause="a leak")
    await click(stage, "ned", "workaround", text="restart the relay")
    await click(stage, "ned", "fix", change="CHG-0042")
    assert offered(stage, "ned") == ["reopen", "withdraw", "show"]
    stage.now += timedelta(days=31)
    assert offered(stage, "ned") == ["close", "reopen", "withdraw", "show"]
    await click(stage, "ned", "close")
    assert stage[PRB].state is ProblemState.CLOSED


@pytest.mark.parametrize("closed", [False, True])
async def test_prb_3_what_came_back_is_said_with_the_two_ways_out(
    stage: Stage, closed: bool
) -> None:
    await click(stage, "ned", "take")
    await click(stage, "ned", "analyse", cause="a leak")
    await click(stage, "ned", "fix", change="CHG-0042")
    if closed:
        stage.now += timedelta(days=31)
        await click(stage, "ned", "close")
    stage.do(ReopenIncident, "sam", incident="INC-0001", reason="again")
    assert offered(stage, "ned") == ["reopen", "unlink", "show"]
    assert "INC-0001 came back after the fix" in words(
        stage.say(stage.last(ProblemCard.topic, "ned"))
    )
    await click(stage, "ned", "unlink", reason="a cable this time")
    assert stage[PRB].came_back == ()


async def test_prb_3_the_workaround_is_in_the_answer_on_the_card_and_in_the_call(
    stage: Stage,
) -> None:
    counter = Counter(stage)
    await click(stage, "ned", "take")
    await click(stage, "ned", "workaround", text="restart the relay")
    assert "restart the relay" in words(stage.say(stage.last(KnownErrorTold.topic, "tom")))
    answer = await counter.shown(
        "tom", "incident", 'open "No mail at all" component=mail severity=2'
    )
    assert f"🧩 Problem {PRB}, work-around: restart the relay" in words(answer), "no cause yet"
    assert verbs_of(answer) == ["problem/link"]
    to_client = await counter.shown(
        "rita", "incident", 'open "Mail stops" component=mail severity=2'
    )
    assert "restart the relay" in words(to_client)
    assert PRB not in words(to_client), "nothing that she may look at"
    assert "🧩 Work-around: restart" in words(to_client)
    assert verbs_of(to_client) == []
    card = await counter.shown("tom", "incident", "show INC-0002")
    assert "restart the relay" in words(card)
    assert "problem/link" in verbs_of(card)
    stage.do(EscalateUp, "tom", incident="INC-0002", reason="stuck")
    assert "restart the relay" in words(stage.say(stage.last(Ping.topic)))
    await counter.shown("tom", "problem", f"link {PRB} INC-0002")
    await click(stage, "ned", "analyse", cause="a leak")
    for reader, known in (
        ("tom", f"Known error {PRB}, work-around: r"),
        ("rita", "Known error, w"),
    ):
        assert known in words(await counter.shown(reader, "incident", "show INC-0003"))
    card = await counter.shown("tom", "incident", "show INC-0002")
    assert "problem/link" not in verbs_of(card)
    assert f"Problem: {PRB}" in words(card)


async def test_prb_3_the_shared_room_offers_no_link_and_names_no_problem(stage: Stage) -> None:
    await click(stage, "ned", "take")
    await click(stage, "ned", "workaround", text="restart the relay")
    opened(stage, title="No mail at all", component="mail", severity=2)
    stage.do(LinkIncident, "ned", problem=PRB, incident="INC-0002")
    for room, seen in ((SHARED_ROOM, False), (PROVIDER_ROOM, True)):
        card = stage.say(stage.last(IncidentCard.topic, room.name))
        assert "restart the relay" in words(card)
        assert (PRB in words(card)) is seen, room
    opened(stage, title="Mail stops", component="mail", severity=2)
    for room, seen in ((SHARED_ROOM, False), (PROVIDER_ROOM, True)):
        card = stage.say(stage.last(IncidentCard.topic, room.name))
        assert card is not None
        assert ("problem/link" in verbs_of(card)) is seen, room


async def test_con_2_card_and_timeline_name_a_problem_to_those_alone_who_may_see_it(
    stage: Stage,
) -> None:
    await click(stage, "ned", "take")
    await click(stage, "ned", "workaround", text="restart the relay")
    opened(stage, title="No mail at all", component="mail", severity=2)
    stage.do(LinkIncident, "ned", problem=PRB, incident="INC-0002")
    for person, seen in (("rita", False), ("olga", False), ("hana", True), ("tom", True)):
        shown = await Counter(stage).shown(person, "incident", "show INC-0002")
        assert (PRB in words(shown)) is seen, person


async def test_con_2_who_clicks_is_not_asked_to_check_a_number(stage: Stage) -> None:
    with pytest.raises(NotFound, match="concerns_others"):
        await Counter(stage).clicked("rita", "problem/show", PRB)
    with pytest.raises(NotFound, match="unknown_problem"):
        await Counter(stage).typed("rita", "problem", f"show {PRB}")
    listed = await Counter(stage).shown("rita", "problem", "list")
    assert listed.text == "No open problem concerns you."


async def test_prb_1_whoever_opens_a_problem_is_told_that_its_incident_has_one(
    stage: Stage,
) -> None:
    opening = 'open "Mail again" incident=INC-0001'
    answer = await Counter(stage).shown("tess", "problem", opening)
    assert f"INC-0001 is linked to {PRB} already." in words(answer)
    assert stage["PRB-0002"].component == "mail"
    answer = await Counter(stage).shown("tess", "problem", 'open "Slow wiki" component=wiki')
    assert "already" not in words(answer)


async def test_prb_1_whoever_opens_a_problem_is_told_what_became_of_it_and_whose_turn_it_is(
    stage: Stage,
) -> None:
    theirs = words(await Counter(stage).shown("tess", "problem", 'open "Slow wiki"'))
    assert "PRB-0002 is put to the problem manager." in theirs
    assert "Origin: service-level management" in theirs
    assert "Ned Night: shall this problem be opened?" in theirs
    own = words(await Counter(stage).shown("ned", "problem", 'open "Slow mail" incident=INC-0001'))
    assert "PRB-0003 is open; its analysis is due from now." in own
    assert "put to" not in own
    assert "Origin: an incident whose cause is not gone" in own
    line = 'open "A slow index" cause="a lost key"'
    told = words(await Counter(stage).shown("ned", "problem", line))
    assert "Origin: a known error that was announced" in told
    assert "Ned Night: please assess the impact on both firms." in own


async def test_prb_2_each_answer_says_whose_turn_it_is_now(stage: Stage) -> None:
    for person, line, said in (
        ("ned", "take {0}", "Ned Night: please assess the impact"),
        ("ned", "assign {0} tess", "The analysis of PRB-0001 is assigned to Tess"),
        ("ned", "assess {0} client_impact=high provider_impact=low", "please propose"),
        ("sam", "propose {0} priority=medium", "The decision of Hana"),
        ("ned", "analyse {0} a leak", "please record the fix"),
        ("ned", "fix {0} CHG-7", "Watched until"),
    ):
        answer = await Counter(stage).shown(person, "problem", line.format(PRB))
        assert said in words(answer), line


async def test_prb_2_what_was_not_decided_before_the_fix_is_asked_of_nobody_in_words(
    stage: Stage,
) -> None:
    await click(stage, "ned", "take")
    await click(stage, "ned", "assess", client_impact="high", provider_impact="low")
    await click(stage, "sam", "propose")
    await click(stage, "ned", "analyse", cause="a leak")
    await click(stage, "ned", "fix", change="CHG-7")
    card = words(stage.say(stage.last(ProblemCard.topic, "hana")))
    assert "priority not decided" in card
    assert "Its priority was not decided before the fix" in card
    assert "proposes the priority" not in card
    await click(stage, "ned", "reopen", reason="still slow")
    card = words(stage.say(stage.last(ProblemCard.topic, "hana")))
    assert "priority to be decided" in card
    assert "decide" in offered(stage, "hana"), "it is asked again"


async def test_prb_3_what_is_open_again_says_what_was_before_and_it_is_confirmed_by_a_click(
    stage: Stage,
) -> None:
    await click(stage, "ned", "take")
    await click(stage, "ned", "analyse", cause="a leak")
    await click(stage, "ned", "fix", change="CHG-7")
    await click(stage, "ned", "reopen", reason="still slow")
    card = words(stage.say(stage.last(ProblemCard.topic, "ned")))
    assert "*Earlier cause*: a leak" in card
    assert "*Earlier fix*: CHG-7" in card
    assert "please record the cause anew, or confirm the earlier one" in card
    assert "Record or confirm the cause" in card
    form = await click(stage, "ned", "analyse")
    assert isinstance(form, OpenForm)
    assert "a leak" in str(form.view), "what was said is in the form: to confirm it is to send it"
    await click(stage, "ned", "analyse", cause="a leak")
    card = words(stage.say(stage.last(ProblemCard.topic, "ned")))
    assert "*Cause*: a leak" in card
    assert "*Earlier fix*: CHG-7" in card
    assert "fix" in offered(stage, "ned")


async def test_prb_3_the_card_says_who_records_what_next(stage: Stage) -> None:
    def said() -> str:
        return words(stage.say(stage.last(ProblemCard.topic, "ned")))

    assert "record the cause" not in said(), "it is not taken"
    await click(stage, "ned", "take")
    assert "Ned Night: please record the cause." in said()
    await click(stage, "ned", "analyse", cause="a leak")
    assert "Ned Night: please record the fix" in said()
    await click(stage, "ned", "fix", change="CHG-7")
    assert "please record" not in said()


async def test_prb_3_answers_and_the_timeline_say_when_it_is_a_known_error(stage: Stage) -> None:
    await click(stage, "ned", "take")
    await click(stage, "ned", "analyse", cause="a leak")
    said = await click(stage, "ned", "workaround", text="restart")
    assert "State: known error" in words(said)
    for language, line in (("en", "A known error from now on"), ("fr", "Erreur connue désormais")):
        assert line in words(await Counter(stage, language).shown("ned", "problem", f"show {PRB}"))


async def test_prb_1_a_card_names_who_proposed_it_and_they_read_the_answer(stage: Stage) -> None:
    await Counter(stage).typed("tess", "problem", 'open "A leak" component=vpn')
    assert "*Proposed by*" in words(await Counter(stage).shown("ned", "problem", "show PRB-0002"))
    await Counter(stage).typed("ned", "problem", 'decline PRB-0002 "a one-off"')
    said = words(stage.say(stage.last("problem_answered", "tess")))
    assert "Ned Night has declined PRB-0002, which you proposed: a one-off" in said
    stage.do(OpenProblem, "tess", title="A leak", component="wiki")
    stage.do(TakeProblem, "ned", problem="PRB-0003")
    said = words(stage.say(stage.last("problem_answered", "tess")))
    assert "Ned Night has taken PRB-0003, which you proposed" in said


async def test_prb_3_a_workaround_is_corrected_and_withdrawn_by_click(stage: Stage) -> None:
    like = opened(stage, title="No message arrives", component="mail", severity=3)
    stage.do(TakeIncident, "tess", incident=like)
    await click(stage, "ned", "take")
    assert "withdraw" not in offered(stage, "ned")
    await click(stage, "ned", "workaround", text="restart")
    await click(stage, "ned", "workaround", text="restart twice")
    said = words(stage.say(stage.last(KnownErrorTold.topic, "tess")))
    assert f"The work-around for {PRB}, which this incident looks like, is now:" in said
    earlier = stage.last(KnownErrorTold.topic, "tess")
    answer = await click(stage, "ned", "withdraw", reason="It loses mail")
    assert "whoever has read it hears why" in words(answer)
    for person in ("tom", "tess"):
        said = words(stage.say(stage.last("workaround_withdrawn", person)))
        assert "Please do not use it any more:" in said
        assert "> restart twice" in said
        assert "Reason: It loses mail" in said
    assert stage.say(earlier) is None, "what is withdrawn is not told any more"
    card = words(stage.say(stage.last(IncidentCard.topic, PROVIDER_ROOM.name)))
    assert "restart" not in card
    french = words(stage.say(stage.last("workaround_withdrawn", "tess"), "fr"))
    assert "Veuillez ne plus l’utiliser" in french


async def test_prb_3_the_card_shows_what_was_opened_since_the_fix_and_links_it(
    stage: Stage,
) -> None:
    for verb, values in (("take", {}), ("analyse", {"cause": "a leak"}), ("fix", {"change": "7"})):
        await click(stage, "ned", verb, **values)
    stage.now += timedelta(minutes=1)
    like = opened(stage, title="Mail is down again", component="mail", severity=2)
    card = words(stage.say(stage.last(ProblemCard.topic, "ned")))
    assert f"Since the fix {like}: does it come from this problem?" in card
    assert f"{like} comes from it" in card
    await click(stage, "ned", "link")
    assert stage[PRB].came_back == (like,)


async def test_inc_11_the_card_says_that_the_cause_is_gone_after_all(stage: Stage) -> None:
    stage.do(ConfirmCause, "sam", incident="INC-0001", gone=True)
    card = words(stage.say(stage.last(ProblemCard.topic, "ned")))
    assert "The cause of INC-0001 is said to be gone by now." in card


async def test_prb_1_a_client_is_told_the_way_and_no_form_opens(stage: Stage) -> None:
    counter = Counter(stage)
    for line in ("open", 'open "Mail stops every Monday"'):
        with pytest.raises(NotAllowed, match="through_service_level") as refusal:
            await counter.typed("hana", "problem", line)
        assert refusal.value.facts["people"] == ["sam"]
    assert isinstance(await counter.typed("tess", "problem", "open"), OpenForm)


async def test_prb_1_without_the_chapter_the_command_says_so_but_what_is_open_goes_on() -> None:
    for line in ("", "help", 'open "x"', "nonsense"):
        with pytest.raises(NotNow, match="no_chapter"):
            await Counter(Stage()).typed("sam", "problem", line)
    stage = Stage(with_problems())
    remains(stage)
    stage.contract = replace(stage.contract, version="v2", problems=None)
    stage.memory.amend(stage.contract)
    assert "1 open problem" in (await Counter(stage).shown("ned", "problem", "")).text
    await click(stage, "ned", "take")
    assert stage[PRB].state is ProblemState.OPENED


async def test_con_2_home_and_list_know_problems_for_those_who_may(stage: Stage) -> None:
    counter = Counter(stage)
    await click(stage, "ned", "take")
    for person, seen in (("tess", True), ("hana", True), ("rita", False), ("nora", False)):
        listed = await counter.shown(person, "problem", "list")
        home = json.dumps(await home_blocks(counter, await counter.callers(person)))
        assert [PRB in words(listed), PRB in home] == [seen, seen], person


async def test_prb_3_the_timeline_tells_the_story_in_both_languages(stage: Stage) -> None:
    await click(stage, "ned", "take")
    await click(stage, "ned", "assess", client_impact="high", provider_impact="low")
    for language, said in (("en", "client High, provider Low"), ("fr", "client élevé")):
        shown = await Counter(stage, language).shown("sam", "problem", f"show {PRB}")
        check_message(shown)
        assert said in words(shown)


async def test_prb_3_the_card_of_an_open_incident_keeps_the_workaround_after_the_fix(
    stage: Stage,
) -> None:
    await click(stage, "ned", "take")
    incident = opened(stage, title="No mail at all", component="mail", severity=2)
    stage.do(LinkIncident, "ned", problem=PRB, incident=incident)
    await click(stage, "ned", "workaround", text="restart the relay")
    await click(stage, "ned", "analyse", cause="a leak")
    await click(stage, "ned", "fix", change="CHG-7")
    card = words(await Counter(stage).shown("tom", "incident", f"show {incident}"))
    assert "Its cause is fixed; the work-around was: restart the relay" in card


async def test_con_2_a_problem_counts_the_incidents_that_its_reader_may_not_know_of(
    stage: Stage,
) -> None:
    stage.do(TakeProblem, "ned", problem=PRB)
    found = {"component": "mail", "severity": 3, "title": "Found", "origin": Origin.PRODUCTION}
    incident = opened(stage, by="tess", **found)
    stage.do(LinkIncident, "ned", problem=PRB, incident=incident)
    assert f"INC-0001, {incident}" in words(
        await Counter(stage).shown("ned", "problem", f"show {PRB}")
    )
    told = words(await Counter(stage).shown("cid", "problem", f"show {PRB}"))
    assert "INC-0001, + 1" in told
    assert incident not in told


async def test_prb_3_however_much_was_written_slack_shows_a_problem(stage: Stage) -> None:
    stage.do(TakeProblem, "ned", problem=PRB)
    stage.do(RecordCause, "ned", problem=PRB, cause="x" * 2990)
    for number in range(45):
        stage.do(RecordWorkaround, "ned", problem=PRB, text=f"{number} " + "x" * 2950)
    shown = await Counter(stage).shown("ned", "problem", f"show {PRB}")
    check_message(shown)
    assert len(shown.blocks) < 20
