"""Remember what a message says, so that it is not said again in the same words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of messages posted before it is not known."""
    op.add_column("posts", sa.Column("shown", sa.String(length=64), nullable=True))
