"""Show what answers about an incident say of what comes next: who is called now (INC-8, INC-18)."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.duty import availability
from escalation.duty.calendars import Calendar
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident
from escalation.records.kinds import PROBLEM, Record
from escalation.records.problem import ProblemState
from handlers.verbs import choices
from handlers.verbs.fields import choice_of
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import msg


def said_open(invocation: Invocation, record: Record) -> str:
    """Say that it is open, and what happens next: who is called or told, else what is due."""
    if not isinstance(record, Incident):
        return ""
    title = b.plain(record.title)
    opened = invocation.caller.texts("%(id)s is open: %(title)s", id=record.id, title=title)
    called = _called(invocation, record, invocation.contract)
    return "\n".join([opened, *(called or _told(invocation, record) or _due(invocation, record))])


def called_now(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """Show who is called for it now: to whoever escalates, opens again, or sets the priority."""
    if not isinstance(record, Incident):
        return []
    return b.sections(_called(invocation, record, contract_of(tx, record)))


def calls_go_on(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """Say who is called all the same, to who takes it and stands on no such echelon (ESC-5)."""
    if not isinstance(record, Incident):
        return []
    contract, lines = contract_of(tx, record), list[str]()
    for walk in record.walks:
        mine = next((side for side in walk.sides if side.side == invocation.firm), None)
        if walk.active and mine is not None and mine.current and not mine.acknowledged_by:
            lines += _walk(invocation, walk, contract)
            lines.append(
                invocation.caller.texts(
                    "That echelon is not yours: its calls go on until somebody there answers, or "
                    "both firms say that the point is settled. They read that you have it in hand."
                )
            )
    return b.sections(lines)


def assigned(invocation: Invocation, record: Record) -> str:
    """To whom it is assigned, who is told; and which group is asked to take part (ORG-4)."""
    if not isinstance(record, Incident):
        return ""
    texts, contract, lines = invocation.caller.texts, invocation.contract, []
    person = invocation.optional("person") and record.assignee
    if person == invocation.caller.person.id:
        lines.append(texts("%(id)s is assigned to you.", id=record.id))
    elif person:
        named = b.plain(contract.name_of(person))
        words = msg("%(id)s is assigned to %(person)s, who is told.")
        lines.append(texts(words, id=record.id, person=named))
    if group := choice_of(invocation, "group", choices.groups):
        name = next((each.name for each in contract.groups if each.id == group), group)
        words = msg("The group %(group)s is asked to take part in %(id)s.")
        lines.append(texts(words, id=record.id, group=b.plain(name)))
    return "\n".join(lines)


def untold(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """Show where a supplier is waited for, and nobody of theirs is told (Rules INC-9, ORG-4)."""
    pause = record.waiting if isinstance(record, Incident) else None
    if not isinstance(record, Incident) or pause is None or pause.waiting_for == CLIENT:
        return []
    contract = contract_of(tx, record)
    groups = (each for each in contract.groups if each.id in record.groups)
    if any(group.organisation == pause.waiting_for for group in groups):
        return []
    words = msg("Nobody of %(firm)s is told of it: bring in their group, or telephone them.")
    firm = b.plain(contract.party_name(pause.waiting_for))
    return [b.section(invocation.caller.texts(words, firm=firm))]


def cause_noted(invocation: Invocation, record: Record) -> str:
    """Repeat what was said of the cause (Rule INC-11)."""
    if not isinstance(record, Incident):
        return ""
    words = {
        True: msg("Noted for %(id)s: the cause is gone."),
        False: msg("Noted for %(id)s: the cause is not gone."),
        None: msg("Noted for %(id)s: whether the cause is gone is not known yet. You will be asked "
                  "again."),
    }  # fmt: skip
    return invocation.caller.texts(words[record.cause_gone], id=record.id)


def proposed_now(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """The problem that is proposed in the name of whoever says that the cause remains (PRB-1)."""
    if not isinstance(record, Incident) or record.cause_gone is not False:
        return []
    texts, me = invocation.caller.texts, invocation.caller.person.id
    words = msg("%(problem)s is proposed in your name; the problem managers take or decline it.")
    problems = (tx.get(PROBLEM, record.contract, each) for each in record.problems)
    return [
        b.section(texts(words, problem=each.id))
        for each in problems
        if each.state is ProblemState.PROPOSED and each.opened_by == me
    ]


def priority_set(invocation: Invocation, record: Record) -> str:
    """Say which priority it has now, or that the client has still to agree (Rule INC-19)."""
    if not isinstance(record, Incident) or record.priority is None:
        return ""
    texts, lowering, me = invocation.caller.texts, record.lowering, invocation.caller.person.id
    if lowering is None or lowering.by != me or not lowering.asked:
        return texts("The priority of %(id)s is %(level)s.", id=record.id, level=record.level)
    return texts(
        "%(id)s stays priority 1 until the client agrees; asked: %(people)s.",
        id=record.id,
        people=b.plain(
            texts.listing([invocation.contract.name_of(each) for each in lowering.asked])
        ),
    )


def _called(invocation: Invocation, incident: Incident, contract: Contract) -> list[str]:
    walks = (walk for walk in incident.walks if walk.active)
    # on two ladders at once it is said once that it counts as theirs
    return list(dict.fromkeys(line for walk in walks for line in _walk(invocation, walk, contract)))


def _walk(invocation: Invocation, walk: Escalation, contract: Contract) -> Iterator[str]:
    texts, me = invocation.caller.texts, invocation.caller.person.id
    level = contract.ladder(walk.ladder).rungs[walk.rung].level
    called = [side for side in walk.sides if side.pings and not side.acknowledged_by]
    if called and not _may_know(invocation):
        yield texts("People of both firms are called now.")
    elif called:
        people = [
            f"{contract.name_of(side.pings[-1].person)} ({contract.party_name(side.side)})"
            for side in called
        ]
        yield texts(
            "Called now at echelon %(level)s, %(name)s: %(people)s.",
            level=level,
            name=b.plain(contract.echelon(level).name),
            people=b.plain(texts.listing(people)),
        )
    if any(side.acknowledged_by == me for side in walk.sides):
        yield texts("For your firm it counts as taken by you: you are not called.")


def _told(invocation: Invocation, incident: Incident) -> list[str]:
    texts, contract = invocation.caller.texts, invocation.contract
    if incident.on_call_told and not _may_know(invocation):
        return [texts("Whoever is on call is told now.")]
    if incident.on_call_told:
        people = b.plain(texts.listing([contract.name_of(each) for each in incident.on_call_told]))
        return [texts("On call, and told now: %(people)s.", people=people)]
    return []


def _may_know(invocation: Invocation) -> bool:
    """Tell whether they may read who is called: the people of the two firms (CON-2)."""
    return invocation.firm in {PROVIDER, CLIENT}


def _due(invocation: Invocation, incident: Incident) -> list[str]:
    """Nobody is called: by when it is to be taken, and from when somebody works (INC-9, CAL-1)."""
    texts, contract, due = invocation.caller.texts, invocation.contract, incident.acknowledge_due
    if due is None or incident.acknowledged_at:
        return []
    calendar, by = Calendar.of(contract), texts.clock(due, invocation.now)
    if calendar.covered(invocation.now):
        return [
            texts(
                "Nobody is called for now: the provider's teams see it in Slack, and are to take"
                " it by %(at)s.",
                at=by,
            )
        ]
    post = min(contract.echelons, key=lambda echelon: echelon.level).provider
    if (
        invocation.caller.person.id
        in availability.queue(contract, calendar, post, invocation.now)[:1]
    ):
        return [texts("You are on call: please take it by %(at)s, or assign it.", at=by)]
    return [
        texts(
            "Nobody is called now: the provider's teams work again from %(opens)s, and are to take"
            " it by %(at)s.",
            opens=texts.clock(
                calendar.opens_at(contract.coverage.hours, invocation.now), invocation.now
            ),
            at=by,
        )
    ]
