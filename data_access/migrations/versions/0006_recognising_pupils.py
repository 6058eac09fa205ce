"""Who looked up pupils of the own register and how many, and what was agreed about the signal of frequent attendance."""

import sqlalchemy as sa
from alembic import op

from data_access.types import Day

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signal_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, ...; of those that hold on a day the highest counts"),
        sa.Column("threshold", sa.Integer(), nullable=False, comment="visit days in the window from which a pupil comes very often"),
        sa.Column("valid_from", Day(), nullable=False, comment="first visit day that is held against it"),
        sa.Column("changed_on", Day(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, comment="of the change"),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_signal_rules")),
        comment="What the programme agreed about the signal of frequent attendance, every change kept. Without a row holds what the program begins with.",
    )
    op.create_table(
        "recognitions",
        sa.Column("recognition_id", sa.Integer(), nullable=False, comment="in order of looking up"),
        sa.Column("done_by", sa.Text(), nullable=False, comment="role, and for a branch which: branch:TRA"),
        sa.Column("done_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.Column("looked_up", sa.Integer(), nullable=False, comment="how many different ids"),
        sa.Column("recognised", sa.Integer(), nullable=False, comment="how many signals were of one of them"),
        sa.PrimaryKeyConstraint("recognition_id", name=op.f("pk_recognitions")),
        comment="Who looked up ids of the own register, when and how many; never which.",
    )


def downgrade() -> None:
    op.drop_table("recognitions")
    op.drop_table("signal_rules")
