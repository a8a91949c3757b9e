"""The calls that somebody has are found, to be shown anew, without looking through all messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CALLS_SENT = sa.text("rank = 0 AND state = 'sent'")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_outbox_calls_sent",
        "outbox",
        ["contract", "destination", "subject"],
        sqlite_where=CALLS_SENT,
        postgresql_where=CALLS_SENT,
    )
