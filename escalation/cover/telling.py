"""Tell who hears of a cover: those asked, who asks, and who keeps the rota (Rule CAL-6)."""

from __future__ import annotations

from collections.abc import Iterable

from escalation.base.journal_actions.cover import CoverAction
from escalation.contract import Contract
from escalation.decision.context import Context
from escalation.duty.keepers import keepers
from escalation.messages.cover import CoverCard, CoverNews
from escalation.messages.destinations import person as direct
from escalation.records.cover import Cover, CoverState


def keeper_agrees(contract: Contract, cover: Cover) -> bool:
    """Tell whether whoever keeps the rota has to agree to a cover."""
    return any(rota.id == cover.rota and rota.keeper_agrees for rota in contract.rotas)


def show(context: Context, cover: Cover) -> Cover:
    """Update the card of each who has a part in it; whoever keeps the rota, once it is taken."""
    people = [cover.asked_by, *filter(None, [cover.on_behalf]), *cover.asked]
    if cover.taken_by is not None:
        people += keepers(context.contract, cover.rota, context.now)
    _to(context, cover, CoverCard(), people)
    return cover


def tell(context: Context, cover: Cover, action: CoverAction, *, reason: str = "") -> Cover:
    """Record what happened, tell the others whom it concerns, and update the cards."""
    context.record(cover.id, action, person=cover.taken_by, reason=reason or None)
    news = CoverNews(action=action.value, by=context.actor, reason=reason)
    concerned = (cover.asked_by, cover.on_behalf, cover.taken_by)
    people = [person for person in concerned if person and person != context.actor]
    if action is CoverAction.VOID:
        asked = [] if cover.taken_by else [p for p in cover.asked if p not in cover.declined]
        people = [*filter(None, concerned), *asked]
    _to(context, cover, news, people)
    return show(context, cover)


def _to(
    context: Context, cover: Cover, message: CoverCard | CoverNews, people: Iterable[str]
) -> None:
    known = (person for person in people if context.contract.knows(person))
    context.notify(message, cover.id, *map(direct, known))


def is_open(cover: Cover) -> bool:
    """Tell whether somebody has still to answer, or it is in force."""
    return cover.state in {CoverState.ASKED, CoverState.AGREED, CoverState.IN_FORCE}
