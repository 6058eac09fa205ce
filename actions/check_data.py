"""What is still to be looked at before figures become official, for who may see it."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Engine

from data_access import checks
from data_access.reader import Forbidden, Reader, Role
from metrics.disclosure.working import Rule
from metrics.shapes import Inputs, Period


@dataclass(frozen=True)
class Found:
    """What one check found.

    check: its name; count: how many addresses, None when that is a count of so few pupils that it is not told; addresses: as checks.ADDRESSES, none for
    a reader who reads counts alone.
    """

    check: str
    count: int | None
    addresses: pl.DataFrame

    @property
    def is_clear(self) -> bool:
        """Whether there is nothing to look at."""
        return self.count == 0


def check_data(engine: Engine, reader: Reader, data: Inputs, period: Period, through: date) -> list[Found]:
    """Every check over a school year, up to a day: the steward sees all addresses, a branch its own rows, the programme counts. Raises Forbidden, StoreFault.

    data: all of the store, as the programme has it; what of it a reader gets is decided here.
    """
    if reader.scope("deliveries") is None:
        raise Forbidden("forbidden.deliveries")
    facts = checks.facts(engine, data, period, through)
    own = reader.branch_ids if reader.role is Role.BRANCH else None
    return [_for(reader, check, checks.addresses(facts, check, own)) for check in checks.CHECKS]


def _for(reader: Reader, check: str, found: pl.DataFrame) -> Found:
    if reader.delivers:
        return Found(check, found.height, found)
    handful = check in checks.ABOUT_PUPILS and 0 < found.height < Rule().minimum_pupils
    return Found(check, None if handful else found.height, found.clear())
