"""CBS StatLine as a zip with the raw table (Observations.csv, MeasureCodes.csv): SES-WOA, and the Kerncijfers from 2025 on, which come in no other form.

One row per area, topic and year. The Kerncijfers have one year per table, which stands in its title or in the file name. Topics of the Kerncijfers go by their
identifier; the identifiers of SES-WOA differ per edition, so that its score goes by its title.
"""

import polars as pl

from data_access.ingest.headers import fold
from data_access.ingest.shapes import FileRefused, Parsed, RawTable
from data_access.reference import cells, figures, kwb, ses_woa
from data_access.reference.sift import columns_of, first_of, in_this_age, leave_out, noting, our_areas, parsed, table_layout, table_of, with_area

_AREAS = ("WijkenEnBuurten", "RegioS", "Regios")
#: Identifier of a topic in the Kerncijfers wijken en buurten of 2024 and 2025 -> its name in the older workbooks.
_TOPICS = {
    "T001036": "a_inw",
    "10680": "a_00_14",
    "53050": "a_15_24",
    "53310": "a_25_44",
    "53715": "a_45_64",
    "80200": "a_65_oo",
    "1050010_2": "a_hh",
    "1050015": "a_1p_hh",
    "1016030": "a_hh_m_k",
    "M000297": "a_woning",
    "M001642": "g_wozbag",
    "1014800": "p_koopw",
    "1014850_2": "p_huurw",
    "A047047": "p_wcorpw",
    "A025301": "a_ons_po",
    "T001345": "a_ons_vovavo",
    "A041867": "a_ons_mbo",
    "M001796_2": "p_arb_pp",
    "M000223": "g_ink_po",
    "M000224": "g_ink_pi",
    "D000187": "p_ink_li",
    "D000185": "p_ink_hi",
    "M008349": "p_ink_ar",
    "M008348": "p_ink_ba",
    "M000222": "g_hh_sti",
    "D000186": "p_hh_li",
    "D000184": "p_hh_hi",
    "D006842": "a_soz_wb",
    "T001203": "a_jz_tn",
    "A045561": "p_jz_tn",
    "D000045": "g_afs_sc",
}


def recognises(raw: RawTable) -> bool:
    """An area, a topic and a value on each row."""
    columns = columns_of(raw)
    return first_of(columns, _AREAS) is not None and {"measure", "value", "topic"} <= columns.keys()


def parse(raw: RawTable) -> Parsed:
    """Rows for `context`. Topics that are not kept are left out and counted.

    Raises FileRefused: `year.missing`, `figures.no_topics`, `area.other_municipality`.
    """
    columns = columns_of(raw)
    area, period = first_of(columns, _AREAS), first_of(columns, figures.YEARS)
    names = raw.frame.select("Measure", "Topic").unique().rows()
    kept = {code: "ses_woa" if ses_woa.is_score(topic or "") else _TOPICS.get((code or "").strip()) for code, topic in names}
    measure = pl.col("Measure").replace_strict(kept, default=None, return_dtype=pl.String)
    frame = raw.frame.select("row", "Value", neighbourhood_code=area or "", year=_year(raw, period), measure=measure)
    rows = leave_out(table_of(figures.CONTEXT, frame, raw), pl.col("measure").is_null(), "figures.other_topics")
    if rows.frame.is_empty():
        raise FileRefused("figures.no_topics")
    rows = in_this_age(our_areas(with_area(rows)))
    rows = leave_out(rows, cells.is_missing(pl.col("Value")), "figures.missing").once(["neighbourhood_code", "year", "measure"])
    rows = figures.refuse_impossible(rows, "Value", pl.col("measure"))
    rows = noting(rows, "figures.measures", str(rows.frame["measure"].n_unique()))
    source = pl.when(pl.col("measure") == "ses_woa").then(pl.lit(ses_woa.SOURCE)).otherwise(pl.lit(kwb.FAMILY.source))
    context = rows.frame.with_columns(value=cells.number(pl.col("Value")), source=pl.format("{} {}", source, "year")).drop("Value")
    return parsed(rows, "statline", context=context)


def _year(raw: RawTable, period: str | None) -> pl.Expr:
    """The period of a row, else the year in the title of the table, else that in the file name."""
    if period is not None:
        return cells.year(pl.col(period))
    title = (raw.frame["Table"].first() or "") if "Table" in raw.frame.columns and raw.frame.height else ""
    after = fold(str(title)).partition(fold("Kerncijfers wijken en buurten"))[2]
    year = int(after[:4]) if after[:4].isdecimal() else cells.year_in_name(raw.file_name)
    if year is None:
        raise FileRefused("year.missing", file_name=raw.file_name)
    return pl.lit(year, dtype=pl.Int32)


LAYOUTS = (table_layout("context", "statline", recognises, parse),)
