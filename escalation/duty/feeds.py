"""Tell which duty somebody may follow in their own calendar, and what it shows (Rule CAL-6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.contract import Contract
from escalation.duty.availability import Answering, answering
from escalation.duty.keepers import keepers, posts_of

BEHIND, AHEAD = timedelta(days=30), timedelta(days=90)


def followed(contract: Contract, person_id: str, at: datetime) -> tuple[str, ...]:
    """The rotas whose feed is somebody's to read: they stand on them, or keep them."""
    return tuple(rota.id for rota in contract.rotas if _follows(contract, rota.id, person_id, at))


def _follows(contract: Contract, rota_id: str, person_id: str, at: datetime) -> bool:
    rota = contract.rota(rota_id)
    holders = [post.people[0] for post in posts_of(contract, rota_id) if post.people]
    swapped = [override.person for override in rota.overrides]
    theirs = {*rota.everybody, *swapped, *rota.kept_by, *holders, *keepers(contract, rota_id, at)}
    return person_id in theirs


def duty_shown(contract: Contract, person_id: str, rota_id: str, at: datetime) -> list[Answering]:
    """Return what a feed shows: all duty of a rota, or somebody's in any rota where none is named.

    Of a contract with the covers in force, in whole stretches, in order of time.
    """
    rotas = [rota_id] if rota_id else [rota.id for rota in contract.rotas]
    found = [
        stretch
        for rota in rotas
        for stretch in answering(contract, rota, at - BEHIND, at + AHEAD)
        if rota_id or stretch.person == person_id
    ]
    return sorted(found, key=lambda stretch: (stretch.start, stretch.rota))
