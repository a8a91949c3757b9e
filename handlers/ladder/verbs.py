"""`/escalate`: walking the ladders (Rules ESC-1 to ESC-6)."""

from __future__ import annotations

from escalation.decision.commands.ladder import (
    AcknowledgePing,
    AddToRung,
    EscalateUp,
    HandOverPing,
    SettleLadder,
    SnoozeLadder,
    StepDown,
)
from escalation.ladder.firing import next_step
from escalation.records.incident import Incident
from escalation.records.kinds import Record
from handlers.incident.card import timer_words
from handlers.incident.opened import called_now
from handlers.ladder import pages as ladder_pages
from handlers.verbs import choices
from handlers.verbs.fields import LADDER, choice_of, free_text, person_named, reason, who
from handlers.verbs.verb import Allowance, Field, Invocation, Kind, SlashCommand, Verb
from handlers.words.texts import msg


def _ladder(invocation: Invocation) -> str | None:
    return choice_of(invocation, "ladder", choices.ladders)


def _up(invocation: Invocation) -> EscalateUp:
    return EscalateUp(
        **invocation.common(),
        incident=invocation.subject,
        ladder=_ladder(invocation),
        reason=invocation.needed("reason"),
        rung=invocation.number("rung"),
    )


def _acknowledge(invocation: Invocation) -> AcknowledgePing:
    return AcknowledgePing(
        **invocation.common(),
        incident=invocation.subject,
        ladder=_ladder(invocation),
        rung=invocation.number("rung"),
    )


def _hand_over(invocation: Invocation) -> HandOverPing:
    return HandOverPing(
        **invocation.common(),
        incident=invocation.subject,
        ladder=_ladder(invocation),
        to=person_named(invocation, "to"),
    )


def _add(invocation: Invocation) -> AddToRung:
    return AddToRung(
        **invocation.common(),
        incident=invocation.subject,
        ladder=_ladder(invocation),
        person=person_named(invocation, "person"),
    )


def _snooze(invocation: Invocation) -> SnoozeLadder:
    return SnoozeLadder(
        **invocation.common(), incident=invocation.subject, ladder=_ladder(invocation)
    )


def _step_down(invocation: Invocation) -> StepDown:
    return StepDown(
        **invocation.common(),
        incident=invocation.subject,
        ladder=_ladder(invocation),
        reason=invocation.needed("reason"),
    )


def _put_off(invocation: Invocation, record: Record) -> str:
    """Say until when the next step is put off (Rule ESC-6)."""
    walks = record.walks if isinstance(record, Incident) else ()
    mine = [
        walk for walk in walks if walk.snoozed_at and walk.snoozed_by == invocation.caller.person.id
    ]
    if not isinstance(record, Incident) or not mine:
        return ""
    ladder = max(mine, key=lambda walk: walk.snoozed_at or walk.started_at).ladder
    step = next_step(record, ladder)
    if step is None:
        return ""
    return invocation.caller.texts(
        "The next step of %(id)s is put off until %(at)s: %(what)s.",
        id=record.id,
        at=invocation.caller.texts.clock(step.due, invocation.now),
        what=timer_words(step.timer.name, invocation.contract, invocation.caller.texts),
    )


def _settled(invocation: Invocation, record: Record) -> str:
    """Say what whoever ended it reads: the other side had said so before (Rule ESC-2)."""
    walks = record.walks if isinstance(record, Incident) else ()
    ended = [walk.ended_at for walk in walks if walk.ended_at and walk.ended_why == "settled"]
    me = invocation.caller.person.id
    said = [word.at for walk in walks if walk.active for word in walk.settled if word.by == me]
    if not ended or (said and max(said) > max(ended)):
        return ""
    return invocation.caller.texts(
        "Thank you. Both firms have said so: the escalation of %(id)s is over.", id=record.id
    )


def _settle(invocation: Invocation) -> SettleLadder:
    return SettleLadder(
        **invocation.common(),
        incident=invocation.subject,
        ladder=_ladder(invocation),
        note=invocation.text("note"),
    )


RUNG = Field(name="rung", label=msg("Rung"), kind=Kind.NUMBER, carried=True, unsaid=True)

VERBS = (
    Verb(
        name="up",
        french="monter",
        aliases=("escalader",),
        about="INC",
        summary=msg("Escalate to the next echelon of both firms"),
        done=msg("%(id)s is escalated."),
        also=called_now,
        build=_up,
        allowance=Allowance.ALARM,
        fields=(reason(msg("Why it has to be settled one echelon up")), LADDER, RUNG),
    ),
    Verb(
        name="ack",
        french="prendre",
        aliases=("acknowledge", "acquitter", "je-prends"),
        about="INC",
        summary=msg("Acknowledge: you take it for your side"),
        done=msg("Thank you: you have acknowledged %(id)s."),
        build=_acknowledge,
        allowance=Allowance.UNLIMITED,
        fields=(LADDER, RUNG),
    ),
    Verb(
        name="handover",
        french="transmettre",
        aliases=("hand-over", "passer"),
        about="INC",
        summary=msg("Hand over to somebody of your firm"),
        done=msg("%(id)s is handed over to %(person)s, who is called now."),
        build=_hand_over,
        fields=(
            who(msg("To whom"), "to", french="à", choices=choices.colleagues),
            LADDER,
        ),
    ),
    Verb(
        name="add",
        french="ajouter",
        about="INC",
        summary=msg("Have somebody else called as well"),
        done=msg("%(person)s is called for %(id)s."),
        build=_add,
        fields=(
            who(msg("Person"), choices=choices.colleagues),
            LADDER,
        ),
    ),
    Verb(
        name="snooze",
        french="différer",
        about="INC",
        summary=msg("Put the next automatic step off, once"),
        done=msg("The next step of %(id)s is put off."),
        instead=_put_off,
        build=_snooze,
        fields=(LADDER,),
    ),
    Verb(
        name="down",
        french="descendre",
        aliases=("redescendre",),
        about="INC",
        summary=msg("Give the point back to the echelon below"),
        done=msg("%(id)s is back with the echelon below."),
        also=called_now,
        build=_step_down,
        fields=(reason(), LADDER),
    ),
    Verb(
        name="settle",
        french="régler",
        about="INC",
        summary=msg("Say for your side that the point is settled"),
        done=msg("Noted. The escalation of %(id)s ends as soon as both sides have said so."),
        instead=_settled,
        build=_settle,
        fields=(free_text(msg("Note"), required=False, name="note"), LADDER),
    ),
    Verb(
        name="status",
        french="état",
        aliases=("statut",),
        about="INC",
        summary=msg("Where the escalation stands, on both sides"),
        look=ladder_pages.status,
    ),
)

ESCALATE = SlashCommand(
    name="escalate", summary=msg("Escalation between the two firms"), verbs=VERBS, place=2
)
