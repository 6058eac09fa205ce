"""What is taken to be so on Uitbreiding, for the reader to change: how far pupils come, how many places may be added, and which neighbourhood is tried out.

All of it stands in the address, as the choices in the side bar do.
"""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from metrics.shapes import Sector
from presentation.choice import Assumptions
from presentation.components import address
from presentation.texts import Say

#: Name in the address -> what can be chosen.
OPTIONS: dict[str, tuple[str, ...]] = {
    "km_po": tuple(f"{step / 2}" for step in range(1, 9)),
    "km_vo": tuple(f"{step / 2}" for step in range(1, 13)),
    "plekken": tuple(map(str, range(1, 7))),
}
START = Assumptions()
DEFAULTS = {"km_po": f"{START.PO}", "km_vo": f"{START.VO}", "plekken": f"{START.places}"}


def read(say: Say) -> Assumptions:
    """What the address says. A value that cannot be chosen gets a sentence, and the start counts in its place."""
    for key, options in OPTIONS.items():
        _warn(key, options, _written(key, DEFAULTS[key], say), say)
    chosen = {key: address.read(key, options, DEFAULTS[key]) for key, options in OPTIONS.items()}
    return Assumptions(float(chosen["km_po"]), float(chosen["km_vo"]), int(chosen["plekken"]))


def draw(sector: Sector | None, say: Say) -> None:
    """A slider for each, grey where it is about pupils who were not chosen, and the way back to the start."""
    places = zip(st.columns([1, 1, 1, 0.8], gap="medium", vertical_alignment="center"), (*OPTIONS, None), strict=True)
    for column, key in places:
        with column:
            if key is None:
                changed = any(st.session_state[name] != start for name, start in DEFAULTS.items())
                st.button(
                    say("expansion.assume.reset"), icon=":material/restart_alt:", type="tertiary", on_click=_reset, disabled=not changed, key="uitgangspunt"
                )
            else:
                st.select_slider(
                    say(f"expansion.assume.{key}"),
                    OPTIONS[key],
                    key=key,
                    disabled=sector is not None and key == {"PO": "km_vo", "VO": "km_po"}[sector],
                    format_func=partial(_written, key, say=say),
                )
    for key, start in DEFAULTS.items():
        address.write(key, start)


def tried(names: dict[str, str], start: str, say: Say) -> str:
    """The neighbourhood that is tried out. names: code -> name; start: which one it is as long as nobody chose."""
    _warn("wijk", list(names), names[start], say)
    return address.read("wijk", list(names), start)


def neighbourhoods(names: dict[str, str], start: str, say: Say) -> None:
    """The list to choose it from."""
    st.selectbox(say("expansion.try.choose"), list(names), key="wijk", format_func=lambda code: names[code])
    address.write("wijk", start)


def pick(names: dict[str, str], start: str) -> Callable[[str], None]:
    """What a click on a neighbourhood does, before the page is drawn again: try it out, or go back to the start."""

    def picked(code: str) -> None:
        if code in names:
            st.session_state["wijk"] = start if st.session_state["wijk"] == code else code

    return picked


def _warn(key: str, options: Sequence[str], shown: str, say: Say) -> None:
    wrong = address.unknown(key, options)
    if wrong is not None:
        filter_ = say(f"expansion.assume.{key}").lower()
        st.warning(say("filter.unknown", value=wrong[:40], filter=filter_, shown=shown), icon=":material/link_off:")


def _written(key: str, value: str, say: Say) -> str:
    return value if key == "plekken" else say("expansion.km", km=float(value))


def _reset() -> None:
    """Back to the start, before the page is drawn again."""
    st.session_state.update(DEFAULTS)
