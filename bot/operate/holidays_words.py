"""Find where the known public holidays of a contract end, in the operator's words (Rule CAL-2)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import Contract
from escalation.duty.public_holidays import holidays_end
from handlers.words.texts import Texts


def holidays_words(contract: Contract, now: datetime, texts: Texts) -> str | None:
    """Say what to do where the holidays of a contract's country are not known for long (CAL-2)."""
    last = holidays_end(contract.coverage, now.astimezone(contract.zone).date())
    if last is None:
        return None
    return texts(
        "%(contract)s: the public holidays of %(country)s are known up to %(year)s; later ones "
        "count as days with coverage. Update Escalade or its package `holidays`, or list them in "
        "closed_days of [coverage].",
        contract=contract.id,
        country=contract.coverage.country,
        year=str(last),
    )
