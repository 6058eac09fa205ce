"""What was decided on the figures."""

import sqlalchemy as sa
from alembic import op

from data_access.types import Day

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", Day(), nullable=False),
        sa.Column("what", sa.String(length=160), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="role that answers for it, never a person's name"),
        sa.Column("check_on", Day(), nullable=False, comment="day on which it comes back, to be looked at again"),
        sa.Column("indicator", sa.String(length=48), nullable=False, comment="id of the figure that is held beside itself, before and after"),
        sa.Column("branch_id", sa.String(length=24), nullable=True, comment="null = the whole programme"),
        sa.Column("recorded_on", Day(), nullable=False),
        sa.Column("concluded_on", Day(), nullable=True, comment="null = not yet looked at again"),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
        comment="What was decided on the figures, and what was thought of it afterwards.",
    )


def downgrade() -> None:
    op.drop_table("decisions")
