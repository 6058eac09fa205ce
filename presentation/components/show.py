"""A chart on a page with everything that belongs to it: table, download, definition."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from presentation import cached
from presentation.charts import picture, style
from presentation.charts.chart import Chart, Exhibit
from presentation.exports.csv import csv
from presentation.session import chosen_role
from presentation.tables import Table
from presentation.texts import LANGUAGES, Language, Say, plain

log = logging.getLogger("huiswerkmonitor.taken")
#: Room between short lines in one paragraph.
BETWEEN = " \N{EM SPACE}"


def chart(
    drawn: Chart | None,
    say: Say,
    *,
    otherwise: str,
    about: str | None = None,
    note: str | None = None,
    notes: Sequence[str] = (),
    on_pick: Callable[[str], None] | None = None,
    select: Callable[[], None] | None = None,
) -> None:
    """The finding, what is measured, the picture, and the quiet row below it.

    otherwise: the text in place of a chart that cannot be made; about: the name of the chart above that text, where it does not say itself what is missing;
    note: words under the picture; notes: short lines under it, such as the numbered events; on_pick: what happens when somebody clicks on an area of a map,
    a bar or a dot, with its code; select: a choice about this chart, which stands between its heading and the picture.
    """
    if drawn is None:
        st.info(say(otherwise), title=None if about is None else say(f"about.{about}"), icon=":material/info:")
        return
    heading(drawn.finding, drawn.subtitle)
    if select is not None:
        select()
    config, key = style.config(say), f"chart-{drawn.name}"
    if on_pick is None:
        st.plotly_chart(drawn.figure, theme="streamlit", config=config, alt=drawn.alt, key=key)
    else:
        _clickable(drawn, config, key, on_pick)
    if note is not None:
        st.markdown(note)
    if notes:
        st.markdown(f":small[{BETWEEN.join(notes)}]")  # one paragraph, so that many of them stay together
    below(drawn, say, [*([note] if note else []), *notes])


def _clickable(drawn: Chart, config: dict[str, Any], key: str, on_pick: Callable[[str], None]) -> None:
    def clicked() -> None:
        for point in st.session_state[key]["selection"]["points"]:
            if found := point.get("location") or point.get("id"):  # an area of a map, or a bar or dot of a row
                on_pick(found)

    st.plotly_chart(drawn.figure, theme="streamlit", config=config, alt=drawn.alt, key=key, on_select=clicked, selection_mode="points")


def listed(drawn: Exhibit | None, say: Say, *, otherwise: str) -> None:
    """A finding that is a table of numbers and no picture. otherwise: as for `chart`."""
    if drawn is None:
        st.info(say(otherwise), icon=":material/info:")
        return
    exhibit(drawn, say, numbers=True)


def heading(title: str, subtitle: str) -> None:
    """What a part of the page finds, and in grey what it is about."""
    with st.container(gap="xxsmall"):
        st.subheader(title, anchor=False)
        st.markdown(f":small[:gray[{subtitle}]]")


def exhibit(drawn: Exhibit, say: Say, *, numbers: bool = False) -> None:
    """A finding that is a table and no picture, with what belongs to it. numbers: as for `rows`."""
    heading(drawn.finding, drawn.subtitle)
    rows(drawn.table, numbers=numbers, quiet=numbers)
    below(drawn, say)


def below(drawn: Exhibit, say: Say, notes: Sequence[str] = ()) -> None:
    """The quiet row: the table, what can be taken along, how it is calculated. notes: what stands between it and the chart."""
    with st.container(horizontal=True, gap="small"):
        with st.popover(say("show.table"), icon=":material/table_rows:", type="tertiary", key=f"table-{drawn.name}"):
            table(drawn, say)
        with st.popover(say("show.download"), icon=":material/download:", type="tertiary", key=f"download-{drawn.name}"):
            for code in LANGUAGES:
                download(say(f"show.csv.{code}"), f"{drawn.file_name}.csv", partial(_file, drawn, code, say), key=f"csv-{code}-{drawn.name}")
            st.markdown(f":small[:gray[{say('show.internal')}]]")
        if isinstance(drawn, Chart) and st.button(say("picture.open"), icon=":material/image:", type="tertiary", key=f"picture-{drawn.name}"):
            _picture(drawn, notes, say)
        with st.popover(say("show.how"), icon=":material/help:", type="tertiary", key=f"how-{drawn.name}"):
            if drawn.explained:
                st.markdown(drawn.explained)
            for indicator in drawn.definitions:
                st.markdown(f"**{cached.definition(indicator).name[say.language]}**")
                definition(indicator, say)


def download(label: str, file_name: str, content: Callable[[], bytes], *, key: str) -> None:
    """A quiet button for a table as a file, which is made when somebody asks for it."""
    role = chosen_role()  # asked here: the file is made where Streamlit does not know who sits at the screen

    def taken() -> bytes:
        _log_taken(file_name, role)
        return content()

    st.download_button(label, taken, file_name, "text/csv", icon=":material/download:", type="tertiary", on_click="ignore", key=key)


def table(drawn: Exhibit, say: Say) -> None:
    """The numbers of the chart, and what a dash in them means."""
    st.markdown(_table_of(drawn))
    if drawn.definitions:
        st.markdown(f":small[:gray[{say('show.hidden_rule')}]]")


def rows(table_: Table, *, numbers: bool = True, quiet: bool = False) -> None:
    """A real table, which a screen reader can walk through. numbers: all columns but the first are numbers, and stand at the right; quiet: in small letters."""
    st.markdown(_markdown(table_, numbers=numbers, quiet=quiet))


@cached.kept
def _table_of(drawn: Exhibit) -> str:
    return _markdown(drawn.table, numbers=bool(drawn.definitions))


def _markdown(table_: Table, *, numbers: bool, quiet: bool = False) -> str:
    written = [[f":small[{plain(cell)}]" if quiet else plain(cell) for cell in row] for row in table_.rows]
    head = [f":small[:gray[{plain(name)}]]" if quiet else plain(name) for name in table_.headers]
    lines = [head, [":---", *("---:" if numbers else ":---" for _ in head[1:])], *written]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def on_primary(words: str) -> str:
    """The label of a filled button. Streamlit writes it in white in both themes, which is lost on the light blue of the dark one; the theme's violet is ours to
    be read on the primary colour."""
    return f":violet[{words}]"


def definition(indicator: str, say: Say, *, whole: bool = False) -> None:
    """What an indicator is, above and below the line, why it matters and what it cannot say; `whole` adds formula, source and changes."""
    found, language = cached.definition(indicator), say.language
    parts = [(name, getattr(found, name)) for name in ("why", "numerator", "denominator", "limits")]
    lines = [(name, text[language]) for name, text in parts if text is not None]
    if whole:
        lines += [
            ("formula", f"`{found.formula}`"),
            *((name, text[language]) for name, text in (("interval", found.interval), ("source", found.source)) if text is not None),
        ]
        changes = "; ".join(f"{say.date(change.on)}: {getattr(change, language)}" for change in found.changed) or say("definition.unchanged")
        lines += [("goal", say(f"definitions.goals.{found.goal}")), ("changed", changes), ("review", say.date(found.review_by))]
    st.markdown("  \n".join(f"**{say(f'definition.{name}')}** {words}" for name, words in lines))


def _picture(drawn: Chart, notes: Sequence[str], say: Say) -> None:
    """The chart as it can be taken along, with the button that keeps it; the browser makes the file, so that nobody else has to."""
    file_name = f"{drawn.file_name}.png"

    @st.dialog(say("picture.title"), width="large")
    def shown() -> None:
        figure = picture.picture(drawn, notes, " · ".join(cached.provenance(say)))
        st.markdown(say("picture.words"))
        config = style.picture_config(say, drawn.file_name, picture.WIDTH, int(figure.layout.height or 0))
        st.plotly_chart(figure, width=picture.WIDTH, theme=None, config=config, alt=drawn.alt, key=f"picture-of-{drawn.name}")

    _log_taken(file_name, chosen_role())
    shown()


def _file(drawn: Exhibit, code: Language, say: Say) -> bytes:
    """What is drawn as a file, marked as internal."""
    return csv(drawn.table.file, code, [line for line in (drawn.finding, drawn.subtitle, drawn.scope) if line] + cached.provenance(say))


def _log_taken(file_name: str, role: str) -> None:
    """That something was taken along, by which role and of which page and choice, which its name says; never what is in it."""
    log.info("taken by role %s: %s", role, file_name)
