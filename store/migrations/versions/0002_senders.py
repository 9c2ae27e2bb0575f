"""Senders: pace, hourly count and stop of each number; due texts are found by location."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_outbox_due": (["location_id", "lane", "due_at", "created_at"], "status = 'planned'"),
    "ix_outbox_in_hand": (["mobile"], "status = 'claimed'"),
    "ix_outbox_unknown": (["due_at"], "status = 'unknown'"),
    "ix_outbox_wrong": (["updated_at"], "status IN ('failed', 'undelivered', 'unknown', 'expired')"),
}


def upgrade() -> None:
    op.create_table(
        "senders",
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(), nullable=True),
        sa.Column("stopped_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_senders_location_id")),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_senders")),
    )
    for name in ("ix_outbox_due", "ix_outbox_mobile", "ix_outbox_open"):
        op.drop_index(name, "outbox")
    op.create_index("ix_outbox_mobile", "outbox", ["mobile", "handed_at"])
    for name, (columns, where) in INDEXES.items():
        _partial(name, columns, where)


def downgrade() -> None:
    for name in (*INDEXES, "ix_outbox_mobile"):
        op.drop_index(name, "outbox")
    op.create_index("ix_outbox_open", "outbox", ["status", "updated_at"])
    op.create_index("ix_outbox_mobile", "outbox", ["mobile", "sent_at"])
    _partial("ix_outbox_due", ["lane", "due_at"], "status = 'planned'")
    op.drop_table("senders")


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "outbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
