"""Tell who hears of an incident, and that only they do (Rules INC-6, INC-7, INC-8, CON-2)."""

from __future__ import annotations

from collections.abc import Iterable

from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.timer_names.incident import KeepInformed
from escalation.contract import CLIENT, PROVIDER, Contract, Person, Role
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.destinations import SHARED_ROOM, person
from escalation.messages.effects import Message
from escalation.messages.incident import ClientInformed, DelayNotice, IncidentNews
from escalation.people.cards import update_card
from escalation.records.incident import Incident


def may_hear(contract: Contract, incident: Incident, person: str) -> bool:
    """Tell whether somebody may be told of the incident: the client's only once informed (INC-7).

    An exercise reaches only people who agreed to it (Rule CRI-10).
    """
    if not contract.knows(person):
        return False
    named = contract.person(person)
    if incident.exercise and not named.drills:
        return False
    return incident.client_informed or named.organisation != CLIENT


def notify(
    context: Context, incident: Incident, message: Message, people: Iterable[str | None]
) -> None:
    """Tell those of these people who may hear of the incident."""
    concerned = [p for p in people if p and may_hear(context.contract, incident, p)]
    context.notify(message, incident.id, *map(person, concerned))


def notify_news(
    context: Context, incident: Incident, news: IncidentNews, *also: str | None
) -> None:
    """Tell the requester, and `also`, of a step, and who stands in; not whoever took it."""
    people = with_stand_ins(context, (p for p in (*incident.requesters, *also) if p))
    notify(context, incident, news, [p for p in people if p != context.actor])


def inform_client(context: Context, incident: Incident, why: str) -> Incident:
    """The client learns of an incident the provider found by itself (Rule INC-7)."""
    if incident.client_informed:
        return incident
    incident = replace(incident, client_informed=True)
    context.record(incident.id, IncidentAction.CLIENT_INFORMED, why=why)
    context.notify(ClientInformed(), incident.id, SHARED_ROOM)
    return update_card(context, incident)


def notify_delay(context: Context, incident: Incident, why: str, *, reason: str = "") -> Incident:
    """Tell the requester that restoration will be late, once for one due time (Rule INC-6).

    Whoever stands in for them is told too.
    """
    due = incident.restore_due
    if due is None or due == incident.delay_told:
        return incident
    incident = replace(incident, delay_told=due)
    context.record(
        incident.id, IncidentAction.DELAY_TOLD, why=why, due=due.isoformat(), reason=reason or None
    )
    people = askers(context, incident)
    if why == "foreseen":  # else those of the list hear of the target itself
        people += service_level_list(context)
    notify(context, incident, DelayNotice(why=why, due=due, reason=reason), people)
    return keep_informed(context, incident)


def priority_1_list(context: Context) -> tuple[str, ...]:
    """The list of the contract for a priority 1, and who stands in for its absent members."""
    return with_stand_ins(context, context.contract.incidents.priority_1_list)


def with_stand_ins(context: Context, people: Iterable[str]) -> tuple[str, ...]:
    """These people, each with whoever stands in for them where they are away."""
    return availability.with_stand_ins(context.contract, people, context.now)


def working(context: Context, incident: Incident) -> tuple[str, ...]:
    """List who works on it now: whoever took it; while they are away, who stands in (ORG-3)."""
    took = (incident.assignee,) if incident.assignee else ()
    return availability.there(context.contract, took, context.now)


def askers(context: Context, incident: Incident) -> tuple[str, ...]:
    """List whoever reported it, and who stands in for them where they are away (INC-6, INC-14).

    Where the contract names none of them any more, the client's first echelon (Rule INC-X).
    """
    named = with_stand_ins(context, incident.requesters)
    return named or _first_echelon(context, CLIENT)


def taking_part(context: Context, incident: Incident, organisation: str = "") -> tuple[str, ...]:
    """The members of the support groups that take part (Rule ORG-4); of one firm, or of all."""
    groups = [g for g in context.contract.groups if g.id in incident.groups]
    of = [g for g in groups if organisation in {"", g.organisation}]
    return with_stand_ins(context, [member for group in of for member in group.members])


def service_level_list(context: Context) -> tuple[str, ...]:
    """Return whom the contract names for service levels, and their stand-ins (Rule INC-13)."""
    return with_stand_ins(context, context.contract.incidents.service_level_list)


def keep_informed(context: Context, incident: Incident) -> Incident:
    """Let the requester hear again how it stands, after the contract's interval (Rule INC-14)."""
    every = context.contract.incidents.inform_every
    due = context.calendar.after(context.now, every)
    return replace(incident, alarms=incident.alarms.set(KeepInformed(), due, every.clock))


def incident_managers(contract: Contract) -> tuple[str, ...]:
    """The provider's incident managers; where none is named, its service delivery managers."""
    people = contract.holders(Role.INCIDENT_MANAGER, PROVIDER) or contract.holders(
        Role.SERVICE_DELIVERY_MANAGER, PROVIDER
    )
    return tuple(person.id for person in people)


def help_desk(contract: Contract) -> tuple[Person, ...]:
    """The help desk of the provider, then the client's; where there is none, incident managers.

    A supplier's is nobody else's to know (Rule CON-2).
    """
    desks = (contract.holders(Role.HELP_DESK, firm) for firm in (PROVIDER, CLIENT))
    found = tuple(each for desk in desks for each in desk)
    return found or tuple(contract.person(each) for each in incident_managers(contract))


def managers(context: Context) -> tuple[str, ...]:
    """The incident managers, and who stands in for those away (Rule ORG-3)."""
    return with_stand_ins(context, incident_managers(context.contract))


def duty_manager(context: Context) -> str | None:
    """The incident manager on duty: the managers' rota says who; else the first who is there.

    A rota of theirs is that of a post which one of them holds, or in which one is on duty. In the
    place of somebody absent comes their stand-in (Rules CAL-6, ORG-3).
    """
    contract, at = context.contract, context.duty_at
    named = incident_managers(contract)
    posts = [each.provider for each in contract.echelons if each.provider.people]
    on_duty = (
        person
        for post in posts
        for person in availability.on_duty(contract, context.calendar, post, at)
        if post.people[0] in named or person in named
    )
    return next(iter(availability.there(contract, (*on_duty, *named), at)), None)


def in_hand(context: Context, incident: Incident) -> tuple[str | None, ...]:
    """Return who has it in hand: whoever works on it, else the incident manager on duty (INC-X)."""
    return working(context, incident) or (duty_manager(context),)


def watchers(context: Context, incident: Incident) -> tuple[str, ...]:
    """Return who is warned about a target: who works on it, else the first echelon's; a manager."""
    first = working(context, incident) or _first_echelon(context, PROVIDER)
    return tuple(dict.fromkeys(p for p in (*first, duty_manager(context)) if p))


def _first_echelon(context: Context, side: str) -> tuple[str, ...]:
    """List whom to turn to at the first echelon of a firm: whoever is there now, first in order."""
    first = min(context.contract.echelons, key=lambda echelon: echelon.level)
    post = first.client if side == CLIENT else first.provider
    return availability.queue(context.contract, context.calendar, post, context.duty_at)[:1]


def named(contract: Contract, names: Iterable[str]) -> tuple[str, ...]:
    """Those whom a list of people and roles names, who are still there."""
    roles = {role.value for role in Role}
    found: list[str] = []
    for name in names:
        if name in roles:
            found += [person.id for person in contract.people if person.listed_as(name)]
        elif contract.knows(name):
            found.append(name)
    return tuple(dict.fromkeys(found))
