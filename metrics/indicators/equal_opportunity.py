"""Equal opportunity: does the help reach pupils where there is least wealth, and how evenly is it spread over the municipality?

All rest on `reach`: participants over target group, by wealth fifth or by neighbourhood. An index gives a row for every sector and unit of time that the view
asks for; grains of place say nothing of an index and are refused (`grain_does_not_fit`). Where an index is worked over more than one kind of groups, the key
`groups` says over which: "wealth_fifth", or "neighbourhood" where each is a group of its own. A small fifth could be worked back from an index over five, so
`pupils` is that of the smallest fifth in which somebody came; over neighbourhoods it is all of them.

Undefined, besides what the methods say: `no_wealth_figures` (nothing ranks the neighbourhoods), `no_denominator` (no target group is known), the reason of the
groups where they have none (`not_delivered`, `too_early`, ...), `numerator_above_denominator` (a fifth with more participants than target group; a single
neighbourhood like that is left out, and the coverage counts it as `above_target_group`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from metrics.indicators import selection as select
from metrics.indicators.participation import reach
from metrics.indicators.wealth import LEAST, MOST, ranked
from metrics.methods import inequality, uncertainty
from metrics.shapes import GRAINS, Figures, Inputs, Interval, View

Row = dict[str, Any]
Columns = dict[str, type[pl.DataType]]
#: What is worked out of the groups of one cell: rows with value, lower, upper, reason, method and whatever the indicator adds.
Work = Callable[[pl.DataFrame], Iterator[Row]]

#: Once pupils come no fifth has a rate of 0 or 1, so its line is fitted on the logit; a single neighbourhood may well have one.
SCALES: dict[str, inequality.Scale] = {"neighbourhood": "linear", "wealth_fifth": "logit"}
#: Neighbourhoods without an order.
ALL = "all"
#: Chance is drawn the same in every run.
SEED = 1

BESIDE_ALL_OTHERS: Columns = {"rate": pl.Float64, "ratio": pl.Float64, "pupils_to_parity": pl.Int64}
CONTROL_LIMITS: Columns = dict.fromkeys(("lower_95", "upper_95", "lower_998", "upper_998"), pl.Float64) | {"status": pl.String}
THE_MOST: Columns = {"most_numerator": pl.Float64, "most_denominator": pl.Float64}
AS_RATIO: Columns = {"ratio": pl.Float64, "ratio_lower": pl.Float64, "ratio_upper": pl.Float64, "ratio_reason": pl.String}
IN_PUPILS: Columns = dict.fromkeys(("extra_pupils", "extra_lower", "extra_upper"), pl.Float64)
ENDS: Columns = {"least": pl.Float64, "most": pl.Float64}
EXPECTED: Columns = {"expected": pl.Float64}
GROUPS, INDEX, MEASURE = "groups", "index", "measure"
PER_KIND: Columns = {GROUPS: pl.String}
RANK: Columns = {"rank": pl.Float64}
#: Into how many pieces the line of the slope is drawn.
STEPS = 20


def representation(data: Inputs, view: View) -> Figures:
    """How far reach lies above or below that of all others, in points: per fifth, district or neighbourhood; per neighbourhood where the view names none.

    numerator, denominator and rows as `reach`; value: the rate minus that of all others in the municipality, with Newcombe's limits. Also rate; ratio (share of
    the participants over share of the target group, 1 = in proportion); pupils_to_parity (whole pupils that would have to come to equal all others, 0 when
    ahead). Undefined for a group without target group, and where it is the only one (`nobody_else`).
    """

    def compared(groups: pl.DataFrame) -> pl.DataFrame:
        beside = inequality.representation(groups, confidence=view.confidence)
        alone = pl.when(pl.col("value").is_not_null() & pl.col("gap").is_null()).then(pl.lit("nobody_else"))
        return beside.with_columns(
            rate="value", value="gap", lower="gap_lower", upper="gap_upper", method=pl.lit("newcombe"), reason=pl.coalesce("reason", alone)
        )

    return _per_home("representation", data, view, compared, BESIDE_ALL_OTHERS)


def funnel(data: Inputs, view: View) -> Figures:
    """Where the rate of each neighbourhood lies against that of the municipality, given its size; fifths or districts where the view names them.

    numerator, denominator, value and rows as `reach`, without limits of its own. Also the control limits lower_95, upper_95, lower_998, upper_998 and status:
    low_998, low_95, within, high_95, high_998; null where nothing can be compared. All are looked at together, so 99.8 % is what stands out.
    """

    def compared(groups: pl.DataFrame) -> pl.DataFrame:
        return uncertainty.funnel(groups).with_columns(method=pl.lit("funnel"))

    return _per_home("funnel", data, view, compared, CONTROL_LIMITS)


def least_against_most(data: Inputs, view: View) -> Figures:
    """Reach of the least wealthy fifth minus that of the most wealthy, in points, with Newcombe's limits; above 0 = pro-poor.

    numerator, denominator: of the least wealthy. Also most_numerator and most_denominator; ratio with ratio_lower, ratio_upper (Katz) and ratio_reason;
    extra_pupils with extra_lower, extra_upper: how many more came from the least wealthy fifth than at the rate of the most wealthy. Undefined where one of the
    two is empty (`no_such_fifth`), as in a municipality of very few neighbourhoods.
    """
    more = THE_MOST | AS_RATIO | IN_PUPILS

    def compared(groups: pl.DataFrame) -> Iterator[Row]:
        ends = groups.filter(pl.col("wealth_fifth").is_in([LEAST, MOST])).sort("wealth_fifth")
        if ends.height < len((LEAST, MOST)):
            yield dict.fromkeys(more) | _figure(Interval(None, None, None, "no_such_fifth"))
            return
        least, most = ends.select("numerator", "denominator").rows()
        gap, ratio = (compare(least, most, confidence=view.confidence) for compare in (uncertainty.difference, uncertainty.ratio))
        extra = [None if limit is None else limit * least[1] for limit in gap[:3]]
        whole = {**_whole(ends), "numerator": least[0], "denominator": least[1]}
        yield whole | dict(zip(more, (*most, *ratio, *extra), strict=True)) | _figure(gap, "newcombe")

    return _index("least_against_most", data, view, {"wealth_fifth": compared}, more=more)


def slope(data: Inputs, view: View) -> Figures:
    """Slope index of inequality: what the line through the groups says of the most wealthy end minus what it says of the least wealthy; below 0 = pro-poor.

    Key of its own: groups. Fifths on the logit, neighbourhoods on the plain scale. Also least and most: both ends of the line, so that it can be drawn.
    """

    def fitted(groups: pl.DataFrame, scale: inequality.Scale) -> Iterator[Row]:
        ends = inequality.fitted_line(groups, (0, 1), scale)["value"].to_list() or [None, None]
        yield dict(zip(ENDS, ends, strict=True)) | _figure(inequality.slope_index(groups, scale, confidence=view.confidence), scale)

    return _index("slope", data, view, _per_scale(fitted), own_keys=PER_KIND, more=ENDS)


def slope_line(data: Inputs, view: View) -> Figures:
    """The line of `slope` through the fifths, to draw it: the rate that it gives at each rank, with limits.

    Key of its own: rank (0 = the least wealthy end of all pupils, 1 = the most wealthy). Where there is no slope one row, of rank 0, says why.
    """
    ranks = [step / STEPS for step in range(STEPS + 1)]

    def drawn(groups: pl.DataFrame) -> Iterator[Row]:
        points = inequality.fitted_line(groups, ranks, confidence=view.confidence)
        for point in points.iter_rows(named=True):
            yield point | {"reason": None, "method": SCALES["wealth_fifth"]}
        if points.is_empty():
            why = inequality.slope_index(groups, confidence=view.confidence).reason
            yield {"rank": 0.0} | _figure(Interval(None, None, None, why))

    return _index("slope_line", data, view, {"wealth_fifth": drawn}, own_keys=RANK)


def relative_index(data: Inputs, view: View) -> Figures:
    """Relative index of inequality: the most wealthy end of the line over the least wealthy end; 1 = no difference, below 1 = pro-poor. Keys as `slope`."""

    def fitted(groups: pl.DataFrame, scale: inequality.Scale) -> Iterator[Row]:
        yield _figure(inequality.relative_index(groups, scale, confidence=view.confidence), scale)

    return _index("relative_index", data, view, _per_scale(fitted), own_keys=PER_KIND)


def concentration(data: Inputs, view: View) -> Figures:
    """Concentration index of participation by wealth; below 0 = more among the least wealthy.

    Keys of its own: groups, and index: "relative", "absolute", "erreygers" or "wagstaff", four customary forms of one concentration.
    """

    def indexed(groups: pl.DataFrame) -> Iterator[Row]:
        found = inequality.concentration_index(groups, confidence=view.confidence)
        for form in ("relative", "absolute", "erreygers", "wagstaff"):
            yield {INDEX: form} | _figure(getattr(found, form), "delta")

    return _index("concentration", data, view, dict.fromkeys(SCALES, indexed), own_keys=PER_KIND | {INDEX: pl.String})


def dissimilarity(data: Inputs, view: View) -> Figures:
    """Share of the participants that would have to live in other neighbourhoods to be spread as the other pupils of the target group are.

    Also expected: what it would be on average if chance alone had chosen who comes, since small neighbourhoods differ by themselves. Without limits; undefined
    where nobody or everybody takes part (`no_numerator`, `rate_is_0_or_1`).
    """

    def apart(groups: pl.DataFrame) -> Iterator[Row]:
        sides = groups.select(group_a="numerator", group_b=pl.col("denominator") - pl.col("numerator"))
        reason = "rate_is_0_or_1" if sides["group_a"].sum() else "no_numerator"
        yield {"expected": inequality.expected_dissimilarity(sides, SEED)} | _figure(_number(inequality.dissimilarity(sides), reason), "duncan")

    return _index("dissimilarity", data, view, {ALL: apart}, more=EXPECTED)


def spread(data: Inputs, view: View) -> Figures:
    """How much the rates of neighbourhoods differ, weighted by target group. Without limits: part of it is chance, which `funnel` sets apart.

    Key of its own: measure: "variation" (standard deviation over mean) or "theil" (Theil's T). Undefined where nobody came (`no_numerator`).
    """

    def measured(groups: pl.DataFrame) -> Iterator[Row]:
        for measure, method in (("variation", inequality.variation), ("theil", inequality.theil)):
            yield {MEASURE: measure} | _figure(_number(method(groups), "no_numerator"), measure)

    return _index("spread", data, view, {ALL: measured}, own_keys={MEASURE: pl.String})


# --- a row for each group, held against all others --------------------------------------------------------------------


def _per_home(indicator: str, data: Inputs, view: View, compare: Callable[[pl.DataFrame], pl.DataFrame], more: Columns) -> Figures:
    """Every group is held against the whole municipality, also where the view shows some districts only."""
    own_keys = () if select.keys_of(view, select.HOME_GRAINS) else (GRAINS["neighbourhood"],)
    by_home = replace(view, by=(*view.by, "neighbourhood")) if own_keys else view
    everywhere = reach(data, replace(by_home, districts=()))
    other_keys = [GRAINS[grain] for grain in view.by if grain not in select.HOME_GRAINS]
    impossible = (pl.col("numerator") > pl.col("denominator")).fill_null(False)
    groups = everywhere.frame.with_columns(came="numerator", numerator=pl.when(~impossible).then("numerator")).drop("value", "lower", "upper")
    rows = pl.concat(compare(cell) for cell in _split(groups, other_keys)) if groups.height else compare(groups)
    found = reach(data, by_home) if view.districts else everywhere
    rows = rows.join(found.frame.select(by_home.keys), on=by_home.keys, how="semi").with_columns(numerator="came")
    rows = rows.with_columns(pl.col(name).cast(kind) for name, kind in more.items())
    return replace(select.figures(indicator, view, rows, found.coverage, own_keys=own_keys, more=tuple(more)), homes_told=found.homes_told)


def _split(frame: pl.DataFrame, keys: Sequence[str]) -> list[pl.DataFrame]:
    return frame.partition_by(keys, maintain_order=True) if keys else [frame]


# --- one row for all groups -------------------------------------------------------------------------------------------


def _index(indicator: str, data: Inputs, view: View, works: Mapping[str, Work], *, own_keys: Columns | None = None, more: Columns | None = None) -> Figures:
    """A figure over all groups of a cell. works: kind of groups -> what is worked out of them."""
    select.refuse_grains(view, *select.HOME_GRAINS, "branch", "level")
    cells = select.cells(data, view)
    homes = reach(data, replace(view, by=(*view.by, "neighbourhood")))
    notes = dict.fromkeys(homes.coverage.notes)
    rows: list[Row] = []
    for kind, work in works.items():
        groups, about = _groups(homes, data, view, kind)
        notes |= dict.fromkeys(about)
        by_cell = groups.partition_by(view.keys, as_dict=True) if view.keys else {(): groups}
        for cell in cells.iter_rows(named=True):
            here = by_cell.get(tuple(cell[key] for key in view.keys), groups.clear())
            reason = _undefined(here, kind, cell["reason"])
            found = work(here.clear() if reason else here)
            rows += [cell | _whole(here) | {GROUPS: kind} | row | {"reason": reason or row["reason"]} for row in found]
    schema = {key: cells.schema[key] for key in view.keys} | (own_keys or {}) | select.PARTS | (more or {})
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    coverage = replace(homes.coverage, notes=tuple(notes))
    return select.figures(indicator, view, frame, coverage, own_keys=tuple(own_keys or ()), more=tuple(more or ()))


def _groups(homes: Figures, data: Inputs, view: View, kind: str) -> tuple[pl.DataFrame, tuple[tuple[str, str], ...]]:
    """The groups of a kind that have a target group, with their order where the kind has one; and what to know of them. homes: reach per neighbourhood."""
    known = homes.frame.drop_nulls("denominator")
    if kind == ALL:
        return _possible(known)
    order = ranked(data, view)
    same_cell = [key for key in view.keys if key in order.frame.columns]
    known = known.join(order.frame, on=[GRAINS["neighbourhood"], *same_cell], maintain_order="left")
    if kind == "neighbourhood":
        groups, left_out = _possible(known.drop("wealth_fifth"))
        return groups, (*order.notes, *left_out)
    delivered = pl.when(pl.col("numerator").null_count() == 0).then(pl.col("numerator").sum())
    sums = {"numerator": delivered, "denominator": pl.col("denominator").sort().sum(), "pupils": pl.col("pupils").sum(), "reason": pl.col("reason").max()}
    fifths = known.group_by(*view.keys, "wealth_fifth").agg(**sums).sort(*view.keys, "wealth_fifth")
    if data.for_staff:  # of the children behind a fifth the neighbourhoods that are hidden do not tell
        behind = reach(data, replace(view, by=(*view.by, "wealth_fifth"))).frame.select(*view.keys, "wealth_fifth", "pupils")
        fifths = fifths.drop("pupils").join(behind, on=[*view.keys, "wealth_fifth"], how="left", maintain_order="left")
    return fifths.with_columns(order=pl.col("wealth_fifth").cast(pl.Int64)), order.notes


def _possible(groups: pl.DataFrame) -> tuple[pl.DataFrame, tuple[tuple[str, str], ...]]:
    """Without the neighbourhoods whose estimated target group is too small for those who came, and how many these are."""
    above = (pl.col("numerator") > pl.col("denominator")).fill_null(False)
    number = groups.filter(above).height
    return groups.filter(~above), (("above_target_group", str(number)),) if number else ()


def _undefined(groups: pl.DataFrame, kind: str, of_cell: str | None) -> str | None:
    """Why nothing can be said over these groups, before any method looks at them."""
    if groups.is_empty():
        return of_cell or ("no_denominator" if kind == ALL else "no_wealth_figures")
    unknown = groups.filter(pl.col("numerator").is_null())
    if unknown.height:
        return str(unknown["reason"][0])
    return "numerator_above_denominator" if (groups["numerator"] > groups["denominator"]).any() else None


def _whole(groups: pl.DataFrame) -> Row:
    """What stands behind an index: all participants and target group, and the pupils of the smallest fifth in which somebody came."""
    pupils = groups["pupils"]
    behind = pupils.filter(pupils > 0).min() if "wealth_fifth" in groups.columns else pupils.sum()
    return {"numerator": groups["numerator"].sum(), "denominator": groups["denominator"].sum(), "pupils": behind or 0}


def _per_scale(fitted: Callable[[pl.DataFrame, inequality.Scale], Iterator[Row]]) -> dict[str, Work]:
    def work_on(scale: inequality.Scale) -> Work:
        return lambda groups: fitted(groups, scale)

    return {kind: work_on(scale) for kind, scale in SCALES.items()}


def _number(value: float | None, reason: str) -> Interval:
    """A figure that has no limits."""
    return Interval(value, None, None, None if value is not None else reason)


def _figure(found: Interval, method: str | None = None) -> Row:
    return {**found._asdict(), "method": method}
