"""Other free help, school results of whole groups, answers about headers, signals and criteria."""

import sqlalchemy as sa
from alembic import op

from data_access.types import Day

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria",
        sa.Column("criterion_id", sa.String(length=32), nullable=False, comment="name that stays the same through changes"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, ...; the highest counts"),
        sa.Column("indicator", sa.String(length=48), nullable=False, comment="id of the figure that is held against the target"),
        sa.Column("sector", sa.String(length=2), nullable=True, comment="PO or VO; null = both together"),
        sa.Column("rule", sa.String(length=8), nullable=False, comment="at_least | at_most"),
        sa.Column("target", sa.Float(), nullable=False, comment="in the unit of the indicator, proportions 0-1"),
        sa.Column("minimum_sample", sa.Float(), nullable=False, comment="what must stand below the line before there is a verdict"),
        sa.Column("owner", sa.Text(), nullable=False, comment="role that answers for it, never a person's name"),
        sa.Column("valid_from", Day(), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False, comment="true: no longer a criterion"),
        sa.Column("changed_on", Day(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True, comment="of the change"),
        sa.CheckConstraint("rule IN ('at_least', 'at_most')", name=op.f("ck_criteria_rule")),
        sa.PrimaryKeyConstraint("criterion_id", "version", name=op.f("pk_criteria")),
        comment="What was agreed beforehand; every change is kept.",
    )
    op.create_table(
        "header_answers",
        sa.Column("branch_id", sa.String(length=24), nullable=False, comment="whose lists have this header; empty = of the whole programme"),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("header", sa.String(length=80), nullable=False, comment="as the door compares headers: lower case, without spaces and accents"),
        sa.Column("column_name", sa.String(length=64), nullable=False, comment="canonical column; empty = is to be dropped"),
        sa.Column("answered_on", Day(), nullable=False),
        sa.PrimaryKeyConstraint("branch_id", "kind", "header", name=op.f("pk_header_answers")),
        comment="What a deliverer said about a header that the door did not know, so that it is asked once.",
    )
    op.create_table(
        "offers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sector", sa.String(length=2), nullable=False, comment="PO or VO; empty = both"),
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=True, comment="where it is given"),
        sa.Column("latitude", sa.Float(), nullable=True, comment="WGS84"),
        sa.Column("longitude", sa.Float(), nullable=True, comment="WGS84"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_offers_load_id")),
        sa.PrimaryKeyConstraint("name", "sector", name=op.f("pk_offers")),
        comment="Other free homework help, by others than the library.",
    )
    op.create_table(
        "group_outcomes",
        sa.Column("school_id", sa.String(length=24), nullable=False),
        sa.Column("school_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=False, comment="true: the pupils who came to the homework help; false: comparable pupils who did not"),
        sa.Column("moment", sa.String(length=8), nullable=False, comment="before | after: start or end of the school year"),
        sa.Column("pupils", sa.Integer(), nullable=False, comment="pupils with a score"),
        sa.Column("mean", sa.Float(), nullable=False),
        sa.Column("sd", sa.Float(), nullable=True, comment="standard deviation (n - 1); null for one pupil"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.CheckConstraint("moment IN ('before', 'after')", name=op.f("ck_group_outcomes_moment")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_group_outcomes_load_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"], name=op.f("fk_group_outcomes_school_id")),
        sa.PrimaryKeyConstraint("school_id", "school_year", "subject", "took_part", "moment", name=op.f("pk_group_outcomes")),
        comment="School results as a school gives them for a whole group, without pupils.",
    )
    op.create_table(
        "signals",
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False, comment="frequent_attendance | stopped_coming"),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.String(length=24), nullable=False, comment="whose manager it is for"),
        sa.Column("raised_on", Day(), nullable=False, comment="day on which the rule was met"),
        sa.Column("visit_days", sa.Integer(), nullable=False, comment="in the window of the rule, or in the spell that ended"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.branch_id"], name=op.f("fk_signals_branch_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name=op.f("fk_signals_pupil_id")),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_signals")),
        sa.UniqueConstraint("rule", "pupil_id", "raised_on", name=op.f("uq_signals_rule")),
        comment="Once somebody has looked at a signal it stays, whatever a later calculation says.",
    )
    op.create_table(
        "signal_events",
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, ... within the signal"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="new | seen | school_informed | closed | dismissed"),
        sa.Column("reason", sa.String(length=32), nullable=True, comment="code; needed for closed and dismissed"),
        sa.Column("happened_on", Day(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False, comment="role, and for a branch which: branch:TRA"),
        sa.CheckConstraint("state IN ('new', 'seen', 'school_informed', 'closed', 'dismissed')", name=op.f("ck_signal_events_state")),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.signal_id"], name=op.f("fk_signal_events_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", "number", name=op.f("pk_signal_events")),
        comment="What was done with a signal; the last event is its state.",
    )


def downgrade() -> None:
    for table in ("signal_events", "signals", "group_outcomes", "offers", "header_answers", "criteria"):
        op.drop_table(table)
