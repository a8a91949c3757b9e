"""Keep who is who in Slack, and which channel bears which name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand the identities, which no version wrote; add the names of channels and listings."""
    for column in (
        sa.Column("email", sa.Text(), nullable=False, server_default=""),
        sa.Column("locale", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("deleted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("direct", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("learnt_at", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("identities", column)
    op.create_table(
        "channel_names",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("sought_at", sa.BigInteger(), nullable=False),
        sa.Column("learnt_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("contract", "name", name=op.f("pk_channel_names")),
    )
    op.create_table(
        "listings",
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_listings")),
    )
