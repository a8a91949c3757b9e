"""The report's form: Markdown for the chat, one HTML file to send and keep (Rule REP-5).

The HTML stands alone: no script, no address, everything escaped, and a content policy that lets
nothing in from outside. A contract may bring its own template; it runs in a sandbox.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from escalation.base.sober_text import sober
from escalation.contract import Contract
from escalation.records.report import Issue, Report, ReportState, Sections
from escalation.records.report_facts import (
    CellFacts,
    ChangeFact,
    IncidentFacts,
    ProblemFact,
    ReportFacts,
)
from handlers.report import words
from handlers.report.drawing import draw
from handlers.words import blocks
from handlers.words.texts import LANGUAGES, Texts

log = structlog.get_logger()

TEMPLATES = Path(__file__).parent.parent / "templates"
FAILS = (TemplateError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)
SAMPLE = datetime(2026, 7, 14, 12, tzinfo=UTC)
_LONGEST_TEXT = 20_000
_SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src "


def file_name(report: Report, issue: Issue | None = None) -> str:
    """A name for the HTML file: "REP-0007-v2-preliminary.html"."""
    version = issue.version if issue else len(report.issues) + 1
    kind = "-preliminary" if issue and issue.preliminary else "" if issue else "-draft"
    return f"{report.id}-v{version}{kind}.html"


def _shown(
    report: Report, facts: ReportFacts, issue: Issue | None
) -> tuple[Issue | None, ReportFacts, Sections]:
    """Return what to show: an issued version as it was frozen, else the draft as it stands."""
    if issue is None and report.state is ReportState.ISSUED:
        issue = report.issues[-1]
    return (issue, issue.facts, issue.sections) if issue else (None, facts, report.sections)


# ── the HTML file ────────────────────────────────────────────────────────────────────────────


def render_html(
    report: Report,
    facts: ReportFacts,
    texts: Texts,
    *,
    issue: Issue | None = None,
    template: str | None = None,
) -> str:
    """The report as one HTML page. Of an `issue`, its own frozen facts and sections are shown.

    `template` is the text of a contract's own form, None for ours. It is
    given the same names as ours: report, issue, facts, sections, texts, words, drawing, …
    """
    issue, facts, sections = _shown(report, facts, issue)
    preliminary = issue is not None and issue.preliminary
    css = _css()
    names: dict[str, Any] = {
        "report": report,
        "issue": issue,
        "facts": facts,
        "sections": sections,
        "texts": texts,
        "words": words,
        "drawing": draw(facts, texts),
        "title": words.title(facts, texts),
        "subject": words.subject(report, facts),
        "status": words.status(report, texts, issued=issue is not None, preliminary=preliminary),
        "preliminary": preliminary,
        "version": issue.version if issue else len(report.issues) + 1,
        "css": Markup(css),  # noqa: S704 - our own style sheet, no text of anybody
    }
    if template is None:
        page = _environment().get_template("report.html").render(names)
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        return _with_policy(page, f"{_SHUT}'sha256-{digest}'")
    page = _sandbox().from_string(template).render(names)
    return _with_policy(page, f"{_SHUT}'unsafe-inline'; img-src data:")


def page_of(
    report: Report, facts: ReportFacts, texts: Texts, contract: Contract, *, issue: Issue
) -> str:
    """An issued version on the contract's own form, where it has one that can be filled in."""
    form = contract.report_form
    if form is not None:
        try:
            return render_html(report, facts, texts, issue=issue, template=form.html)
        except FAILS as why:  # a report is owed, on whatever form
            log.error("the contract's form fails", action="form_failed", why=repr(why))
    return render_html(report, facts, texts, issue=issue)


def form_fails(contract: Contract) -> str:
    """Return why the contract's own form cannot be filled in, in some language; "" where it can."""
    form = contract.report_form
    issue = Issue(
        version=1, at=SAMPLE, preliminary=False, sections=Sections(), to=(), approved_by=None
    )
    report = Report(
        id="REP-0001", contract=contract.id, contract_version="", incident=None, owner="",
        drafted_at=SAMPLE, deadline=SAMPLE, issues=(issue,),
    )  # fmt: skip
    try:
        for language in LANGUAGES if form else ():
            texts = Texts.of(language, contract.zone)
            render_html(
                report, ReportFacts(), texts, issue=issue, template=form.html if form else None
            )
    except FAILS as why:
        return str(why)
    return ""


def _with_policy(page: str, policy: str) -> str:
    """The page with its content policy first in its head, whatever the template wrote."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    head, found, rest = page.partition("<head>")
    return f"{head}{found}\n{meta}{rest}" if found else f"<!doctype html>\n{meta}\n{page}"


@cache
def _css() -> str:
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_sober,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _sandbox() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        autoescape=True, finalize=_sober, undefined=StrictUndefined
    )


def _sober(value: object) -> object:
    """Return what a template is about to write; our own markup as it is."""
    return sober(value) if isinstance(value, str) and not isinstance(value, Markup) else value


# ── Markdown for the chat ────────────────────────────────────────────────────────────────────


def render_markdown(
    report: Report, facts: ReportFacts, texts: Texts, *, issue: Issue | None = None
) -> str:
    """The report in Slack's mrkdwn; what people wrote is neutralised. See `chunks`."""
    issue, facts, sections = _shown(report, facts, issue)
    preliminary = issue is not None and issue.preliminary
    status = words.status(report, texts, issued=issue is not None, preliminary=preliminary)
    version = texts("Version %(number)s", number=issue.version if issue else len(report.issues) + 1)
    lines = [f"*{_safe(words.title(facts, texts))} {report.id}* – {status} · {version}"]
    if report.exercise:
        lines.insert(0, f"*{texts('EXERCISE')}*")
    lines.append(f"*{_safe(words.subject(report, facts))}*")
    lines.append(_safe(words.parties(facts)))
    if facts.incident:
        lines += _incident_lines(facts.incident, texts)
    if seen := words.monitoring(facts, texts):
        lines.append(texts.labelled(texts("Monitoring"), seen))
    lines += _target_lines(facts, texts)
    for heading, text in (
        (texts("Impact"), sections.impact),
        (texts("Cause"), sections.cause),
        (texts("What restored the service"), sections.cure),
        (texts("Actions"), sections.actions),
        (texts("Remarks on the facts"), sections.facts),
    ):
        if text:
            lines += ["", f"*{heading}*", *(_safe(line) for line in text.split("\n"))]
    for change in facts.changes:
        lines += _change_lines(change, texts)
    for problem in facts.problems:
        lines += _problem_lines(problem, texts)
    for cell in facts.cells:
        lines += _cell_lines(cell, texts)
    lines += _call_lines(facts, texts)
    people = [
        (texts("Written by"), facts.owner),
        (texts("Approved by"), facts.approved_by),
        (texts("Distribution list"), texts.listing(list(facts.recipients))),
    ]
    lines += ["", *(texts.labelled(label, _safe(who)) for label, who in people if who)]
    return "\n".join(lines)


def chunks(text: str, limit: int = blocks.TEXT_LIMIT) -> list[str]:
    """The text in parts of at most `limit` characters, cut at line ends, else at spaces."""
    parts, rest = [], text
    while len(rest) > limit:
        head = rest[:limit]
        cut = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or _outside_entity(head)
        parts.append(rest[:cut])
        rest = rest[cut:].lstrip("\n ")
    return [part for part in [*parts, rest] if part.strip()]


def _outside_entity(head: str) -> int:
    """Return where to cut a text without spaces, but not inside `&amp;`."""
    start = head.rfind("&", len(head) - 5)
    return start if start > 0 and ";" not in head[start:] else len(head)


def _safe(text: str) -> str:
    return blocks.plain(text, _LONGEST_TEXT)


def _incident_lines(incident: IncidentFacts, texts: Texts) -> list[str]:
    reason = words.why(incident, texts)
    shown = [
        (texts("Incident"), incident.id),
        (texts("Priority"), f"{incident.priority}" + (f" ({_safe(reason)})" if reason else "")),
        (texts("Component"), _safe(incident.component)),
        (texts("Site"), _safe(incident.site)),
        (texts("Ticket"), _safe(incident.ticket)),
        (texts("Opened"), texts.instant(incident.opened_at)),
        (texts("Restored"), texts.instant(incident.resolved_at) if incident.resolved_at else ""),
        (texts("Closed"), texts.instant(incident.closed_at) if incident.closed_at else ""),
        (texts("Is the cause gone?"), words.cause_gone(incident, texts)),
    ]
    return [texts.labelled(label, value) for label, value in shown if value]


def _target_lines(facts: ReportFacts, texts: Texts) -> list[str]:
    if not facts.targets:
        return []
    return ["", f"*{texts('Durations against targets')}*"] + [
        texts(
            "%(target)s: %(taken)s for %(allowed)s allowed – %(verdict)s",
            target=words.target(fact, texts),
            taken=words.taken(fact, texts),
            allowed=words.allowed(fact.allowed, texts),
            verdict=words.verdict(fact, texts),
        )
        for fact in facts.targets
    ]


def _change_lines(change: ChangeFact, texts: Texts) -> list[str]:
    began = texts.instant(change.began) if change.began else ""
    shown = [
        (texts("Carried out at"), began),
        (texts("Result"), words.change_result(change, texts)),
    ]
    return [
        "",
        f"*{texts('Caused by the change')} {change.id}* – {_safe(change.title)}",
        *(f"• {texts.labelled(label, value)}" for label, value in shown if value),
    ]


def _problem_lines(problem: ProblemFact, texts: Texts) -> list[str]:
    state = words.problem_state(problem, texts)
    shown = [
        (texts("Cause"), problem.cause),
        (texts("Work-around"), problem.workaround),
        (texts("Fixed by the change"), problem.fix),
    ]
    return [
        "",
        f"*{texts('Problem')} {problem.id}* – {_safe(problem.title)} ({state})",
        *(f"• {texts.labelled(label, _safe(value))}" for label, value in shown if value),
    ]


def _cell_lines(cell: CellFacts, texts: Texts) -> list[str]:
    lines = ["", f"*{texts('Crisis cell')} {cell.id}* – {_safe(cell.reason)}"]
    shown = [
        (texts("Incident"), words.about(cell, texts)),
        (texts("Asked for by"), f"{_safe(cell.asked_by)}, {texts.instant(cell.asked_at)}"),
        (texts("Opened"), texts.instant(cell.opened_at) if cell.opened_at else ""),
        (texts("Closed"), texts.instant(cell.closed_at) if cell.closed_at else ""),
        (texts("Led at the end by"), _safe(texts.listing(list(cell.leads)))),
    ]
    lines += [texts.labelled(label, value) for label, value in shown if value]
    lines += [
        f"• {texts.labelled(_safe(m.person), _safe(words.presence(m, texts)))}"
        for m in cell.members
    ]
    lines += [f"• {texts.instant(d.at)} {_safe(d.text)} ({_safe(d.by)})" for d in cell.decisions]
    lines += [
        f"• {a.number}. {_safe(a.text)} ({_safe(a.owner)}) – {_safe(words.action(a, texts))}"
        for a in cell.actions
    ]
    return lines


def _call_lines(facts: ReportFacts, texts: Texts) -> list[str]:
    if not facts.calls:
        return []
    lines = [
        "",
        f"*{texts('Who was called, and who answered')}*",
        _safe(words.reached(facts, texts)),
    ]
    for call in facts.calls:
        answer = texts.instant(call.acknowledged_at) if call.acknowledged_at else "–"
        lines.append(
            texts(
                "%(at)s %(person)s (%(firm)s), %(call)s – answered: %(answer)s",
                at=texts.instant(call.at),
                person=_safe(call.person),
                firm=_safe(call.firm),
                call=words.call(call, texts),
                answer=answer,
            )
        )
    note = words.summed(facts, texts)
    return [*lines, note] if note else lines
