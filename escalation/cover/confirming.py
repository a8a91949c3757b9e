"""The client confirms who represents each supplier's management, again and again (Rule CRI-13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.cover import CoverAction
from escalation.base.refusals import NotFound
from escalation.contract import CLIENT, PROVIDER, Contract, Supplier
from escalation.cover.reaching import LATE
from escalation.decision.context import Context
from escalation.duty.availability import there
from escalation.duty.keepers import delivery_managers, keepers_of_supplier
from escalation.messages.cover import ManagementCard, ManagementOpen
from escalation.messages.destinations import person
from escalation.records.duty_watch import DutyWatch, ManagementCheck

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)  # to answer; then reminded, and the delivery managers are told


def look(context: Context, watch: DutyWatch) -> DutyWatch:
    """Ask who keeps a list a week before it is due, and remind; on working days (Rule CRI-13)."""
    contract, today = context.contract, _today(context)
    days = contract.crisis.confirm_suppliers_days
    if days is None:
        return replace(watch, suppliers={})
    if context.late > LATE or not context.calendar.is_working_day(today):
        return watch
    found: dict[str, ManagementCheck] = {}
    ask: list[str] = []
    overdue: list[str] = []
    for supplier in contract.suppliers:
        before = watch.suppliers.get(supplier.id, ManagementCheck())
        check = _looked_at(before, list_of(contract, supplier), today, timedelta(days=days))
        if check.since == before.since and check.told != before.told:
            overdue.append(supplier.id)
        if check.told != before.told and not check.to_change:
            asked = there(contract, keepers_of_supplier(contract, supplier), context.now)
            check = replace(check, asked=asked)
            context.record(
                watch.id, CoverAction.MANAGEMENT_ASKED, supplier=supplier.id, people=list(asked)
            )
            ask.append(supplier.id)
        found[supplier.id] = check
    _cards(context, watch, [found[each] for each in ask], anew=True)
    if overdue:
        context.record(watch.id, CoverAction.MANAGEMENT_OVERDUE, suppliers=overdue)
        _tell_managers(context, watch, overdue)
    return replace(watch, suppliers=found)


def _looked_at(
    check: ManagementCheck, listed: tuple[str, ...], today: date, interval: timedelta
) -> ManagementCheck:
    """The check as of today: asked from now on, reminded, or as it was."""
    if check.since is None:
        if not _due(check, listed, today, interval):
            return check
        return replace(check, since=today, told=today, listed=listed)
    if check.to_change and check.listed != listed:  # what was to be changed, is
        return replace(check, since=today, told=today, listed=listed, to_change="")
    late = check.told is not None and today - check.told >= A_WEEK
    return replace(check, listed=listed, told=today if late else check.told)


def show(context: Context, watch: DutyWatch) -> None:
    """Let the cards of who is being asked say what an edited contract names by now."""
    _cards(context, watch, (each for each in watch.suppliers.values() if each.since))


def confirm(context: Context, watch: DutyWatch, supplier_id: str) -> DutyWatch:
    """Keep who says, and when, that the list is right as it stands.

    Where it was to be changed, whoever said so and the delivery managers hear that it is not.
    """
    supplier = _supplier(context.contract, supplier_id)
    listed = list_of(context.contract, supplier)
    before = watch.suppliers.get(supplier_id, ManagementCheck())
    check = ManagementCheck(
        asked=before.asked,
        listed=listed,
        confirmed_by=context.actor,
        confirmed_on=_today(context),
    )
    context.record(
        watch.id, CoverAction.MANAGEMENT_CONFIRMED, supplier=supplier_id, people=list(listed)
    )
    _cards(context, watch, [check])
    if before.to_change:
        _tell_managers(context, watch, [supplier_id], void=True, others=(before.said_by,))
    return replace(watch, suppliers=watch.suppliers | {supplier_id: check})


def correct(context: Context, watch: DutyWatch, supplier_id: str, text: str) -> DutyWatch:
    """Keep what is to be changed, and tell both delivery managers: they have the file changed."""
    supplier, today = _supplier(context.contract, supplier_id), _today(context)
    text = user_text.required(text)
    check = watch.suppliers.get(supplier_id, ManagementCheck())
    check = replace(
        check,
        since=check.since or today,
        told=today,
        listed=list_of(context.contract, supplier),
        to_change=text,
        said_by=context.actor,
    )
    context.record(watch.id, CoverAction.MANAGEMENT_TO_CHANGE, supplier=supplier_id, reason=text)
    _cards(context, watch, [check])
    _tell_managers(context, watch, [supplier_id])
    return replace(watch, suppliers=watch.suppliers | {supplier_id: check})


def list_of(contract: Contract, supplier: Supplier) -> tuple[str, ...]:
    """The list as it is confirmed: each id, with the number under which they are phoned."""
    people = (contract.recalled(each) for each in supplier.management)
    return tuple(f"{each.id} {each.phone}" for each in people if each)


def _due(check: ManagementCheck, listed: tuple[str, ...], today: date, interval: timedelta) -> bool:
    last = check.confirmed_on
    return last is None or check.listed != listed or today >= last + max(interval - A_WEEK, A_DAY)


def _today(context: Context) -> date:
    return context.now.astimezone(context.contract.zone).date()


def _supplier(contract: Contract, supplier_id: str) -> Supplier:
    found = next((each for each in contract.suppliers if each.id == supplier_id), None)
    if found is None:
        raise NotFound("unknown_supplier", supplier=supplier_id)
    return found


def _cards(
    context: Context, watch: DutyWatch, checks: Iterable[ManagementCheck], *, anew: bool = False
) -> None:
    people = dict.fromkeys(who for check in checks for who in check.asked)
    known = (person(who) for who in people if context.contract.knows(who))
    context.notify(ManagementCard(anew=anew), watch.id, *known)


def _tell_managers(
    context: Context,
    watch: DutyWatch,
    suppliers: Iterable[str],
    *,
    void: bool = False,
    others: tuple[str, ...] = (),
) -> None:
    contract = context.contract
    named = (*delivery_managers(contract, PROVIDER), *delivery_managers(contract, CLIENT), *others)
    people = dict.fromkeys(there(contract, filter(contract.knows, named), context.now))
    told = (person(each) for each in people if each != context.actor)
    context.notify(ManagementOpen(suppliers=tuple(suppliers), void=void), watch.id, *told)
