"""What staff decide for one patient: her texts paused, one of them dropped or changed, and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = {
    "patients": (("paused_at", True), ("paused_by", False), ("paused_why", False)),
    "outbox": (("dropped_by", False), ("retimed_by", False), ("worded_by", False), ("changed_at", True)),
}


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        for name, instant in columns:
            kind = sa.DateTime(timezone=True) if instant else sa.String()
            op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, columns in _COLUMNS.items():
        for name, _ in reversed(columns):
            op.drop_column(table, name)
