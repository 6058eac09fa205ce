"""What the programme costs: an amount per school year, for one branch or for the whole programme."""

import re

import polars as pl

from data_access.ingest.kinds import Column, Kind
from data_access.ingest.known import Known
from data_access.ingest.layouts import Layout, as_table, has_columns
from data_access.ingest.matching import looked_up
from data_access.ingest.rules import understand
from data_access.ingest.school_years import NO_SCHOOL_YEAR, SCHOOL_YEAR, with_year
from data_access.ingest.shapes import Parsed, RawTable
from data_access.reference.sift import at_a_branch, not_longer_than, parsed

KIND = Kind(
    "costs",
    (
        SCHOOL_YEAR,
        Column("branch", ("vestiging", "branch", "vestiging_id", "branch_id"), is_public=True),
        Column("what", ("kostenpost", "item", "waarvoor", "omschrijving", "post"), required=True, may_be_empty=False, example="begeleiding en ruimte"),
        Column("amount", ("bedrag", "amount", "kosten", "euro"), required=True, may_be_empty=False, example="12.500,00", is_public=True),
    ),
)

_PLAIN = re.compile(r"-?\d+(?:[.,]\d{1,2})?")
_WITH_THOUSANDS = re.compile(r"-?\d{1,3}(?:(?:\.\d{3})+(?:,\d{1,2})?|(?:,\d{3})+(?:\.\d{1,2})?)")


def parse(raw: RawTable, known: Known) -> Parsed:
    """Rows for `costs`; no branch is the whole programme."""
    rows = at_a_branch(with_year(understand(KIND, raw)).keeping([NO_SCHOOL_YEAR]), known)
    is_workbook = raw.excel_epoch is not None
    rows = rows.adding(euro=looked_up(rows.frame, "amount", lambda text: euro(text, in_workbook=is_workbook)).cast(pl.Float64))
    rows = rows.refuse(pl.col("euro").is_null(), "amount", "amount.unreadable", value=pl.col("amount"))
    rows = rows.refuse(pl.col("euro") < 0, "amount", "number.negative", value=pl.col("amount"))
    rows = not_longer_than(rows, what=80).adding(branch_id=pl.col("branch_id").fill_null("")).once(["year", "branch_id", "what"])
    return parsed(rows, "plain", costs=rows.frame.select("row", "branch_id", "what", school_year="year", amount="euro"))


def euro(text: str, *, in_workbook: bool = False) -> str | None:
    """ "€ 1.250,00", "1250,-", "1.250" and "1,250.00" -> an amount with a decimal point. Nobody writes tenths of a cent, so three digits stand for a thousand.

    None when it is no amount; also in a workbook for three digits behind one mark, where a cell that holds 12.125 looks like one that says twelve thousand.
    """
    plain = "".join(re.sub(r"(?i)€|eur(?:o)?", "", text).split()).replace("\N{MINUS SIGN}", "-")
    plain = re.sub(r"[.,]-+$", "", plain)
    if in_workbook and re.fullmatch(r"-?\d+[.,]\d{3}", plain):
        return None
    if _PLAIN.fullmatch(plain):
        return plain.replace(",", ".")
    if in_workbook and re.fullmatch(r"-?\d+\.\d{4,}", plain):  # a cell that was worked out
        return plain
    if not _WITH_THOUSANDS.fullmatch(plain):
        return None
    whole, _, cents = plain.rpartition(max(",.", key=plain.rfind)) if re.search(r"[.,]\d{1,2}$", plain) else (plain, "", "0")
    return f"{re.sub(r'[.,]', '', whole)}.{cents}"


LAYOUTS = (Layout("costs", "plain", has_columns(KIND), lambda raw, known: parse(as_table(raw), known)),)
KINDS = (KIND,)
