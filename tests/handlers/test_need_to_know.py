"""Attacks of somebody who had the code: lines, buttons and forms that ask what is not theirs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from escalation.base.refusals import NotAllowed, NotFound, Refusal
from escalation.decision.commands.crisis import AddMember, AddSupplier
from escalation.decision.commands.incident import AssignIncident, SetPriority
from handlers.refusals.words import refusal_words
from handlers.registry.commands import COMMANDS
from handlers.router.inbound import Click
from handlers.router.router import OpenForm, Router
from handlers.verbs.forms import Purpose
from handlers.verbs.rights import commands_of
from handlers.words.rendered import Rendered
from tests.authority_cast import NETWORK
from tests.handlers.inbound import clicked, submitted
from tests.handlers.stories import everything, opened
from tests.looks_cast import CELL, OPPOSITE_NETWORK, Routers, application, terms

BOTH_FIRMS = [p for p in terms()[0].people if p.organisation in {"provider", "client"}]


def router(routers: Routers) -> Router:
    return Router(routers)


async def said_to(person: str, command: str, line: str, routers: Routers | None = None) -> str:
    """The words of the answer to a line, or of its refusal; a form's as well."""
    routers = routers or application()
    try:
        answer = await routers.typed(person, command, line)
    except Refusal as refusal:
        (caller,) = await routers.callers(person)
        return refusal_words(refusal, caller.texts, contract=caller.reading)
    view = answer.view if isinstance(answer, OpenForm) else [answer.text, answer.blocks]
    return json.dumps(view, ensure_ascii=False)


@pytest.mark.parametrize(
    "line", ["plan INC-0001", "plan INC-0003", "plan INC-0099", "plan", "plan priority=1"]
)
async def test_con_2_a_supplier_is_shown_no_plan_of_any_incident(line: str) -> None:
    said = {await said_to("nora", "incident", each) for each in (line, "plan")}
    assert len(said) == 1, "nor whether there is such an incident"
    assert not any(p.name in each for each in said for p in BOTH_FIRMS)


async def test_con_2_a_name_that_many_bear_an_address_and_a_mention_confirm_nobody() -> None:
    nobody = await said_to("nora", "incident", "open x requester=nobody@client.example")
    for given in ("eve@client.example", "eve", '"Eve Executive"', "+33200000005"):
        said = await said_to("nora", "incident", f"open x requester={given}")
        assert said == nobody.replace("nobody@client.example", given.strip('"')), given
    mentioned = await said_to("nora", "incident", "open x requester=<@U0EVE>")
    assert mentioned == nobody.replace("nobody@client.example", "@U0EVE")
    for given in ("a", "e", '"Execut"'):
        said = await said_to("nora", "incident", f"open x requester={given}")
        assert not any(p.name in said for p in BOTH_FIRMS if p.organisation == "client"), given


async def test_con_2_a_mention_in_a_text_takes_no_name_from_the_contract() -> None:
    routers = application()
    await routers.typed("nora", "incident", "note INC-0001 ask <@U0EVE> and <@U0TESS>")
    notes = [s.line for s in routers.stage.memory.chain if s.line.action == "incident.noted"]
    (text,) = [str(line.facts["text"]) for line in notes]
    assert "Eve Executive" not in text
    assert "Tess Deputy" in text, "she stands opposite"


async def test_con_2_what_a_form_brings_back_is_read_as_the_line_is() -> None:
    """A menu holds whom one may choose; who speaks to Slack by hand sends another value."""
    purpose = Purpose(
        command="incident", verb="open", contract="acme", subject="", channel="", values={}
    )
    state: dict[str, Any] = {
        "title": {"title": {"value": "down"}},
        "requester": {"requester": {"selected_option": {"value": "eve"}}},
    }
    with pytest.raises(NotFound, match="unknown_person_named"):
        await router(application()).submitted(submitted("nora", purpose, state), purpose)


async def test_con_2_a_component_is_confirmed_only_to_whom_it_concerns() -> None:
    unknown = await said_to("nora", "incident", "open x component=nothing")
    assert await said_to("nora", "incident", "open x component=mail") == unknown.replace(
        "nothing", "mail"
    )
    assert not any(each in unknown for each in ("mail", "ups", "wiki", "kiosk"))
    assert "INC-" in await said_to("nora", "incident", "open x component=vpn")


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("incident", "assign INC-0001 group=zzz"),
        ("incident", "wait INC-0001 for=zzz reason=x"),
        ("incident", "priority INC-0001 component=zzz severity=1"),
        ("escalate", "up INC-0001 reason=x ladder=zzz"),
        ("crisis", "add CRI-0001 supplier=zzz"),
    ],
)
async def test_con_2_what_can_be_chosen_is_not_listed_to_whom_it_is_not_known(
    command: str, line: str
) -> None:
    said = await said_to("nora", command, line)
    for each in ("power", "Power Co", "electricians", "mail", "ups", "client,"):
        assert each not in said


@pytest.mark.parametrize("verb", ["assign", "merge", "cancel", "replan", "reopen"])
async def test_con_2_a_form_opens_for_nobody_who_may_not_submit_it(verb: str) -> None:
    for person, subject in (("nora", "INC-0001"), ("otto", "INC-0001"), ("pia", "INC-0001")):
        click = Click(command="incident", verb=verb, contract="acme", subject=subject, values={})
        with pytest.raises((NotAllowed, NotFound)):
            await router(application()).answer(clicked(person, click))


async def test_con_2_a_button_names_no_record_of_another_kind() -> None:
    for subject in ("CRI-0002", "REP-0001", "XYZ-0001", "INC"):
        click = Click(command="incident", verb="note", contract="acme", subject=subject, values={})
        with pytest.raises(NotFound):
            await router(application()).answer(clicked("nia", click))


async def test_con_2_before_a_form_the_memory_is_asked_once_and_slack_not_at_all() -> None:
    routers, reads = application(), 0
    read = routers.read

    async def counted(work: Any) -> Any:
        nonlocal reads
        reads += 1
        return await read(work)

    async def asked(*_: object) -> None:
        raise AssertionError("Slack is asked who somebody is")

    vars(routers).update(read=counted, person_of=asked)
    assert isinstance(await routers.typed("sam", "incident", "assign INC-0001"), OpenForm)
    assert reads == 1


async def test_con_2_a_supplier_reads_the_name_of_the_firm_for_whom_it_need_not_know() -> None:
    routers = application()
    await routers.typed("nia", "incident", "resolve INC-0001 x cause_gone=yes")
    shown = await said_to("nora", "incident", "show INC-0001", routers)
    assert "Nia Night" not in shown
    assert "Provider Ltd" in shown
    assert "a battery" not in shown, "why it waited for another supplier"
    assert "Nia Night" in await said_to("otto", "incident", "show INC-0001", routers)


async def test_con_2_of_the_records_an_incident_names_those_show_that_concern_one() -> None:
    routers = application()
    opened = await routers.typed("sam", "incident", 'open "slow" component=vpn severity=3')
    assert isinstance(opened, Rendered)
    own = opened.text.split()[0]  # of nora's component; no group and no ladder of hers takes part
    await routers.typed("sam", "incident", f"merge {own} into=INC-0003")
    shown = {who: await said_to(who, "incident", f"show {own}", routers) for who in ("sam", "nora")}
    assert "INC-0003" in shown["sam"]
    assert "INC-0003" not in shown["nora"]
    reported = {
        who: await said_to(who, "incident", "show INC-0004") for who in ("cid", "nora", "otto")
    }
    assert [who for who, said in reported.items() if "REP-0001" in said] == ["cid"]


def test_every_verb_says_by_its_types_which_commands_it_gives() -> None:
    given = {v.path: commands_of(v.build) for e in COMMANDS for v in e.verbs if v.build}
    assert given["incident/assign"] == (AssignIncident,)
    assert given["crisis/add"] == (AddMember, AddSupplier)


def test_con_2_no_message_to_a_supplier_names_whom_it_need_not_know() -> None:
    stage, people = everything("VPN down"), {p.id: p.name for p in terms()[0].people}
    own = opened(stage, "nora", severity=3)
    stage.do(SetPriority, "dan", incident=own, level=2, reason="worse than we thought")
    told = 0
    for said in stage.said:
        if said.effect.to.person not in {"nora", "rex"} or said.rendered is None:
            continue
        told += 1
        words = json.dumps([said.rendered.text, said.rendered.blocks], ensure_ascii=False)
        known = NETWORK | OPPOSITE_NETWORK | {"rita"}  # who asked; all else work for the provider
        if said.effect.subject.startswith("CRI"):
            known |= CELL | {"bea", "eve"}  # in the end these two lead
        named = {person for person, name in people.items() if name in words}
        assert named <= known, (said.effect.topic, named - known)
    assert told > 10
