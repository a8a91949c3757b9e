"""Tell who may read a report, and in which room it may stand (Rules REP-1, CON-2).

A room is told only what everybody in it may read: by the contract, which is asked here, and by
Slack's list of who is in it, which is asked when it is sent (`bot.delivery.audience`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from escalation.base.value import Value
from escalation.contract import PROVIDER, Contract
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM, Destination, crisis_room
from escalation.people import rights
from escalation.people.acquaintance import in_the_room
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.report import Report


class Places(Value):
    """Places where an issued report goes besides its list: rooms, and people one by one."""

    rooms: tuple[Destination, ...]
    people: tuple[str, ...]


def readers(contract: Contract, report: Report, people: Iterable[str]) -> tuple[str, ...]:
    """Those of these people who may read the report."""
    return tuple(person for person in people if rights.visible(contract, person, report))


def in_person(
    contract: Contract, report: Report, room: Destination, people: Iterable[str]
) -> tuple[str, ...]:
    """List who gets it in person of those found in a room that does not get it.

    From the shared room not the provider's people: they have a standing room of their own.
    """
    may = readers(contract, report, (p for p in dict.fromkeys(people) if contract.knows(p)))
    if room != SHARED_ROOM:
        return may
    return tuple(person for person in may if contract.person(person).organisation != PROVIDER)


def places(
    contract: Contract, report: Report, cells: Sequence[Crisis], *, client_informed: bool
) -> Places:
    """The rooms that the contract lets have the report; of other cells, who may read it.

    A cell that still meets may be joined by others, who would read what was said before.
    """
    rooms: list[Destination] = []
    people: dict[str, None] = {}
    for cell in cells:
        present = sorted(in_the_room(cell))
        may = readers(contract, report, present)
        own = cell.room is not None and not cell.borrows_room and not cell.archived
        if own and cell.state is CrisisState.CLOSED and len(may) == len(present):
            rooms.append(crisis_room(cell.id))
        else:
            people |= dict.fromkeys(may)
    # the standing rooms are not on a cell's list, and hold people who did not agree to drills
    if not report.of_cell and not report.exercise:
        rooms += [PROVIDER_ROOM, *([SHARED_ROOM] if client_informed else [])]
    return Places(rooms=tuple(rooms), people=tuple(people))
