"""The first tables."""

import sqlalchemy as sa
from alembic import op

from data_access.types import Day, TimeOfDay

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loads",
        sa.Column("load_id", sa.Integer(), nullable=False, comment="in order of loading"),
        sa.Column("file_name", sa.Text(), nullable=False, comment="as delivered"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the bytes"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="visits, sessions, branches, ..."),
        sa.Column("layout", sa.String(length=24), nullable=False, comment="plain, kwb, geojson, ..."),
        sa.Column("covers_first", Day(), nullable=True, comment="the days that the deliverer named, when any"),
        sa.Column("covers_last", Day(), nullable=True),
        sa.Column("replaces", sa.Boolean(), nullable=False, comment="true when the file was the whole truth for its branches and days"),
        sa.Column("read", sa.Integer(), nullable=False, comment="rows read = accepted + duplicate + refused"),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False, comment="part of accepted: known key, other values"),
        sa.Column("duplicate", sa.Integer(), nullable=False, comment="known key, same values"),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("anonymous", sa.Integer(), nullable=False, comment="part of accepted: visits without a pupil"),
        sa.Column("removed", sa.Integer(), nullable=False, comment="rows that a replacing load took away"),
        sa.Column("receipt", sa.Text(), nullable=False, comment="the whole receipt as JSON: reasons, dropped columns, coverage"),
        sa.Column("loaded_by", sa.Text(), nullable=False, comment="role that loaded it, and for a branch which: steward, branch:TRA"),
        sa.Column("loaded_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_loads")),
        comment="One row per delivery.",
    )
    op.create_index(op.f("ix_loads_sha256"), "loads", ["sha256"], unique=False)
    op.create_table(
        "pupils",
        sa.Column("pupil_id", sa.Integer(), nullable=False, comment="number within this store, never outside it"),
        sa.Column("pupil_key", sa.LargeBinary(length=32), nullable=False, comment="HMAC-SHA-256 of the delivered id; the id itself is never stored"),
        sa.PrimaryKeyConstraint("pupil_id", name=op.f("pk_pupils")),
        sa.UniqueConstraint("pupil_key", name=op.f("uq_pupils_pupil_key")),
        comment="The only place of the pseudonym.",
    )
    op.create_table(
        "store",
        sa.Column("store_id", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column("kind", sa.String(length=4), nullable=False, comment="born demo or real, and stays so"),
        sa.Column("key_fingerprint", sa.String(length=64), nullable=True, comment="of the pseudonym key in use; null until the first load with pupils"),
        sa.Column("data_version", sa.Integer(), nullable=False, comment="goes up by one with every load that changes something"),
        sa.CheckConstraint("kind IN ('demo', 'real')", name=op.f("ck_store_kind")),
        sa.CheckConstraint("store_id = 1", name=op.f("ck_store_one_row")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_store")),
        comment="One row about this store.",
    )
    op.create_table(
        "boundaries",
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=False, comment="GeoJSON geometry, WGS84"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_boundaries_load_id")),
        sa.PrimaryKeyConstraint("neighbourhood_code", "year", name=op.f("pk_boundaries")),
        comment="Outlines for the map.",
    )
    op.create_table(
        "branches",
        sa.Column("branch_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.String(length=2), nullable=True, comment="PO or VO: the pupils it serves; null = offers no homework help"),
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=True, comment="where it lies"),
        sa.Column("latitude", sa.Float(), nullable=True, comment="WGS84"),
        sa.Column("longitude", sa.Float(), nullable=True, comment="WGS84"),
        sa.Column("opened_on", Day(), nullable=True, comment="first day of homework help"),
        sa.Column("closed_on", Day(), nullable=True),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True, comment="seats for pupils at one session"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_branches_load_id")),
        sa.PrimaryKeyConstraint("branch_id", name=op.f("pk_branches")),
        comment="Library branches.",
    )
    op.create_table(
        "closures",
        sa.Column("first_day", Day(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sector", sa.String(length=2), nullable=False, comment="PO or VO; empty = both"),
        sa.Column("branch_id", sa.String(length=24), nullable=False, comment="empty = all branches"),
        sa.Column("last_day", Day(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_closures_load_id")),
        sa.PrimaryKeyConstraint("first_day", "name", "sector", "branch_id", name=op.f("pk_closures")),
        comment="Days on which branches were shut for another reason than a holiday.",
    )
    op.create_table(
        "context",
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False, comment="name in the CBS key figures: a_inw, a_00_14, p_ink_li, ..."),
        sa.Column("value", sa.Float(), nullable=False, comment="a missing figure has no row"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_context_load_id")),
        sa.PrimaryKeyConstraint("neighbourhood_code", "year", "measure", name=op.f("pk_context")),
        comment="Public figures per area and year.",
    )
    op.create_table(
        "costs",
        sa.Column("school_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.String(length=24), nullable=False, comment="empty = the whole programme"),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False, comment="euro"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_costs_load_id")),
        sa.PrimaryKeyConstraint("school_year", "branch_id", "what", name=op.f("pk_costs")),
        comment="Costs per school year.",
    )
    op.create_table(
        "events",
        sa.Column("happened_on", Day(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("branch_id", sa.String(length=24), nullable=True, comment="null = the whole programme"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_events_load_id")),
        sa.PrimaryKeyConstraint("happened_on", "text", name=op.f("pk_events")),
        comment="What readers should know when they look at a trend.",
    )
    op.create_table(
        "holidays",
        sa.Column("first_day", Day(), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("last_day", Day(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_holidays_load_id")),
        sa.PrimaryKeyConstraint("first_day", "name", name=op.f("pk_holidays")),
        comment="School holidays of the region.",
    )
    op.create_table(
        "neighbourhoods",
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False, comment="of the division into areas"),
        sa.Column("level", sa.String(length=16), nullable=False, comment="municipality | district | neighbourhood | subneighbourhood"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.String(length=16), nullable=True, comment="the area it lies in"),
        sa.Column("latitude", sa.Float(), nullable=True, comment="of a point inside, WGS84"),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_neighbourhoods_load_id")),
        sa.PrimaryKeyConstraint("neighbourhood_code", "year", name=op.f("pk_neighbourhoods")),
        comment="Areas. Neighbourhood = CBS wijk, subneighbourhood = CBS buurt, district = the municipality's own.",
    )
    op.create_table(
        "population",
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sector", sa.String(length=2), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True, comment="how an estimate was made"),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_population_load_id")),
        sa.PrimaryKeyConstraint("neighbourhood_code", "year", "sector", name=op.f("pk_population")),
        comment="Target group as delivered. Without a row here it is estimated from `context`.",
    )
    op.create_table(
        "postcodes",
        sa.Column("postcode", sa.String(length=6), nullable=False, comment="without space"),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=False, comment="the one in which most of its addresses lie"),
        sa.Column("subneighbourhood_code", sa.String(length=16), nullable=True),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_postcodes_load_id")),
        sa.PrimaryKeyConstraint("postcode", "year", name=op.f("pk_postcodes")),
        comment="Postcode to neighbourhood; the postcode of a pupil is dropped at the door.",
    )
    op.create_table(
        "refused_rows",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="line or sheet row in the file, the header included"),
        sa.Column("column_name", sa.String(length=64), nullable=False, comment="canonical column; empty when the whole row is refused"),
        sa.Column("code", sa.String(length=48), nullable=False, comment="reason, for which presentation/texts has the sentence"),
        sa.Column("value", sa.Text(), nullable=True, comment="as read; only for dates, times, branches, areas and levels, never for a pupil"),
        sa.Column("detail", sa.Text(), nullable=True, comment="what the sentence needs more, such as the row it repeats; never a pupil"),
        sa.Column("refused_on", Day(), nullable=False, comment="kept for 90 days"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_refused_rows_load_id")),
        sa.PrimaryKeyConstraint("load_id", "row_number", "column_name", name=op.f("pk_refused_rows")),
        comment="Rows that were not loaded, and why.",
    )
    op.create_table(
        "schools",
        sa.Column("school_id", sa.String(length=24), nullable=False, comment="BRIN and branch number, or a code of the deliverer"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.String(length=2), nullable=True),
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=True),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_schools_load_id")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_schools")),
        comment="Schools that pupils name.",
    )
    op.create_table(
        "superseded",
        sa.Column("superseded_id", sa.Integer(), nullable=False),
        sa.Column("by_load_id", sa.Integer(), nullable=False, comment="load whose row stands in their place, or that took them away"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="load that brought these rows"),
        sa.Column("table_name", sa.String(length=32), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False, comment="the rows with all their columns, as Parquet"),
        sa.ForeignKeyConstraint(["by_load_id"], ["loads.load_id"], name=op.f("fk_superseded_by_load_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_superseded_load_id")),
        sa.PrimaryKeyConstraint("superseded_id", name=op.f("pk_superseded")),
        comment="Rows that a load brought and that do not stand in the tables: replaced or taken away later, or the same as stood there. To take a load back.",
    )
    op.create_index(op.f("ix_superseded_by_load_id"), "superseded", ["by_load_id"], unique=False)
    op.create_index(op.f("ix_superseded_load_id"), "superseded", ["load_id"], unique=False)
    op.create_table(
        "anonymous_visits",
        sa.Column("branch_id", sa.String(length=24), nullable=False),
        sa.Column("visited_on", Day(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False, comment="visits without a pupil"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.CheckConstraint("visits > 0", name=op.f("ck_anonymous_visits_positive")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.branch_id"], name=op.f("fk_anonymous_visits_branch_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_anonymous_visits_load_id")),
        sa.PrimaryKeyConstraint("branch_id", "visited_on", name=op.f("pk_anonymous_visits")),
        comment="Visits that nobody can link to a pupil, counted per branch and day.",
    )
    op.create_table(
        "coverage",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.String(length=24), nullable=False),
        sa.Column("first_day", Day(), nullable=False),
        sa.Column("last_day", Day(), nullable=False),
        sa.Column("stated", sa.Boolean(), nullable=False, comment="true: the deliverer named the days, so silence inside them means nobody came"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.branch_id"], name=op.f("fk_coverage_branch_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_coverage_load_id")),
        sa.PrimaryKeyConstraint("load_id", "branch_id", name=op.f("pk_coverage")),
        comment="Which days of which branch a visits delivery speaks about.",
    )
    op.create_table(
        "outcomes",
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("school_id", sa.String(length=24), nullable=True),
        sa.Column("before", sa.Float(), nullable=True, comment="score at the start of the school year"),
        sa.Column("after", sa.Float(), nullable=True, comment="score at its end"),
        sa.Column("took_part", sa.Boolean(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_outcomes_load_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name=op.f("fk_outcomes_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"], name=op.f("fk_outcomes_school_id")),
        sa.PrimaryKeyConstraint("pupil_id", "school_year", "subject", name=op.f("pk_outcomes")),
        comment="School results of participants and comparable pupils.",
    )
    op.create_table(
        "pupil_years",
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.Integer(), autoincrement=False, nullable=False, comment="calendar year in which the school year starts"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery that says so"),
        sa.Column("known_on", Day(), nullable=False, comment="day on which it says so; the last day of the school year when it speaks of the whole"),
        sa.Column("sector", sa.String(length=2), nullable=True, comment="PO or VO, when it was delivered; else it follows from level or branch"),
        sa.Column("level", sa.String(length=24), nullable=True, comment="kind of education within the sector"),
        sa.Column("year_group", sa.Integer(), nullable=True, comment="groep or leerjaar"),
        sa.Column("school_id", sa.String(length=24), nullable=True),
        sa.Column("neighbourhood_code", sa.String(length=16), nullable=True, comment="home; 'outside' = not in the municipality, null = unknown"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_pupil_years_load_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name=op.f("fk_pupil_years_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"], name=op.f("fk_pupil_years_school_id")),
        sa.PrimaryKeyConstraint("pupil_id", "school_year", "load_id", "known_on", name=op.f("pk_pupil_years")),
        comment="What each delivery says of a pupil in a school year. What counts is the last that is known (pupil_years.py).",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sessions",
        sa.Column("branch_id", sa.String(length=24), nullable=False),
        sa.Column("held_on", Day(), nullable=False),
        sa.Column("starts", TimeOfDay(), nullable=True),
        sa.Column("ends", TimeOfDay(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("cancelled_reason", sa.String(length=16), nullable=True, comment="no_volunteers | holiday | closed | other"),
        sa.Column("volunteers", sa.Integer(), nullable=True, comment="present, or planned for a planned session"),
        sa.Column("turned_away", sa.Integer(), nullable=True, comment="pupils sent away because it was full"),
        sa.Column("head_count", sa.Integer(), nullable=True, comment="visitors counted at the door"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.CheckConstraint("status IN ('planned', 'held', 'cancelled', 'closed')", name=op.f("ck_sessions_status")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.branch_id"], name=op.f("fk_sessions_branch_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_sessions_load_id")),
        sa.PrimaryKeyConstraint("branch_id", "held_on", name=op.f("pk_sessions")),
        comment="One row per branch and day with a drop-in session.",
    )
    op.create_table(
        "surveys",
        sa.Column("survey_id", sa.String(length=48), nullable=False),
        sa.Column("wave", sa.String(length=24), nullable=False, comment="school year and season"),
        sa.Column("audience", sa.String(length=12), nullable=False, comment="pupils | parents"),
        sa.Column("branch_id", sa.String(length=24), nullable=False),
        sa.Column("held_on", Day(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=True, comment="people who got the questionnaire"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.branch_id"], name=op.f("fk_surveys_branch_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_surveys_load_id")),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_surveys")),
        comment="One row per questionnaire, branch and wave.",
    )
    op.create_table(
        "visits",
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", Day(), nullable=False, comment="Europe/Amsterdam date"),
        sa.Column("branch_id", sa.String(length=24), nullable=False),
        sa.Column("arrived_at", TimeOfDay(), nullable=True, comment="local time"),
        sa.Column("left_at", TimeOfDay(), nullable=True, comment="local time"),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.branch_id"], name=op.f("fk_visits_branch_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_visits_load_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name=op.f("fk_visits_pupil_id")),
        sa.PrimaryKeyConstraint("pupil_id", "visited_on", "branch_id", name=op.f("pk_visits")),
        comment="One row per pupil, day and branch.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_answers",
        sa.Column("survey_id", sa.String(length=48), nullable=False),
        sa.Column("respondent", sa.Integer(), autoincrement=False, nullable=False, comment="number within the survey; linked to nobody"),
        sa.Column("dimension", sa.String(length=24), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True, comment="1-5; null = no answer"),
        sa.Column("not_applicable", sa.Boolean(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False, comment="delivery it came with"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_survey_answers_load_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.survey_id"], name=op.f("fk_survey_answers_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "respondent", "dimension", name=op.f("pk_survey_answers")),
        comment="Answers, one row per respondent and question.",
    )


def downgrade() -> None:
    op.drop_table("survey_answers")
    op.drop_table("visits")
    op.drop_table("surveys")
    op.drop_table("sessions")
    op.drop_table("pupil_years")
    op.drop_table("outcomes")
    op.drop_table("coverage")
    op.drop_table("anonymous_visits")
    op.drop_table("superseded")
    op.drop_table("schools")
    op.drop_table("refused_rows")
    op.drop_table("postcodes")
    op.drop_table("population")
    op.drop_table("neighbourhoods")
    op.drop_table("holidays")
    op.drop_table("events")
    op.drop_table("costs")
    op.drop_table("context")
    op.drop_table("closures")
    op.drop_table("branches")
    op.drop_table("boundaries")
    op.drop_table("store")
    op.drop_table("pupils")
    op.drop_table("loads")
