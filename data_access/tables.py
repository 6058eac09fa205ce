"""All tables. Every column says what it holds; every row came with a load.

Codes are text, never integers. Dates of visits are Europe/Amsterdam dates, times of day are local, times of loads are UTC.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data_access.types import Day, TimeOfDay

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Columns that say with what a row came and nothing of what it says: two rows that differ in these alone are the same.
ORIGIN = ("load_id", "row_number")


def _load() -> Column[int]:
    return Column("load_id", ForeignKey("loads.load_id"), nullable=False, comment="delivery it came with")


def _row_number() -> Column[int]:
    return Column("row_number", Integer, comment="line or sheet row in that delivery, the header included; null = loaded before this was kept")


# --- the store itself -------------------------------------------------------------------------------------------------

store = Table(
    "store",
    metadata,
    Column("store_id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("kind", String(4), nullable=False, comment="born demo or real, and stays so"),
    Column("key_fingerprint", String(64), comment="of the pseudonym key in use; null until the first load with pupils"),
    Column("data_version", Integer, nullable=False, comment="goes up by one with every load that changes something"),
    CheckConstraint("store_id = 1", name="one_row"),
    CheckConstraint("kind IN ('demo', 'real')", name="kind"),
    comment="One row about this store.",
)

loads = Table(
    "loads",
    metadata,
    Column("load_id", Integer, primary_key=True, comment="in order of loading"),
    Column("file_name", Text, nullable=False, comment="as delivered"),
    Column("sha256", String(64), nullable=False, comment="of the bytes"),
    Column("kind", String(24), nullable=False, comment="visits, sessions, branches, ..."),
    Column("layout", String(24), nullable=False, comment="plain, kwb, geojson, ..."),
    Column("covers_first", Day, comment="the days that the deliverer named, when any"),
    Column("covers_last", Day),
    Column("replaces", Boolean, nullable=False, comment="true when the file was the whole truth for its branches and days"),
    Column("read", Integer, nullable=False, comment="rows read = accepted + duplicate + refused"),
    Column("accepted", Integer, nullable=False),
    Column("corrected", Integer, nullable=False, comment="part of accepted: known key, other values"),
    Column("duplicate", Integer, nullable=False, comment="known key, same values"),
    Column("refused", Integer, nullable=False),
    Column("anonymous", Integer, nullable=False, comment="part of accepted: visits without a pupil"),
    Column("removed", Integer, nullable=False, comment="rows that a replacing load took away"),
    Column("receipt", Text, nullable=False, comment="the whole receipt as JSON: reasons, dropped columns, coverage"),
    Column("loaded_by", Text, nullable=False, comment="role that loaded it, and for a branch which: steward, branch:TRA"),
    Column("loaded_at", DateTime, nullable=False, comment="UTC"),
    Index(None, "sha256"),
    comment="One row per delivery.",
)

coverage = Table(
    "coverage",
    metadata,
    Column("load_id", ForeignKey("loads.load_id"), primary_key=True),
    Column("branch_id", ForeignKey("branches.branch_id"), primary_key=True),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("stated", Boolean, nullable=False, comment="true: the deliverer named the days, so silence inside them means nobody came"),
    comment="Which days of which branch a visits delivery speaks about.",
)

refused_rows = Table(
    "refused_rows",
    metadata,
    Column("load_id", ForeignKey("loads.load_id"), primary_key=True),
    Column("row_number", Integer, primary_key=True, comment="line or sheet row in the file, the header included"),
    Column("column_name", String(64), primary_key=True, comment="canonical column; empty when the whole row is refused"),
    Column("code", String(48), nullable=False, comment="reason, for which presentation/texts has the sentence"),
    Column("value", Text, comment="as read; only for dates, times, branches, areas and levels, never for a pupil"),
    Column("detail", Text, comment="what the sentence needs more, such as the row it repeats; never a pupil"),
    Column("refused_on", Day, nullable=False, comment="kept for 90 days"),
    comment="Rows that were not loaded, and why.",
)

superseded = Table(
    "superseded",
    metadata,
    Column("superseded_id", Integer, primary_key=True),
    Column("load_id", ForeignKey("loads.load_id"), nullable=False, index=True, comment="load that brought these rows"),
    Column("table_name", String(32), nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("rows", LargeBinary, nullable=False, comment="the rows with all their columns, as Parquet"),
    comment="Rows that a load brought and that do not stand in the tables: replaced or taken away later, or the same as stood there. To take a load back.",
)

load_tables = Table(
    "load_tables",
    metadata,
    Column("load_id", ForeignKey("loads.load_id"), primary_key=True),
    Column("table_name", String(32), primary_key=True),
    Column("lacks", Text, nullable=False, comment="columns that the delivery lacks, with commas between: there stands what another said"),
    comment="Which tables a delivery speaks of, with or without rows.",
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("load_id", ForeignKey("loads.load_id"), primary_key=True),
    Column("withdrawn_by", Text, nullable=False, comment="role that took it back, and for a branch which: steward, branch:TRA"),
    Column("withdrawn_at", DateTime, nullable=False, comment="UTC"),
    comment="Deliveries that were taken back: the store is as if they had never come.",
)

# --- pupils and visits ------------------------------------------------------------------------------------------------

pupils = Table(
    "pupils",
    metadata,
    Column("pupil_id", Integer, primary_key=True, comment="number within this store, never outside it"),
    Column("pupil_key", LargeBinary(32), nullable=False, unique=True, comment="HMAC-SHA-256 of the delivered id; the id itself is never stored"),
    comment="The only place of the pseudonym.",
)

pupil_years = Table(
    "pupil_years",
    metadata,
    Column("pupil_id", ForeignKey("pupils.pupil_id"), primary_key=True),
    Column("school_year", Integer, primary_key=True, autoincrement=False, comment="calendar year in which the school year starts"),
    Column("load_id", ForeignKey("loads.load_id"), primary_key=True, comment="delivery that says so"),
    Column("known_on", Day, primary_key=True, comment="day on which it says so; the last day of the school year when it speaks of the whole"),
    Column("sector", String(2), comment="PO or VO, when it was delivered; else it follows from level or branch"),
    Column("level", String(24), comment="kind of education within the sector"),
    Column("year_group", Integer, comment="groep or leerjaar"),
    Column("school_id", ForeignKey("schools.school_id")),
    Column("neighbourhood_code", String(16), comment="home; 'outside' = not in the municipality, null = unknown"),
    _row_number(),
    comment="What each delivery says of a pupil in a school year. What counts is the last that is known (pupil_years.py).",
    sqlite_with_rowid=False,
)

visits = Table(
    "visits",
    metadata,
    Column("pupil_id", ForeignKey("pupils.pupil_id"), primary_key=True),
    Column("visited_on", Day, primary_key=True, comment="Europe/Amsterdam date"),
    Column("branch_id", ForeignKey("branches.branch_id"), primary_key=True),
    Column("arrived_at", TimeOfDay, comment="local time"),
    Column("left_at", TimeOfDay, comment="local time"),
    _load(),
    _row_number(),
    comment="One row per pupil, day and branch.",
    sqlite_with_rowid=False,
)

anonymous_visits = Table(
    "anonymous_visits",
    metadata,
    Column("branch_id", ForeignKey("branches.branch_id"), primary_key=True),
    Column("visited_on", Day, primary_key=True),
    Column("visits", Integer, nullable=False, comment="visits without a pupil"),
    _load(),
    CheckConstraint("visits > 0", name="positive"),
    comment="Visits that nobody can link to a pupil, counted per branch and day.",
)

quiet_days = Table(
    "quiet_days",
    metadata,
    Column("branch_id", ForeignKey("branches.branch_id"), primary_key=True),
    Column("day", Day, primary_key=True),
    _load(),
    comment="Days of which a delivery says in so many words that nobody came: a 0 in a tally or a sheet. Another delivery may know better.",
)

sessions = Table(
    "sessions",
    metadata,
    Column("branch_id", ForeignKey("branches.branch_id"), primary_key=True),
    Column("held_on", Day, primary_key=True),
    Column("starts", TimeOfDay),
    Column("ends", TimeOfDay),
    Column("status", String(12), nullable=False),
    Column("cancelled_reason", String(16), comment="no_volunteers | holiday | closed | other"),
    Column("volunteers", Integer, comment="present, or planned for a planned session"),
    Column("turned_away", Integer, comment="pupils sent away because it was full"),
    Column("head_count", Integer, comment="visitors counted at the door"),
    _load(),
    _row_number(),
    CheckConstraint("status IN ('planned', 'held', 'cancelled', 'closed')", name="status"),
    comment="One row per branch and day with a drop-in session.",
)

# --- places and schools -----------------------------------------------------------------------------------------------

branches = Table(
    "branches",
    metadata,
    Column("branch_id", String(24), primary_key=True),
    Column("name", Text, nullable=False),
    Column("sector", String(2), comment="PO or VO: the pupils it serves; null = offers no homework help"),
    Column("neighbourhood_code", String(16), comment="where it lies"),
    Column("latitude", Float, comment="WGS84"),
    Column("longitude", Float, comment="WGS84"),
    Column("opened_on", Day, comment="first day of homework help"),
    Column("closed_on", Day),
    Column("pilot", Boolean, nullable=False),
    Column("capacity", Integer, comment="seats for pupils at one session"),
    _load(),
    comment="Library branches.",
)

schools = Table(
    "schools",
    metadata,
    Column("school_id", String(24), primary_key=True, comment="BRIN and branch number, or a code of the deliverer"),
    Column("name", Text, nullable=False),
    Column("sector", String(2)),
    Column("neighbourhood_code", String(16)),
    _load(),
    comment="Schools that pupils name.",
)

neighbourhoods = Table(
    "neighbourhoods",
    metadata,
    Column("neighbourhood_code", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False, comment="of the division into areas"),
    Column("level", String(16), nullable=False, comment="municipality | district | neighbourhood | subneighbourhood"),
    Column("name", Text, nullable=False),
    Column("parent_code", String(16), comment="the area it lies in"),
    Column("latitude", Float, comment="of a point inside, WGS84"),
    Column("longitude", Float),
    _load(),
    comment="Areas. Neighbourhood = CBS wijk, subneighbourhood = CBS buurt, district = the municipality's own.",
)

boundaries = Table(
    "boundaries",
    metadata,
    Column("neighbourhood_code", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("level", String(16), nullable=False),
    Column("geometry", Text, nullable=False, comment="GeoJSON geometry, WGS84"),
    _load(),
    comment="Outlines for the map.",
)

postcodes = Table(
    "postcodes",
    metadata,
    Column("postcode", String(6), primary_key=True, comment="without space"),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("neighbourhood_code", String(16), nullable=False, comment="the one in which most of its addresses lie"),
    Column("subneighbourhood_code", String(16)),
    _load(),
    comment="Postcode to neighbourhood; the postcode of a pupil is dropped at the door.",
)

population = Table(
    "population",
    metadata,
    Column("neighbourhood_code", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("sector", String(2), primary_key=True),
    Column("pupils", Integer, nullable=False),
    Column("is_estimate", Boolean, nullable=False),
    Column("method", Text, comment="how an estimate was made"),
    Column("source", Text),
    _load(),
    comment="Target group as delivered. Without a row here it is estimated from `context`.",
)

context = Table(
    "context",
    metadata,
    Column("neighbourhood_code", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("measure", String(32), primary_key=True, comment="name in the CBS key figures: a_inw, a_00_14, p_ink_li, ..."),
    Column("value", Float, nullable=False, comment="a missing figure has no row"),
    Column("source", Text, nullable=False),
    _load(),
    comment="Public figures per area and year.",
)

# --- calendar ---------------------------------------------------------------------------------------------------------

holidays = Table(
    "holidays",
    metadata,
    Column("first_day", Day, primary_key=True),
    Column("name", String(48), primary_key=True),
    Column("last_day", Day, nullable=False),
    _load(),
    comment="School holidays of the region.",
)

closures = Table(
    "closures",
    metadata,
    Column("first_day", Day, primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("sector", String(2), primary_key=True, comment="PO or VO; empty = both"),
    Column("branch_id", String(24), primary_key=True, comment="empty = all branches"),
    Column("last_day", Day, nullable=False),
    _load(),
    comment="Days on which branches were shut for another reason than a holiday.",
)

events = Table(
    "events",
    metadata,
    Column("happened_on", Day, primary_key=True),
    Column("text", String(200), primary_key=True),
    Column("branch_id", String(24), comment="null = the whole programme"),
    _load(),
    comment="What readers should know when they look at a trend.",
)

offers = Table(
    "offers",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("sector", String(2), primary_key=True, comment="PO or VO; empty = both"),
    Column("neighbourhood_code", String(16), comment="where it is given"),
    Column("latitude", Float, comment="WGS84"),
    Column("longitude", Float, comment="WGS84"),
    _load(),
    comment="Other free homework help, by others than the library.",
)

# --- what it cost and what came of it ---------------------------------------------------------------------------------

costs = Table(
    "costs",
    metadata,
    Column("school_year", Integer, primary_key=True, autoincrement=False),
    Column("branch_id", String(24), primary_key=True, comment="empty = the whole programme"),
    Column("what", String(80), primary_key=True),
    Column("amount", Float, nullable=False, comment="euro"),
    _load(),
    comment="Costs per school year.",
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("pupil_id", ForeignKey("pupils.pupil_id"), primary_key=True),
    Column("school_year", Integer, primary_key=True, autoincrement=False),
    Column("subject", String(32), primary_key=True),
    Column("school_id", ForeignKey("schools.school_id")),
    Column("before", Float, comment="score at the start of the school year"),
    Column("after", Float, comment="score at its end"),
    Column("took_part", Boolean, nullable=False),
    _load(),
    comment="School results of participants and comparable pupils.",
)

group_outcomes = Table(
    "group_outcomes",
    metadata,
    Column("school_id", ForeignKey("schools.school_id"), primary_key=True),
    Column("school_year", Integer, primary_key=True, autoincrement=False),
    Column("subject", String(32), primary_key=True),
    Column("took_part", Boolean, primary_key=True, comment="true: the pupils who came to the homework help; false: comparable pupils who did not"),
    Column("moment", String(8), primary_key=True, comment="before | after: start or end of the school year"),
    Column("pupils", Integer, nullable=False, comment="pupils with a score"),
    Column("mean", Float, nullable=False),
    Column("sd", Float, comment="standard deviation (n - 1); null for one pupil"),
    _load(),
    CheckConstraint("moment IN ('before', 'after')", name="moment"),
    comment="School results as a school gives them for a whole group, without pupils.",
)

surveys = Table(
    "surveys",
    metadata,
    Column("survey_id", String(48), primary_key=True),
    Column("wave", String(24), nullable=False, comment="school year and season"),
    Column("audience", String(12), nullable=False, comment="pupils | parents"),
    Column("branch_id", ForeignKey("branches.branch_id"), nullable=False),
    Column("held_on", Day, nullable=False),
    Column("invited", Integer, comment="people who got the questionnaire"),
    _load(),
    comment="One row per questionnaire, branch and wave.",
)

survey_answers = Table(
    "survey_answers",
    metadata,
    Column("survey_id", ForeignKey("surveys.survey_id"), primary_key=True),
    Column("respondent", Integer, primary_key=True, autoincrement=False, comment="number within the survey; linked to nobody"),
    Column("dimension", String(24), primary_key=True),
    Column("score", Integer, comment="1-5; null = no answer"),
    Column("not_applicable", Boolean, nullable=False),
    _load(),
    comment="Answers, one row per respondent and question.",
)

# --- what people decide -----------------------------------------------------------------------------------------------

header_answers = Table(
    "header_answers",
    metadata,
    Column("branch_id", String(24), primary_key=True, comment="whose lists have this header; empty = of the whole programme"),
    Column("kind", String(24), primary_key=True),
    Column("header", String(80), primary_key=True, comment="as the door compares headers: lower case, without spaces and accents"),
    Column("column_name", String(64), nullable=False, comment="canonical column; empty = is to be dropped"),
    Column("answered_on", Day, nullable=False),
    comment="What a deliverer said about a header that the door did not know, so that it is asked once.",
)

signals = Table(
    "signals",
    metadata,
    Column("signal_id", Integer, primary_key=True),
    Column("rule", String(24), nullable=False, comment="frequent_attendance | stopped_coming"),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), nullable=False),
    Column("branch_id", ForeignKey("branches.branch_id"), nullable=False, comment="whose manager it is for"),
    Column("raised_on", Day, nullable=False, comment="day on which the rule was met"),
    Column("visit_days", Integer, nullable=False, comment="in the window of the rule, or in the spell that ended"),
    UniqueConstraint("rule", "pupil_id", "raised_on"),
    comment="Once somebody has looked at a signal it stays, whatever a later calculation says.",
)

signal_events = Table(
    "signal_events",
    metadata,
    Column("signal_id", ForeignKey("signals.signal_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="1, 2, ... within the signal"),
    Column("state", String(16), nullable=False, comment="new | seen | school_informed | closed | dismissed"),
    Column("reason", String(32), comment="code; needed for closed and dismissed"),
    Column("happened_on", Day, nullable=False),
    Column("done_by", Text, nullable=False, comment="role, and for a branch which: branch:TRA"),
    CheckConstraint("state IN ('new', 'seen', 'school_informed', 'closed', 'dismissed')", name="state"),
    comment="What was done with a signal; the last event is its state.",
)

signal_rules = Table(
    "signal_rules",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False, comment="1, 2, ...; of those that hold on a day the highest counts"),
    Column("threshold", Integer, nullable=False, comment="visit days in the window from which a pupil comes very often"),
    Column("valid_from", Day, nullable=False, comment="first visit day that is held against it"),
    Column("changed_on", Day, nullable=False),
    Column("why", Text, nullable=False, comment="of the change"),
    comment="What the programme agreed about the signal of frequent attendance, every change kept. Without a row holds what the program begins with.",
)

recognitions = Table(
    "recognitions",
    metadata,
    Column("recognition_id", Integer, primary_key=True, comment="in order of looking up"),
    Column("done_by", Text, nullable=False, comment="role, and for a branch which: branch:TRA"),
    Column("done_at", DateTime, nullable=False, comment="UTC"),
    Column("looked_up", Integer, nullable=False, comment="how many different ids"),
    Column("recognised", Integer, nullable=False, comment="how many signals were of one of them"),
    comment="Who looked up ids of the own register, when and how many; never which.",
)

criteria = Table(
    "criteria",
    metadata,
    Column("criterion_id", String(32), primary_key=True, comment="name that stays the same through changes"),
    Column("version", Integer, primary_key=True, autoincrement=False, comment="1, 2, ...; the highest counts"),
    Column("indicator", String(48), nullable=False, comment="id of the figure that is held against the target"),
    Column("sector", String(2), comment="PO or VO; null = both together"),
    Column("rule", String(8), nullable=False, comment="at_least | at_most"),
    Column("target", Float, nullable=False, comment="in the unit of the indicator, proportions 0-1"),
    Column("minimum_sample", Float, nullable=False, comment="what must stand below the line before there is a verdict"),
    Column("owner", Text, nullable=False, comment="role that answers for it, never a person's name"),
    Column("valid_from", Day, nullable=False),
    Column("dropped", Boolean, nullable=False, comment="true: no longer a criterion"),
    Column("changed_on", Day, nullable=False),
    Column("why", Text, comment="of the change"),
    Column("part", String(120), nullable=False, comment="which row of it, as key=value; empty = the only one"),
    CheckConstraint("rule IN ('at_least', 'at_most')", name="rule"),
    comment="What was agreed beforehand; every change is kept.",
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", Integer, primary_key=True),
    Column("decided_on", Day, nullable=False),
    Column("what", String(160), nullable=False),
    Column("reason", Text, nullable=False),
    Column("owner", Text, nullable=False, comment="role that answers for it, never a person's name"),
    Column("check_on", Day, nullable=False, comment="day on which it comes back, to be looked at again"),
    Column("indicator", String(48), nullable=False, comment="id of the figure that is held beside itself, before and after"),
    Column("branch_id", String(24), comment="null = the whole programme"),
    Column("recorded_on", Day, nullable=False),
    Column("concluded_on", Day, comment="null = not yet looked at again"),
    Column("conclusion", Text),
    comment="What was decided on the figures, and what was thought of it afterwards.",
)
