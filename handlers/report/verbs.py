"""`/report`: the incident report (Rules REP-1 to REP-5)."""

from __future__ import annotations

from dataclasses import asdict, fields

from escalation.base.refusals import BadValue
from escalation.decision.commands.incident import AskReport
from escalation.decision.commands.report import (
    ApproveReport,
    EditReport,
    IssueReport,
    SendBackReport,
    SubmitReport,
)
from escalation.decision.transaction import Transaction
from escalation.records import kinds
from escalation.records.kinds import Record
from escalation.records.report import Report, Sections
from handlers.report import pages as report_pages
from handlers.verbs.fields import PAGE, reason
from handlers.verbs.verb import Field, Invocation, Kind, SlashCommand, Verb
from handlers.words.blocks import plain
from handlers.words.texts import msg


def _edit(invocation: Invocation) -> EditReport:
    names = [field.name for field in fields(Sections)]
    sections = {name: invocation.text(name) for name in names if name in invocation.values}
    if not sections and invocation.source == "form":
        raise BadValue("nothing_changed", field=names[0])
    if not sections:
        raise BadValue("value_missing", field=names[0])
    return EditReport(**invocation.common(), report=invocation.subject, sections=sections)


def _sections(tx: Transaction, invocation: Invocation) -> dict[str, str]:
    """The sections as they stand."""
    return asdict(tx.get(kinds.REPORT, invocation.contract.id, invocation.subject).sections)


def _submit(invocation: Invocation) -> SubmitReport:
    return SubmitReport(
        **invocation.common(), report=invocation.subject, reason=invocation.text("reason")
    )


def _send_back(invocation: Invocation) -> SendBackReport:
    return SendBackReport(
        **invocation.common(), report=invocation.subject, reason=invocation.needed("reason")
    )


def _ask(invocation: Invocation) -> AskReport:
    return AskReport(
        **invocation.common(), incident=invocation.subject, reason=invocation.needed("reason")
    )


def _approve(invocation: Invocation) -> ApproveReport:
    return ApproveReport(**invocation.common(), report=invocation.subject)


def _issue(invocation: Invocation) -> IssueReport:
    return IssueReport(**invocation.common(), report=invocation.subject)


def _asked(invocation: Invocation, record: Record) -> str:
    """Of whom the approval is asked (Rule REP-3)."""
    people = record.asked if isinstance(record, Report) else ()
    names = plain(
        invocation.caller.texts.listing([invocation.contract.name_of(each) for each in people])
    )
    words = msg("The approval of %(id)s is asked of %(people)s.")
    return invocation.caller.texts(words, id=record.id, people=names)


def _approved(invocation: Invocation, record: Record) -> str:
    """Return who issues it next, where that is somebody else (Rule REP-3)."""
    if not isinstance(record, Report) or record.owner == invocation.caller.person.id:
        return ""
    words = msg("You have approved %(id)s; %(owner)s issues it.")
    owner = plain(invocation.contract.name_of(record.owner))
    return invocation.caller.texts(words, id=record.id, owner=owner)


VERBS = (
    Verb(
        name="list",
        french="liste",
        aliases=("due", "dus"),
        summary=msg("List the reports that are due"),
        look=report_pages.listing,
        fields=(PAGE,),
    ),
    Verb(
        name="show",
        french="voir",
        aliases=("montrer",),
        about="REP",
        summary=msg("Show a report"),
        look=report_pages.show,
        fields=(Field(name="version", label=msg("Version"), kind=Kind.NUMBER),),
    ),
    Verb(
        name="edit",
        french="compléter",
        aliases=("éditer",),
        about="REP",
        summary=msg("Complete the report"),
        done=msg("%(id)s is changed."),
        build=_edit,
        prefill=_sections,
        form_always=True,
        fields=(
            Field(
                name="facts", label=msg("Remarks on the facts"), kind=Kind.LONG_TEXT, french="faits"
            ),
            Field(name="cause", label=msg("Cause"), kind=Kind.LONG_TEXT),
            Field(
                name="cure",
                label=msg("What restored the service"),
                kind=Kind.LONG_TEXT,
                french="remède",
            ),
            Field(name="impact", label=msg("Impact"), kind=Kind.LONG_TEXT),
            Field(name="actions", label=msg("Actions"), kind=Kind.LONG_TEXT),
        ),
    ),
    Verb(
        name="submit",
        french="soumettre",
        about="REP",
        summary=msg("Ask those who may approve the report"),
        instead=_asked,
        build=_submit,
        fields=(reason(msg("Why it goes to approval as it is"), required=False),),
    ),
    Verb(
        name="return",
        french="renvoyer",
        about="REP",
        summary=msg("Do not approve the report yet: it goes back with your reason"),
        done=msg("%(id)s goes back to its owner, with your reason."),
        build=_send_back,
        fields=(reason(),),
    ),
    Verb(
        name="ask",
        french="demander",
        about="INC",
        summary=msg("Ask for a report on an incident, with the reason"),
        done=msg("A report on %(id)s is asked for."),
        build=_ask,
        fields=(reason(),),
    ),
    Verb(
        name="approve",
        french="approuver",
        about="REP",
        summary=msg("Approve the report: a second person does"),
        done=msg("You have approved %(id)s."),
        instead=_approved,
        build=_approve,
    ),
    Verb(
        name="issue",
        french="diffuser",
        aliases=("émettre",),
        about="REP",
        summary=msg("Issue the approved report to the list"),
        done=msg("%(id)s is issued to the list."),
        build=_issue,
    ),
)

REPORT = SlashCommand(
    name="report", summary=msg("Incident reports"), verbs=VERBS, place=4, default="list"
)
