"""Tell who keeps a list up to date: a rota (CAL-6), or who represents a supplier (CRI-13)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import CLIENT, Contract, Post, Role, Supplier
from escalation.duty.availability import there


def posts_of(contract: Contract, rota_id: str) -> list[Post]:
    """The posts that a rota relieves, the lowest first."""
    posts = [post for each in contract.echelons for post in (each.provider, each.client)]
    posts += [r.supplier for ladder in contract.ladders for r in ladder.rungs if r.supplier]
    return [post for post in posts if rota_id in post.rotas]


def keepers(contract: Contract, rota_id: str, at: datetime) -> tuple[str, ...]:
    """Return who keeps a rota at an instant; in the place of the absent, who stands in for them."""
    named = next((rota.kept_by for rota in contract.rotas if rota.id == rota_id), ())
    holders = [post.people[0] for post in posts_of(contract, rota_id) if post.people]
    return there(contract, named, at) or there(contract, holders[:1], at)


def delivery_managers(contract: Contract, firm: str) -> tuple[str, ...]:
    """List who answers for a firm's delivery; at the client, in want of one, its service owners."""
    roles = (Role.SERVICE_DELIVERY_MANAGER, Role.SERVICE_OWNER)
    found = (contract.holders(role, firm) for role in roles)
    return tuple(person.id for person in next(filter(None, found), ()))


def keepers_of_supplier(contract: Contract, supplier: Supplier) -> tuple[str, ...]:
    """Return who of the client keeps the list of a supplier's management (Rule CRI-13)."""
    return supplier.kept_by or delivery_managers(contract, CLIENT)
