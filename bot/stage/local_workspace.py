"""Furnishing the local workspace: everybody of the contracts, their rooms, and the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from escalation.contract import CLIENT, PROVIDER, Contract, Person
from sandbox import Workspace
from sandbox.model.app import App
from sandbox.model.user import User

LOCALES = {"en": "en-GB", "fr": "fr-FR"}


async def furnish(
    workspace: Workspace, contracts: Sequence[Contract], manifest: dict[str, Any]
) -> App:
    """Give every person an account, make the standing rooms, and install the app in them."""
    app = workspace.install_manifest(manifest)
    for contract in contracts:
        users = {person.id: _account(workspace, contract, person) for person in contract.people}
        firms = {
            contract.rooms.shared: {PROVIDER, CLIENT},
            contract.rooms.provider: {PROVIDER},
            **{room: set() for room in contract.rooms.crisis_pool},
        }
        for room, organisations in firms.items():
            if workspace.channel_by_name(room) is None:
                members = [
                    users[p.id].id for p in contract.people if p.organisation in organisations
                ]
                workspace.add_channel(
                    name=room,
                    private=room != contract.rooms.shared,
                    members=[app.bot_user_id, *members],
                )
    return app


def _account(workspace: Workspace, contract: Contract, person: Person) -> User:
    known = workspace.user_by_email(person.email) if person.email else None
    if known is not None:
        return known
    return workspace.add_user(
        id=person.slack,
        name=person.id,
        real_name=person.name,
        email=person.email or f"{person.id}@nowhere.example",
        locale=LOCALES[contract.language_of(person)],
        tz=contract.timezone,
        guest=person.organisation not in {PROVIDER, CLIENT},
    )
