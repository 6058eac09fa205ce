"""The figures of `visit_figures` as somebody at home in pandas would make them: vectorised, visits cleaned and sorted once for all of them."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from benchmarks.towns import Register

WINDOW, COOL_DOWN, GAP, FOLLOWED = 28, 56, 56, 28
SHARES = (0.25, 0.5, 0.75)


class FiguresInPandas:
    """Every figure is a method; `prepare` cleans and sorts the visits once for all of them."""

    def __init__(self, register: Register, threshold: int, dosage_of: int) -> None:
        self.as_of, self.threshold, self.dosage_of = pd.Timestamp(register.as_of), threshold, dosage_of
        self.homes, self.neighbourhoods, self.closures = (frame.to_pandas() for frame in (register.homes, register.neighbourhoods, register.closures))
        self.visits = register.visits.to_pandas()

    def prepare(self) -> None:
        visits = self.visits.dropna(subset=["pupil_id"]).drop_duplicates()
        self.branch_days = visits.sort_values(["pupil_id", "visited_on"], ignore_index=True)
        self.days = self.branch_days[["pupil_id", "visited_on"]].drop_duplicates(ignore_index=True)
        by_pupil = self.days.groupby("pupil_id")["visited_on"]
        second = self.days[by_pupil.cumcount() == 1].set_index("pupil_id")["visited_on"]
        self.pupils = by_pupil.agg(first="min", visit_days="size").assign(second=second)

    def new_participants(self) -> pd.DataFrame:
        months = self.pupils["first"].dt.to_period("M").dt.start_time
        return months.value_counts().sort_index().rename_axis("month").rename("pupils").reset_index()

    def participants_per_branch(self) -> pd.DataFrame:
        years = self.branch_days.assign(school_year=_school_year(self.branch_days["visited_on"]))
        return years.groupby(["branch_id", "school_year"])["pupil_id"].agg(pupils="nunique", visits="size").reset_index()

    def reach(self) -> pd.DataFrame:
        homes = self._pupils_per_home().rename(columns={"target": "denominator"}).drop(columns="fifth")
        return _wilson(homes[["neighbourhood_code", "school_year", "numerator", "denominator"]])

    def reach_per_wealth_fifth(self) -> pd.DataFrame:
        fifths = self._pupils_per_home().groupby(["fifth", "school_year"]).agg(numerator=("numerator", "sum"), denominator=("target", "sum"))
        return _wilson(fifths.reset_index())

    def slope_over_wealth(self) -> pd.DataFrame:
        fifths = self.reach_per_wealth_fifth().sort_values(["school_year", "fifth"])
        slopes = {}
        for year, groups in fifths.groupby("school_year"):
            weight = groups["denominator"] / groups["denominator"].sum()
            slopes[year] = np.polyfit(weight.cumsum() - weight / 2, groups["value"], 1, w=np.sqrt(weight))[0]
        return pd.DataFrame({"school_year": slopes.keys(), "slope": slopes.values()})

    def active_pupils(self) -> pd.DataFrame:
        lately = self.days[self.days["visited_on"].between(self.as_of - pd.Timedelta(days=WINDOW - 1), self.as_of)]
        return pd.DataFrame({"pupils": [lately["pupil_id"].nunique()]})

    def returned_within(self) -> pd.DataFrame:
        started = self.pupils[self.pupils["first"] <= self.as_of]
        followed = started[started["first"] <= self.as_of - pd.Timedelta(days=FOLLOWED)]
        returned = int(((followed["second"] - followed["first"]).dt.days <= FOLLOWED).sum())
        share = _wilson(pd.DataFrame({"numerator": [returned], "denominator": [len(followed)]}))
        counts = pd.DataFrame({"eligible": [len(followed)], "returned": [returned], "too_recent": [len(started) - len(followed)]})
        return pd.concat([counts, share[["value", "lower", "upper"]]], axis=1)

    def time_to_return(self) -> pd.DataFrame:
        started = self.pupils[self.pupils["first"] <= self.as_of]
        came_back = started["second"] <= self.as_of
        duration = (started["second"].where(came_back, self.as_of) - started["first"]).dt.days
        by_day = pd.DataFrame({"day": duration, "events": came_back}).groupby("day")["events"].agg(events="sum", watched="size")
        by_day["at_risk"] = by_day["watched"][::-1].cumsum()[::-1]
        curve = by_day[by_day["events"] > 0]
        n, d = curve["at_risk"], curve["events"]
        survival = ((n - d) / n).cumprod()
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = 1.959963984540054 * np.sqrt((d / (n * (n - d))).cumsum())
            lower, upper = survival * np.exp(-distance), np.minimum(survival * np.exp(distance), 1)
        limits = {"lower": lower.where(survival > 0), "upper": upper.where(survival > 0)}
        half = survival.index[survival <= 0.5 + 1e-12]
        return curve[["at_risk", "events"]].assign(survival=survival, **limits, median=half[0] if len(half) else None).reset_index()

    def retention_triangle(self) -> pd.DataFrame:
        days = self.days[self.days["visited_on"] <= self.as_of]
        month = days["visited_on"].dt.year * 12 + days["visited_on"].dt.month - 1
        active_months = pd.DataFrame({"pupil_id": days["pupil_id"], "month": month}).drop_duplicates()
        cohort = active_months.groupby("pupil_id")["month"].transform("min")
        counts = active_months.assign(cohort=cohort, offset=active_months["month"] - cohort).groupby(["cohort", "offset"]).size()
        last = self.as_of.year * 12 + self.as_of.month - 1
        cells = [(start, offset) for start in sorted(cohort.unique()) for offset in range(last - start + 1)]
        table = counts.reindex(pd.MultiIndex.from_tuples(cells, names=["cohort", "offset"]), fill_value=0).rename("active").reset_index()
        table["cohort_size"] = table.groupby("cohort")["active"].transform("first")
        complete = (table["cohort"] + table["offset"] < last) | self.as_of.is_month_end
        table["value"] = (table["active"] / table["cohort_size"]).where(complete)
        table["state"] = np.where(complete, "complete", "in_progress")
        table["cohort"] = pd.to_datetime({"year": table["cohort"] // 12, "month": table["cohort"] % 12 + 1, "day": 1})
        return table[["cohort", "offset", "cohort_size", "active", "value", "state"]]

    def dosage_of_a_school_year(self) -> pd.DataFrame:
        labels = ["1", "2-4", "5-9", "10-19", "20+"]
        in_year = self.days["visited_on"].between(pd.Timestamp(self.dosage_of, 8, 1), pd.Timestamp(self.dosage_of + 1, 7, 31))
        visit_days = self.days[in_year].groupby("pupil_id").size()
        bands = pd.cut(visit_days, [1, 2, 5, 10, 20, np.inf], right=False, labels=labels).astype(str)
        pupils = bands.value_counts().reindex(labels, fill_value=0)
        return pd.DataFrame({"band": labels, "pupils": pupils.to_numpy(), "share": (pupils / len(visit_days)).to_numpy()})

    def visits_per_pupil(self) -> pd.DataFrame:
        visit_days = self.pupils["visit_days"]
        p25, median, p75 = visit_days.quantile(list(SHARES))
        top = visit_days.nlargest(-(-len(visit_days) // 10)).sum() / visit_days.sum()
        return pd.DataFrame([{"median": median, "p25": p25, "p75": p75, "mean": visit_days.mean(), "pupils": len(visit_days), "top_tenth": top}])

    def spell_lengths(self) -> pd.DataFrame:
        days = self.days[self.days["visited_on"] <= self.as_of]
        calendar = pd.date_range(days["visited_on"].min() - pd.Timedelta(days=1), self.as_of)
        closed = np.zeros(len(calendar), dtype=np.int64)
        for first, last in self.closures.itertuples(index=False):
            closed |= (calendar >= pd.Timestamp(first)) & (calendar <= pd.Timestamp(last))
        open_until = (1 - closed).cumsum()
        position = (days["visited_on"] - calendar[0]).dt.days.to_numpy()
        gap = pd.Series(open_until[position - 1], index=days.index) - pd.Series(open_until[position], index=days.index).shift() + 1
        spell = ((days["pupil_id"] != days["pupil_id"].shift()) | (gap > GAP)).cumsum()
        found = days.groupby(spell.to_numpy())["visited_on"].agg(first="min", last="max", visit_days="size")
        absent = open_until[-1] - open_until[(found["last"] - calendar[0]).dt.days.to_numpy()]
        table = found.assign(length_days=(found["last"] - found["first"]).dt.days + 1, is_open=absent <= GAP)
        return table.groupby(["length_days", "is_open"]).agg(spells=("visit_days", "size"), visit_days=("visit_days", "sum")).reset_index()

    def frequent_attendance(self) -> pd.DataFrame:
        days = self.days.assign(school_year=_school_year(self.days["visited_on"]), visit_days=1).set_index("visited_on")
        counts = days.groupby(["pupil_id", "school_year"])["visit_days"].rolling(f"{WINDOW}D").sum().reset_index()
        often = counts[counts["visit_days"] >= self.threshold]
        raised, last_pupil, last_day = [], None, pd.Timestamp.min
        for row, pupil, day in zip(often.index, often["pupil_id"], often["visited_on"], strict=True):
            if pupil != last_pupil or (day - last_day).days > COOL_DOWN:
                raised.append(row)
                last_pupil, last_day = pupil, day
        signals = often.loc[raised].rename(columns={"visited_on": "raised_on"})
        starts = pd.to_datetime({"year": signals["school_year"], "month": 8, "day": 1})
        signals["since"] = np.maximum(starts, signals["raised_on"] - pd.Timedelta(days=WINDOW - 1))
        seen = signals.merge(self.branch_days, on="pupil_id").query("since <= visited_on <= raised_on")
        branches = seen.groupby(["pupil_id", "raised_on", "branch_id"])["visited_on"].agg(times="size", latest="max").reset_index()
        order = branches.sort_values(["pupil_id", "raised_on", "times", "latest", "branch_id"], ascending=[True, True, False, False, True])
        main = order.drop_duplicates(["pupil_id", "raised_on"])[["pupil_id", "raised_on", "branch_id"]]
        return signals[["pupil_id", "raised_on", "visit_days"]].merge(main, on=["pupil_id", "raised_on"])

    def _pupils_per_home(self) -> pd.DataFrame:
        pupils = self.days.assign(school_year=_school_year(self.days["visited_on"])).drop_duplicates(["pupil_id", "school_year"])
        homes = pupils.merge(self.homes, on="pupil_id").groupby(["neighbourhood_code", "school_year"]).size().rename("numerator")
        return homes.reset_index().merge(self.neighbourhoods, on="neighbourhood_code").sort_values(["neighbourhood_code", "school_year"])


def _school_year(days: pd.Series) -> pd.Series:
    return days.dt.year - (days.dt.month < 8)


def _wilson(frame: pd.DataFrame) -> pd.DataFrame:
    lower, upper = proportion_confint(frame["numerator"], frame["denominator"], method="wilson")
    return frame.assign(value=frame["numerator"] / frame["denominator"], lower=lower, upper=upper)
