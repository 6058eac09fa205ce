"""What the branches of the made-up programme did with their signals: most were followed up in time, some late, and some not at all."""

import polars as pl

from data_access.demo import truths

#: What becomes of one signal after another: state, days after the signal, reason.
COURSES: tuple[tuple[tuple[str, int, str | None], ...], ...] = (
    (("seen", 2, None), ("school_informed", 6, None), ("closed", 30, "support_arranged")),
    (("seen", 3, None), ("school_informed", 9, None)),
    (("seen", 5, None), ("dismissed", 5, "agreed_beforehand")),
    (("seen", 4, None), ("school_informed", 7, None), ("closed", 21, "no_concern")),
    (("seen", 9, None), ("school_informed", 24, None)),
    (("seen", 1, None), ("school_informed", 12, None), ("closed", 40, "stopped_attending")),
    (("seen", 6, None), ("closed", 8, "no_concern")),
    (),
)


def steps(signals: pl.DataFrame) -> pl.DataFrame:
    """The steps of every signal up to the last day that was delivered: signal_id, number, state, reason, happened_on, done_by.

    signals: signal_id, branch_id, raised_on; each already has its first step, `new`.
    """
    found = [
        (signal_id, number, state, reason, raised_on, days, f"branch:{branch}")
        for place, (signal_id, branch, raised_on) in enumerate(signals.select("signal_id", "branch_id", "raised_on").sort("raised_on", "signal_id").rows())
        for number, (state, days, reason) in enumerate(COURSES[place % len(COURSES)], start=2)
    ]
    schema = {"signal_id": pl.Int64, "number": pl.Int64, "state": pl.String, "reason": pl.String, "raised_on": pl.Date, "days": pl.Int64, "done_by": pl.String}
    rows = pl.DataFrame(found, schema=schema, orient="row").with_columns(happened_on=pl.col("raised_on") + pl.duration(days="days"))
    return rows.filter(pl.col("happened_on") <= truths.LAST_DAY).select("signal_id", "number", "state", "reason", "happened_on", "done_by")
