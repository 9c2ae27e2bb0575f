"""Mails to staff: whom a location writes to, each mail a row; what the carrier took an incoming text for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PLANNED = sa.text("status = 'planned'")


def upgrade() -> None:
    for name in ("on_call_email", "office_email"):
        op.add_column("locations", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("inbox", sa.Column("carrier_keyword", sa.String(), nullable=True))
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_mails_location_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_mails_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_mails_dedupe_key")),
    )
    op.create_index("ix_mails_ticket_id", "mails", ["ticket_id"])
    op.create_index("ix_mails_due", "mails", ["due_at"], sqlite_where=_PLANNED, postgresql_where=_PLANNED)
    op.create_index("ix_mails_open", "mails", ["status", "handed_at"])


def downgrade() -> None:
    op.drop_table("mails")
    op.drop_column("inbox", "carrier_keyword")
    for name in ("office_email", "on_call_email"):
        op.drop_column("locations", name)
