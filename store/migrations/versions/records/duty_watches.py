"""The watch over the on-call duty of each contract."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN = sa.text("state NOT IN ('watching')")


def upgrade() -> None:
    """Add its table, which is empty."""
    op.create_table(
        "duty_watches",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name="pk_duty_watches"),
    )
    op.create_index(
        "ix_duty_watches_open",
        "duty_watches",
        ["contract", "number"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
