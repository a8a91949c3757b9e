"""Changes have a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OPEN = sa.text("state NOT IN ('closed', 'rejected', 'withdrawn')")


def upgrade() -> None:
    """Add the table, and the index of those that are open."""
    op.create_table(
        "changes",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name=op.f("pk_changes")),
    )
    op.create_index(
        "ix_changes_open",
        "changes",
        ["contract", "number"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
