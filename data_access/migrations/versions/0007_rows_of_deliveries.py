"""On which row of its delivery a visit, a session and what is said of a pupil stood. Of what was loaded before nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("pupil_years", "sessions", "visits")
COMMENT = "line or sheet row in that delivery, the header included; null = loaded before this was kept"


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("row_number", sa.Integer(), nullable=True, comment=COMMENT))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "row_number")
