"""What generations cost: waits the model service asked for, and how many a user has started today."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the counts, none yet."""
    op.add_column("generation_jobs", sa.Column("waits", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("users", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("users", sa.Column("day_generations", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the counts."""
    op.drop_column("users", "day_generations")
    op.drop_column("users", "day")
    op.drop_column("generation_jobs", "waits")
