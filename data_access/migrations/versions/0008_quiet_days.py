"""Days of which a delivery says that nobody came: a nought that somebody wrote down is no silence."""

import sqlalchemy as sa
from alembic import op

from data_access.types import Day

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiet_days",
        sa.Column("branch_id", sa.String(length=24), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.branch_id"], name=op.f("fk_quiet_days_branch_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_quiet_days_load_id")),
        sa.PrimaryKeyConstraint("branch_id", "day", name=op.f("pk_quiet_days")),
        comment="Days of which a delivery says in so many words that nobody came: a 0 in a tally or a sheet. Another delivery may know better.",
    )


def downgrade() -> None:
    op.drop_table("quiet_days")
