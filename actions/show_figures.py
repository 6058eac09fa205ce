"""Calculate an indicator for a reader and protect it: the only way from the store to a screen."""

from dataclasses import replace

import polars as pl

from data_access.dataset import Dataset
from metrics import catalogue
from metrics.disclosure import working
from metrics.indicators.selection import branches_in
from metrics.periods import TIME_GRAINS, as_many_sessions_earlier
from metrics.shapes import GRAINS, Figures, Period, Shown, View

#: Keys of which every pupil has one value, those of the view and those that an indicator brings itself.
ONE_OF = ("neighbourhood_code", "district_code", "wealth_fifth", "level", "band")
COUNTS_VISITS = ("visits", "visits_per_session", "per_100_pupils")
NEVER_ADDS_UP = ("points", "ratio", "index")
#: What branches may see of one another: how busy they are and how they are staffed, as one total each. Everything else of another branch stays with it.
BRANCH_TOTALS = ("visits_per_session", "pupils_per_volunteer", "sessions_above_norm", "cancelled")


def shown(dataset: Dataset, indicator: str, view: View) -> Shown:
    """One indicator for one view, as working figures.

    Raises Forbidden when the reader may not see this view, Refused when the view or the data cannot be worked with.
    """
    return protected(_figures(dataset, indicator, view))


def as_many_sessions(dataset: Dataset, view: View) -> tuple[int, Period | None]:
    """Held sessions of the view, and the days before its period with as many; None where there are none, or not enough before it.

    Raises Forbidden when the reader may not see this view.
    """
    data = dataset.inputs_for(view)
    sessions = data.sessions.join(branches_in(data, view), on="branch_id", how="semi")
    held = sessions.filter(pl.col("status") == "held", pl.col("held_on") <= view.as_of, pl.col("held_on").is_between(view.period.first, view.period.last))
    return held.height, as_many_sessions_earlier(sessions, view.period, view.as_of)


def with_pupils(dataset: Dataset, indicator: str, view: View) -> tuple[Shown, pl.DataFrame]:
    """As `shown`, and its rows with how many children stand behind each (`pupils`): null where the row is hidden. For a table, not for a picture."""
    figures = _figures(dataset, indicator, view)
    return protected(figures), visible(figures).frame


def _figures(dataset: Dataset, indicator: str, view: View) -> Figures:
    figures = catalogue.indicator(indicator)(dataset.inputs_for(view, branch_totals=indicator in BRANCH_TOTALS), view)
    if "branch_id" in figures.own_keys:  # its rows tell branches apart, though the view does not
        dataset.inputs_for(replace(view, by=("branch",)))
    return figures


def protected(figures: Figures) -> Shown:
    """The figures as staff may see them, also where parts add up to a whole that is seen elsewhere, or the days of a curve differ by too few."""
    rule = working.Rule()
    if figures.grows_along:
        return working.thin(working.protect(figures, rule), figures.grows_along, rule)
    return working.cover(working.protect(figures, rule), _parts(figures), _pupils(figures))


def visible(figures: Figures) -> Figures:
    """The same figures with nothing left in them of what staff may not see, for what is worked out further, such as a verdict."""
    shown = protected(figures).frame
    frame = shown.with_columns(pupils=pl.when(~pl.col("hidden")).then(_pupils(figures))).drop("hidden")
    return replace(figures, frame=frame)


def _pupils(figures: Figures) -> pl.Series:
    """How many children stand behind each row, in the order in which rows are shown."""
    return figures.frame.sort(figures.keys)["pupils"] if figures.keys else figures.frame["pupils"]


def _parts(figures: Figures) -> list[str]:
    """The keys along which the rows of a figure add up to a whole.

    A pupil is in one place, of one level, in one band. Otherwise it is the last key of the view: visits add up along any, and so does what is counted per
    visit, session, volunteer or seat; pupils not over time, where one pupil counts in several parts, and an index along none. Other keys that an indicator
    brings itself are figures beside one another. What adds up besides, the indicator says.
    """
    one_of = [key for key in figures.keys if key in ONE_OF]
    last = figures.view.by[-1:]
    unit = catalogue.definition(figures.indicator).unit
    of_visits = unit in COUNTS_VISITS or figures.counts_below != "pupils"
    adds_up = of_visits or (unit not in NEVER_ADDS_UP and not {*last} & {*TIME_GRAINS, "hour"})
    return list(dict.fromkeys([*one_of, *(GRAINS[grain] for grain in last if adds_up), *figures.parts_along]))
