"""Everybody finishes by clicking alone: what each card offers, and what it says (CHG-1 to 6)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, NotNow
from escalation.contract.processes.problems import ProblemRules
from escalation.decision.commands import change as c
from escalation.messages.change import ChangeCard, ChangeNews
from escalation.messages.incident import IncidentCard
from escalation.records.change import ChangeCategory, ChangeOrigin, ChangeResult, ChangeState
from handlers.refusals.words import refusal_words
from handlers.router.inbound import Click
from handlers.router.router import OpenForm, Router
from handlers.slack.home import home_blocks
from handlers.verbs.forms import Purpose
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts
from tests.agreement import PARIS, paris
from tests.escalation.change.story import CHG, RULES, STUDY, with_changes
from tests.escalation.ladder.climbing import absent
from tests.handlers.blockkit import buttons_of, check_message, verbs_of
from tests.handlers.counter import Counter
from tests.handlers.inbound import clicked, submitted
from tests.handlers.stories import Stage, opened

S = ChangeState


@pytest.fixture
def stage() -> Stage:
    return Stage(with_changes())


def card(stage: Stage, person: str, language: str = "en") -> Rendered:
    """Somebody's card as it is now."""
    rendered = stage.say(stage.last(ChangeCard.topic, person), language)
    assert rendered is not None
    check_message(rendered)
    return rendered


def offered(stage: Stage, person: str) -> list[str]:
    """The buttons of it."""
    return [verb.removeprefix("change/") for verb in verbs_of(card(stage, person))]


def words(rendered: Rendered | None) -> str:
    assert rendered is not None
    return rendered.text + json.dumps(rendered.blocks, ensure_ascii=False)


async def click(stage: Stage, who: str, verb: str, **values: str) -> Any:
    """Click the button of that verb, which must be on the card; fill in the form it may open."""
    assert verb in offered(stage, who), offered(stage, who)
    found: Iterable[dict[str, Any]] = buttons_of(card(stage, who))
    given = next(each for each in found if each["action_id"].startswith(f"do/change/{verb}#"))
    contract, subject, own = json.loads(given["value"])
    asked = Click(
        command="change", verb=verb, contract=contract, subject=subject, values={**own, **values}
    )
    return await Router(Counter(stage)).answer(clicked(who, asked))


async def test_chg_4_from_the_request_to_the_closing_by_clicks_alone(stage: Stage) -> None:
    await Counter(stage).typed("rita", "change", 'request "Larger disks" component=mail')
    assert offered(stage, "rita") == ["withdraw", "show"]
    assert offered(stage, "ned") == ["classify", "reject", "withdraw", "show"]
    assert isinstance(await click(stage, "ned", "classify"), OpenForm)
    await click(stage, "ned", "classify", category="other", money="yes")
    assert offered(stage, "ned") == ["study", "assign", "withdraw", "show"]
    await click(stage, "ned", "assign", person="tess")
    assert offered(stage, "tess") == ["study", "show"]
    await click(stage, "tess", "study", **STUDY)
    said = words(card(stage, "ned"))
    for waiting in ("Ned Night", "Rita Requester", "Sam Delivery", "Hana Head"):
        assert f"waiting for {waiting}" in said, "everybody sees what waits for whom"
    assert "on attend Hana Head" in words(card(stage, "ned", "fr"))
    assert isinstance(await click(stage, "hana", "reject"), OpenForm), "a reason is asked for"
    for person in ("ned", "rita", "sam", "hana"):
        assert "approve" in offered(stage, person), person
        await click(stage, person, "approve")
    assert offered(stage, "ned") == ["plan", "withdraw", "show"]
    await click(stage, "ned", "plan", start="18:00", end="19:00", person="tess")
    assert offered(stage, "tess") == ["plan", "show"]
    stage.wait(hours=8)
    assert offered(stage, "tess") == ["start", "plan", "show"]
    await click(stage, "tess", "start")
    assert offered(stage, "tess") == ["end", "end", "prolong", "show"]
    await click(stage, "tess", "end")
    assert stage[CHG].result is ChangeResult.SUCCEEDED
    await click(stage, "ned", "close")
    assert stage[CHG].state is S.CLOSED
    assert offered(stage, "ned") == ["show"]


async def test_esc_9_by_one_click_who_is_called_says_that_it_goes_on(stage: Stage) -> None:
    counter = Counter(stage)
    stage.do(c.RequestChange, "rita", title="VPN", standard="account", answers={"user": "Maud"})
    stage.do(c.ApproveChange, "olga", change=CHG)
    stage.do(c.PlanChange, "tess", change=CHG, start=stage.now)
    stage.do(c.StartChange, "tess", change=CHG)
    stage.wait(minutes=61)  # its half hour is over, and so is another one
    assert "It goes on until 12:15" in words(card(stage, "sam"))
    assert "Se poursuit, fin prévue\u00a0: 12:15" in words(card(stage, "sam", "fr"))
    assert offered(stage, "sam") == ["prolong", "prolong", "show"]
    answer = await click(stage, "sam", "prolong")
    assert "CHG-0001 goes on until 12:15; nobody is called about it before." in words(answer)
    assert stage[CHG].window.end == paris("2026-07-15 12:15")
    assert offered(stage, "tess") == ["end", "end", "prolong", "show"]
    stage.wait(minutes=20)
    assert isinstance(await counter.typed("tess", "change", f"prolong {CHG}"), OpenForm)
    assert isinstance(await counter.typed("tess", "change", f"prolonger {CHG} 15h"), Rendered)
    assert stage[CHG].window.end == paris("2026-07-15 15:00")
    await Counter(stage, "fr").typed("tess", "change", f'terminer {CHG} réussi "relais relancé"')
    assert (stage[CHG].result, stage[CHG].reason) == (ChangeResult.SUCCEEDED, "relais relancé")


async def test_con_1_what_is_missing_is_asked_in_a_form(stage: Stage) -> None:
    counter = Counter(stage, "fr")
    await counter.typed("rita", "change", 'request "Larger disks" component=mail')
    answer = await counter.typed("ned", "change", f'plan {CHG} "demain 3h" personne=tess')
    assert isinstance(answer, OpenForm), "it has no usual length: its end is asked for"
    assert "Veuillez indiquer une valeur" in str(answer.view["blocks"])
    assert isinstance(
        await counter.typed("ned", "change", f"plan {CHG} maintenant fin=18h"), Rendered
    )
    await click(stage, "ned", "classify", category="standard", standard="restart")
    stage.wait(hours=0.1)
    await click(stage, "tess", "start")
    answer = await counter.typed("tess", "change", f"terminer {CHG} échec")
    assert isinstance(answer, OpenForm), "what failed needs a reason"
    assert "Veuillez indiquer un motif" in str(answer.view["blocks"])
    line = f'terminer {CHG} "retour arrière" "the disks are too slow"'
    assert isinstance(await counter.typed("tess", "change", line), Rendered)
    assert stage[CHG].result is ChangeResult.ROLLED_BACK
    assert stage[CHG].reason == "the disks are too slow"


async def test_chg_4_no_form_opens_before_its_time_and_what_comes_first_is_said(
    stage: Stage,
) -> None:
    counter = Counter(stage)
    stage.do(c.RequestChange, "tess", title="", standard="restart")

    async def refused(verb: str) -> str:
        with pytest.raises(NotNow) as refusal:
            await counter.typed("ned", "change", f"{verb} {CHG}")
        return refusal_words(refusal.value, Texts.of("en", PARIS))

    assert "First: say when it is carried out." in await refused("end")
    assert "First" not in await refused("study"), "that is behind it"
    assert isinstance(await counter.typed("ned", "change", f"plan {CHG}"), OpenForm)
    await counter.shown("ned", "change", f"plan {CHG} 18:00")
    assert "First: begin it, in its window." in await refused("end")
    stage.wait(hours=8)
    await counter.shown("tess", "change", f"start {CHG}")
    for verb in ("classify", "reject", "plan", "withdraw"):
        assert "being carried out" in await refused(verb), verb


async def test_chg_4_after_planning_everybody_sees_who_begins_and_when(stage: Stage) -> None:
    counter = Counter(stage)
    stage.do(c.RequestChange, "tess", title="", standard="restart")
    answer = await counter.shown("ned", "change", f"plan {CHG} 18:00 person=nia")
    later = "the beginning, from 15 Jul 2026, 18:00 on: Nia Night"
    assert later in words(answer), "the answer says whose turn it is"
    for reader in ("tess", "nia"):
        assert later in words(card(stage, reader))
    assert "waiting for Nia Night" in words(await counter.shown("tom", "change", "list"))
    assert "plan" in offered(stage, "tess"), "whom the catalogue names plans it again"
    assert "start" not in offered(stage, "tess")
    await counter.shown("tess", "change", f"plan {CHG} 19:00")
    stage.wait(hours=9)
    assert "the beginning: waiting for Nia Night" in words(card(stage, "tess"))
    assert "who then gets the button" not in words(card(stage, "tess"))


async def test_chg_4_what_is_planned_names_who_carries_it_out_whom_a_click_chooses(
    stage: Stage,
) -> None:
    stage.do(c.RequestChange, "sam", title="", standard="restart")
    answer = await Counter(stage).clicked("ned", "change/plan", CHG, start="2026-07-15T16:00+02:00")
    assert "Tess Deputy, unless somebody is named" in words(card(stage, "tess"))
    told = stage.say(stage.last(ChangeNews.topic, "sam"))
    assert "Tess Deputy carries it out." in words(told)
    labels = [each["text"]["text"] for each in buttons_of(answer)]
    assert {"By Tess Deputy", "By Nia Night"} <= set(labels)
    chosen = next(each for each in buttons_of(answer) if each["text"]["text"] == "By Nia Night")
    value = json.loads(chosen["value"])[2]
    await Counter(stage).clicked("ned", "change/plan", CHG, **value)
    assert stage[CHG].carried_out_by == "nia"
    said = words(card(stage, "nia"))
    assert "Nia Night" in said
    assert "By Tess" not in said
    shown = words(await Counter(stage).shown("ned", "change", f"show {CHG}"))
    assert "17:00, for Nia Night" in shown
    stage.contract = replace(absent(stage.contract, "nia"), version="v2")
    stage.memory.amend(stage.contract)
    assert "Tess Deputy, as Nia Night is away" in words(card(stage, "tess"))


async def test_chg_4_answers_say_what_is_awaited_of_whom(stage: Stage) -> None:
    counter = Counter(stage, "fr")
    answer = await counter.shown("rita", "change", 'demander "Larger disks" composant=mail')
    assert "Vous aurez des nouvelles à chaque étape." in words(answer)
    assert "on attend" not in words(answer), "her card says it, at that moment"
    assert "la catégorie\u00a0: on attend Ned Night" in words(card(stage, "rita", "fr"))
    await counter.shown("ned", "change", f"classer {CHG} autre")
    study = " ".join(f'{name}="{value}"' for name, value in STUDY.items())
    answer = await counter.shown("ned", "change", f"étudier {CHG} {study}")
    assert "on attend Rita Requester" in words(answer)
    await counter.shown("ned", "change", f"approuver {CHG}")
    told = stage.say(stage.last(ChangeNews.topic, "rita"))
    assert "has approved it. Still awaited: the requester's approval. One of them is yours." in (
        words(told)
    )
    answer = await counter.shown("rita", "change", f"approuver {CHG}")
    assert "Il est approuvé." in words(answer)
    assert "la fenêtre\u00a0: on attend Ned Night" in words(answer)


async def test_chg_4_asking_for_what_is_ones_own_to_approve_is_approving_it(stage: Stage) -> None:
    form = {"standard": "account", "form_user": "Maud"}
    answer = await Counter(stage, "fr").clicked("olga", "change/request", "", **form)
    assert "Votre demande vaut approbation\u00a0: il est approuvé." in words(answer)
    said = words(card(stage, "olga"))
    assert "approval of the standard change: Olga Operations, with the request" in said
    assert "the window: waiting for Tess Deputy" in said
    shown = words(await Counter(stage).shown("ned", "change", f"show {CHG}"))
    assert "Given by Olga Operations with the request: approval of the standard change" in shown
    answer = await Counter(stage).clicked("rita", "change/request", "", **form)
    assert "is with the change desk" in words(answer)


async def test_chg_4_a_clash_that_was_accepted_stays_on_the_card(stage: Stage) -> None:
    for _ in range(2):
        stage.do(c.RequestChange, "tess", title="", standard="restart")
    counter = Counter(stage)
    await counter.shown("ned", "change", "plan CHG-0002 18:00 person=nia")
    await counter.shown("ned", "change", f'plan {CHG} 18:00 person=tess despite="Both at once"')
    stage.wait(hours=8)
    await counter.shown("tess", "change", f"start {CHG}")
    shown = words(await counter.shown("ned", "change", f"show {CHG}"))
    assert "Clash that is accepted: CHG-0002 touches Mail" in shown
    assert "Accepted because: Both at once" in shown


async def test_chg_1_classified_as_standard_by_clicks_its_form_is_asked(stage: Stage) -> None:
    await Counter(stage).typed("rita", "change", 'request "Access for Maud"')
    await click(stage, "ned", "classify", category="other", money="yes")
    counter = Counter(stage)
    shown = await counter.clicked("ned", "change/classify", CHG)
    assert isinstance(shown, OpenForm)
    inputs = {b["block_id"]: b["element"] for b in shown.view["blocks"] if "element" in b}
    assert inputs["money"]["initial_option"]["value"] == "yes", "what stands is shown"
    assert inputs["category"]["initial_option"]["value"] == "other"

    async def submit(view: dict[str, Any], **given: str) -> Any:
        purpose = Purpose.load(view["private_metadata"])
        state = {
            name: {name: {"value": value}
                   if name.startswith("form_") else {"selected_option": {"value": value}}}
            for name, value in given.items()
        }  # fmt: skip
        return await Router(counter).submitted(submitted("ned", purpose, state), purpose)

    more = await submit(shown.view, category="standard", standard="account", money="yes")
    assert isinstance(more, OpenForm)
    assert "form_user" in {b.get("block_id") for b in more.view["blocks"]}
    assert stage[CHG].state is S.STUDY
    done = await submit(more.view, category="standard", form_user="Maud")
    assert isinstance(done, Rendered)
    assert (stage[CHG].standard, stage[CHG].answers) == ("account", {"user": "Maud"})
    assert stage[CHG].money, "what was not touched stays"
    typed = await counter.typed("ned", "change", f"classify {CHG} standard standard=account")
    assert isinstance(typed, OpenForm)
    assert "Maud" in json.dumps(typed.view)


async def test_chg_1_the_form_of_a_standard_change_is_made_from_the_catalogue(
    stage: Stage,
) -> None:
    counter = Counter(stage)
    shown = await counter.shown("rita", "change", "catalogue")
    check_message(shown)
    assert verbs_of(shown) == ["change/request", "change/request"]
    assert verbs_of(await counter.shown("tom", "change", "catalogue")) == ["change/request"], (
        "he may not ask for an account"
    )
    for answer in (
        await counter.typed("rita", "change", "request standard=account"),
        await counter.clicked("rita", "change/request", "", standard="account"),
    ):
        assert isinstance(answer, OpenForm)
        labels = {b["block_id"]: b["label"]["text"] for b in answer.view["blocks"] if "label" in b}
        assert labels["form_user"] == "For whom?"
        assert "title" not in labels
        (urgent,) = [b for b in answer.view["blocks"] if b.get("block_id") == "urgent"]
        assert "Ten minutes without mail" in urgent["hint"]["text"], "the risk is stated"
        assert "The client" in urgent["hint"]["text"], "and who is liable"
    await counter.clicked("olga", "change/request", "", standard="account", form_user="Maud")
    assert stage[CHG].answers == {"user": "Maud"}
    assert "Maud" in words(card(stage, "olga"))
    await counter.typed("tess", "change", "request standard=restart")
    assert stage["CHG-0002"].state is S.APPROVED, "it asks for nothing"


async def test_chg_1_what_is_asked_for_by_a_click_alone_is_confirmed_and_named(
    stage: Stage,
) -> None:
    counter = Counter(stage)
    shown = await counter.shown("tess", "change", "catalogue")
    (button,) = buttons_of(shown)
    assert button["confirm"]["text"]["text"] == "Restart of the mail relay"
    asked = await counter.clicked("tess", "change/request", "", standard="restart")
    assert "🔧 CHG-0001 · Restart of the mail relay" in words(asked)
    (form_first,) = buttons_of(await counter.shown("rita", "change", "catalogue"))[:1]
    assert "confirm" not in form_first, "its form names it"


async def test_chg_2_the_catalogue_says_what_each_change_is_and_who_may_ask(stage: Stage) -> None:
    shown = words(await Counter(stage).shown("tom", "change", "catalogue"))
    assert "Usual duration: 30 min · Approved by: Olga" in shown
    assert "Carried out by: Tess" in shown
    assert "May be asked for by: Otto Deputy, Rita Requester or Olga" in shown, (
        "he reads why he has no button"
    )
    assert "Urgent, may be asked for by: Olga" in shown
    assert "Usual duration: 1 h · approved beforehand" in shown
    french = words(await Counter(stage, "fr").shown("tom", "change", "catalogue"))
    assert "Se demande par\u00a0: Otto Deputy, Rita Requester ou Olga" in french
    assert "Kept by" not in shown, "nobody is named"
    assert "Olga" not in words(await Counter(stage).shown("nora", "change", "catalogue")), (
        "a supplier's people read a firm's name (CON-2)"
    )
    typed = await Counter(stage).typed("rita", "change", "request standard=account")
    clicked = await Counter(stage).clicked("rita", "change/request", "", standard="account")
    stage.do(c.RequestChange, "rita", title="Access")
    more = await Counter(stage).typed("ned", "change", f"classify {CHG} standard standard=account")
    for form in (typed, clicked, more):
        assert isinstance(form, OpenForm)
        assert "*VPN account*" in form.view["blocks"][1]["text"]["text"], "which change it is"


async def test_org_9_the_catalogue_names_who_keeps_it_in_either_firm_and_its_date() -> None:
    rules = replace(RULES, keepers=("change_manager", "olga"), dated=date(2026, 6, 1))
    stage = Stage(with_changes(rules, version="0123456789abcdef"))
    shown = words(await Counter(stage).shown("tom", "change", "catalogue"))
    assert "Edition of 1 June 2026, contract version 01234567." in shown
    assert "Kept by Ned Night and Olga" in shown


async def test_chg_1_an_incident_asks_for_a_change_by_a_click() -> None:
    stage = Stage(with_changes())
    incident = opened(stage, title="Mail is down", component="mail", severity=2)
    counter = Counter(stage)
    for person in ("tom", "rita"):
        shown = await counter.shown(person, "incident", f"show {incident}")
        assert "change/request" in verbs_of(shown)
    await counter.clicked("tom", "change/request", "", born_of=incident, title="Larger disks")
    assert stage[CHG].origin is ChangeOrigin.INCIDENT
    assert f"an incident · {incident}" in words(card(stage, "ned"))
    without = Stage()
    opened(without, title="Mail is down", component="mail", severity=2)
    shown = await Counter(without).shown("tom", "incident", f"show {incident}")
    assert "change/request" not in verbs_of(shown), "a contract without the chapter"


async def test_prb_3_the_card_of_a_problem_asks_for_the_change_that_fixes_it() -> None:
    stage = Stage(with_changes(problems=ProblemRules()))
    counter = Counter(stage)
    await counter.typed("sam", "problem", 'open "Mail stops" component=mail')
    (ask,) = [
        each
        for each in buttons_of(await counter.shown("sam", "problem", "show PRB-0001"))
        if each["action_id"].startswith("do/change/request")
    ]
    assert json.loads(ask["value"]) == ["acme", "", {"born_of": "PRB-0001"}]
    form = await counter.clicked("sam", "change/request", "", born_of="PRB-0001")
    assert isinstance(form, OpenForm)
    titles = [b["element"] for b in form.view["blocks"] if b.get("block_id") == "title"]
    assert titles[0]["initial_value"] == "Mail stops", "as the problem says"
    assert json.loads(form.view["private_metadata"])[5] == {"born_of": "PRB-0001"}
    given = {"title": "Mail stops", "born_of": "PRB-0001"}
    await counter.clicked("sam", "change/request", "", **given)
    assert stage[CHG].born_of == "PRB-0001"
    assert "a problem · PRB-0001" in words(card(stage, "ned"))


async def test_chg_3_an_urgent_change_states_risk_and_liability_where_they_are_accepted(
    stage: Stage,
) -> None:
    await Counter(stage).clicked(
        "olga", "change/request", "", standard="account", form_user="Maud", urgent="yes"
    )
    said = words(card(stage, "sam"))
    assert "Ten minutes without mail" in said
    assert "*Liability*: The client" in said
    assert "Accept the extra risk" in said
    await click(stage, "sam", "approve")
    await click(stage, "tess", "start")
    assert stage[CHG].state is S.UNDERWAY


def test_chg_3_where_nobody_may_accept_the_risk_the_card_says_so_and_what_to_do() -> None:
    stage = Stage(absent(with_changes(), "sam"))
    urgent = {"standard": "account", "answers": {"user": "Maud"}, "urgent": True}
    stage.do(c.RequestChange, "olga", title="VPN", **urgent)
    for person in ("olga", "ned"):
        said = words(card(stage, person))
        assert "Nobody who may accept it is there; away: Sam Delivery. It can be withdrawn" in said
        assert "withdraw" in offered(stage, person)


async def test_chg_4_who_ends_what_is_over_reads_its_result(stage: Stage) -> None:
    stage.do(c.RequestChange, "olga", title="VPN", standard="account", answers={"user": "Maud"})
    stage.do(c.PlanChange, "tess", change=CHG, start=stage.now)
    stage.do(c.StartChange, "tess", change=CHG)
    stage.do(c.EndChange, "tess", change=CHG, result=ChangeResult.SUCCEEDED)
    with pytest.raises(AlreadyDone) as refused:
        await Counter(stage).clicked("ned", "change/end", CHG, result="failed", reason="No")
    said = refusal_words(refused.value, Texts.of("en", PARIS))
    assert f"{CHG} is over already; its result: succeeded." in said


async def test_chg_4_the_requester_reads_each_step_in_their_language(stage: Stage) -> None:
    counter = Counter(stage)
    await counter.clicked("rita", "change/request", "", standard="account", form_user="Maud")
    await counter.typed("olga", "change", f"reject {CHG} not now")
    assert "Olga Operations has rejected it: not now" in words(
        stage.say(stage.last(ChangeNews.topic, "rita"), "en")
    )
    assert "l’a rejeté\u00a0: not now" in words(
        stage.say(stage.last(ChangeNews.topic, "rita"), "fr")
    )
    for language, said in (("en", "Rejected by Olga"), ("fr", "Rejeté par Olga")):
        assert said in words(await Counter(stage, language).shown("rita", "change", f"show {CHG}"))


async def test_chg_5_home_and_list_say_whom_a_change_waits_for(stage: Stage) -> None:
    counter = Counter(stage)
    await counter.typed("tess", "change", "request Disks born_of=capacity")
    for person, seen in (("tom", True), ("olga", True), ("rita", False), ("nora", False)):
        listed = words(await counter.shown(person, "change", "list"))
        home = json.dumps(await home_blocks(counter, await counter.callers(person)))
        assert [CHG in listed, CHG in home] == [seen, seen], person
        assert ("waiting for Ned Night" in listed) is seen


async def test_chg_1_without_the_chapter_the_command_says_so_but_what_is_open_goes_on() -> None:
    for line in ("", "help", 'request "x"'):
        with pytest.raises(NotNow, match="no_chapter"):
            await Counter(Stage()).typed("sam", "change", line)
    stage = Stage(with_changes())
    await Counter(stage).clicked("rita", "change/request", "", standard="account", form_user="M")
    stage.contract = replace(stage.contract, version="v2", changes=None)
    stage.memory.amend(stage.contract)
    assert "1 open change" in (await Counter(stage).shown("ned", "change", "")).text
    await click(stage, "olga", "approve")
    assert stage[CHG].state is S.APPROVED


async def test_inc_1_the_card_of_an_incident_says_of_which_change_it_was_said_to_come(
    stage: Stage,
) -> None:
    counter = Counter(stage)
    await counter.typed("sam", "change", 'request "Larger disks" component=mail')
    for given, rooms in ((CHG, ("provider",)), ("patch-7", ("provider", "shared"))):
        incident = opened(stage, "tom", change=given)
        shown = await counter.shown("tom", "incident", f"show {incident}")
        assert f"Comes from the change: {given}" in words(shown)
        cards = {
            room: words(stage.say(stage.last(IncidentCard.topic, room)))
            for room in ("provider", "shared")
        }
        assert tuple(room for room, said in cards.items() if given in said) == rooms, given


async def test_chg_4_what_did_not_succeed_offers_to_open_the_incident_it_caused(
    stage: Stage,
) -> None:
    counter = Counter(stage)
    await counter.typed("tess", "change", "request standard=restart component=mail")
    await counter.typed("tess", "change", f"plan {CHG} 10:05")
    stage.wait(5)
    await counter.typed("tess", "change", f"start {CHG}")
    assert "incident/open" not in offered(stage, "tess")
    ended = f"end {CHG} result=rolled_back reason=slow"
    await counter.typed("tess", "change", ended)
    shown = await counter.shown("tess", "change", f"show {CHG}")
    (ask,) = [x for x in buttons_of(shown) if x["action_id"].startswith("do/incident/open")]
    given = json.loads(ask["value"])[2]
    assert given == {"component": "mail", "origin": "change", "change": CHG}
    assert isinstance(await counter.clicked("tess", "incident/open", "", **given), OpenForm)
    await counter.clicked("tess", "incident/open", "", **given, title="No mail")
    assert (stage["INC-0001"].change, stage["INC-0001"].component) == (CHG, "mail")


async def test_chg_4_what_is_done_again_offers_it_no_more_and_says_by_which(stage: Stage) -> None:
    await Counter(stage).typed("rita", "change", 'request "Larger disks"')
    await click(stage, "ned", "reject", reason="not now")
    await click(stage, "rita", "again")
    cards = (each for _, each in stage.memory.told(ChangeCard.topic) if each.subject == CHG)
    rendered = stage.say(list(cards)[-1], "en")
    assert rendered is not None
    assert "change/again" not in verbs_of(rendered)
    assert "CHG-0002" in words(rendered)


async def test_con_2_a_clash_names_no_change_that_its_reader_may_not_see(stage: Stage) -> None:
    counter = Counter(stage)
    stage.do(c.RequestChange, "tess", title="", standard="restart")
    stage.do(c.PlanChange, "ned", change=CHG, start=paris("2026-07-15 22:00"), person="nia")
    mine = stage.do(c.RequestChange, "rita", title="Larger disks", components=("mail",))
    assert CHG not in words(await counter.shown("rita", "change", "list")), "she need not know"
    stage.do(
        c.ClassifyChange, "ned", change=mine, category=ChangeCategory.OTHER,
        money=False, service_level=False,
    )  # fmt: skip
    stage.do(c.RecordStudy, "ned", change=mine, **STUDY)
    stage.do(c.ApproveChange, "ned", change=mine)
    stage.do(c.ApproveChange, "rita", change=mine)
    stage.do(
        c.PlanChange, "ned", change=mine, start=paris("2026-07-15 22:00"),
        end=paris("2026-07-15 23:00"), person="tess", despite="Both at once",
    )  # fmt: skip
    theirs = words(await counter.shown("rita", "change", f"show {mine}"))
    assert "another change touches Mail" in theirs
    assert CHG not in theirs
    assert f"{CHG} touches Mail" in words(await counter.shown("ned", "change", f"show {mine}"))
