"""The report's form, for the chat and as one HTML file (Rule REP-5)."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from escalation.base.durations import Duration
from escalation.base.journal import first_break
from escalation.contract.reports import ReportForm
from escalation.records.crisis import Presence
from escalation.records.report import ReportState, Sections
from escalation.records.report_facts import ActionFact, MemberFact, Moment, ReportFacts
from escalation.report.gathering import TOLD, gather
from escalation.report.issuing import digest
from handlers.report import words
from handlers.report.document import (
    chunks,
    file_name,
    form_fails,
    page_of,
    render_html,
    render_markdown,
)
from handlers.report.drawing import draw
from handlers.words.texts import Texts
from tests.agreement import agreement
from tests.handlers.reports import OPENED, facts, issue, report
from tests.story import Story

PARIS = ZoneInfo("Europe/Paris")
ENGLISH, FRENCH = Texts.of("en", PARIS), Texts.of("fr", PARIS)
VOID = {"meta"}


class Page(HTMLParser):
    """What a browser would make of a page: its tags, attributes and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


def policy(page: str) -> str:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found
    return found[1]


def test_rep_5_the_page_states_every_part_of_the_form() -> None:
    text = Page(render_html(report(), facts(), ENGLISH)).text
    for said in (
        "VPN down", "INC-0042", "CRI-0003", "strategic × severity 1", "14 Jul 2026, 03:00",
        "15 min", "3 working days", "missed", "A certificate expired.", "300 people.",
        "Ned Night", "represented by Olga Operations", "Use the spare", "Network Co",
        "Restoration target missed", "Sam Delivery", "Hana Head (Client Agency)", "Europe/Paris",
        "12 events, from 14 Jul 2026, 03:00", "PRB-0005", "known error", "Renew by hand.",
        "Caused by the change CHG-0004", "rolled back",
    ):  # fmt: skip
        assert said in text, said


def test_rep_5_the_page_is_well_formed_and_stands_alone() -> None:
    page = Page(render_html(report(exercise=True), facts(), ENGLISH, issue=issue()))
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "form", "img"} & set(page.tags)
    assert not [a for a in page.attributes if a[1] in {"style", "src", "href"} or a[1][:2] == "on"]
    assert "svg" in page.tags


def test_rep_5_the_content_policy_lets_only_our_own_style_in() -> None:
    page = render_html(report(), facts(), ENGLISH)
    assert policy(page).startswith("default-src 'none'; base-uri 'none'; form-action 'none';")
    assert "unsafe" not in policy(page)
    assert page.index("Content-Security-Policy") < page.index("<style>")


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH])
def test_rep_5_markup_in_what_people_wrote_stays_text(texts: Texts) -> None:
    hostile = '<script>alert(1)</script><!channel> & "quoted" {{ 7*7 }}'
    said = facts(title=hostile, ticket=hostile)
    sections = Sections(cause=hostile, impact="</p><h1>Big</h1>")
    page = render_html(report(sections=sections), said, texts)
    assert "<script" not in page
    assert hostile in Page(page).text
    chat = render_markdown(report(sections=sections), said, texts)
    assert "<" not in chat
    assert "&lt;!channel&gt;" in chat


def test_rep_5_right_to_left_text_keeps_to_itself() -> None:
    title = "تعطل الشبكة"
    page = render_html(report(), facts(title=title), ENGLISH)
    assert f'<h1 dir="auto">{title}</h1>' in page
    assert render_markdown(report(), facts(title=title), ENGLISH).count(title) == 1
    overriding = "VPN \u202e nwod"
    chat = render_markdown(report(), facts(title=overriding), ENGLISH)
    assert chat.count("\u202e") <= chat.count("\u202c")


def test_rep_5_in_french_no_english_is_left() -> None:
    page = render_html(report(exercise=True), facts(), FRENCH, issue=issue(preliminary=True))
    assert '<html lang="fr">' in page
    text = Page(page).text
    for said in (
        "Rapport d’incident", "EXERCICE", "Provisoire, non approuvé", "stratégique",
        "3 jours ouvrés", "Rétablissement", "Appels et réponses", "14 juil. 2026",
        "représentation\u00a0: Olga Operations", "appel n°\u00a02", "12 événements", "Problème",
        "Causé par le changement CHG-0004", "retour arrière",
    ):  # fmt: skip
        assert said in text, said
    for english in ("Restored", "Course of events", "working", "Preliminary", "Written", "missed"):
        assert english not in text
    assert "Rétablissement\u00a0: 4 h en heures de couverture" in render_markdown(
        report(), facts(), FRENCH
    )


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH])
def test_rep_5_every_moment_of_the_journal_that_is_told_has_words(texts: Texts) -> None:
    for action in TOLD:
        told = words.moment(Moment(at=OPENED, subject="INC-1", action=action, actor=""), texts)
        assert told
        assert told != action


def test_rep_5_preliminary_and_exercise_are_marked_and_a_plain_issue_is_not() -> None:
    marked = Page(
        render_html(report(exercise=True), facts(), ENGLISH, issue=issue(preliminary=True))
    )
    assert "Preliminary, not approved" in marked.text
    assert "EXERCISE" in marked.text
    plain = Page(render_html(report(), facts(), ENGLISH, issue=issue())).text
    assert "Preliminary" not in plain
    assert "EXERCISE" not in plain
    assert "Approved and issued" in plain
    chat = render_markdown(report(exercise=True), facts(), ENGLISH, issue=issue(preliminary=True))
    assert chat.startswith("*EXERCISE*\n")
    assert "Preliminary, not approved" in chat


@pytest.fixture(scope="module")
def unanswered() -> Story:
    """A priority 1 that nobody answers for thirty days."""
    terms = agreement()
    (ladder, *others) = terms.ladders
    slow = dict.fromkeys((1, 2, 3, 4), Duration.parse("2h"))
    *rungs, top = ladder.rungs
    ladder = replace(ladder, rungs=(*rungs, replace(top, acknowledge=slow)))
    rules = replace(terms.escalation, repeat_at_top=Duration.parse("3h"))
    story = Story(replace(terms, ladders=(ladder, *others), escalation=rules))
    story.opened(component="vpn", title="VPN down")
    story.wait(days=30)
    return story


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_rep_3_a_priority_1_that_nobody_answers_for_thirty_days_leaves_a_readable_report(
    unanswered: Story, texts: Texts
) -> None:
    lines, terms = unanswered.lines("INC-0001"), unanswered.contract
    called = [line for line in lines if line.action == "ladder.pinged"]
    found = gather(
        contract=terms, authors=["sam"], approved_by=None, recipients=(),
        incident=unanswered["INC-0001"], crises=(), timeline=lines, now=unanswered.now,
    )  # fmt: skip
    assert len(called) > 400
    assert len(found.calls) < 30
    assert sum(fact.times for fact in found.calls) == len(called)
    page, chat = (render(report(), found, texts) for render in (render_html, render_markdown))
    shown = Page(page).text
    longest = max(found.calls, key=lambda fact: fact.times)
    assert longest.last_at is not None
    for told in (
        texts.instant(longest.at), texts.instant(longest.last_at), str(longest.times),
        longest.person, "escalade journal show INC-0001 --every",
    ):  # fmt: skip
        assert told in shown
        assert told in chat
    assert shown.count(longest.person) < 30
    assert len(chunks(chat)) <= 2
    assert len(lines) == len(unanswered.memory.timeline(terms.id, "INC-0001"))
    assert first_break(unanswered.memory.chain) is None, "each call is provable"


def test_rep_3_a_report_whose_calls_are_few_tells_each_and_no_more() -> None:
    assert "--every" not in render_html(report(), facts(), ENGLISH)
    assert "--every" not in render_markdown(report(), facts(), ENGLISH)


def test_con_3_the_digest_of_a_version_that_was_issued_before_more_was_stated_holds() -> None:
    version = replace(issue(), facts=replace(facts(), monitoring=None, problems=(), changes=()))
    fields = asdict(version)
    for call in fields["facts"]["calls"]:
        del call["times"], call["last_at"]
    for name in ("monitoring", "problems", "changes"):
        del fields["facts"][name]
    for cell in fields["facts"]["cells"]:
        del cell["about"], cell["about_state"]
    before = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str)
    assert digest(version) == hashlib.sha256(before.encode()).hexdigest()


def test_con_3_an_issued_version_is_shown_as_it_was_frozen() -> None:
    issued = issue()
    later = report(
        state=ReportState.ISSUED, issues=(issued,), sections=Sections(cause="Other words")
    )
    shown = render_html(later, facts(title="Other title"), ENGLISH)
    assert "Other" not in shown
    assert shown == render_html(report(issues=(issued,)), ReportFacts(), ENGLISH, issue=issued)


def test_rep_5_a_crisis_without_incident_has_a_form_too() -> None:
    alone = replace(facts(), incident=None, targets=(), pauses=(), calls=(), moments=())
    page = Page(render_html(report(incident=None), alone, ENGLISH))
    assert "Nobody works" in page.text
    assert "svg" in page.tags
    assert "Nobody works" in render_markdown(report(incident=None), alone, ENGLISH)
    assert render_html(report(), ReportFacts(), FRENCH)


OWN = (
    "<html><head><title>{{ report.id }}</title></head><body>{{ subject }} "
    '{% if texts.language == "fr" %}Rapport{% else %}Report{% endif %} {{ texts("Cause") }}: '
    "{{ sections.cause }}, version {{ version }}</body></html>"
)


def test_rep_5_a_contract_may_bring_its_own_form_in_both_languages() -> None:
    terms = agreement(report_form=ReportForm(html=OWN))
    said = facts(title="<b>VPN</b>")
    english, french = (
        page_of(report(), said, texts, terms, issue=issue(facts=said))
        for texts in (ENGLISH, FRENCH)
    )
    assert "&lt;b&gt;VPN&lt;/b&gt; Report Cause: A certificate expired., version 1" in english
    assert "Rapport Cause" in french
    assert policy(english).startswith("default-src 'none'")
    assert form_fails(terms) == ""


def test_rep_5_a_form_that_fails_is_told_by_check_and_the_report_goes_out_on_ours() -> None:
    terms = agreement(report_form=ReportForm(html="{{ no_such_thing }}"))
    assert "no_such_thing" in form_fails(terms)
    page = page_of(report(), facts(), ENGLISH, terms, issue=issue())
    assert page == page_of(report(), facts(), ENGLISH, agreement(), issue=issue())
    assert form_fails(agreement()) == ""


def test_rep_5_a_contract_s_form_cannot_break_out_of_its_sandbox() -> None:
    for attack in (
        "{{ texts.__class__.__mro__ }}",
        "{{ report.__init__.__globals__ }}",
        "{{ words.__loader__ }}",
    ):
        with pytest.raises(SecurityError):
            render_html(report(), facts(), ENGLISH, template=attack)


def test_rep_5_file_names_say_which_version() -> None:
    assert file_name(report()) == "REP-0007-v1-draft.html"
    assert file_name(report(), issue(preliminary=True)) == "REP-0007-v1-preliminary.html"
    assert file_name(report(issues=(issue(),)), issue(version=2)) == "REP-0007-v2.html"


@given(st.lists(st.sampled_from(["mot", "&amp;", "\n", " ", "x" * 40, "é"])), st.integers(20, 90))
def test_rep_5_chunks_lose_nothing_and_fit(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)
    parts = chunks(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
    assert all(not re.search(r"&[a-z]*$", part) for part in parts)


@given(st.integers(1, 60 * 24 * 90))
def test_rep_5_the_drawing_stays_inside_its_frame(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    said = replace(
        facts(resolved_at=OPENED + length / 2, verified_at=None, closed_at=OPENED + length),
        calls=(),
        cells=(),
        pauses=(),
    )
    drawing = draw(said, ENGLISH)
    assert drawing is not None
    assert len(drawing.ticks) <= 9
    for x in [m.x for m in drawing.marks] + [t.x for t in drawing.ticks]:
        assert 110 <= x <= 980
    assert all(span.x + span.width <= 985 for span in drawing.spans)
    assert draw(ReportFacts(), ENGLISH) is None


def test_rep_5_ticks_are_true_local_times_in_the_night_of_the_change() -> None:
    opened = datetime(2026, 10, 24, 23, tzinfo=UTC)  # 01:00 in summer
    said = replace(
        facts(opened_at=opened, acknowledged_at=None, resolved_at=None, verified_at=None,
              closed_at=opened + timedelta(hours=4)),
        calls=(), cells=(), pauses=(),
    )  # fmt: skip
    drawing = draw(said, ENGLISH)
    assert drawing is not None
    labels = [tick.label for tick in drawing.ticks]
    assert labels[0] == "25 Oct 2026 01:00"
    assert labels.count("02:00") == 2
    assert labels[-1] == "04:00"


def test_rep_5_words_for_priorities_and_targets() -> None:
    incident = facts().incident
    assert incident is not None
    assert words.why(replace(incident, row="urgency_1", column="impact_2"), ENGLISH) == (
        "urgency 1 × impact 2"
    )
    assert words.why(replace(incident, row="rank", column="1"), FRENCH) == (
        "composant classé P1 par le client"
    )
    assert words.why(replace(incident, reason="VIP", set_by="Sam"), ENGLISH) == "set by Sam: VIP"
    assert words.allowed(Duration.parse("4h coverage"), FRENCH) == "4 h en heures de couverture"
    member = facts().cells[0].members[0]
    assert words.presence(replace(member, presence=Presence.MISSING), ENGLISH) == "missing"


def test_rep_3_who_was_called_is_not_said_to_have_been_reached() -> None:
    for page in (
        render_html(report(), facts(), ENGLISH),
        render_markdown(report(), facts(), ENGLISH),
    ):
        assert "Answered: Tom Leader" in page
        assert "Called without an answer: Ned Night and Olga Operations" in page
        assert "Who was reached" not in page


def test_rep_5_the_chat_has_the_firms_the_reference_and_the_distribution_list() -> None:
    chat = render_markdown(report(), facts(), ENGLISH)
    assert "Provider Ltd – Client Agency · Acme outsourcing · 2025-017" in chat
    assert "Distribution list: Hana Head (Client Agency) and Sam Delivery (Provider Ltd)" in chat


def test_rep_3_who_represented_whom_is_said_and_how_each_action_stands() -> None:
    at = datetime(2026, 7, 15, 8, tzinfo=UTC)
    texts = Texts.of("en", ZoneInfo("Europe/Paris"))
    common = {"firm": "Client Agency", "mandated": False, "presence": Presence.MISSING}
    sent = MemberFact(person="Olga", joined_at=None, delegate="", represents=("Hana",), **common)
    sender = MemberFact(person="Hana", joined_at=None, delegate="Olga", **common)
    assert words.presence(sent, texts) == "missing · for Hana"
    assert words.presence(sender, texts) == "missing · representative named: Olga"
    asked = ActionFact(number=1, text="Renew", owner="Tess", due=None, done_at=None)
    for fact, said in (
        (asked, "still to be done"),
        (replace(asked, done_at=at), "done on 15 Jul 2026, 10:00"),
        (replace(asked, cancelled_at=at, cancelled_for="no need"), "cancelled: no need"),
        (replace(asked, due=at), "still to be done, due by 15 Jul 2026, 10:00"),
    ):
        assert words.action(fact, texts) == said
