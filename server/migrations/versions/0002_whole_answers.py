"""Answers have key points, and what to avoid."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LISTS = ("key_points", "avoid")


def upgrade() -> None:
    """Add the lists, empty for answers that are there."""
    for name in LISTS:
        op.add_column("answers", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop the lists."""
    for name in LISTS:
        op.drop_column("answers", name)
