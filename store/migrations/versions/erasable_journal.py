"""Journal lines whose words can be erased, with the chain provable (Rule CON-4)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the second form of the seal needs; lines written before keep the first form."""
    for name in ("salt", "erased"):
        column = sa.Column(name, sa.String(length=64), nullable=False, server_default="")
        op.add_column("journal", column)
