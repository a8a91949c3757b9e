"""Asking for a change, and saying of which category it is (Rules CHG-1, CHG-2, CHG-5)."""

from __future__ import annotations

from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.change import approving, parts, turns
from escalation.contract import CLIENT, Contract
from escalation.contract.processes.changes import StandardChange
from escalation.decision.commands.change import ClassifyChange, RequestChange
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.keepers import delivery_managers
from escalation.people import audience
from escalation.records.change import (
    Change,
    ChangeCategory,
    ChangeOrigin,
    ChangeResult,
    ChangeState,
)

BY_PREFIX = {"INC": ChangeOrigin.INCIDENT, "PRB": ChangeOrigin.PROBLEM}
ENDED = (ChangeState.DONE, ChangeState.CLOSED, ChangeState.REJECTED, ChangeState.WITHDRAWN)
UNDECIDED = frozenset({ChangeState.REQUESTED, ChangeState.STUDY, ChangeState.APPROVAL})


def request(context: Context, change_id: str, command: RequestChange) -> Change:
    """A new change, on its way to the desk; what the catalogue has is classified (CHG-1, CHG-2)."""
    contract = context.contract
    entry = _entry(contract, command.standard) if command.standard else None
    if entry is not None:
        _require_may_ask(context, entry)
    if command.urgent:
        _require_urgent(context, entry)
    for component in command.components:
        if component not in {each.id for each in contract.components}:
            raise NotFound("unknown_component", component=component)
    if command.site and command.site not in {each.id for each in contract.sites}:
        raise NotFound("unknown_site", site=command.site)
    change = Change(
        id=change_id,
        contract=contract.id,
        contract_version=contract.version,
        title=user_text.title(command.title or (entry.title if entry else "")),
        description=user_text.optional(command.description),
        origin=command.origin or _origin(contract, context.actor, command.born_of),
        born_of=command.born_of,
        standard=entry.id if entry else None,
        answers=_answered(entry, command.answers) if entry else {},
        components=command.components or (entry.components if entry else ()),
        site=command.site,
        urgent=command.urgent,
        requester=context.actor,
        opened_at=context.now,
        cards=(context.actor,),
    )
    return _begun(context, change, entry)


def again(context: Context, change_id: str, before: Change) -> tuple[Change, Change]:
    """The same once more, for whoever asked for it: of what was not done, or did not succeed.

    Where a client who asked has left, the head of the service asks in their place (CHG-4). Its
    study goes along, with what that said of money and of the service level (CHG-2); it runs under
    the catalogue that is in force now. Once is enough: where that one does not succeed either, it
    is that one that is done again (CHG-4).
    """
    approving.require_state(before, *ENDED)
    if before.result is ChangeResult.SUCCEEDED:
        raise NotNow("change_succeeded", id=before.id)
    if before.again is not None:
        raise AlreadyDone("change_done_again", id=before.id, change=before.again)
    entry = parts.rules_of(context.contract).catalogue.get(before.standard or "")
    kept = ("title", "description", "origin", "born_of", "answers", "components", "site")
    effects = ("study", "money", "service_level")
    of_client = before.origin is ChangeOrigin.CLIENT_REQUEST
    heads = delivery_managers(context.contract, CLIENT) if of_client else ()
    wanted = (before.requester, *heads, context.actor)
    requester = next(filter(context.contract.knows, wanted))
    change = Change(
        id=change_id,
        contract=before.contract,
        contract_version=context.contract.version,
        **{name: getattr(before, name) for name in (*kept, *effects)},
        requester=requester,
        standard=entry.id if entry else None,
        opened_at=context.now,
        previous=before.id,
        cards=(requester,),
    )
    context.record(before.id, ChangeAction.DONE_AGAIN, change=change.id)
    before = turns.update_cards(context, replace(before, again=change.id))
    return before, _begun(context, change, entry)


def _begun(context: Context, change: Change, entry: StandardChange | None) -> Change:
    """On its way: to those who approve what the catalogue has, else to the change manager."""
    context.record(
        change.id,
        ChangeAction.REQUESTED,
        title=change.title,
        origin=change.origin.value,
        standard=change.standard,
        components=list(change.components) or None,
        urgent=change.urgent or None,
        previous=change.previous,
    )
    anew = [context.actor, change.requester]
    if entry is None:
        return turns.go_on(context, None, change, ChangeAction.REQUESTED, anew=anew)
    after = replace(change, category=ChangeCategory.STANDARD)
    return approving.asked_for(context, change, after, anew=anew)


def _origin(contract: Contract, actor: str, born_of: str) -> ChangeOrigin:
    if born_of in parts.rules_of(contract).born_of:
        return ChangeOrigin.PROJECT
    of_client = contract.person(actor).organisation == CLIENT
    usual = ChangeOrigin.CLIENT_REQUEST if of_client else ChangeOrigin.SERVICE_DELIVERY
    return BY_PREFIX.get(born_of.partition("-")[0], usual)


def _entry(contract: Contract, standard: str) -> StandardChange:
    entry = parts.rules_of(contract).catalogue.get(standard)
    if entry is None:
        raise NotFound("unknown_standard", standard=standard)
    return entry


def _require_may_ask(context: Context, entry: StandardChange) -> None:
    if not may_ask(context.contract, context.actor, entry, context.now):
        people = list(audience.named(context.contract, entry.may_ask))
        raise NotAllowed("standard_not_yours", standard=entry.title, people=people)


def may_ask(contract: Contract, person: str, entry: StandardChange, at: datetime) -> bool:
    """Tell whether somebody may ask for it, or stands in for who may (CHG-2)."""
    people = audience.named(contract, entry.may_ask)
    return not entry.may_ask or person in availability.with_stand_ins(contract, people, at)


def _require_urgent(context: Context, entry: StandardChange | None) -> None:
    """Urgent are only standard changes, asked for by whom the contract names (Rule CHG-3)."""
    rules = parts.rules_of(context.contract).urgent
    if rules is None or entry is None or not entry.urgent:
        raise NotNow("not_urgent")
    people = audience.named(context.contract, rules.may_ask)
    if context.actor not in availability.with_stand_ins(context.contract, people, context.now):
        raise NotAllowed("urgent_not_yours", people=list(people))


def _answered(entry: StandardChange, answers: dict[str, str]) -> dict[str, str]:
    """List what the form of the entry asks for, complete (Rule CHG-1)."""
    given = {}
    for each in entry.form:
        answer = user_text.optional(answers.get(each.id, ""))
        if not answer and each.required:
            raise BadValue("answer_missing", asked=each.label)
        if answer and each.choices and answer not in each.choices:
            known = list(each.choices)
            raise BadValue("unknown_answer", asked=each.label, given=answer, known=known)
        if answer:
            given[each.id] = answer
    return given


def classify(context: Context, change: Change, command: ClassifyChange) -> Change:
    """The change manager says of which category it is; what was approved is asked anew (CHG-2)."""
    if change.state not in UNDECIDED:
        raise NotNow("change_state", id=change.id, change_state=change.state.value)
    standard = command.category is ChangeCategory.STANDARD
    wanted = command.standard or change.standard or ""
    entry = _entry(context.contract, wanted) if standard else None
    if change.urgent and not (entry and entry.urgent):
        raise NotNow("not_urgent")
    former = parts.entry_of(context.contract, change)
    # what nobody named came with the entry of the catalogue, and goes with it
    unnamed = change.components in {(), former.components if former else ()}
    kept = change.answers if entry is not None and entry.id == change.standard else {}
    after = replace(
        change,
        category=command.category,
        standard=entry.id if entry else None,
        answers=_answered(entry, {**kept, **command.answers}) if entry else {},
        components=entry.components if entry and unnamed else change.components,
        money=change.money if command.money is None else command.money,
        service_level=(
            change.service_level if command.service_level is None else command.service_level
        ),
        manager=context.actor,
        state=ChangeState.STUDY,
    )
    if replace(after, state=change.state, manager=change.manager) == change and change.manager:
        raise AlreadyDone("already_classified", id=change.id)
    context.record(
        change.id,
        ChangeAction.CLASSIFIED,
        category=after.category.value if after.category else None,
        standard=after.standard,
        money=after.money or None,
        service_level=after.service_level or None,
    )
    if entry is not None or after.study is not None:
        return approving.ask(context, change, after)
    within = parts.rules_of(context.contract).study_within
    after = replace(
        after,
        owner=after.owner or context.actor,
        study_due=after.study_due or context.calendar.after(context.now, within),
    )
    return turns.go_on(context, change, after, ChangeAction.CLASSIFIED)
