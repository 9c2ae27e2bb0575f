"""Texts that are held back, and tickets that a person still has to do, are found by indexes of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_UNRESOLVED = sa.text("status IN ('open', 'taken')")
_HELD_BACK = sa.text("status = 'planned' AND due_at > planned_for")


def upgrade() -> None:
    _partial("ix_outbox_held", "outbox", ["location_id", "planned_for"], _HELD_BACK)
    _partial("ix_tickets_unresolved", "tickets", ["location_id", "urgency", "due_at"], _UNRESOLVED)


def downgrade() -> None:
    op.drop_index("ix_tickets_unresolved", table_name="tickets")
    op.drop_index("ix_outbox_held", table_name="outbox")


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
