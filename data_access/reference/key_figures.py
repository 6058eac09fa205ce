"""CBS key figures per wijk and municipality under English names, as the R package tmap ships them (code, population, pop_0_14, income_low, ...).

Ages are whole percentages of the population; income_low and income_high are percentages of persons in the lowest 40 and highest 20 percent of the country;
dwelling_value is in thousands of euro. Urbanity and education are left out: words, and a group of which CBS gives no part.
"""

from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import figures
from data_access.reference.sift import columns_of, first_of, table_layout

FAMILY = figures.Family(
    layout="key_figures",
    source="CBS Kerncijfers wijken en buurten",
    codes=("code",),
    names=("name",),
    measures={
        "population": "a_inw",
        "dwelling_total": "a_woning",
        "dwelling_value": "g_wozbag",
        "dwelling_ownership": "p_koopw",
        "employment_rate": "p_arb_pp",
        "income_low": "p_ink_li",
        "income_high": "p_ink_hi",
    },
    shares={"pop_0_14": "a_00_14", "pop_15_24": "a_15_24", "pop_25_44": "a_25_44", "pop_45_64": "a_45_64", "pop_65plus": "a_65_oo"},
    inhabitants=("population",),
)


def recognises(raw: RawTable) -> bool:
    """A code, the population and a share of an age."""
    columns = columns_of(raw)
    return all(first_of(columns, names) is not None for names in (FAMILY.codes, FAMILY.inhabitants, FAMILY.shares))


def parse(raw: RawTable) -> Parsed:
    """See `figures.read`."""
    return figures.read(raw, FAMILY)


LAYOUTS = (table_layout("context", "key_figures", recognises, parse),)
