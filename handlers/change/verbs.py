"""`/change`: from what is asked for to what was put into service (Rules CHG-1 to CHG-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from escalation.base.refusals import BadValue
from escalation.change.approving import require_state
from escalation.change.asking import UNDECIDED
from escalation.decision.commands import change as c
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.records.change import (
    BEFOREHAND,
    Change,
    ChangeResult,
    ChangeState,
)
from escalation.records.kinds import CHANGE, Record
from handlers.change import pages
from handlers.change.awaited import of_them
from handlers.change.board.verbs import ASKED, BOARD_VERBS
from handlers.change.calendar import pages as calendar_pages
from handlers.change.card import Seen
from handlers.change.requesting import CLASSIFIED, MONEY, REQUESTED, SERVICE_LEVEL
from handlers.change.words import heading, results
from handlers.verbs import choices
from handlers.verbs.fields import (
    COMPONENT,
    INCIDENT,
    PAGE,
    choice_of,
    free_text,
    incident_named,
    person_named,
    reason,
    who,
)
from handlers.verbs.verb import (
    Field,
    Invocation,
    Kind,
    Prefill,
    SlashCommand,
    Verb,
)
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import msg

ABOUT = CHANGE.prefix


def _assign(invocation: Invocation) -> c.AssignStudy:
    return c.AssignStudy(
        **invocation.common(),
        change=invocation.subject,
        person=person_named(invocation, "person"),
        due=_instant(invocation, "due"),
    )


def _instant(invocation: Invocation, name: str) -> datetime | None:
    given = invocation.text(name)
    return datetime.fromisoformat(given) if given else None


def _study(invocation: Invocation) -> c.RecordStudy:
    return c.RecordStudy(
        **invocation.common(),
        change=invocation.subject,
        text=invocation.needed("text"),
        impact=invocation.needed("impact"),
        fallback=invocation.needed("fallback"),
        test=invocation.needed("test"),
        money=invocation.yes("money"),
        service_level=invocation.yes("service_level"),
    )


def _approve(invocation: Invocation) -> c.ApproveChange:
    return c.ApproveChange(
        **invocation.common(),
        change=invocation.subject,
        reason=invocation.text("reason"),
        asked=invocation.number("asked"),
    )


def _reject(invocation: Invocation) -> c.RejectChange:
    return c.RejectChange(
        **invocation.common(),
        change=invocation.subject,
        reason=invocation.needed("reason"),
        asked=invocation.number("asked"),
    )


def _plan(invocation: Invocation) -> c.PlanChange:
    start = _instant(invocation, "start")
    if start is None:
        raise BadValue("value_missing", field="start")
    return c.PlanChange(
        **invocation.common(),
        change=invocation.subject,
        start=start,
        end=_instant(invocation, "end"),
        person=person_named(invocation, "person") if invocation.text("person") else None,
        despite=invocation.text("despite"),
    )


def _start(invocation: Invocation) -> c.StartChange:
    return c.StartChange(
        **invocation.common(), change=invocation.subject, despite=invocation.text("despite")
    )


def _prolong(invocation: Invocation) -> c.ProlongChange:
    until = _instant(invocation, "until")
    if until is None:
        raise BadValue("value_missing", field="until")
    reason = invocation.text("reason")
    return c.ProlongChange(
        **invocation.common(), change=invocation.subject, until=until, reason=reason
    )


def _goes_on(invocation: Invocation, record: Record) -> str:
    """Work out until when nobody is called about it."""
    if not isinstance(record, Change) or record.window is None:
        return ""
    until = invocation.caller.texts.clock(record.window.end, invocation.now)
    words = msg("%(id)s goes on until %(at)s; nobody is called about it before.")
    return invocation.caller.texts(words, id=record.id, at=until)


def _link(invocation: Invocation) -> c.LinkCausedIncident:
    incident = incident_named(invocation)
    return c.LinkCausedIncident(**invocation.common(), change=invocation.subject, incident=incident)


def _unlink(invocation: Invocation) -> c.UnlinkCausedIncident:
    return c.UnlinkCausedIncident(
        **invocation.common(),
        change=invocation.subject,
        incident=incident_named(invocation),
        reason=invocation.needed("reason"),
    )


def _end(invocation: Invocation) -> c.EndChange:
    invocation.needed("result")
    result = choice_of(invocation, "result", results)
    return c.EndChange(
        **invocation.common(),
        change=invocation.subject,
        result=ChangeResult(result or ChangeResult.SUCCEEDED),
        reason=invocation.text("reason"),
    )


def _close(invocation: Invocation) -> c.CloseChange:
    return c.CloseChange(
        **invocation.common(), change=invocation.subject, note=invocation.text("note")
    )


def _again(invocation: Invocation) -> c.DoChangeAgain:
    return c.DoChangeAgain(**invocation.common(), change=invocation.subject)


def _withdraw(invocation: Invocation) -> c.WithdrawChange:
    return c.WithdrawChange(
        **invocation.common(), change=invocation.subject, reason=invocation.needed("reason")
    )


def _prefilled(*states: ChangeState, prefill: Prefill | None = None) -> Prefill:
    """Fill in what the form begins with: it opens only where the change is at that point."""

    def filled(tx: Transaction, invocation: Invocation) -> dict[str, str]:
        require_state(tx.get(CHANGE, invocation.contract.id, invocation.subject), *states)
        return prefill(tx, invocation) if prefill else {}

    return filled


def _next(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """Show what the answer says besides: that it is approved, and what is awaited of whom (CHG-4).

    Who asks for a change has its card at that moment, which says it: the answer only names it.
    """
    if not isinstance(record, Change) or invocation.verb.name == "again":
        return []
    if invocation.verb.name == "request":
        return [b.context(b.plain(heading(record)))]
    seen = Seen(
        change=record,
        contract=contract_of(tx, record),
        person=invocation.caller.person.id,
        texts=invocation.caller.texts,
        now=invocation.now,
    )
    news = record.state is S.APPROVED and invocation.verb.name != "plan"
    lines = [*([invocation.caller.texts("It is approved.")] if news else []), *seen.awaited()]
    named = seen.carrier_buttons() if invocation.verb.name == "plan" else []
    return [*b.sections(lines), *named, *of_them(tx, invocation, record)]


S = ChangeState

DESPITE = Field(
    name="despite",
    label=msg("Despite a clash: why it must be then"),
    kind=Kind.LONG_TEXT,
    french="malgré",
)
VERBS = (
    Verb(
        name="list",
        french="liste",
        summary=msg("List the open changes, and whom each waits for"),
        look=pages.listing,
        fields=(PAGE,),
    ),
    Verb(
        name="show",
        french="voir",
        aliases=("montrer",),
        about=ABOUT,
        summary=msg("Show a change and its timeline"),
        look=pages.show,
    ),
    Verb(
        name="calendar",
        french="calendrier",
        summary=msg("The windows ahead, what they clash with, freezes and critical periods"),
        look=calendar_pages.calendar,
        fields=(COMPONENT, PAGE),
    ),
    Verb(
        name="slot",
        french="créneau",
        about=ABOUT,
        summary=msg("Find the next slot in which a change clashes with nothing"),
        look=calendar_pages.slot,
        fields=(
            Field(
                name="after", label=msg("Not before"), kind=Kind.INSTANT, free=True, french="après"
            ),
            Field(
                name="length",
                label=msg("How long it lasts"),
                hint=msg("As 2h or 1h30m."),
                french="durée",
                limit=20,
            ),
        ),
    ),
    Verb(
        name="history",
        french="historique",
        summary=msg("What was put into service of a component, when, by which change"),
        look=calendar_pages.history,
        fields=(replace(COMPONENT, required=True, free=True),),
    ),
    Verb(
        name="feed",
        french="flux",
        summary=msg("The windows of changes as a link for your own calendar"),
        look=calendar_pages.feed,
    ),
    Verb(
        name="catalogue",
        aliases=("catalog", "standard"),
        summary=msg("Show the standard changes, and ask for one"),
        look=pages.catalogue,
        fields=(PAGE,),
    ),
    REQUESTED,
    replace(CLASSIFIED, prefill=_prefilled(*UNDECIDED, prefill=CLASSIFIED.prefill)),
    Verb(
        name="assign",
        french="affecter",
        about=ABOUT,
        summary=msg("Change manager: say who studies it, and by when"),
        done=msg("The study of %(id)s is assigned."),
        build=_assign,
        prefill=_prefilled(S.STUDY),
        fields=(
            who(msg("Person"), choices=choices.provider_people),
            Field(name="due", label=msg("Due"), kind=Kind.INSTANT, french="échéance"),
        ),
    ),
    Verb(
        name="study",
        french="étudier",
        about=ABOUT,
        summary=msg("Record the study: impact, fall-back plan, test"),
        done=msg("The study of %(id)s is recorded, and put to those who approve it."),
        build=_study,
        prefill=_prefilled(S.STUDY, S.APPROVAL),
        fields=(
            free_text(msg("What is done, and how")),
            Field(name="impact", label=msg("Impact"), kind=Kind.LONG_TEXT, required=True),
            Field(
                name="fallback",
                label=msg("Fall-back plan"),
                kind=Kind.LONG_TEXT,
                required=True,
                french="retour_arrière",
            ),
            Field(name="test", label=msg("Test"), kind=Kind.LONG_TEXT, required=True),
            MONEY,
            SERVICE_LEVEL,
        ),
    ),
    Verb(
        name="approve",
        french="approuver",
        about=ABOUT,
        summary=msg("Give the approvals that are yours"),
        done=msg("Your approval of %(id)s is recorded."),
        build=_approve,
        fields=(reason(required=False), ASKED),
    ),
    Verb(
        name="reject",
        french="rejeter",
        aliases=("refuse", "refuser"),
        about=ABOUT,
        summary=msg("Refuse a change that needs your approval, with your reason"),
        done=msg("%(id)s is rejected, with your reason."),
        build=_reject,
        prefill=_prefilled(S.REQUESTED, S.STUDY, S.APPROVAL),
        fields=(reason(), ASKED),
    ),
    *BOARD_VERBS,
    Verb(
        name="plan",
        french="planifier",
        about=ABOUT,
        summary=msg("Say when it is carried out, and by whom"),
        done=msg("%(id)s is planned."),
        build=_plan,
        prefill=_prefilled(*BEFOREHAND, prefill=calendar_pages.free_start),
        ways=calendar_pages.free_slot,
        fields=(
            Field(
                name="start",
                label=msg("Begins"),
                kind=Kind.INSTANT,
                required=True,
                free=True,
                french="début",
            ),
            Field(name="end", label=msg("Is over"), kind=Kind.INSTANT, french="fin"),
            who(msg("Carried out by"), required=False, free=False),
            DESPITE,
        ),
    ),
    Verb(
        name="start",
        french="commencer",
        aliases=("begin", "démarrer"),
        about=ABOUT,
        summary=msg("Begin to carry it out"),
        done=msg("You carry out %(id)s from now."),
        build=_start,
        ways=calendar_pages.free_slot,
        fields=(DESPITE,),
    ),
    Verb(
        name="prolong",
        french="prolonger",
        aliases=("extend",),
        about=ABOUT,
        summary=msg("Say that you have it in hand, and until when it goes on"),
        done=msg("%(id)s goes on; nobody is called about it meanwhile."),
        instead=_goes_on,
        build=_prolong,
        prefill=_prefilled(S.UNDERWAY),
        fields=(
            Field(
                name="until",
                label=msg("It goes on until"),
                kind=Kind.INSTANT,
                required=True,
                free=True,
                french="fin",
                aliases=("end", "jusqu'à"),
            ),
            reason(required=False),
        ),
    ),
    Verb(
        name="end",
        french="terminer",
        about=ABOUT,
        summary=msg("Say what came of it"),
        done=msg("The result of %(id)s is recorded."),
        build=_end,
        prefill=_prefilled(S.UNDERWAY),
        fields=(
            Field(
                name="result",
                label=msg("Result"),
                kind=Kind.CHOICE,
                choices=results,
                required=True,
                free=True,
                french="résultat",
            ),
            reason(msg("Reason, unless it succeeded"), required=False),
        ),
    ),
    Verb(
        name="link",
        french="lier",
        about=ABOUT,
        summary=msg("Say that a change has caused an incident"),
        done=msg("The incident is linked to %(id)s, which has caused it."),
        build=_link,
        fields=(INCIDENT,),
    ),
    Verb(
        name="unlink",
        french="détacher",
        about=ABOUT,
        summary=msg("Change manager: say that a change has not caused an incident after all"),
        done=msg("The incident is not linked to %(id)s any more."),
        build=_unlink,
        fields=(replace(INCIDENT, free=False), reason()),
    ),
    Verb(
        name="close",
        french="clore",
        aliases=("fermer",),
        about=ABOUT,
        summary=msg("Change manager: close what is carried out"),
        done=msg("%(id)s is closed."),
        build=_close,
        fields=(free_text(msg("What was put into service"), required=False, name="note"),),
    ),
    Verb(
        name="again",
        french="refaire",
        about=ABOUT,
        summary=msg("Ask again for what was not carried out, or did not succeed"),
        done=msg("%(id)s does it again."),
        build=_again,
    ),
    Verb(
        name="withdraw",
        french="retirer",
        about=ABOUT,
        summary=msg("Withdraw the request, with your reason"),
        done=msg("%(id)s is withdrawn."),
        build=_withdraw,
        prefill=_prefilled(*BEFOREHAND),
        fields=(reason(),),
    ),
)

CHANGES = SlashCommand(
    name="change",
    summary=msg("Changes: what is asked for, approved, planned and carried out"),
    verbs=tuple(replace(each, also=_next) if each.build else each for each in VERBS),
    place=7,
    default="list",
    chapter="changes",
)
