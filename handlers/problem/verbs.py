"""`/problem`: from what keeps coming back to what removes it (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from datetime import datetime

from escalation.base.refusals import BadValue
from escalation.contract import CLIENT
from escalation.contract.processes.problems import Rating
from escalation.decision.commands import problem as c
from escalation.decision.transaction import Transaction
from escalation.problem.life import through_service_level
from escalation.records.kinds import INCIDENT as INCIDENTS
from escalation.records.kinds import PROBLEM, Record
from escalation.records.problem import Problem, ProblemOrigin, ProblemState
from handlers.incident.pages import contract_of
from handlers.problem import pages
from handlers.problem.beside import seen, under_way
from handlers.problem.words import ORIGINS, STATES, impacts, origins, ratings
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
from handlers.verbs.verb import Choices, Field, Invocation, Kind, SlashCommand, Verb
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import msg

ABOUT = PROBLEM.prefix


def _prefilled(_: Transaction, invocation: Invocation) -> dict[str, str]:
    """Nothing; but a client is told the way before a form opens (Rule PRB-1)."""
    if invocation.firm == CLIENT:
        raise through_service_level(invocation.contract)
    return {}


def _open(invocation: Invocation) -> c.OpenProblem:
    return c.OpenProblem(
        **invocation.common(),
        title=invocation.needed("title"),
        description=invocation.text("description"),
        origin=ProblemOrigin(choice_of(invocation, "origin", origins) or _origin(invocation)),
        component=choice_of(invocation, "component", choices.components),
        incident=incident_named(invocation) if invocation.text("incident") else None,
        cause=invocation.text("cause"),
        workaround=invocation.text("workaround"),
    )


def _next(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """Show how it stands, what is awaited now, and of whom; or until when it is watched."""
    if not isinstance(record, Problem):
        return []
    texts = invocation.caller.texts
    state = texts.labelled(texts("State"), texts(STATES[record.state]))
    return b.sections([state, *_awaited(tx, invocation, record)])


def _awaited(tx: Transaction, invocation: Invocation, problem: Problem) -> list[str]:
    contract, me = contract_of(tx, problem, invocation), invocation.caller.person.id
    return list(seen(tx, problem, contract, me, invocation.caller.texts, invocation.now).awaited())


def _taken(invocation: Invocation, record: Record) -> str:
    """Say, where the cause was announced with it, that no analysis is due."""
    if not isinstance(record, Problem) or record.analysed_at is None:
        return ""
    return invocation.caller.texts("You have taken %(id)s; its cause is known.", id=record.id)


def _opened(invocation: Invocation, record: Record) -> str:
    """To a problem manager: what they open is not put to anybody (PRB-1)."""
    if not isinstance(record, Problem) or record.state is ProblemState.PROPOSED:
        return ""
    if record.analysed_at is not None:
        return invocation.caller.texts("%(id)s is open; its cause is known.", id=record.id)
    return invocation.caller.texts("%(id)s is open; its analysis is due from now.", id=record.id)


def _of_opened(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """To whoever opens it: what it begins with, and what is next.

    And which other problems its incident is linked to (PRB-1).
    """
    if not isinstance(record, Problem):
        return []
    texts = invocation.caller.texts
    begins = texts.labelled(texts("Origin"), texts(ORIGINS[record.origin]))
    lines = [begins, *_awaited(tx, invocation, record)]
    for incident in (tx.get(INCIDENTS, record.contract, each) for each in record.incidents):
        if others := [each for each in incident.problems if each != record.id]:
            words = msg("%(incident)s is linked to %(problems)s already.")
            lines.append(texts(words, incident=incident.id, problems=", ".join(others)))
    return b.sections(lines)


def _origin(invocation: Invocation) -> ProblemOrigin:
    if invocation.text("workaround") or (
        invocation.text("cause") and not invocation.text("incident")
    ):
        return ProblemOrigin.KNOWN_ERROR
    return ProblemOrigin.INCIDENT if invocation.text("incident") else ProblemOrigin.SERVICE_LEVEL


def _take(invocation: Invocation) -> c.TakeProblem:
    return c.TakeProblem(**invocation.common(), problem=invocation.subject)


def _decline(invocation: Invocation) -> c.DeclineProblem:
    return c.DeclineProblem(
        **invocation.common(), problem=invocation.subject, reason=invocation.needed("reason")
    )


def _rating(invocation: Invocation, field: str) -> Rating:
    invocation.needed(field)
    found = choice_of(invocation, field, ratings if field == "priority" else impacts)
    if found is None:
        raise BadValue("value_missing", field=field)
    return Rating(found)


def _assess(invocation: Invocation) -> c.AssessProblem:
    return c.AssessProblem(
        **invocation.common(),
        problem=invocation.subject,
        client_impact=_rating(invocation, "client_impact"),
        provider_impact=_rating(invocation, "provider_impact"),
    )


def _propose(invocation: Invocation) -> c.ProposeProblemPriority:
    rating = _rating(invocation, "priority")
    return c.ProposeProblemPriority(
        **invocation.common(), problem=invocation.subject, priority=rating
    )


def _decide(invocation: Invocation) -> c.DecideProblemPriority:
    rating = _rating(invocation, "priority")
    return c.DecideProblemPriority(
        **invocation.common(), problem=invocation.subject, priority=rating
    )


def _assign(invocation: Invocation) -> c.AssignAnalysis:
    due = invocation.text("due")
    return c.AssignAnalysis(
        **invocation.common(),
        problem=invocation.subject,
        person=person_named(invocation, "person"),
        due=datetime.fromisoformat(due) if due else None,
    )


def _analyse(invocation: Invocation) -> c.RecordCause:
    return c.RecordCause(
        **invocation.common(), problem=invocation.subject, cause=invocation.needed("cause")
    )


def _standing(tx: Transaction, invocation: Invocation) -> dict[str, str]:
    """The cause and the work-around as they stand."""
    problem = tx.get(PROBLEM, invocation.contract.id, invocation.subject)
    return {"cause": problem.cause, "text": problem.workaround}


def _workaround(invocation: Invocation) -> c.RecordWorkaround:
    return c.RecordWorkaround(
        **invocation.common(), problem=invocation.subject, text=invocation.needed("text")
    )


def _withdraw(invocation: Invocation) -> c.WithdrawWorkaround:
    return c.WithdrawWorkaround(
        **invocation.common(), problem=invocation.subject, reason=invocation.needed("reason")
    )


def _fix(invocation: Invocation) -> c.RecordFix:
    return c.RecordFix(
        **invocation.common(),
        problem=invocation.subject,
        change=invocation.needed("change"),
        text=invocation.text("text"),
    )


def _asked_for(tx: Transaction, invocation: Invocation) -> dict[str, str]:
    """The change that is to fix it, or was asked for because of it last, for the form."""
    problem = tx.get(PROBLEM, invocation.contract.id, invocation.subject)
    changes = under_way(tx, problem, invocation.caller.person.id)
    return {"change": changes[-1].id} if changes else {}


def _expected(invocation: Invocation, record: Record) -> str:
    """Say, where the change is not made yet, that it is the fix to come (PRB-3)."""
    if not isinstance(record, Problem) or record.expected is None:
        return ""
    return invocation.caller.texts(
        "%(change)s is not carried out yet: it is noted as the fix of %(id)s that is to come.",
        change=b.plain(record.expected.change),
        id=record.id,
    )


def _link(invocation: Invocation) -> c.LinkIncident:
    return c.LinkIncident(
        **invocation.common(), problem=invocation.subject, incident=incident_named(invocation)
    )


def _unlink(invocation: Invocation) -> c.UnlinkIncident:
    return c.UnlinkIncident(
        **invocation.common(),
        problem=invocation.subject,
        incident=incident_named(invocation),
        reason=invocation.needed("reason"),
    )


def _close(invocation: Invocation) -> c.CloseProblem:
    return c.CloseProblem(
        **invocation.common(), problem=invocation.subject, note=invocation.text("note")
    )


def _reopen(invocation: Invocation) -> c.ReopenProblem:
    return c.ReopenProblem(
        **invocation.common(), problem=invocation.subject, reason=invocation.needed("reason")
    )


def _rated(name: str, label: str, french: str, choices: Choices = impacts) -> Field:
    return Field(
        name=name, label=label, kind=Kind.CHOICE, choices=choices, required=True, french=french
    )


PRIORITY = _rated("priority", msg("Priority"), "priorité", ratings)
VERBS = (
    Verb(
        name="list",
        french="liste",
        summary=msg("List the open problems"),
        look=pages.listing,
        fields=(PAGE,),
    ),
    Verb(
        name="show",
        french="voir",
        aliases=("montrer",),
        about=ABOUT,
        summary=msg("Show a problem and its timeline"),
        look=pages.show,
    ),
    Verb(
        name="open",
        french="ouvrir",
        aliases=("new",),
        summary=msg("Open a problem; whoever does not manage problems proposes it"),
        done=msg("%(id)s is put to the problem manager."),
        instead=_opened,
        also=_of_opened,
        build=_open,
        prefill=_prefilled,
        fields=(
            Field(
                name="title",
                label=msg("What keeps coming back, in a few words"),
                required=True,
                free=True,
                french="titre",
                limit=250,
            ),
            Field(
                name="origin",
                label=msg("Origin"),
                kind=Kind.CHOICE,
                choices=origins,
                french="origine",
            ),
            COMPONENT,
            Field(name="incident", label=msg("Incident"), limit=20),
            Field(name="description", label=msg("Description"), kind=Kind.LONG_TEXT),
            Field(name="cause", label=msg("Cause, where it is known"), kind=Kind.LONG_TEXT),
            Field(
                name="workaround",
                label=msg("Work-around, where there is one"),
                kind=Kind.LONG_TEXT,
                french="contournement",
            ),
        ),
    ),
    Verb(
        name="take",
        french="prendre",
        about=ABOUT,
        summary=msg("Problem manager: open what is proposed"),
        done=msg("You have taken %(id)s; its analysis is due from now."),
        instead=_taken,
        also=_next,
        build=_take,
    ),
    Verb(
        name="decline",
        french="décliner",
        about=ABOUT,
        summary=msg("Problem manager: do not open what is proposed, with your reason"),
        done=msg("%(id)s is declined, with your reason."),
        build=_decline,
        fields=(reason(),),
    ),
    Verb(
        name="assess",
        french="évaluer",
        about=ABOUT,
        summary=msg("Problem manager: assess the impact on both firms"),
        done=msg("The impacts of %(id)s are reported to the delivery manager."),
        also=_next,
        build=_assess,
        fields=(
            _rated("client_impact", msg("Impact on the client"), "impact_client"),
            _rated("provider_impact", msg("Impact on the provider"), "impact_prestataire"),
        ),
    ),
    Verb(
        name="propose",
        french="proposer",
        about=ABOUT,
        summary=msg("Delivery manager: propose the priority"),
        done=msg("The priority of %(id)s is put to those who decide it."),
        also=_next,
        build=_propose,
        fields=(PRIORITY,),
    ),
    Verb(
        name="decide",
        french="décider",
        about=ABOUT,
        summary=msg("Decide the priority for your firm; both firms decide together"),
        done=msg("Your decision on %(id)s is recorded."),
        also=_next,
        build=_decide,
        fields=(PRIORITY,),
    ),
    Verb(
        name="assign",
        french="affecter",
        about=ABOUT,
        summary=msg("Problem manager: say who analyses, and by when"),
        done=msg("The analysis of %(id)s is assigned to %(person)s."),
        also=_next,
        build=_assign,
        fields=(
            who(msg("Person"), choices=choices.provider_people),
            Field(name="due", label=msg("Due"), kind=Kind.INSTANT, french="échéance"),
        ),
    ),
    Verb(
        name="analyse",
        french="analyser",
        aliases=("analyze", "cause"),
        about=ABOUT,
        summary=msg("Say what the cause is"),
        done=msg("The cause of %(id)s is recorded."),
        also=_next,
        build=_analyse,
        prefill=_standing,
        fields=(
            Field(name="cause", label=msg("Cause"), kind=Kind.LONG_TEXT, required=True, free=True),
        ),
    ),
    Verb(
        name="workaround",
        french="contournement",
        aliases=("contourner",),
        about=ABOUT,
        summary=msg("Say how to work around it: shown wherever a like incident opens"),
        done=msg("The work-around of %(id)s is recorded, and told to whoever needs it."),
        also=_next,
        build=_workaround,
        prefill=_standing,
        fields=(free_text(msg("Work-around")),),
    ),
    Verb(
        name="withdraw",
        french="retirer",
        about=ABOUT,
        summary=msg("Withdraw the work-around, with your reason"),
        done=msg("The work-around of %(id)s is withdrawn; whoever has read it hears why."),
        also=_next,
        build=_withdraw,
        fields=(reason(),),
    ),
    Verb(
        name="fix",
        french="corriger",
        aliases=("correction",),
        about=ABOUT,
        summary=msg("Say which change removed the cause, or is to"),
        done=msg("%(id)s is fixed."),
        instead=_expected,
        also=_next,
        build=_fix,
        prefill=_asked_for,
        fields=(
            Field(
                name="change",
                label=msg("Reference of the change"),
                required=True,
                free=True,
                french="changement",
                limit=100,
            ),
            Field(
                name="text",
                label=msg("What it changes, and why that removes the cause"),
                kind=Kind.LONG_TEXT,
                french="texte",
            ),
        ),
    ),
    Verb(
        name="link",
        french="rattacher",
        aliases=("lier",),
        about=ABOUT,
        summary=msg("Say that an incident comes from the problem"),
        done=msg("The incident is linked to %(id)s."),
        also=_next,
        build=_link,
        fields=(INCIDENT,),
    ),
    Verb(
        name="unlink",
        french="détacher",
        about=ABOUT,
        summary=msg(
            "Problem manager: say that an incident does not come from it, with your reason"
        ),
        done=msg("The incident is no longer linked to %(id)s."),
        also=_next,
        build=_unlink,
        fields=(Field(name="incident", label=msg("Incident"), required=True, limit=20), reason()),
    ),
    Verb(
        name="close",
        french="clore",
        aliases=("fermer",),
        about=ABOUT,
        summary=msg("Problem manager: close what has not come back"),
        done=msg("%(id)s is closed."),
        build=_close,
        fields=(free_text(msg("Note"), required=False, name="note"),),
    ),
    Verb(
        name="reopen",
        french="rouvrir",
        about=ABOUT,
        summary=msg("Problem manager: open again what came back"),
        done=msg("%(id)s is open again."),
        also=_next,
        build=_reopen,
        fields=(reason(),),
    ),
)

PROBLEMS = SlashCommand(
    name="problem",
    summary=msg("Problems: what keeps coming back, and what removes it"),
    verbs=VERBS,
    place=6,
    default="list",
    chapter="problems",
)
