"""The words of the report's facts, in the reader's language."""

from __future__ import annotations

from escalation.base.durations import Clock, Duration
from escalation.records.change import ChangeResult
from escalation.records.crisis import Presence
from escalation.records.incident import IncidentState
from escalation.records.kinds import INCIDENT
from escalation.records.problem import ProblemState
from escalation.records.report import Report, ReportState
from escalation.records.report_facts import (
    ActionFact,
    CallFact,
    CellFacts,
    ChangeFact,
    IncidentFacts,
    MemberFact,
    PauseFact,
    ProblemFact,
    ReportFacts,
    StretchFact,
    TargetFact,
)
from handlers.change.words import RESULTS
from handlers.incident.card import STATES as INCIDENT_STATES
from handlers.problem.words import STATES as PROBLEM_STATES
from handlers.words.shared.priorities import read_at
from handlers.words.shared.timeline import moment  # noqa: F401  templates call it
from handlers.words.texts import LANGUAGES, Texts


def title(facts: ReportFacts, texts: Texts) -> str:
    """The form's title: the contract's, or ours in the reader's language."""
    if facts.incident is None and facts.cells:
        return texts("Report of the crisis cell")
    ours = {Texts.of(each, texts.zone)("Incident report") for each in LANGUAGES}
    given = facts.title.replace("'", "’")
    return texts("Incident report") if given in {"", *ours} else facts.title


def about(cell: CellFacts, texts: Texts) -> str:
    """Return the incident that a cell met for, and whether that goes on (Rule CRI-11)."""
    if not cell.about:
        return ""
    state = IncidentState(cell.about_state)
    said = f"{cell.about} ({texts(INCIDENT_STATES[state])})"
    return said if state in INCIDENT.over else texts("%(incident)s, which goes on", incident=said)


def subject(report: Report, facts: ReportFacts) -> str:
    """Return what the report is about: the incident's title, else the crisis's reason."""
    if facts.incident:
        return facts.incident.title
    return facts.cells[0].reason if facts.cells else report.id


def status(report: Report, texts: Texts, *, issued: bool, preliminary: bool) -> str:
    """Return how far the report has come."""
    if preliminary:
        return texts("Preliminary, not approved")
    if issued:
        return texts("Approved and issued")
    if report.state is ReportState.APPROVED:
        return texts("Approved, not issued yet")
    return texts("Draft, not approved")


def origin(incident: IncidentFacts, texts: Texts) -> str:
    """Return where the incident came from."""
    words = {
        "ticket": texts("Client ticket"),
        "monitoring": texts("Monitoring"),
        "production": texts("Production"),
        "change": texts("Change"),
        "call": texts("Call"),
    }
    return words.get(incident.origin, incident.origin)


def monitoring(facts: ReportFacts, texts: Texts) -> str:
    """Return how many events monitoring told of, from when to when; "" where it told of none."""
    seen = facts.monitoring
    if seen is None:
        return ""
    if seen.events == 1:
        return texts("One event, on %(at)s", at=texts.instant(seen.first_at))
    return texts(
        "%(count)s events, from %(first)s to %(last)s",
        count=seen.events,
        first=texts.instant(seen.first_at),
        last=texts.instant(seen.last_at),
    )


def problem_state(problem: ProblemFact, texts: Texts) -> str:
    """Return how far a problem has come."""
    return texts(PROBLEM_STATES[ProblemState(problem.state)])


def change_result(change: ChangeFact, texts: Texts) -> str:
    """Return what came of a change, as far as it is known."""
    return texts(RESULTS[ChangeResult(change.result)]) if change.result else ""


def why(incident: IncidentFacts, texts: Texts) -> str:
    """Return why the priority is what it is: the row and column read, or a person's reason."""
    if incident.reason:
        if incident.set_by:
            return texts(
                "set by %(name)s: %(reason)s", name=incident.set_by, reason=incident.reason
            )
        return incident.reason
    return read_at(incident.row, incident.column, texts)


def reopened(incident: IncidentFacts, texts: Texts) -> str:
    """Return how often the incident was opened again."""
    times = incident.reopened
    return texts.n("%(n)s time", "%(n)s times", times) if times else ""


def cause_gone(incident: IncidentFacts, texts: Texts) -> str:
    """Return whether the cause is gone, once it is restored (Rule INC-11)."""
    if incident.cause_gone is None:
        return texts("Not known yet") if incident.resolved_at else ""
    return texts("Yes") if incident.cause_gone else texts("No")


# ── targets and durations ────────────────────────────────────────────────────────────────────


def target(fact: TargetFact, texts: Texts) -> str:
    """The name of a target."""
    return texts("Restoration") if fact.name == "restore" else texts("Acknowledgement")


def verdict(fact: TargetFact, texts: Texts) -> str:
    """Return whether a target was met."""
    if fact.missed:
        return texts("missed")
    return texts("met") if fact.taken is not None else texts("not reached")


def allowed(length: Duration, texts: Texts) -> str:
    """A contract's duration, with its clock."""
    return texts.length(length)


def taken(fact: TargetFact, texts: Texts) -> str:
    """Return how long it took, on the clock it was measured on."""
    if fact.taken is None:
        return "–"
    if fact.clock is Clock.COVERAGE:
        return texts("%(length)s in coverage hours", length=texts.duration(fact.taken))
    return texts.duration(fact.taken)


def stretch(fact: StretchFact, texts: Texts) -> str:
    """A stretch of a clock: what of it counted, or who stopped it."""
    span = f"{texts.instant(fact.start)} → {texts.instant(fact.end)}"
    if fact.stopped_by:
        return texts("%(span)s: stopped by %(by)s", span=span, by=fact.stopped_by)
    counted = texts.duration(fact.counted)
    if fact.outside:
        return texts(
            "%(span)s: %(counted)s counted, %(outside)s outside hours",
            span=span,
            counted=counted,
            outside=texts.duration(fact.outside),
        )
    return texts("%(span)s: %(counted)s counted", span=span, counted=counted)


# ── people ───────────────────────────────────────────────────────────────────────────────────


def call(fact: CallFact, texts: Texts) -> str:
    """Return which call it was."""
    if fact.number == 0:
        return texts("came forward")
    if fact.last_at is not None:
        return texts(
            "%(times)s calls, the last on %(at)s", times=fact.times, at=texts.instant(fact.last_at)
        )
    which = texts("call %(number)s", number=fact.number)
    if not fact.covers_for:
        return which
    return f"{which} · " + texts("covers for %(name)s", name=fact.covers_for)


def parties(facts: ReportFacts) -> str:
    """The firms and their contract, with its reference."""
    shown = [each for each in (facts.contract, facts.reference) if each]
    firms = " – ".join(each for each in (facts.provider, facts.client) if each)
    return " · ".join([each for each in (firms, *shown) if each])


def reached(facts: ReportFacts, texts: Texts) -> str:
    """Return who of those who were called answered, each once, and who did not."""
    answered = list(dict.fromkeys(c.person for c in facts.calls if c.acknowledged_at))
    called = (name for c in facts.calls for name in c.person.split(", "))
    silent = [name for name in dict.fromkeys(called) if name not in answered]
    shown = [
        (texts("Answered"), answered),
        (texts("Called without an answer"), silent),
    ]
    return " · ".join(
        texts.labelled(label, texts.listing(names)) for label, names in shown if names
    )


def summed(facts: ReportFacts, texts: Texts) -> str:
    """Return where all calls stand, if some are told as one; else ""."""
    if facts.incident is None or all(fact.last_at is None for fact in facts.calls):
        return ""
    return texts(
        "Where an echelon answered none of many calls, they are summed up in one line. Each call "
        "stands in the journal of %(id)s, whose seals prove it; who runs Escalade prints it with "
        "“escalade journal show %(id)s --every”.",
        id=facts.incident.id,
    )


def presence(fact: MemberFact, texts: Texts) -> str:
    """Return how a member of the cell stood, who represented them, and whom they represented."""
    said = texts("present") if fact.presence is Presence.PRESENT else texts("missing")
    if fact.presence is Presence.REPRESENTED:
        said = texts("represented by %(name)s", name=fact.delegate)
    elif fact.delegate:
        said += " · " + texts("representative named: %(name)s", name=fact.delegate)
    if fact.represents:
        names = texts.listing(list(fact.represents))
        said += " · " + texts("for %(names)s", names=names)
    return said


def action(fact: ActionFact, texts: Texts) -> str:
    """Return how an action of the cell stands."""
    if fact.done_at:
        return texts("done on %(at)s", at=texts.instant(fact.done_at))
    if fact.cancelled_at:
        return texts("cancelled: %(reason)s", reason=fact.cancelled_for)
    if fact.due:
        return texts("still to be done, due by %(at)s", at=texts.instant(fact.due))
    return texts("still to be done")


def pause(fact: PauseFact, texts: Texts) -> str:
    """Return why the clocks stood still."""
    if fact.reason == "verification":
        return texts("Waiting for the requester's verification")
    return fact.reason
