"""Keep what monitoring says of each component, as a record of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN = sa.text("state NOT IN ('over')")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "events",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name=op.f("pk_events")),
    )
    op.create_index(
        "ix_events_open",
        "events",
        ["contract", "number"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
