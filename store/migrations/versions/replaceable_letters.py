"""The updates of cards that wait are found without looking through what they superseded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("collapse AND state = 'waiting'")


def upgrade() -> None:
    """Add the index; versions before do without it, and SQLite does."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_index(
        "ix_outbox_replaceable",
        "outbox",
        ["contract", "subject", "topic", "destination"],
        postgresql_where=WAITING,
    )
