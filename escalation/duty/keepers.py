"""Who keeps a rota: whom the contract names, else who holds the post that it relieves (CAL-6)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import Contract, Post
from escalation.duty.availability import there


def posts_of(contract: Contract, rota_id: str) -> list[Post]:
    """The posts that a rota relieves, the lowest first."""
    posts = [post for each in contract.echelons for post in (each.provider, each.client)]
    posts += [r.supplier for ladder in contract.ladders for r in ladder.rungs if r.supplier]
    return [post for post in posts if rota_id in post.rotas]


def keepers(contract: Contract, rota_id: str, at: datetime) -> tuple[str, ...]:
    """Who keeps a rota at an instant; in the place of the absent, who stands in for them."""
    named = next((rota.kept_by for rota in contract.rotas if rota.id == rota_id), ())
    holders = [post.people[0] for post in posts_of(contract, rota_id) if post.people]
    return there(contract, named, at) or there(contract, holders[:1], at)
