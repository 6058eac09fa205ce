"""CBS Kerncijfers wijken en buurten (kwb-2018.csv ... kwb2025.xlsx): one row per country, municipality, wijk and buurt, about 120 columns.

Layouts differ per year: g_woz became g_wozbag, education a_opl_lg/md/hg was called a_opl_bvm/hvm/hw in 2023 and 2024 (the same figures), persons in education
(a_ons_*) came in 2023, the share at most 110 % of the social minimum (p_hh_110) went in 2024. Of 2025 some 40 columns are still empty: no figure, no row.
"""

from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import figures
from data_access.reference.sift import columns_of, first_of, table_layout

#: Kept under the name that CBS gives them: what the indicators and their context can use. Origin of residents is left out on purpose.
_KEPT = (
    *("a_inw", "a_00_14", "a_15_24", "a_25_44", "a_45_64", "a_65_oo"),
    *("a_hh", "a_1p_hh", "a_hh_m_k", "a_woning", "g_wozbag", "p_koopw", "p_huurw", "p_wcorpw"),
    *("a_opl_lg", "a_opl_md", "a_opl_hg", "a_ons_po", "a_ons_vovavo", "a_ons_mbo", "p_arb_pp"),
    *("g_ink_po", "g_ink_pi", "p_ink_li", "p_ink_hi", "p_ink_ar", "p_ink_ba", "g_hh_sti", "p_hh_li", "p_hh_hi", "p_hh_lkk", "p_hh_osm", "p_hh_110", "p_hh_120"),
    *("a_soz_wb", "a_jz_tn", "p_jz_tn", "g_afs_sc", "ste_mvs", "ste_oad"),
)
_RENAMED = {"g_woz": "g_wozbag", "a_opl_bvm": "a_opl_lg", "a_opl_hvm": "a_opl_md", "a_opl_hw": "a_opl_hg"}

FAMILY = figures.Family(
    layout="kwb",
    source="CBS Kerncijfers wijken en buurten",
    codes=("gwb_code_10", "gwb_code", "gwb_code_8"),
    names=("regio",),
    measures={name: name for name in _KEPT} | _RENAMED,
)


def recognises(raw: RawTable) -> bool:
    """A CBS area code and at least one of the measures."""
    columns = columns_of(raw)
    return first_of(columns, FAMILY.codes) is not None and first_of(columns, FAMILY.measures) is not None


def parse(raw: RawTable) -> Parsed:
    """See `figures.read`."""
    return figures.read(raw, FAMILY)


LAYOUTS = (table_layout("context", "kwb", recognises, parse),)
