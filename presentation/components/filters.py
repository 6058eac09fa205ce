"""The choices in the side bar. They live in the address, in Dutch, so that a view can be sent to a colleague."""

from collections.abc import Collection, Mapping

import streamlit as st

from data_access.reader import Reader, Role
from metrics import periods
from metrics.shapes import Sector
from presentation import cached
from presentation.choice import Choice
from presentation.texts import Say

ALL = "alle"


def choose(reader: Reader, say: Say) -> Choice | None:
    """School year, kind of school and branch; None when nothing was loaded yet. A value in the address that does not exist is said and left."""
    span = cached.span()
    if span is None:
        return None
    first, as_of = periods.school_year_of(span.first), periods.school_year_of(span.last)
    years = {_name(starts_in): starts_in for starts_in in range(as_of, first - 1, -1)}
    branches = [branch for branch in cached.branches() if reader.role is not Role.BRANCH or branch.id in reader.branch_ids]
    names = {branch.id: branch.name for branch in branches}
    _say_what_does_not_exist({"periode": years, "sector": ("PO", "VO"), "vestiging": names}, next(iter(years)), say)
    with st.sidebar:
        year = st.selectbox(say("filter.school_year"), list(years), key="periode", bind="query-params")
        sector = st.segmented_control(
            say("filter.sector"),
            [ALL, "PO", "VO"],
            default=ALL,
            required=True,
            key="sector",
            bind="query-params",
            format_func=lambda value: say("filter.all") if value == ALL else value,
        )
        branch = st.selectbox(
            say("filter.branch"),
            [ALL, *names],
            key="vestiging",
            bind="query-params",
            format_func=lambda value: say("filter.all_branches") if value == ALL else names[value],
        )
    # a branch serves one kind of school, so its visitors are held against the pupils of that kind
    of_branch = next((known.sector for known in branches if known.id == branch), None)
    chosen = sector if sector != ALL else of_branch
    return Choice(years[year], span.first, span.last, _sector(chosen), None if branch == ALL else branch)


def _sector(chosen: str | None) -> Sector | None:
    return "PO" if chosen == "PO" else "VO" if chosen == "VO" else None


def words(choice: Choice, say: Say) -> str:
    """The choice as a reader would say it."""
    parts = [_name(choice.starts_in), say(f"sector.{choice.sector}") if choice.sector else None]
    parts.append(next((branch.name for branch in cached.branches() if branch.id == choice.branch), None))
    return ", ".join(part for part in parts if part)


def _name(starts_in: int) -> str:
    return f"{starts_in}-{starts_in + 1}"


def _say_what_does_not_exist(known: Mapping[str, Collection[str]], year: str, say: Say) -> None:
    """Streamlit drops an unknown value from the address without a word; a reader with an old link deserves one."""
    labels = {
        "periode": ("filter.school_year", year),
        "sector": ("filter.sector", say("filter.all")),
        "vestiging": ("filter.branch", say("filter.all_branches")),
    }
    for parameter, values in known.items():
        asked = st.query_params.get(parameter)
        if asked is not None and asked != ALL and asked not in values and parameter not in st.session_state:
            label, shown = labels[parameter]
            st.warning(say("filter.unknown", value=asked[:40], filter=say(label).lower(), shown=shown), icon=":material/link_off:")
