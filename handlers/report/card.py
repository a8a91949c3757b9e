"""The card of a report: how it stands, and what its reader can do next (Rules REP-2 to REP-4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation.base.timer_names.report import LastMoment
from escalation.contract import Contract
from escalation.decision.commands import report as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.messages.report import ReportCard
from escalation.perform import rights
from escalation.perform.practices import reports
from escalation.records.report import Report, ReportState
from escalation.report.approval import lacking, may_approve
from handlers.incident.card import exercise_mark
from handlers.report.document import chunks, render_markdown
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts, msg
from handlers.words.view_context import ViewContext

LABELS = {"cause": msg("Cause"), "cure": msg("What restored the service"), "impact": msg("Impact")}
MOST_CHUNKS = 3  # of the report, for whoever is to approve it; “Show” has all of it


def heading(report: Report, texts: Texts) -> str:
    """Number and what it is about, in plain text."""
    mark = exercise_mark(texts, exercise=report.exercise)
    about = report.incident or report.crisis or ""
    return f"{mark}📄 {report.id} · {about}"


def card(context: ViewContext[ReportCard]) -> Rendered:
    """Show how the report stands, for one reader; whoever is to approve it reads it (REP-3)."""
    report, texts = context.report(), context.texts
    reader = context.reader.person.id if context.reader.person else ""
    seen = Seen.by(context.tx, report, context.reader.contract, reader, texts, context.now)
    lines = [seen.standing()]
    if context.message.changed_by:
        changed = texts(
            "%(by)s has changed the report since your approval; it needs approval again.",
            by=context.name_of(context.message.changed_by),
        )
        lines.insert(0, changed)
    rendered = b.short(b.plain(heading(report, texts)), "\n".join(lines))
    shown = [*rendered.blocks]
    if seen.to_approve and reader in report.asked:
        bare = Context(now=context.now, contract=context.reader.contract)
        written = render_markdown(report, reports.facts_of(context.tx, bare, report), texts)
        shown += [b.section(chunk) for chunk in chunks(written)[:MOST_CHUNKS]]
    shown.append(b.actions(*seen.buttons()))
    return Rendered(text=rendered.text, blocks=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A report as one person sees it; `waits`: its incident was opened again."""

    report: Report
    contract: Contract
    person: str
    texts: Texts
    now: datetime
    waits: bool

    @classmethod
    def by(
        cls,
        tx: Transaction,
        report: Report,
        contract: Contract,
        person: str,
        texts: Texts,
        now: datetime,
    ) -> Seen:
        """Look at a report with somebody's eyes."""
        waits = not reports.is_over(tx, report)
        return cls(
            report=report, contract=contract, person=person, texts=texts, now=now, waits=waits
        )

    @property
    def to_approve(self) -> bool:
        """Return whether this person's approval is asked for."""
        report = self.report
        asked = report.state is ReportState.DRAFT and report.submitted_at is not None
        return (
            asked
            and not self.waits
            and may_approve(self.contract, report, self.person, at=self.now)
        )

    def _may(self, command: type[Command]) -> bool:
        return rights.allowed(self.contract, self.person, command, self.report, at=self.now)

    def _name(self, person: str | None) -> str:
        return b.plain(self.contract.name_of(person)) if person else ""

    # ── words ────────────────────────────────────────────────────────────────────────────────

    def standing(self) -> str:
        """Return how the report stands, line by line."""
        report, texts = self.report, self.texts
        lines: list[str] = []
        if report.asked_by and report.state is ReportState.DRAFT:
            lines.append(
                texts(
                    "%(by)s has asked for this report: %(reason)s",
                    by=self._name(report.asked_by),
                    reason=b.plain(report.asked_for),
                )
            )
        if report.state is ReportState.MERGED:
            return texts(
                "%(incident)s is a duplicate: what was written here stands in %(into)s, which goes"
                " on.",
                incident=report.incident or "",
                into=report.merged_into,
            )
        if self.waits and report.state is not ReportState.ISSUED:
            waits = texts(
                "%(incident)s is open again; the report %(id)s waits until it is closed.",
                incident=report.incident or "",
                id=report.id,
            )
            return "\n".join([*lines, waits])
        if report.state is ReportState.ISSUED:
            return texts("Version %(version)s is issued.", version=report.issues[-1].version)
        if report.state is ReportState.APPROVED:
            return self._approved()
        if report.issues and report.issues[-1].preliminary:
            lines.append(
                texts(
                    "Version %(version)s went out as preliminary, not approved. The approved one is"
                    " still to follow.",
                    version=report.issues[-1].version,
                )
            )
        if report.returned_by:
            lines.append(
                texts(
                    "%(by)s does not approve the report yet: %(reason)s",
                    by=self._name(report.returned_by),
                    reason=b.plain(report.returned_for),
                )
            )
        return "\n".join([*lines, self._draft(), *self._lacks(), *self._together()])

    def _together(self) -> Iterator[str]:
        """Yield to the coordinators of a cell how its report is written and approved (CRI-11)."""
        report = self.report
        unasked = report.of_cell and report.submitted_at is None
        if unasked and len(report.coordinators) > 1 and self.person in report.coordinators:
            yield self.texts(
                "%(names)s write it together: whoever of you did not write last is asked to"
                " approve it.",
                names=self.texts.listing([self._name(each) for each in report.coordinators]),
            )

    def _lacks(self) -> Iterator[str]:
        """Yield what the report says nothing of; and why its approval is asked for all the same."""
        report, texts = self.report, self.texts
        cause = [] if report.sections.cause else ["cause"]
        if lacks := [*cause, *lacking(report)]:
            names = texts.listing([texts(LABELS[name]) for name in lacks])
            yield texts("Nothing is said yet of: %(sections)s.", sections=names)
        if report.lacks_for and report.submitted_at is not None:
            yield texts(
                "Its approval is asked for as it is: %(reason)s", reason=b.plain(report.lacks_for)
            )

    def _draft(self) -> str:
        report, texts = self.report, self.texts
        due = texts.clock(report.deadline, self.now)
        if self.to_approve and self.person in report.asked:
            return texts(
                "%(owner)s asks for your approval of this report; it is due by %(due)s.",
                owner=self._name(report.submitted_by or report.owner),
                due=due,
            )
        if report.submitted_at is not None:
            return texts(
                "Approval is asked for, of %(names)s; the report is due by %(due)s.",
                names=texts.listing([self._name(person) for person in report.asked]),
                due=due,
            )
        if not report.sections.cause:
            return texts(
                "The report is drafted from the record. Please complete it, the cause first, and"
                " then ask for its approval; it is due by %(due)s.",
                due=due,
            )
        return texts(
            "The report is drafted from the record. Please complete it, and then ask for its"
            " approval; it is due by %(due)s.",
            due=due,
        )

    def _approved(self) -> str:
        report, texts = self.report, self.texts
        last = report.alarms.get(LastMoment())
        if self._may(c.IssueReport) and last is not None:
            return texts(
                "%(by)s has approved the report. Please issue it; otherwise it goes out by itself"
                " at %(at)s.",
                by=self._name(report.approved_by),
                at=texts.clock(last.due, self.now),
            )
        return texts(
            "%(by)s has approved the report; %(owner)s issues it.",
            by=self._name(report.approved_by),
            owner=self._name(report.owner),
        )

    # ── buttons ──────────────────────────────────────────────────────────────────────────────

    def buttons(self) -> list[Block]:
        """Return what this person can do now; nothing that has served, or that would be refused."""
        report, texts, record = self.report, self.texts, (self.contract.id, self.report.id)
        shown = [b.button(texts("Card"), "report/show", *record)]
        if report.merged_into:
            on = b.button(
                report.merged_into, "report/show#into", report.contract, report.merged_into
            )
            return [*shown, on]
        if self.to_approve:
            return [
                *shown,
                b.button(texts("Approve"), "report/approve", *record, style="primary"),
                b.button(texts("Send back"), "report/return", *record, style="danger"),
            ]
        if report.state is ReportState.DRAFT and self._may(c.EditReport):
            shown.append(b.button(texts("Complete"), "report/edit", *record))
        if self.waits:
            return shown
        unasked = report.state is ReportState.DRAFT and report.submitted_at is None
        if unasked and report.sections.cause and self._may(c.SubmitReport):
            label = texts("Ask for approval")
            shown.append(b.button(label, "report/submit", *record, style="primary"))
        if report.state is ReportState.APPROVED and self._may(c.IssueReport):
            shown.append(self._issue())
        return shown

    def _issue(self) -> Block:
        texts, report = self.texts, self.report
        return b.asking(
            b.button(texts("Issue"), "report/issue", report.contract, report.id, style="primary"),
            texts("Issue the report?"),
            texts(
                "%(id)s goes out to the distribution list of both firms at once, and cannot be "
                "called back.",
                id=report.id,
            ),
            yes=texts("Issue"),
            no=texts("Not yet"),
        )
