"""Verdicts: does the pilot meet what was agreed beforehand, and would it still if the same had been worked out in another way?

Each criterion names its own figure and the grains of that, so a view has none of its own. What is hidden of a figure is hidden here: it gives no verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from metrics.criteria import Agreed, held_against, judged, variants, view_of
from metrics.indicators import selection as select
from metrics.methods.verdict import Criterion, Verdict
from metrics.shapes import GRAINS, Figures, Inputs, Refused, View

Row = dict[str, Any]
Columns = Mapping[str, type[pl.DataType]]

CRITERION: Columns = {"criterion_id": pl.String}
OTHER_WAY: Columns = {"kind": pl.String, "what": pl.String, "branch_id": pl.String}
STATE: Columns = {"state": pl.String, "needed": pl.Int64}
AGREED: Columns = {
    **{"indicator": pl.String, "part": pl.String, "sector": pl.String, "rule": pl.String, "target": pl.Float64, "minimum_sample": pl.Float64},
    **{"owner": pl.String, "valid_from": pl.Date},
}
OF_FIGURE = ("numerator", "denominator", "value", "lower", "upper", "pupils", "method")


def verdict(data: Inputs, view: View) -> Figures:
    """Whether the pilot meets each criterion that holds at the end of the period. Own key: criterion_id.

    numerator to upper and pupils: of the figure that the criterion is about, in its own unit. Further columns: state (met | not_met | undecided); needed: the
    sample that would settle an open one, where one would; what was agreed (indicator, part, sector, rule, target, minimum_sample, owner, valid_from). reason:
    why it is undecided (`methods.verdict.Verdict`), `hidden` where staff may not see the figure, or why the figure cannot be made. Criteria for another sector
    than that of the view are left out.
    """
    return _figures(
        "verdict", data, view, [_verdict(criterion, data, view) for criterion in _criteria(data, view)], own_keys=CRITERION, more={**STATE, **AGREED}
    )


def sensitivity(data: Inputs, view: View) -> Figures:
    """The verdicts on the same figures worked out in other ways: other measures of wealth, other definitions of coming back, without each branch.

    Own keys: criterion_id; kind (wealth | repeat | without_branch); what: the measure or definition; branch_id: the branch that is left out. Columns as
    `verdict`, with the state in that way, and agrees: whether it is the state of the verdict itself. A criterion without a figure has no rows.
    """
    rows = [row for criterion in _criteria(data, view) for row in _other_ways(criterion, data, view)]
    return _figures("sensitivity", data, view, rows, own_keys={**CRITERION, **OTHER_WAY}, more={**STATE, "agrees": pl.Boolean, **AGREED})


def _criteria(data: Inputs, view: View) -> list[Row]:
    """The newest version that holds at the end of the period of every criterion that was not dropped, for the sector of the view."""
    select.refuse_grains(replace(view, districts=()), *GRAINS)
    known = data.criteria.filter(pl.col("valid_from") <= view.period.last).with_columns(pl.col("part").fill_null("")).sort("version")
    newest = known.unique("criterion_id", keep="last").filter(~pl.col("dropped")).sort("criterion_id")
    fits = pl.lit(True) if view.sector is None else pl.col("sector").is_null() | (pl.col("sector") == view.sector)
    return newest.filter(fits).select(*CRITERION, *AGREED).to_dicts()


def _agreed(row: Row) -> Agreed:
    return Agreed(row["indicator"], row["part"], row["sector"], Criterion(row["rule"], row["target"], row["minimum_sample"]))


def _verdict(criterion: Row, data: Inputs, view: View) -> Row:
    try:
        figure, found = judged(_agreed(criterion), data, view_of(view, criterion["part"], criterion["sector"]))
    except Refused as refused:
        return criterion | {"state": "undecided", "reason": refused.code}
    return criterion | _found(figure, found)


def _other_ways(criterion: Row, data: Inputs, view: View) -> Iterator[Row]:
    agreed = _verdict(criterion, data, view)
    if agreed.get("value") is None:
        return
    for variant in variants(criterion["indicator"], data, view_of(view, criterion["part"], criterion["sector"])):
        found = _found(*held_against(_agreed(criterion), variant.calculate(data, variant.view)))
        name = "branch_id" if variant.kind == "without_branch" else "what"
        yield criterion | found | {"kind": variant.kind, name: variant.what, "agrees": found["state"] == agreed["state"]}


def _found(figure: Figures, found: Verdict) -> Row:
    row = figure.frame.row(0, named=True) if figure.frame.height else {}
    return {name: row.get(name) for name in OF_FIGURE} | {"state": found.state, "needed": found.needed, "reason": found.reason}


def _figures(indicator: str, data: Inputs, view: View, rows: list[Row], *, own_keys: Columns, more: Columns) -> Figures:
    schema = {**own_keys, **select.PARTS, **more}
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    # The figures come without what may not be seen: nobody stands behind a row without a figure, and none is hidden once more for its small sample.
    frame = frame.with_columns(pl.col("pupils").fill_null(0))
    return select.figures(indicator, view, frame, select.coverage(data, view), "sessions", own_keys=tuple(own_keys), more=tuple(more))
