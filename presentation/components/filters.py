"""The choices in the side bar: school year, kind of school, branch. They live in the address, in Dutch, so that a view can be sent to a colleague."""

from collections.abc import Callable, Collection

import streamlit as st

from data_access.reader import Reader, Role
from metrics import periods
from metrics.shapes import Sector
from presentation import cached
from presentation.choice import Choice
from presentation.components import address
from presentation.texts import Say

ALL = "alle"


def draw(reader: Reader, say: Say, *, used: Collection[str]) -> None:
    """The choices that the page uses; the others are remembered for the next page. A value in the address that does not exist gets a sentence."""
    years = list(_years())
    if not years:
        return
    own = {branch.id: branch.name for branch in _branches(reader)}
    is_set = reader.role is Role.BRANCH and len(own) == 1 and "vestiging" not in used
    names = {ALL: say("filter.own_branch" if is_set else "filter.all_branches")} | own
    options = {"periode": years, "sector": [ALL, "PO", "VO"], "vestiging": list(names)}
    labels = {"periode": say("filter.school_year"), "sector": say("filter.sector"), "vestiging": say("filter.branch")}
    for key, known in options.items():
        wrong = address.unknown(key, known)
        if wrong is not None and key in used:
            shown = {"periode": years[0], "sector": say("filter.all"), "vestiging": names[ALL]}[key]
            st.warning(say("filter.unknown", value=wrong[:40], filter=labels[key].lower(), shown=shown), icon=":material/link_off:")
        address.read(key, known, known[0])
    with st.sidebar:
        if "periode" in used:
            st.selectbox(labels["periode"], years, key="periode")
        if "sector" in used:
            st.segmented_control(
                labels["sector"],
                options["sector"],
                required=True,
                key="sector",
                format_func=lambda value: say("filter.all") if value == ALL else value,
            )
        if "vestiging" in used:
            st.selectbox(labels["vestiging"], list(names), key="vestiging", format_func=lambda value: names[value])
    for key, known in options.items():
        address.write(key, known[0])


def choice(reader: Reader, *, of_branch: bool = True) -> Choice | None:
    """What was chosen in the side bar; None when nothing was loaded yet. of_branch: whether the page looks at one branch, if one was chosen."""
    span, years = cached.span(), _years()
    if span is None:
        return None
    branch = next((branch for branch in _branches(reader) if of_branch and branch.id == st.session_state.get("vestiging")), None)
    sector = st.session_state.get("sector")
    # a branch serves one kind of school, so its visitors are held against the pupils of that kind
    chosen = sector if sector in ("PO", "VO") else None if branch is None else branch.sector
    year = st.session_state.get("periode")
    starts_in = years[year] if year in years else next(iter(years.values()))
    return Choice(starts_in, span.first, span.last, _sector(chosen), None if branch is None else branch.id)


def pick_branch(reader: Reader) -> Callable[[str], None]:
    """What a click on the bar or dot of a branch does, before the page is drawn again: choose it in the side bar, or let it go, where it can be chosen."""
    own = {branch.id for branch in _branches(reader)}

    def picked(code: str) -> None:
        if code in own:
            st.session_state["vestiging"] = ALL if st.session_state["vestiging"] == code else code

    return picked


def words(choice: Choice, say: Say) -> str:
    """The choice as a reader would say it."""
    parts = [_name(choice.starts_in), say(f"sector.{choice.sector}") if choice.sector else None]
    parts.append(next((branch.name for branch in cached.branches() if branch.id == choice.branch), None))
    return ", ".join(part for part in parts if part)


def _years() -> dict[str, int]:
    """Name of each school year with visits -> the calendar year it starts in, newest first."""
    span = cached.span()
    if span is None:
        return {}
    return {_name(starts_in): starts_in for starts_in in range(periods.school_year_of(span.last), periods.school_year_of(span.first) - 1, -1)}


def _branches(reader: Reader) -> list[cached.Branch]:
    return [branch for branch in cached.branches() if reader.role is not Role.BRANCH or branch.id in reader.branch_ids]


def _sector(chosen: str | None) -> Sector | None:
    return "PO" if chosen == "PO" else "VO" if chosen == "VO" else None


def _name(starts_in: int) -> str:
    return f"{starts_in}-{starts_in + 1}"
