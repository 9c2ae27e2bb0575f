"""Files of bookings: a batch for each file, a row for each of its lines."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WORKING = sa.text("state IN ('checking', 'enrolling', 'undoing')")
_TIME = sa.DateTime(timezone=True)
_ID = sa.Uuid(as_uuid=False)


def upgrade() -> None:
    op.create_table(
        "import_batches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("with_changes", sa.Boolean(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("forgotten_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("fk_import_batches_location_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
    )
    op.create_index(
        "ix_import_batches_work",
        "import_batches",
        ["created_at"],
        sqlite_where=_WORKING,
        postgresql_where=_WORKING,
    )
    op.create_index("ix_import_batches_created_at", "import_batches", ["created_at"])
    op.create_table(
        "import_rows",
        sa.Column("id", _ID, nullable=False),
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("mobile", sa.String(), nullable=True),
        sa.Column("visit_key", sa.String(), nullable=True),
        sa.Column("foreseen", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("soon", sa.Integer(), nullable=False),
        sa.Column("today", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", _ID, nullable=True),
        sa.Column("patient_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_import_rows_batch_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_import_rows_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_import_rows_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("batch_id", "line", name=op.f("uq_import_rows_batch_id_line")),
    )
    op.create_index("ix_import_rows_mobile", "import_rows", ["mobile"])
    op.create_index("ix_import_rows_patient_id", "import_rows", ["patient_id"])
    op.create_index("ix_import_rows_visit", "import_rows", ["batch_id", "visit_key"])
    op.create_index("ix_import_rows_foreseen", "import_rows", ["batch_id", "foreseen", "outcome"])


def downgrade() -> None:
    op.drop_table("import_rows")
    op.drop_table("import_batches")
