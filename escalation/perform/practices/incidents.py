"""The incident practice: its steps and its timers (Rules INC-1 to INC-11)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.refusals import BadValue
from escalation.base.timer_names import incident as t
from escalation.decision.commands import incident as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.incident import (
    cause,
    ending,
    life,
    lowering,
    opening,
    qualifying,
    report_request,
    sites,
    targets,
    triage,
    verification,
    waiting,
)
from escalation.people import roles as w
from escalation.perform.finding import change_named, duplicates
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT


def _subject(tx: Transaction, command: Command) -> Incident | None:
    if not isinstance(command, c.OnIncident):
        return None
    return tx.get(INCIDENT, command.contract, command.incident)


def _open(tx: Transaction, context: Context, _: None, command: c.OpenIncident) -> Incident:
    """Open an incident (Rule INC-1)."""
    change_named(tx, context, command.change)
    return opening.open_incident(context, tx.next_id(command.contract, INCIDENT.prefix), command)


def _assign(context: Context, incident: Incident, command: c.AssignIncident) -> Incident:
    """Assign to a person, bring in a support group, or both (Rule ORG-4)."""
    if not command.person and not command.group:
        raise BadValue("assignee_missing")
    if command.person:
        incident = life.assign(context, incident, command.person)
    return life.bring_in(context, incident, command.group) if command.group else incident


def _verify(context: Context, incident: Incident, command: c.VerifyIncident) -> Incident:
    """The requester says whether it is fixed (Rule INC-5)."""
    if command.fixed:
        return verification.verify(context, incident, command.note)
    return life.reopen(context, incident, command.note)


def _merge(
    tx: Transaction, context: Context, incident: Incident, command: c.MergeIncident
) -> Incident:
    """Say that an incident duplicates another, which notes it (Rule INC-4)."""
    original = tx.get(INCIDENT, command.contract, command.into)
    theirs = replace(context, contract=contract_of(tx, original))  # each under its own version
    incident, original = ending.merge(context, incident, original, theirs)
    tx.put(original)
    return incident


def _undo(tx: Transaction, context: Context, incident: Incident, command: c.UndoEnding) -> Incident:
    """Undo a wrong merge or cancellation (Rule INC-4)."""
    into = incident.merged_into
    original = tx.get(INCIDENT, command.contract, into) if into else None
    still = _reported(tx, original, incident) if original else frozenset()
    incident, original = ending.undo(context, incident, original, command.reason, still=still)
    while original is not None:
        tx.put(original)
        into = original.merged_into  # merged on, with whoever reported this one
        further = tx.get(INCIDENT, command.contract, into) if into else None
        original = further and ending.part(further, incident, _reported(tx, further, incident))
    return incident


def _reported(tx: Transaction, original: Incident, parting: Incident) -> frozenset[str]:
    """List who reported the original's other duplicates."""
    others = (each for each in duplicates(tx, original) if each.id != parting.id)
    return frozenset(person for each in others for person in each.requesters)


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.OpenIncident: Step(may=(w.ANYONE,), do=Reads(_open)),
        c.AddNote: Step(
            may=(w.ANYONE,), do=lambda context, incident, x: life.note(context, incident, x.text)
        ),
        c.SetSite: Step(
            may=(w.OF_PROVIDER, w.OF_CLIENT),
            do=lambda context, incident, x: sites.set_site(context, incident, x.site),
        ),
        c.TakeIncident: Step(
            may=(w.OF_PROVIDER, w.CALLED),
            do=lambda context, incident, _: life.take(context, incident),
        ),
        c.AssignIncident: Step(may=(w.OF_PROVIDER,), do=_assign),
        c.SetPriority: Step(may=(w.OF_PROVIDER, w.RESPONSIBLE_GROUP), do=qualifying.set_priority),
        c.AgreeLowering: Step(
            may=(w.CLIENT_PEER,),
            do=lambda context, incident, _: qualifying.agree(context, incident),
        ),
        c.DeclineLowering: Step(
            may=(w.CLIENT_PEER,),
            do=lambda context, incident, x: lowering.decline(context, incident, x.reason),
        ),
        c.WaitFor: Step(
            may=(w.OF_PROVIDER,),
            do=lambda context, incident, x: life.wait(context, incident, x.waiting_for, x.reason),
        ),
        c.ResumeWork: Step(
            may=(w.OF_PROVIDER, w.AWAITED),
            do=lambda context, incident, x: life.resume(context, incident, x.note),
        ),
        c.ForeseeDelay: Step(
            may=(w.OF_PROVIDER,),
            do=lambda context, incident, x: life.foresee_delay(context, incident, x.reason),
        ),
        c.ResolveIncident: Step(
            may=(w.OF_PROVIDER,),
            do=lambda context, incident, x: life.resolve(
                context, incident, cause_gone=x.cause_gone, cure=x.cure, cause=x.cause
            ),
        ),
        c.ConfirmCause: Step(
            may=(w.INCIDENT_MANAGER, w.RESOLVER),
            do=lambda context, incident, x: cause.confirm(
                context, incident, gone=x.gone, cause=x.cause
            ),
        ),
        c.VerifyIncident: Step(may=(w.REQUESTER,), do=_verify),
        c.CloseIncident: Step(
            may=w.MANAGERS,
            do=lambda context, incident, x: verification.close(context, incident, x.note),
        ),
        c.ReopenIncident: Step(
            may=(w.REQUESTER, *w.MANAGERS, w.DIRECTOR),
            do=lambda context, incident, x: life.reopen(
                context, incident, user_text.required(x.reason)
            ),
        ),
        c.MergeIncident: Step(may=(w.OF_PROVIDER,), do=Reads(_merge)),
        c.CancelIncident: Step(
            may=(w.REQUESTER, *w.MANAGERS, w.FOUND_IT),
            do=lambda context, incident, x: ending.cancel(context, incident, x.reason),
        ),
        c.UndoEnding: Step(may=(w.INCIDENT_MANAGER,), do=Reads(_undo)),
        c.AskReport: Step(
            may=(w.DELIVERY_MANAGER, w.SERVICE_OWNER),
            do=lambda context, incident, x: report_request.ask_report(context, incident, x.reason),
        ),
        c.ReplanIncident: Step(
            may=(w.INCIDENT_MANAGER, w.DELIVERY_MANAGER),
            do=lambda context, incident, x: life.replan(context, incident, x.reason),
            in_force=True,
        ),
    },
    timers={
        t.TargetMark: targets.fire,
        t.CauseDue: cause.ask,
        t.VerifyChase: verification.chase,
        t.VerifySilence: verification.overdue,
        t.KeepInformed: targets.inform_again,
        t.QualifyBy: triage.not_qualified,
        t.OnCallDue: triage.tell_on_call,
        t.LoweringAwaited: lowering.chase,
        t.WaitReminder: waiting.remind,
        t.WaitEnd: waiting.end,
        t.CloseReminder: verification.remind_to_close,
        t.CloseByItself: verification.close_by_itself,
    },
)
