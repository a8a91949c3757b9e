"""Problems have a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("state NOT IN ('closed', 'declined')")


def upgrade() -> None:
    """Add the table, and the index of those that are open."""
    op.create_table(
        "problems",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name=op.f("pk_problems")),
    )
    op.create_index(
        "ix_problems_open",
        "problems",
        ["contract", "number"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
