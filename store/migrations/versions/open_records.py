"""Open records are found without those that are over, and incidents by what lists ask of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PAGE = 1000
OPEN = {
    "incidents": sa.text("state NOT IN ('cancelled', 'closed', 'merged')"),
    "crises": sa.text("state NOT IN ('closed', 'refused')"),
    "reports": sa.text("state NOT IN ('issued')"),
}

_incidents = sa.table(
    "incidents",
    *(sa.column(name) for name in ("contract", "id", "body", "gravity", "informed", "concerns")),
)


def upgrade() -> None:
    """Add the columns, say in the rows of open records what they say, and add the indexes.

    Of those that are over nothing is asked: after years the upgrade takes no longer. One that is
    opened again is written, and says it then.
    """
    for column in (
        sa.Column("gravity", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("informed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("concerns", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("incidents", column)
    _fill(op.get_bind())
    for table, condition in OPEN.items():
        _index(f"ix_{table}_open", table, ["contract", "number"], condition)
    columns = ["contract", "gravity", "number", "informed", "state"]
    _index("ix_incidents_gravest", "incidents", columns, OPEN["incidents"])


def _index(name: str, table: str, columns: Sequence[str], condition: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _fill(connection: sa.Connection) -> None:
    i = _incidents.c
    change = (
        sa.update(_incidents)
        .where(i.contract == sa.bindparam("of"), i.id == sa.bindparam("which"))
        .values({name: sa.bindparam(f"its_{name}") for name in ("gravity", "informed", "concerns")})
    )
    last = ("", "")
    while rows := connection.execute(
        sa.select(i.contract, i.id, i.body)
        .where(OPEN["incidents"], sa.tuple_(i.contract, i.id) > last)
        .order_by(i.contract, i.id)
        .limit(PAGE)
    ).all():
        connection.execute(
            change, [{"of": row[0], "which": row[1], **_said(json.loads(row[2]))} for row in rows]
        )
        last = (rows[-1][0], rows[-1][1])


def _said(incident: dict[str, Any]) -> dict[str, Any]:
    """Return what the columns are to say of a record, as it was kept until now."""
    concerns = {
        f"component/{incident.get('component') or ''}",
        *(f"group/{group}" for group in incident.get("groups", ())),
        *(f"ladder/{walk['ladder']}" for walk in incident.get("walks", ())),
    }
    return {
        "its_gravity": (incident.get("priority") or {}).get("level", 0),
        "its_informed": incident.get("client_informed", True),
        "its_concerns": json.dumps(sorted(concerns), ensure_ascii=False),
    }
