"""Rooms, verification, crisis cells and reports (Rules INC-5, CRI-1 to CRI-9, REP-1 to REP-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.checks.durations import ping_interval, positive, shorter_first
from config.checks.references import level, people, person, twice
from config.faults import Fault, Where, fault
from escalation.contract import CLIENT, PROVIDER, Contract, SideCrisisRules

_ROOM = re.compile(r"[CG][A-Z0-9]{2,60}|[^\sA-Z#.,;:!?@/\\]{1,80}")
_LONGEST_PREFIX = 40  # Slack's names have 80 characters, and the bot adds the crisis's number


def possible_room(name: str) -> bool:
    """Tell whether Slack can have a channel of that name, or id."""
    return _ROOM.fullmatch(name) is not None


def rooms(contract: Contract) -> Iterator[Fault]:
    """Room names are possible in Slack, and no room serves two purposes (Rules INC-7, CON-2)."""
    named_rooms: list[tuple[Where, str]] = [
        (("rooms", "shared"), contract.rooms.shared),
        (("rooms", "provider"), contract.rooms.provider),
    ]
    named_rooms += [
        (("rooms", "crisis_pool", i), room) for i, room in enumerate(contract.rooms.crisis_pool)
    ]
    for where, room in named_rooms:
        if not possible_room(room):
            yield fault("not_a_room", where, value=room)
    yield from twice("room_twice", named_rooms)
    prefix = contract.rooms.crisis_prefix
    if not _ROOM.fullmatch(prefix) or len(prefix) > _LONGEST_PREFIX:
        yield fault("not_a_room_prefix", ("rooms", "crisis_prefix"), value=prefix)


def verification(contract: Contract) -> Iterator[Fault]:
    """The requester is chased at intervals, and nothing stays open for ever (INC-4, INC-5)."""
    rules = contract.incidents.verification
    where: Where = ("incidents", "verification")
    yield from positive((*where, "chase_every"), rules.chase_every)
    yield from positive((*where, "may_close_after"), rules.may_close_after)
    rules_of = contract.incidents
    yield from people(contract, ("incidents", "service_level_list"), rules_of.service_level_list)
    for i, each in enumerate(rules_of.communication):
        yield from people(contract, ("incidents", "communication", i, "people"), each.people)
    yield from positive(("incidents", "inform_every"), rules_of.inform_every)
    yield from positive(("incidents", "agree_every"), rules_of.agree_every)
    waits, closing = contract.incidents.waiting, contract.incidents.closing
    yield from positive(("incidents", "qualify_within"), contract.incidents.qualify_within)
    yield from positive(("incidents", "waiting", "remind_every"), waits.remind_every)
    yield from positive(("incidents", "waiting", "at_most"), waits.at_most)
    for name, duration in (
        ("remind_every", closing.remind_every),
        ("by_itself_after", closing.by_itself_after),
    ):
        yield from positive(("incidents", "closing", name), duration)


def crisis(contract: Contract) -> Iterator[Fault]:
    """A crisis can be asked for, and has members, messengers and intervals (CRI-2 to CRI-7)."""
    rules = contract.crisis
    yield from level(contract, ("crisis", "may_ask_from_level"), rules.may_ask_from_level)
    if not rules.help_desk:
        yield fault("list_empty", ("crisis", "help_desk"))
    yield from people(contract, ("crisis", "help_desk"), rules.help_desk, firm=PROVIDER)
    yield from ping_interval(("crisis", "answer_within"), rules.answer_within)
    yield from ping_interval(("crisis", "chase_every"), rules.chase_every)
    yield from ping_interval(("crisis", "inform_every"), rules.inform_every)
    yield from ping_interval(("crisis", "agree_every"), rules.agree_every)
    yield from positive(("crisis", "follow_every"), rules.follow_every)
    days = rules.confirm_suppliers_days
    if days is not None and days < 1:
        yield fault("number_too_small", ("crisis", "confirm_suppliers_days"), value=days)
    yield from people(contract, ("crisis", "report_list"), rules.report_list)
    if rules.report_within is not None:
        within: Where = ("crisis", "report_within")
        yield from positive(within, rules.report_within)
        margin = contract.report.preliminary_margin
        yield from shorter_first("report_too_late", within, within, rules.report_within, margin)
    yield from _side(contract, PROVIDER, rules.provider)
    yield from _side(contract, CLIENT, rules.client)


def _side(contract: Contract, firm: str, rules: SideCrisisRules) -> Iterator[Fault]:
    where: Where = ("crisis", firm)
    if not rules.inform:
        yield fault("list_empty", (*where, "inform"))
    yield from people(contract, (*where, "inform"), rules.inform, firm=firm)
    if not rules.as_of_right:
        yield fault("list_empty", (*where, "as_of_right"))
    for i, role in enumerate(rules.as_of_right):
        if not contract.holders(role, firm):
            yield fault("role_unheld", (*where, "as_of_right", i), role=role.value, firm=firm)
    lead = rules.communication_lead
    if not lead:
        yield fault("communication_lead_missing", (*where, "communication_lead"), firm=firm)
    else:
        yield from person(contract, (*where, "communication_lead"), lead, firm=firm)


def report(contract: Contract) -> Iterator[Fault]:
    """A report reaches somebody in both firms, and there is time to write it (REP-1 to REP-4)."""
    rules = contract.report
    for name, empty in (
        ("client_list", not rules.client_list),
        ("provider_roles", not rules.provider_roles),
    ):
        if empty:
            yield fault("list_empty", ("report", name))
    yield from people(contract, ("report", "client_list"), rules.client_list, firm=CLIENT)
    for i, role in enumerate(rules.provider_roles):
        if not contract.holders(role, PROVIDER):
            where: Where = ("report", "provider_roles", i)
            yield fault("role_unheld", where, role=role.value, firm=PROVIDER)
    within: Where = ("report", "within")
    yield from positive(within, rules.within)
    code = "report_too_late"
    places = [(("report", "reminders", i), each) for i, each in enumerate(rules.reminders)]
    for where, length in ((("report", "preliminary_margin"), rules.preliminary_margin), *places):
        yield from positive(where, length)
        yield from shorter_first(code, where, within, rules.within, length)


CHECKS = (rooms, verification, crisis, report)
