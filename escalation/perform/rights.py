"""The table of rights, read from the practices: which command takes which role.

`people.rights.require` asks for one command; here it is asked what somebody may do at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from escalation.base.declared import made_in, table
from escalation.contract import ESCALADE, Contract
from escalation.decision.commands.command import Command
from escalation.people import rights
from escalation.people.roles import Case, Who
from escalation.perform.practice import Practice
from escalation.records.kinds import Record

PRACTICES = made_in("escalation.perform.practices", Practice)


RIGHTS: Mapping[type[Command], tuple[Who, ...]] = table(
    {command: step.may for command, step in practice.commands.items()} for practice in PRACTICES
)


def require_any(
    contract: Contract,
    person_id: str,
    commands: Sequence[type[Command]],
    record: Record | None,
    *,
    at: datetime,
) -> None:
    """Raise as `people.rights.require` unless this person may give one of these commands.

    Whatever it names: asked before a form opens, and before a name is looked up (Rule CON-2).
    """
    row = tuple(dict.fromkeys(who for command in commands for who in RIGHTS[command]))
    rights.require(contract, person_id, row, record, at=at, filling=True)


def allowed(
    contract: Contract,
    person_id: str,
    command: type[Command],
    record: Record | None = None,
    *,
    at: datetime | None = None,
) -> bool:
    """Tell whether somebody may, so that views offer only what fits; `at` lets stand-ins count."""
    if person_id == ESCALADE:
        return True
    if not contract.knows(person_id):
        return False
    if record is not None and not rights.visible(contract, person_id, record):
        return False
    case = Case(contract=contract, person=contract.person(person_id), record=record, at=at)
    return any(who.fits(case) for who in RIGHTS[command])
