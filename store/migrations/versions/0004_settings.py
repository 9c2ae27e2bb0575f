"""What staff change on the settings page, beside the clinic file; a location's own sending hours."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("locations", sa.Column("send_window", sa.JSON(), nullable=True))
    for name in ("filed", "changed"):
        op.add_column("locations", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    for name in ("changed", "filed", "send_window"):
        op.drop_column("locations", name)
