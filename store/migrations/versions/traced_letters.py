"""Letters carry the trace of what they follow from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; letters written before have no trace."""
    op.add_column("outbox", sa.Column("trace", sa.String(length=64), nullable=True))
