"""Letters have a rank, and are found lane by lane; a card has one row that waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNSENT = "state IN ('waiting', 'sending', 'uncertain')"
CARDS = "collapse AND state IN ('waiting', 'uncertain')"
CALLS = "'ping', 'nobody_reachable', 'not_told', 'crisis_request', 'crisis_call'"
PLACE = ("contract", "subject", "topic", "destination")
INDEXES = (
    ("ix_outbox_lanes", f"NOT collapse AND {UNSENT}", ("contract", "destination", "rank", "id")),
    ("ix_outbox_fresh_cards", f"{CARDS} AND not_before IS NULL", ("id",)),
    ("ix_outbox_rested_cards", f"{CARDS} AND not_before IS NOT NULL", ("not_before", "id")),
    ("uq_outbox_card", "collapse AND state = 'waiting'", PLACE),
    (
        "ix_outbox_held",
        "state IN ('sending', 'uncertain')",
        ("state", "contract", "destination", "topic", "subject"),
    ),
    ("ix_outbox_set_aside", "state = 'failed'", ("id",)),
)


_NOTICES = f"""UPDATE outbox SET rank = 1
WHERE {UNSENT} AND NOT collapse AND (urgent OR destination LIKE 'crisis/%')"""  # noqa: S608  words of ours
_CALLED = f"""UPDATE outbox SET rank = 0
WHERE {UNSENT} AND urgent AND topic IN ({CALLS})
AND (destination LIKE 'person/%' OR destination LIKE 'room/%')"""  # noqa: S608  words of ours
_SAME = " AND ".join(f"newer.{name} = outbox.{name}" for name in PLACE)
_SUPERSEDED = f"""UPDATE outbox SET state = 'dropped', error = 'superseded'
WHERE collapse AND state = 'waiting' AND EXISTS (SELECT 1 FROM outbox AS newer
WHERE newer.collapse AND newer.state = 'waiting' AND newer.id > outbox.id AND {_SAME})"""  # noqa: S608  words of ours


def upgrade() -> None:
    """Rank what waits, leave each card one row that waits, and make the indexes anew."""
    op.add_column("outbox", sa.Column("rank", sa.Integer(), nullable=False, server_default="2"))
    for statement in (_NOTICES, _CALLED, _SUPERSEDED):
        op.execute(statement)
    op.drop_index("ix_outbox_queue", "outbox")
    op.drop_index("ix_outbox_place", "outbox")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_outbox_replaceable", "outbox")
    for name, where, columns in INDEXES:
        op.create_index(
            name,
            "outbox",
            list(columns),
            unique=name.startswith("uq_"),
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
