"""The study, and the approvals that a change needs (Rules CHG-2, CHG-4, CHG-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.change import papers, parts, turns
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract
from escalation.decision.commands.change import ApproveChange, RecordStudy, RejectChange
from escalation.decision.context import Context
from escalation.records.change import (
    UNENDED,
    Approval,
    Change,
    ChangeCategory,
    ChangeState,
    Need,
    Study,
)

S = ChangeState


def assign_study(context: Context, change: Change, person: str, due: datetime | None) -> Change:
    """Say who studies it; by when, it is what was agreed unless a time is given (CHG-2)."""
    require_state(change, S.STUDY)
    contract = context.contract
    if not contract.knows(person):
        raise NotFound("unknown_person", person=person)
    if contract.person(person).organisation != PROVIDER:
        raise NotAllowed("other_firm", person=person, organisation=PROVIDER)
    if due is not None and due <= context.now:
        raise BadValue("due_in_the_past", due=due.isoformat())
    if (person, due or change.study_due) == (change.owner, change.study_due):
        raise AlreadyDone("already_assigned", person=person)
    after = replace(change, owner=person, study_due=due or change.study_due)
    context.record(
        change.id,
        ChangeAction.STUDY_ASSIGNED,
        person=person,
        due=after.study_due.isoformat() if after.study_due else None,
    )
    return turns.go_on(context, change, after, ChangeAction.STUDY_ASSIGNED)


def record_study(context: Context, change: Change, command: RecordStudy) -> Change:
    """Record the study; what was approved of an earlier one is asked anew (CHG-2)."""
    require_state(change, S.STUDY, S.APPROVAL)
    if change.category is not ChangeCategory.OTHER:
        raise NotNow("needs_no_study", id=change.id)
    study = Study(
        text=user_text.required(command.text, "text_missing"),
        impact=user_text.required(command.impact, "text_missing"),
        fallback=user_text.required(command.fallback, "text_missing"),
        test=user_text.required(command.test, "text_missing"),
        by=context.actor,
        at=context.now,
    )
    after = replace(
        change,
        study=study,
        money=change.money or command.money,
        service_level=change.service_level or command.service_level,
    )
    context.record(
        change.id,
        ChangeAction.STUDIED,
        text=study.text,
        money=after.money or None,
        service_level=after.service_level or None,
    )
    return ask(context, change, after)


def needed(contract: Contract, change: Change) -> Iterator[Need]:
    """The approvals that a change needs (Rules CHG-2 to CHG-5)."""
    entry, source = parts.entry_of(contract, change), parts.source_of(contract, change)
    if change.urgent:  # in the place of the usual approval: it was agreed beforehand (CHG-6)
        yield Need.URGENT
    elif entry is not None and entry.approved_by:
        yield Need.CATALOGUE
    if change.category is ChangeCategory.OTHER:
        yield Need.BOARD if change.board is not None else Need.MANAGER
        requester = contract.recalled(change.requester)
        if requester is not None and requester.organisation == CLIENT:
            yield Need.REQUESTER
    if change.money or change.service_level:
        yield from (Need.PROVIDER_DELIVERY, Need.CLIENT_DELIVERY)
    if source is not None and source.approves:
        yield Need.SOURCE


def asked_for(context: Context, before: Change, after: Change, *, anew: Iterable[str]) -> Change:
    """Ask for the approvals of what is of the catalogue; asking gives those that are one's own.

    The extra risk of what is urgent is accepted in so many words (CHG-3).
    """
    needs = tuple(needed(context.contract, after))
    mine = theirs(context, replace(after, needs=needs), context.actor)
    given = Approval(by=context.actor, at=context.now)
    own = {need.value: given for need in mine if need is not Need.URGENT}
    return ask(context, before, after, anew=anew, own=own)


def ask(
    context: Context,
    before: Change,
    after: Change,
    *,
    anew: Iterable[str] = (),
    own: Mapping[str, Approval] | None = None,
) -> Change:
    """Ask for the approvals that it needs; one that needs none is approved beforehand."""
    after = papers.again(context, after)
    needs = tuple(needed(context.contract, after))
    if after.board is not None:
        anew = (*anew, *parts.before_board(context, after))
    after = replace(after, state=S.APPROVAL, needs=needs, approvals={}, asked=before.asked + 1)
    if not needs:
        return _approved(context, before, after, anew=anew)
    context.record(after.id, ChangeAction.APPROVAL_ASKED, needs=[need.value for need in needs])
    if own:
        after = replace(after, approvals=own)
        context.record(after.id, ChangeAction.APPROVAL_GIVEN, needs=list(own), asking=True)
    if not after.missing:
        return _approved(context, before, after, anew=anew)
    anew = (*anew, *parts.turn(context, after))
    return turns.go_on(context, before, after, ChangeAction.APPROVAL_ASKED, anew=anew)


def theirs(context: Context, change: Change, person: str) -> tuple[Need, ...]:
    """The approvals that are somebody's to give, given or not."""
    return tuple(
        need
        for need in change.needs
        if person in parts.may_give(context.contract, change, need, context.now)
    )


def approve(context: Context, change: Change, command: ApproveChange) -> Change:
    """Give all approvals that are one's own; with the last one it is approved (CHG-4)."""
    require_state(change, S.APPROVAL)
    require_read(change, command.asked)
    mine = theirs(context, change, context.actor)
    missing = [need for need in mine if need not in change.approvals]
    if not missing:
        raise AlreadyDone("approval_given", id=change.id, by=change.approvals[mine[0]].by)
    given = Approval(by=context.actor, at=context.now, reason=user_text.optional(command.reason))
    after = replace(
        change, approvals={**change.approvals, **{need.value: given for need in missing}}
    )
    context.record(
        change.id,
        ChangeAction.APPROVAL_GIVEN,
        needs=[need.value for need in missing],
        reason=given.reason or None,
        **_accepted(context.contract, change, missing),
    )
    return _given(context, change, after, ChangeAction.APPROVAL_GIVEN)


def board_agreed(context: Context, before: Change, after: Change, *, anew: Iterable[str]) -> Change:
    """The board's approval, which is one of those that the change needs (CHG-2)."""
    given = Approval(by=ESCALADE, at=context.now)
    after = replace(after, approvals={**after.approvals, Need.BOARD.value: given})
    return _given(context, before, after, ChangeAction.BOARD_APPROVED, anew=anew)


def _given(
    context: Context,
    before: Change,
    after: Change,
    action: ChangeAction,
    *,
    anew: Iterable[str] = (),
) -> Change:
    """With the last approval it is approved; before, the others are awaited."""
    if after.missing:
        return turns.go_on(context, before, after, action, anew=anew)
    return _approved(context, before, after, anew=anew)


def _accepted(contract: Contract, change: Change, needs: Iterable[Need]) -> dict[str, Any]:
    """The risk, the liability and the clashes accepted with an urgent change (CHG-3, CHG-6)."""
    urgent = parts.rules_of(contract).urgent
    if Need.URGENT not in needs or urgent is None:
        return {}
    return {
        "extra_risk": urgent.extra_risk,
        "liability": urgent.liability,
        "clashes": list(change.accepted) or None,
    }


def _approved(
    context: Context, before: Change, after: Change, *, anew: Iterable[str] = ()
) -> Change:
    """It may be carried out: in the window planned, unless that is over."""
    context.record(after.id, ChangeAction.APPROVED)
    window = after.window if after.window and after.window.end > context.now else None
    after = replace(after, state=S.APPROVED, window=window)
    return turns.go_on(context, before, after, ChangeAction.APPROVED, anew=anew)


def reject(context: Context, change: Change, command: RejectChange) -> Change:
    """Somebody whose approval it needs refuses it, and says why (CON-5)."""
    require_state(change, S.REQUESTED, S.STUDY, S.APPROVAL)
    require_read(change, command.asked)
    reason = user_text.required(command.reason)
    context.record(change.id, ChangeAction.REJECTED, reason=reason)
    after = replace(change, state=S.REJECTED, reason=reason, stopped_by=context.actor)
    return turns.go_on(context, change, after, ChangeAction.REJECTED)


def board_refused(
    context: Context, before: Change, after: Change, reason: str, *, anew: Iterable[str]
) -> Change:
    """The board refuses it, with the reasons of all who did not vote for it (CHG-2, CON-5)."""
    after = replace(after, state=S.REJECTED, reason=reason, stopped_by=ESCALADE)
    return turns.go_on(context, before, after, ChangeAction.BOARD_REFUSED, anew=anew)


def require_read(change: Change, asked: int | None) -> None:
    """Refuse what answers an earlier card: what is put to them has changed since (CHG-2)."""
    if asked not in {None, change.asked}:
        raise NotNow("change_asked_anew", id=change.id)


def require_state(change: Change, *states: ChangeState) -> None:
    """Refuse what the change's state does not permit; say what comes first, where it is ahead."""
    if change.state in states:
        return
    order = tuple(S)
    ahead = change.state in UNENDED and order.index(change.state) < max(map(order.index, states))
    first = "plan" if change.state is S.APPROVED and not change.window else change.state.value
    raise NotNow(
        "change_state",
        id=change.id,
        change_state=change.state.value,
        change_first=first if ahead else None,
    )
