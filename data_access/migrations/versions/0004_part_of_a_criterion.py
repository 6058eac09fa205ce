"""Which row of a figure a criterion is about."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("criteria") as batch:
        batch.add_column(
            sa.Column("part", sa.String(length=120), nullable=False, server_default="", comment="which row of it, as key=value; empty = the only one")
        )
    with op.batch_alter_table("criteria") as batch:
        batch.alter_column("part", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("criteria") as batch:
        batch.drop_column("part")
