"""Daily tallies, and what finds a day's opt-outs and resolved tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally_days",
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_tally_days_location_id")),
        sa.PrimaryKeyConstraint("location_id", "day", name=op.f("pk_tally_days")),
    )
    op.create_index("ix_tally_days_again_at", "tally_days", ["again_at"])
    keys = ("figure", "name", "outcome", "cause")
    op.create_table(
        "tallies",
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(key, sa.String(), nullable=False) for key in keys),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_tallies_location_id")),
        sa.PrimaryKeyConstraint("location_id", "day", *keys, name=op.f("pk_tallies")),
    )
    op.create_index("ix_consent_events_at", "consent_events", ["at"])
    op.create_index("ix_tickets_resolved", "tickets", ["resolved_at"])


def downgrade() -> None:
    op.drop_index("ix_tickets_resolved", "tickets")
    op.drop_index("ix_consent_events_at", "consent_events")
    op.drop_table("tallies")
    op.drop_table("tally_days")
