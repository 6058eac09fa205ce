"""What a reader chose to look at, as views on the figures."""

from dataclasses import dataclass, replace
from datetime import date

from metrics import periods
from metrics.shapes import Period, Sector, View


@dataclass(frozen=True)
class Assumptions:
    """What is taken to be so on Uitbreiding: how far, in a straight line, pupils of each sector come, and how many places may be added."""

    PO: float = dict(View.within_km)["PO"]
    VO: float = dict(View.within_km)["VO"]
    places: int = View.next_places

    def of(self, view: View, times: float = 1) -> View:
        """The view under these assumptions, or with all distances so many times as long."""
        return replace(view, within_km=(("PO", times * self.PO), ("VO", times * self.VO)), next_places=self.places)


@dataclass(frozen=True)
class Choice:
    """What the reader chose: a school year, a sector or both, a branch or all, how wealth is measured; with the first day and the as-of date of the data."""

    starts_in: int
    first: date
    as_of: date
    sector: Sector | None
    branch: str | None
    wealth: str = View.wealth

    @property
    def period(self) -> Period:
        """The school year up to the as-of date."""
        year = periods.school_year(self.starts_in)
        return Period(year.first, min(year.last, self.as_of))

    def view(self, *by: str, whole_pilot: bool = False) -> View:
        """The view for one figure on the page."""
        period = Period(self.first, self.as_of) if whole_pilot else self.period
        return View(period=period, as_of=self.as_of, sector=self.sector, branches=() if self.branch is None else (self.branch,), by=by)

    def ranked(self, *by: str, wealth: str | None = None) -> View:
        """The view for a figure by wealth, as chosen or by the measure that is named. All other figures rest on `view`, and so are the same with any."""
        return replace(self.view(*by), wealth=wealth or self.wealth)

    def year_earlier(self) -> "Choice":
        """The same days of the school year before."""
        return replace(
            self, starts_in=self.starts_in - 1, as_of=_year_back(self.as_of) if self.as_of <= periods.school_year(self.starts_in).last else self.as_of
        )


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
