"""Pages of the open incidents that somebody sees: ordered, sifted and counted by the database."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, Select, case, false, func, or_, select, true

from escalation.records.kinds import INCIDENT
from escalation.records.visibility import Sight
from store.schema.kinds import stored
from store.schema.lists import holds
from store.schema.tables import counters, incidents

i = incidents.c
MOST_SEARCHED = 5000  # of the newest incidents, for those on a component
_OPEN = stored(INCIDENT).opened


def page(contract: str, sight: Sight, skip: int, limit: int | None) -> Select[tuple[str, str]]:
    """The ids and bodies of those seen, the gravest first, then the oldest."""
    query = select(i.id, i.body).where(i.contract == contract, _OPEN, _seen(sight))
    return query.order_by(i.gravity, i.number).offset(skip).limit(limit)


def newest(contract: str, component: str | None, limit: int) -> Select[tuple[str, str]]:
    """The ids and bodies of the newest, on a component where one is named, of a contract's last."""
    given = (counters.c.contract == contract, counters.c.prefix == INCIDENT.prefix)
    last = select(counters.c.last).where(*given).scalar_subquery()
    query = select(i.id, i.body).where(i.contract == contract, i.number > last - MOST_SEARCHED)
    if component is not None:
        concern = json.dumps(f"component/{component}", ensure_ascii=False)
        query = query.where(holds(i.concerns, concern))
    return query.order_by(i.number.desc()).limit(limit)


def count(connection: Connection, contract: str, sight: Sight) -> int:
    """Return how many are seen."""
    query = select(func.count()).where(i.contract == contract, _OPEN, _seen(sight))
    return int(connection.execute(query).scalar_one())


def gravest(connection: Connection, sights: Mapping[str, Sight]) -> dict[str, int]:
    """The gravity of the gravest one seen, by contract; where there is one."""
    found: dict[str, int] = {}
    told = func.min(case((i.informed, i.gravity)))
    query = select(i.contract, func.min(i.gravity), told).where(_OPEN)
    for contract, any_of_them, of_those_told in connection.execute(query.group_by(i.contract)):
        sight = sights.get(contract, Sight())
        if sight.concerns:
            first = page(contract, sight, 0, 1).with_only_columns(i.gravity)
            gravity = connection.execute(first).scalar_one_or_none()
        else:
            gravity = any_of_them if sight.whole else of_those_told if sight.informed else None
        if gravity is not None:
            found[contract] = gravity
    return found


def _seen(sight: Sight) -> ColumnElement[bool]:
    if sight.whole:
        return true()
    if sight.informed:
        return i.informed
    concerns = (json.dumps(concern, ensure_ascii=False) for concern in sorted(sight.concerns))
    return or_(false(), *(holds(i.concerns, concern) for concern in concerns))
