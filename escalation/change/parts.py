"""Tell who has a part in a change: manages, approves, carries out, is awaited (CHG-2 to CHG-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from escalation.base.durations import Duration
from escalation.change import board as board_rules
from escalation.contract import CLIENT, PROVIDER, Contract, Role
from escalation.contract.processes.changes import ChangeRules, ChangeSource, StandardChange
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.keepers import delivery_managers
from escalation.messages.destinations import Destination, To
from escalation.people import audience
from escalation.people import roles as w
from escalation.records.change import UNENDED, Change, ChangeState, Need

S = ChangeState


def rules_of(contract: Contract) -> ChangeRules:
    """The chapter that a change runs under: it was asked for under a contract that has one."""
    return contract.changes or ChangeRules()


def desk(contract: Contract) -> Destination:
    """The room that requests go to (Rule CHG-5)."""
    return Destination(To.ROOM, rules_of(contract).desk)


def entry_of(contract: Contract, change: Change) -> StandardChange | None:
    """Its entry of the catalogue, as it was when the change was asked for (Rule ORG-10)."""
    return rules_of(contract).catalogue.get(change.standard or "")


def source_of(contract: Contract, change: Change) -> ChangeSource | None:
    """The project or the process that it is born of (Rule CHG-5)."""
    return rules_of(contract).born_of.get(change.born_of)


def appointed(contract: Contract) -> tuple[str, ...]:
    """The provider's change managers; where none is named, its incident managers (CHG-2)."""
    held = contract.holders(Role.CHANGE_MANAGER, PROVIDER)
    return tuple(person.id for person in held) or audience.incident_managers(contract)


def approvers(contract: Contract, change: Change, need: Need) -> tuple[str, ...]:
    """List who may give an approval; where those have all left, who answers for their firm."""
    if need is Need.BOARD:
        return ()  # it votes
    names = _approvers(contract, change, need)
    found = audience.named(contract, names)
    if found or not names:
        return others(contract, change, need, found)
    left = [contract.recalled(name) for name in names]
    if any(person is not None and person.organisation == CLIENT for person in left):
        return delivery_managers(contract, CLIENT)
    return appointed(contract)


def others(
    contract: Contract,
    change: Change,
    need: Need,
    people: tuple[str, ...],
    at: datetime | None = None,
) -> tuple[str, ...]:
    """These people, without whoever asked for what the catalogue has somebody else approve.

    Where nobody else is left, the change managers; then those who answer for the delivery, of the
    provider or of the client. With `at`, in the place of the absent of these, who stands in.
    """
    entry = entry_of(contract, change)
    if need is not Need.CATALOGUE or entry is None or not entry.four_eyes:
        return people
    firms = (delivery_managers(contract, firm) for firm in (PROVIDER, CLIENT))
    instead = (appointed(contract), *firms)
    if at is not None:
        instead = tuple(availability.there(contract, each, at) for each in instead)
    left = (tuple(p for p in each if p != change.requester) for each in (people, *instead))
    return next(filter(None, left), ())


def may_give(contract: Contract, change: Change, need: Need, at: datetime | None) -> set[str]:
    """List who may give an approval at that moment: the approvers, and who stands in for them."""
    people = approvers(contract, change, need)
    if at is None:
        return set(people)
    all_of_them = availability.with_stand_ins(contract, people, at)
    here = availability.there(contract, people, at) or people
    return {
        each for found in (all_of_them, here) for each in others(contract, change, need, found, at)
    }


def _approvers(contract: Contract, change: Change, need: Need) -> tuple[str, ...]:
    entry, source = entry_of(contract, change), source_of(contract, change)
    urgent = rules_of(contract).urgent
    given: dict[Need, tuple[str, ...]] = {
        Need.CATALOGUE: entry.approved_by if entry else (),
        Need.URGENT: urgent.may_accept if urgent else (),
        Need.REQUESTER: (change.requester,),
        Need.PROVIDER_DELIVERY: delivery_managers(contract, PROVIDER),
        Need.CLIENT_DELIVERY: delivery_managers(contract, CLIENT),
        Need.SOURCE: source.approves if source else (),
    }
    return given.get(need) or appointed(contract)


def carriers(contract: Contract, change: Change) -> tuple[str, ...]:
    """List who carries it out; the change managers, where nobody is named or still there."""
    chosen = audience.named(contract, [change.carried_out_by] if change.carried_out_by else [])
    return chosen or in_catalogue(contract, change) or appointed(contract)


def in_catalogue(contract: Contract, change: Change) -> tuple[str, ...]:
    """List who may carry it out according to the catalogue."""
    entry = entry_of(contract, change)
    return audience.named(contract, entry.carried_out_by if entry else ())


def planners(contract: Contract, change: Change) -> tuple[str, ...]:
    """List who says when: who carries it out, and who may according to the catalogue."""
    return (*carriers(contract, change), *in_catalogue(contract, change))


def _asked(context: Context, change: Change, need: Need) -> tuple[str, ...]:
    """The first who is there; of what is urgent, everybody who may accept it (CHG-3)."""
    if need is Need.BOARD:
        return before_board(context, change)
    contract = context.contract
    people = there(context, approvers(contract, change, need))
    people = others(contract, change, need, people, context.now)
    return people if need is Need.URGENT else people[:1]


def remind_every(contract: Contract, change: Change) -> Duration:
    """Work out how often to remind whoever is awaited: what is urgent waits for no working day."""
    rules = rules_of(contract)
    return rules.overrun_every if presses(change) else rules.remind_every


def presses(change: Change) -> bool:
    """Tell whether it is urgent still: once it has ended, closing it waits for the day (CHG-3)."""
    return change.urgent and change.state in UNENDED


def carrier(context: Context, change: Change) -> tuple[str, ...]:
    """The first who is there of those who carry it out: a change is not broadcast (ESC-1)."""
    return carrier_at(context.contract, change, context.now)


def carrier_at(contract: Contract, change: Change, at: datetime) -> tuple[str, ...]:
    """The same; in the place of who is away and has no stand-in, the next who may (CHG-4)."""
    people = carriers(contract, change)
    for each in (people, in_catalogue(contract, change), appointed(contract)):
        if here := availability.there(contract, each, at):
            return here[:1]
    return people[:1]


def students(contract: Contract, change: Change) -> tuple[str, ...]:
    """List who studies it; the change managers, where nobody is named or still there."""
    return audience.named(contract, [change.owner] if change.owner else []) or appointed(contract)


# ── who is awaited ───────────────────────────────────────────────────────────────────────────


def awaited(context: Context, change: Change) -> dict[str, tuple[str, ...]]:
    """List what waits for whom: everybody sees it. An approval waits for the first who is there."""
    contract = context.contract
    if change.state is S.APPROVAL:
        return {need.value: _asked(context, change, need) for need in change.missing}
    if change.state is S.APPROVED:
        opened = change.window is not None and change.window.start <= context.now
        what = "start" if opened else "" if change.window else "plan"
        return {what: carrier(context, change)} if what else {}
    if change.state is S.UNDERWAY:
        return {"end": carrier(context, change)}
    if change.state is S.STUDY:
        return {"study": there(context, students(contract, change))}
    managers = {S.REQUESTED: "classify", S.DONE: "close"}.get(change.state)
    return {managers: there(context, appointed(contract))} if managers else {}


def awaited_later(context: Context, change: Change) -> tuple[str, ...]:
    """List who begins it once its window opens: nothing is asked of anybody until then."""
    ahead = change.state is S.APPROVED and change.window and change.window.start > context.now
    return carrier(context, change) if ahead else ()


def turn(context: Context, change: Change) -> tuple[str, ...]:
    """List who is reminded until they answer; the window has reminders of its own."""
    if change.state is S.UNDERWAY or (change.state is S.APPROVED and change.window):
        return ()
    waits = awaited(context, change).items()
    people = [person for what, each in waits if what != Need.BOARD for person in each]
    if unaccepted(context, change):  # they find somebody, or have it asked for without urgency
        people += there(context, appointed(context.contract))
    return tuple(dict.fromkeys(people))


def unaccepted(context: Context, change: Change) -> tuple[str, ...]:
    """List who alone may accept its extra risk, where none is there, nor a stand-in (CHG-3)."""
    if change.state is not S.APPROVAL or Need.URGENT not in change.missing:
        return ()
    people = approvers(context.contract, change, Need.URGENT)
    return () if availability.there(context.contract, people, context.now) else people


def before_board(context: Context, change: Change) -> tuple[str, ...]:
    """List whose vote is awaited; where so many are away that it cannot decide, the managers too.

    Where the last who was awaited has left, the managers alone: it decides with what comes next.
    """
    contract, rules, board = context.contract, rules_of(context.contract).board, change.board
    if rules is None or board is None:
        return there(context, appointed(contract))
    people = board_rules.awaited(contract, rules, board, context.now)
    if not people or not board_rules.can_sit(contract, rules, board, context.now):
        people = (*people, *there(context, appointed(contract)))
    return tuple(dict.fromkeys(people))


def there(context: Context, people: Iterable[str]) -> tuple[str, ...]:
    """Those of them who are there, or who stands in; all of them where nobody is."""
    people = tuple(people)
    return availability.there(context.contract, people, context.now) or people


# ── rights ───────────────────────────────────────────────────────────────────────────────────


def _among(people: Callable[[Contract, Change], Iterable[str]]) -> Callable[[w.Case], bool]:
    """Tell whether it is one of them, or who stands in for one."""

    def fits(case: w.Case) -> bool:
        change, contract = case.record, case.contract
        if not isinstance(change, Change):
            return False
        names = tuple(people(contract, change))
        if case.at is not None:
            names = availability.with_stand_ins(contract, names, case.at)
        return case.person.id in names

    return fits


def _approves(case: w.Case) -> bool:
    """Tell whether one of the approvals that the change needs is theirs to give, or to refuse."""
    change = case.record
    if not isinstance(change, Change):
        return False
    return any(case.person.id in may_give(case.contract, change, x, case.at) for x in change.needs)


def _carries(case: w.Case) -> bool:
    """Tell whether they carry it out, or would now in the place of who is away."""
    change, at = case.record, case.at
    if not isinstance(change, Change):
        return False
    now = carrier_at(case.contract, change, at) if at is not None else ()
    return case.person.id in now or _among(carriers)(case)


CHANGE_MANAGER = w.Who("change_manager", _among(lambda contract, _: appointed(contract)))
CHANGE_REQUESTER = w.Who("change_requester", _among(lambda _, change: (change.requester,)))
CHANGE_STUDENT = w.Who("change_student", _among(students))
CHANGE_APPROVER = w.Who("change_approver", _approves)
CHANGE_CARRIER = w.Who("change_carrier", _carries)
CHANGE_CALLED = w.Who(
    "change_called", lambda case: case.person.organisation == PROVIDER and w.level_of(case) > 0
)
CHANGE_PLANNER = w.Who("change_planner", _among(planners))
