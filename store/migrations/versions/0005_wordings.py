"""The clinic's own wordings: versions and rulings; which texts carried which version."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SAID = sa.text("wording_version IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "wording_proposals",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("translated", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_proposals")),
        sa.UniqueConstraint("wording", "number", name=op.f("uq_wording_proposals_wording_number")),
    )
    op.create_table(
        "wording_rulings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("shipped_version", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["wording_proposals.id"], name=op.f("fk_wording_rulings_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_rulings")),
    )
    op.create_index("ix_wording_rulings_subject", "wording_rulings", ["subject", "id"])
    op.create_index(
        "ix_outbox_said",
        "outbox",
        ["wording", "wording_version", "handed_at"],
        sqlite_where=_SAID,
        postgresql_where=_SAID,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_said", table_name="outbox")
    op.drop_table("wording_rulings")
    op.drop_table("wording_proposals")
