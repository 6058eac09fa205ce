"""The table behind the CBS Wijk- en Buurtkaart, in the column names of up to 2021 and in the long names of later maps.

Age is given as a whole percentage of the inhabitants only. Missing is -99999999, -99997 or -99995; a column that was not published that year holds 0 in
every row. Water is a row of its own (H2O = JA), also a second row of the municipality.
"""

from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference import figures
from data_access.reference.sift import columns_of, first_of, table_layout

FAMILY = figures.Family(
    layout="area_map",
    source="CBS Wijk- en Buurtkaart",
    codes=("BU_CODE", "buurtcode", "WK_CODE", "wijkcode", "GM_CODE", "gemeentecode"),
    names=("BU_NAAM", "buurtnaam", "WK_NAAM", "wijknaam", "GM_NAAM", "gemeentenaam"),
    measures={
        "AANT_INW": "a_inw",
        "aantal_inwoners": "a_inw",
        "AANTAL_HH": "a_hh",
        "aantal_huishoudens": "a_hh",
        "WONINGEN": "a_woning",
        "woningvoorraad": "a_woning",
        "WOZ": "g_wozbag",
        "gemiddelde_woningwaarde": "g_wozbag",
        "P_KOOPWON": "p_koopw",
        "percentage_koopwoningen": "p_koopw",
        "P_HUURWON": "p_huurw",
        "percentage_huurwoningen": "p_huurw",
        "P_HUURCORP": "p_wcorpw",
        "WWB_UITTOT": "a_soz_wb",
        "AF_BIBLIO": "af_biblio",
        "AF_ONDBAS": "g_afs_sc",
        "AF_ONDVRT": "af_ondvrt",
        "STED": "ste_mvs",
        "OAD": "ste_oad",
    },
    shares={
        "P_00_14_JR": "a_00_14",
        "percentage_personen_0_tot_15_jaar": "a_00_14",
        "P_15_24_JR": "a_15_24",
        "percentage_personen_15_tot_25_jaar": "a_15_24",
        "P_25_44_JR": "a_25_44",
        "percentage_personen_25_tot_45_jaar": "a_25_44",
        "P_45_64_JR": "a_45_64",
        "percentage_personen_45_tot_65_jaar": "a_45_64",
        "P_65_EO_JR": "a_65_oo",
        "percentage_personen_65_jaar_en_ouder": "a_65_oo",
    },
    inhabitants=("AANT_INW", "aantal_inwoners"),
    zeros=True,
)


def recognises(raw: RawTable) -> bool:
    """A code of the map and its number of inhabitants."""
    columns = columns_of(raw)
    return first_of(columns, FAMILY.codes) is not None and first_of(columns, FAMILY.inhabitants) is not None


def parse(raw: RawTable) -> Parsed:
    """See `figures.read`."""
    return figures.read(raw, FAMILY)


LAYOUTS = (table_layout("context", "area_map", recognises, parse),)
