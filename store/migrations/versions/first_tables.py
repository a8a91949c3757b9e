"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "contract_versions",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("contract", "version", name=op.f("pk_contract_versions")),
    )
    op.create_table(
        "contracts_in_force",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("contract", name=op.f("pk_contracts_in_force")),
    )
    op.create_table(
        "counters",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=64), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "prefix", name=op.f("pk_counters")),
    )
    op.create_table(
        "crises",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("room", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name=op.f("pk_crises")),
    )
    op.create_index(
        op.f("ix_crises_contract_state_number"),
        "crises",
        ["contract", "state", "number"],
        unique=False,
    )
    op.create_index(op.f("ix_crises_room"), "crises", ["room"], unique=False)
    op.create_table(
        "identities",
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("slack", sa.String(length=64), nullable=False),
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("team", "slack", "contract", name=op.f("pk_identities")),
        sa.UniqueConstraint("contract", "person", name=op.f("uq_identities_contract_person")),
    )
    op.create_table(
        "incidents",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name=op.f("pk_incidents")),
    )
    op.create_index(
        op.f("ix_incidents_contract_number"), "incidents", ["contract", "number"], unique=False
    )
    op.create_index(
        op.f("ix_incidents_contract_state_number"),
        "incidents",
        ["contract", "state", "number"],
        unique=False,
    )
    op.create_table(
        "journal",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("contract", "number", name=op.f("pk_journal")),
    )
    op.create_index(
        op.f("ix_journal_contract_subject_number"),
        "journal",
        ["contract", "subject", "number"],
        unique=False,
    )
    op.create_table(
        "journal_heads",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("contract", name=op.f("pk_journal_heads")),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=128), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("collapse", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("claim", sa.String(length=64), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("ts", sa.String(length=64), nullable=True),
        sa.Column("metadata_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("metadata_id", name=op.f("uq_outbox_metadata_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_queue", "outbox", ["state", "contract", "destination", "id", "urgent"]
    )
    op.create_index(
        "ix_outbox_place", "outbox", ["contract", "subject", "topic", "destination", "state"]
    )
    op.create_table(
        "outcomes",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_at"), "outcomes", ["at"], unique=False)
    op.create_table(
        "posts",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=128), nullable=False),
        sa.Column("topic", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "contract", "destination", "topic", "subject", name=op.f("pk_posts")
        ),
    )
    op.create_table(
        "reports",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contract", "id", name=op.f("pk_reports")),
    )
    op.create_index(
        op.f("ix_reports_contract_deadline"), "reports", ["contract", "deadline"], unique=False
    )
    op.create_table(
        "timers",
        sa.Column("contract", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("contract", "subject", "name", name=op.f("pk_timers")),
    )
    op.create_index(op.f("ix_timers_due_generation"), "timers", ["due", "generation"], unique=False)
    op.create_index(
        "ix_timers_set_aside",
        "timers",
        ["retry_at"],
        sqlite_where=sa.text("retry_at IS NOT NULL"),
        postgresql_where=sa.text("retry_at IS NOT NULL"),
    )
