"""Commands asked for with `/oncall` (Rules CAL-6, CRI-13)."""

from __future__ import annotations

from datetime import datetime

from escalation.decision.commands.cover import (
    AcceptCover,
    AskCover,
    AskSwap,
    ConfirmManagement,
    CorrectManagement,
    DeclineCover,
    WithdrawCover,
)
from handlers.verbs import choices
from handlers.verbs.fields import choice_of, person_named
from handlers.verbs.verb import Invocation


def to_cover(invocation: Invocation) -> AskCover:
    """Ask for a cover: of one colleague, or of all in the rota."""
    return AskCover(
        **invocation.common(),
        rota=invocation.optional("rota"),
        person=person_named(invocation, "person") if invocation.text("person") else None,
        of=person_named(invocation, "for") if invocation.text("for") else None,
        start=_instant(invocation, "from"),
        end=_instant(invocation, "until"),
        reason=invocation.text("reason"),
    )


def to_swap(invocation: Invocation) -> AskSwap:
    """Ask to swap turns with a colleague."""
    return AskSwap(
        **invocation.common(),
        person=person_named(invocation, "person"),
        rota=invocation.optional("rota"),
        mine=_instant(invocation, "mine"),
        theirs=_instant(invocation, "theirs"),
        reason=invocation.text("reason"),
    )


def to_accept(invocation: Invocation) -> AcceptCover:
    """Accept."""
    return AcceptCover(**invocation.common(), cover=invocation.subject)


def to_decline(invocation: Invocation) -> DeclineCover:
    """Decline."""
    return DeclineCover(
        **invocation.common(), cover=invocation.subject, reason=invocation.text("reason")
    )


def to_withdraw(invocation: Invocation) -> WithdrawCover:
    """Withdraw."""
    return WithdrawCover(
        **invocation.common(), cover=invocation.subject, reason=invocation.text("reason")
    )


def to_confirm(invocation: Invocation) -> ConfirmManagement:
    """Confirm the list of a supplier's management."""
    return ConfirmManagement(**invocation.common(), supplier=_supplier(invocation))


def to_correct(invocation: Invocation) -> CorrectManagement:
    """Say what is to be changed in it."""
    return CorrectManagement(
        **invocation.common(), supplier=_supplier(invocation), text=invocation.text("text")
    )


def _supplier(invocation: Invocation) -> str:
    return choice_of(invocation, "supplier", choices.suppliers) or invocation.needed("supplier")


def _instant(invocation: Invocation, field: str) -> datetime | None:
    """The router has read what was typed."""
    return datetime.fromisoformat(invocation.text(field)) if invocation.text(field) else None
