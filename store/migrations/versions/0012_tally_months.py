"""Tallies found by their figure, and added up by month. What was counted before is counted again."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEYS = ("figure", "name", "outcome", "cause")


def upgrade() -> None:
    op.drop_table("tallies")
    op.execute("DELETE FROM tally_days")
    _tallies("tallies", "day", ("location_id", "figure", "day", "name", "outcome", "cause"), minutes=True)
    _tallies("tally_months", "month", ("location_id", "month", *_KEYS))


def downgrade() -> None:
    op.drop_table("tally_months")
    op.drop_table("tallies")
    op.execute("DELETE FROM tally_days")
    _tallies("tallies", "day", ("location_id", "day", *_KEYS), minutes=True)


def _tallies(table: str, span: str, key: tuple[str, ...], *, minutes: bool = False) -> None:
    columns: dict[str, sa.Column[Any]] = {
        "location_id": sa.Column("location_id", sa.String(), nullable=False),
        span: sa.Column(span, sa.Date(), nullable=False),
        **{name: sa.Column(name, sa.String(), nullable=False) for name in _KEYS},
    }
    op.create_table(
        table,
        *(columns[name] for name in key),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        *([sa.Column("minutes", sa.JSON(), nullable=False)] if minutes else []),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f(f"fk_{table}_location_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
