"""Of a Slack account it is kept to which workspace it belongs; it is found by its id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Of what is kept already it is not known: it is looked up anew."""
    op.add_column(
        "identities",
        sa.Column("home", sa.String(length=64), nullable=False, server_default=""),
    )
    op.create_index("ix_identities_slack", "identities", ["slack"])
