"""A report that went into another one is over as well: the index of open ones leaves it out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the index anew: it serves who asks in just the words of its condition."""
    op.drop_index("ix_reports_open", "reports")
    over = sa.text("state NOT IN ('issued', 'merged')")
    op.create_index(
        "ix_reports_open",
        "reports",
        ["contract", "number"],
        sqlite_where=over,
        postgresql_where=over,
    )
