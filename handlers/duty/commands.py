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
from handlers.verbs.verb import Ask


def to_cover(ask: Ask) -> AskCover:
    """Ask for a cover: of one colleague, or of all in the rota."""
    return AskCover(
        **ask.common(),
        rota=ask.optional("rota"),
        person=person_named(ask, "person") if ask.text("person") else None,
        of=person_named(ask, "for") if ask.text("for") else None,
        start=_instant(ask, "from"),
        end=_instant(ask, "until"),
        reason=ask.text("reason"),
    )


def to_swap(ask: Ask) -> AskSwap:
    """Ask to swap turns with a colleague."""
    return AskSwap(
        **ask.common(),
        person=person_named(ask, "person"),
        rota=ask.optional("rota"),
        mine=_instant(ask, "mine"),
        theirs=_instant(ask, "theirs"),
        reason=ask.text("reason"),
    )


def to_accept(ask: Ask) -> AcceptCover:
    """Accept."""
    return AcceptCover(**ask.common(), cover=ask.subject)


def to_decline(ask: Ask) -> DeclineCover:
    """Decline."""
    return DeclineCover(**ask.common(), cover=ask.subject, reason=ask.text("reason"))


def to_withdraw(ask: Ask) -> WithdrawCover:
    """Withdraw."""
    return WithdrawCover(**ask.common(), cover=ask.subject, reason=ask.text("reason"))


def to_confirm(ask: Ask) -> ConfirmManagement:
    """Confirm the list of a supplier's management."""
    return ConfirmManagement(**ask.common(), supplier=_supplier(ask))


def to_correct(ask: Ask) -> CorrectManagement:
    """Say what is to be changed in it."""
    return CorrectManagement(**ask.common(), supplier=_supplier(ask), text=ask.text("text"))


def _supplier(ask: Ask) -> str:
    return choice_of(ask, "supplier", choices.suppliers) or ask.needed("supplier")


def _instant(ask: Ask, field: str) -> datetime | None:
    """The router has read what was typed."""
    return datetime.fromisoformat(ask.text(field)) if ask.text(field) else None
