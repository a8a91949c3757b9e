"""Covers and swaps of on-call duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("state NOT IN ('declined', 'lapsed', 'over', 'withdrawn')")


def upgrade() -> None:
    """Add their table, which is empty."""
    op.create_table(
        "covers",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name="pk_covers"),
    )
    op.create_index(
        "ix_covers_open",
        "covers",
        ["contract", "number"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
