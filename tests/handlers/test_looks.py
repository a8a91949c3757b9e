"""What one looks at: cards with the buttons that fit, lists, the Home; within Slack's limits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from escalation.base.refusals import NotFound
from escalation.contract import Absence
from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, MemberJoined, RoomOpened
from escalation.decision.commands.incident import (
    AssignIncident,
    CloseIncident,
    OpenIncident,
    ResolveIncident,
    ResumeWork,
    SetPriority,
    TakeIncident,
    VerifyIncident,
    WaitFor,
)
from escalation.messages.crisis import CrisisCard
from escalation.messages.incident import (
    IncidentCard,
    IncidentNews,
    StillWaiting,
    WaitBegun,
    WaitOver,
)
from escalation.messages.report import ReportCard
from escalation.records.kinds import CRISIS, REPORT
from escalation.records.report import ReportState
from handlers.registry.commands import COMMANDS
from handlers.router.router import OpenForm
from handlers.slack.home import home_blocks
from handlers.words.texts import LANGUAGES
from tests.agreement import PEOPLE, agreement
from tests.handlers.blockkit import buttons_of, check_blocks, check_message, texts_in, verbs_of
from tests.handlers.counter import Counter
from tests.handlers.stories import HOSTILE, TEN, Stage, crisis, everything, life, opened
from tests.kept import incidents_of

CARDS = {IncidentCard.topic, CrisisCard.topic}
MOST_HOME_BLOCKS = 100


def room_verbs(stage: Stage, topic: str) -> set[str]:
    card = stage.say(stage.last(topic))
    assert card is not None
    return set(verbs_of(card))


async def own_verbs(stage: Stage, person: str, line: str, command: str = "incident") -> set[str]:
    return set(verbs_of(await Counter(stage).shown(person, command, line)))


async def test_a_room_offers_what_fits_the_incident_and_a_reader_what_they_may() -> None:
    stage = Stage()
    incident = opened(stage)
    everybodys = {
        "incident/take", "escalate/up", "incident/resolve", "crisis/ask", "incident/show",
        "incident/site", "incident/wait", "incident/note",
    }  # fmt: skip
    assert room_verbs(stage, IncidentCard.topic) == everybodys
    own = everybodys | {"incident/explain"}  # whoever looks for themselves
    assert await own_verbs(stage, "tom", f"show {incident}") == own - {"crisis/ask"}
    assert await own_verbs(stage, "sam", f"show {incident}") == own
    requesters = await own_verbs(stage, "rita", f"show {incident}")
    assert requesters == {"incident/show", "incident/site", "incident/explain", "incident/note"}
    head = await own_verbs(stage, "hana", f"show {incident}")
    assert {"escalate/up", "crisis/ask"} <= head
    assert not head & {"incident/take", "incident/resolve"}

    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True)
    verification = {"incident/verify", "incident/notfixed"}
    assert verification < room_verbs(stage, IncidentCard.topic)
    assert verification < await own_verbs(stage, "rita", f"show {incident}")
    assert not verification & await own_verbs(stage, "sam", f"show {incident}")


async def test_inc_9_who_is_waited_for_answers_and_who_waits_resumes_or_notes() -> None:
    stage = Stage()
    incident = opened(stage, component="wiki")
    stage.do(TakeIncident, "tess", incident=incident)
    stage.do(WaitFor, "tom", incident=incident, waiting_for="client", reason="which page?")
    for who, verbs in (("rita", ["answer"]), ("tess", ["resume", "note"])):
        told = stage.say(stage.last(WaitBegun.topic, who))
        assert told is not None
        assert [verb.removeprefix("incident/") for verb in verbs_of(told)] == verbs
        own = await own_verbs(stage, who, f"show {incident}")
        assert {"incident/answer", "incident/resume"} & own == {f"incident/{verbs[0]}"}
    stage.wait(days=2)
    told = stage.say(stage.last(StillWaiting.topic, "rita"))
    assert told is not None
    assert verbs_of(told) == ["incident/answer"]
    counter = Counter(stage)
    await counter.shown("rita", "incident", f"answer {incident} the home page")
    assert stage.words(WaitOver.topic, "tess").count("the home page") == 1
    shown = await counter.shown("tom", "incident", f"show {incident}")
    assert "Clocks running again, by Rita Requester: the home page" in str(shown.blocks)


async def test_inc_9_whoever_waits_for_a_supplier_reads_that_nobody_there_is_told() -> None:
    stage = Stage()
    incident = opened(stage)
    line, words = f"wait {incident} for=network reason=router", "Nobody of Network Co is told of it"
    answer = await Counter(stage).shown("tom", "incident", line)
    assert words in str(answer.blocks)
    stage.do(ResumeWork, "tom", incident=incident)
    stage.do(AssignIncident, "tom", incident=incident, group="netops")
    answer = await Counter(stage).shown("tom", "incident", line)
    assert words not in str(answer.blocks)


async def test_inc_9_a_suppliers_group_reads_what_is_awaited_and_answers_by_a_click() -> None:
    stage = Stage()
    groups = tuple(
        replace(each, contact="hotline +33399") if each.organisation == "network" else each
        for each in stage.contract.groups
    )
    stage.contract = replace(stage.contract, version="2", groups=groups)
    stage.memory.amend(stage.contract)
    incident = opened(stage)
    stage.do(WaitFor, "tom", incident=incident, waiting_for="network", reason="the line")
    stage.do(AssignIncident, "tom", incident=incident, group="netops")
    told = stage.say(stage.last("group_informed", "nora"))
    assert told is not None
    assert "hotline" not in told.text, "their own"
    assert "⏸ Waiting for Network Co since 10:00: the line" in told.text
    assert "not counted while waiting; it was 14:00" in told.text
    assert verbs_of(told) == ["incident/answer", "incident/note", "incident/show"]
    counter = Counter(stage)
    for who, awaited in (("nora", True), ("rita", False)):
        blocks = await home_blocks(counter, await counter.callers(who))
        assert ("incident/answer" in json.dumps(blocks)) is awaited
        assert ("an answer of Network Co is awaited" in json.dumps(blocks)) is awaited
    shown = str((await counter.shown("tom", "incident", f"show {incident}")).blocks)
    assert "Clocks stopped by Tom Leader, waiting for Network Co: the line" in shown
    assert "not counted while waiting; it was 14:00" in shown


async def test_inc_4_what_is_verified_is_opened_again_from_ones_own_card() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True)
    stage.do(VerifyIncident, "rita", incident=incident, fixed=True)
    own = await own_verbs(stage, "rita", f"show {incident}")
    assert "incident/reopen" in own
    assert not {"incident/verify", "incident/notfixed"} & own
    assert not {"incident/reopen", "incident/notfixed"} & room_verbs(stage, IncidentCard.topic)
    stage.do(CloseIncident, "sam", incident=incident)
    told = stage.say(stage.last(IncidentNews.topic))
    assert told is not None
    assert [verb.partition("#")[0] for verb in verbs_of(told)] == ["incident/show"]
    assert "incident/reopen" in await own_verbs(stage, "rita", f"show {incident}")
    assert "incident/reopen" not in await own_verbs(stage, "tess", f"show {incident}")


async def test_org_3_the_card_offers_a_stand_in_what_they_may() -> None:
    away = {"rita": "otto", "sam": "tess", "sue": "tess", "tom": "tess"}
    people = tuple(
        replace(
            each, absences=(Absence(first=TEN.date(), last=TEN.date(), stand_in=away[each.id]),)
        )
        if each.id in away
        else each
        for each in PEOPLE
    )
    stage = Stage(agreement(people=people))
    incident = opened(stage)
    stage.do(ResolveIncident, "ned", incident=incident, cause_gone=True)
    own = await own_verbs(stage, "otto", f"show {incident}")
    assert {"incident/verify", "incident/notfixed"} < own
    stage.do(VerifyIncident, "otto", incident=incident, fixed=True)
    assert "incident/close" in await own_verbs(stage, "tess", f"show {incident}")


async def test_inc_18_what_is_not_qualified_is_qualified_from_its_card() -> None:
    stage = Stage()
    incident = stage.do(OpenIncident, "rita", title="All is down")
    assert "incident/priority" in room_verbs(stage, IncidentCard.topic)
    assert "incident/priority" in await own_verbs(stage, "tom", f"show {incident}")
    assert "incident/priority" not in await own_verbs(stage, "rita", f"show {incident}")
    stage.do(SetPriority, "tom", incident=incident, component="vpn", severity=1)
    assert "incident/priority" not in room_verbs(stage, IncidentCard.topic)


async def test_a_crisis_offers_each_reader_what_they_may() -> None:
    stage = Stage()
    cell = stage.do(AskCrisis, "sam", reason="all is down")
    stage.do(AcceptCrisis, "hana", crisis=cell)
    stage.do(RoomOpened, "escalade", crisis=cell, room="C0CRISIS", name="crisis")
    everybodys = room_verbs(stage, CrisisCard.topic)
    leads = await own_verbs(stage, "sam", f"status {cell}", "crisis")
    assert leads == everybodys - {"crisis/here", "crisis/take"}  # they are there, and lead already
    members = await own_verbs(stage, "dan", f"status {cell}", "crisis")
    assert {"crisis/here", "crisis/decide", "crisis/represented", "crisis/take"} <= members
    assert "crisis/close" not in members
    with pytest.raises(NotFound, match="unknown_crisis"):
        await own_verbs(stage, "rita", f"status {cell}", "crisis")
    stage.do(MemberJoined, "dan", crisis=cell)
    assert "crisis/here" not in await own_verbs(stage, "dan", f"status {cell}", "crisis")


async def test_every_button_of_a_card_is_understood_when_it_is_clicked() -> None:
    stage = Stage()
    incident = opened(stage)
    for verb in sorted(room_verbs(stage, IncidentCard.topic)):
        whose = "sam" if verb == "crisis/ask" else "tom"
        answer = await Counter(stage).clicked(whose, verb, incident)
        if isinstance(answer, OpenForm):
            assert answer.view["callback_id"] == f"form/{verb}"
        else:
            check_message(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_red_button_asks_before_it_acts_where_no_form_does(language: str) -> None:
    stage = everything("VPN down")
    asking: set[str] = set()
    rendered = [said.rendered for said in stage.said if said.language == language]
    for message in filter(None, rendered):
        for button, verb in zip(buttons_of(message), verbs_of(message), strict=True):
            if "confirm" in button:
                asking.add(verb)
            elif button.get("style") == "danger":
                name, _, word = verb.partition("/")
                (command,) = [each for each in COMMANDS if each.name == name]
                found = command.verb(word)
                assert found is not None
                filled = json.loads(button["value"])[2]
                assert any(f.required and f.name not in filled for f in found.fields), verb
    assert asking == {"crisis/close", "crisis/take", "oncall/withdraw", "report/issue"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_rep_3_issuing_a_report_by_a_button_asks_before(language: str) -> None:
    stage = Stage()
    life(stage, "Mail is down")
    report = stage.memory.list(REPORT, "acme", open_only=False)[-1]
    stage.memory.put(replace(report, state=ReportState.APPROVED, issues=()))
    reminder = stage.say(stage.last(ReportCard.topic), language)
    assert reminder is not None
    check_message(reminder)
    (issue,) = [button for button in buttons_of(reminder) if "report/issue" in button["action_id"]]
    assert report.id in issue["confirm"]["text"]["text"]


async def test_rep_3_completing_a_report_opens_what_it_says() -> None:
    stage = Stage()
    life(stage, "Mail is down")
    report = stage.memory.list(REPORT, "acme")[-1].id
    answer = await Counter(stage).clicked("sam", "report/edit", report)
    assert isinstance(answer, OpenForm)
    elements = {b["block_id"]: b["element"] for b in answer.view["blocks"] if b["type"] == "input"}
    assert elements["cure"]["initial_value"] == "Mail is down"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", ["VPN down", HOSTILE], ids=["plain", "hostile"])
async def test_everything_looked_at_is_within_slacks_limits_and_harmless(
    title: str, language: str
) -> None:
    stage = everything(title)
    for _ in range(25):
        opened(stage, title=title)
    counter = Counter(stage, language)
    incidents = [i.id for i in incidents_of(stage.memory, "acme")]
    crises = [x.id for x in stage.memory.list(CRISIS, "acme", open_only=False)]
    reports = [r.id for r in stage.memory.list(REPORT, "acme", open_only=False)]
    lines = [
        ("incident", "list"), ("incident", "help"), ("incident", "plan priority=1"),
        ("report", "list"),
        *(("incident", f"show {i}") for i in incidents[-4:]),
        *(("escalate", f"status {i}") for i in incidents[-4:]),
        *(("crisis", f"status {x}") for x in crises),
        *(("report", f"show {r}") for r in reports),
    ]  # fmt: skip
    for command, line in lines:
        check_message(await counter.shown("sam", command, line))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_home_is_within_slacks_limits_and_shows_what_concerns_the_reader(
    language: str,
) -> None:
    stage = Stage()
    crisis(stage, HOSTILE)
    stage.do(AskCrisis, "sam", reason=HOSTILE)
    for number in range(40):
        opened(stage, title=f"{number} {HOSTILE}"[:250], severity=1 + number % 3)
    counter = Counter(stage, language)
    blocks = await home_blocks(counter, await counter.callers("sam") * 9)
    check_blocks(blocks, most=MOST_HOME_BLOCKS)
    said = json.dumps(list(texts_in(blocks)), ensure_ascii=False)
    assert "INC-0001" in said
    assert "CRI-0002" in said
    assert "<!channel>" not in said
    strangers = await home_blocks(counter, await counter.callers("nora"))
    assert "INC-" in json.dumps(strangers)  # the VPN is hers
    assert "CRI-0002" not in json.dumps(strangers)


async def test_con_2_a_home_says_nothing_of_what_does_not_concern_its_reader() -> None:
    stage = Stage()
    opened(stage, component="mail", title="Only for two firms")
    counter = Counter(stage)
    blocks = await home_blocks(counter, await counter.callers("nora"))
    check_blocks(blocks, most=MOST_HOME_BLOCKS)
    assert "Only for two firms" not in json.dumps(blocks)
    assert "Nothing concerns you" in json.dumps(blocks)


async def test_whom_a_later_contract_no_longer_names_can_still_be_looked_at() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(AssignIncident, "sam", incident=incident, person="tess")
    people = tuple(p for p in stage.contract.people if p.id not in {"rita", "tess"})
    stage.contract = replace(stage.contract, version="2", people=people)
    stage.memory.amend(stage.contract)
    shown: list[Any] = [
        await Counter(stage).shown("sam", "incident", f"show {incident}"),
        await Counter(stage).shown("sam", "incident", "list"),
        await Counter(stage).shown("sam", "escalate", f"status {incident}"),
    ]
    for rendered in shown:
        check_message(rendered)
    assert "Tess Deputy" in json.dumps(shown[0].blocks)


@pytest.mark.parametrize("line", ["list", ""])
async def test_esc_6_a_line_of_a_list_and_of_the_home_offers_to_take_what_nobody_has(
    line: str,
) -> None:
    stage = Stage()
    mine, taken = opened(stage, title="Nobody has it"), opened(stage, title="Tom has it")
    stage.do(TakeIncident, "tom", incident=taken)
    counter = Counter(stage)
    for person, may in (("tess", True), ("rita", False)):
        if line:
            blocks = (await counter.shown(person, "incident", line)).blocks
        else:
            blocks = await home_blocks(counter, await counter.callers(person))
        buttons = [
            each["action_id"].partition("#")[0].removeprefix("do/") + " " + each["value"]
            for block in blocks
            for each in (*block.get("elements", ()), *filter(None, [block.get("accessory")]))
            if "value" in each
        ]
        offered = {verb for verb in buttons if mine in verb or taken in verb}
        assert {f"{v.split()[0]} {i}" for v in offered for i in (mine, taken) if i in v} == {
            f"incident/show {mine}",
            f"incident/show {taken}",
            *([f"incident/take {mine}"] if may else []),
        }
