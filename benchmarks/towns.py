"""A made-up register of visits of any size, of the shape of attendance everywhere: most pupils come a few times, a few come very often."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

FIRST_DAY = date(2019, 8, 1)
DAYS = 6 * 365
AS_OF = date(2025, 6, 15)
BRANCHES_PER_NEIGHBOURHOOD = 0.4


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    visits: int
    pupils: int
    neighbourhoods: int


SIZES = {"small": Size(200_000, 12_000, 60), "full": Size(10_000_000, 600_000, 3_000)}


@dataclass(frozen=True)
class Register:
    """What the figures are made from.

    visits: pupil_id, visited_on, branch_id as delivered, in no order and with repeats; homes: pupil_id, neighbourhood_code; neighbourhoods:
    neighbourhood_code, target (pupils living there), fifth (1 = least wealthy); closures: first, last.
    """

    visits: pl.DataFrame
    homes: pl.DataFrame
    neighbourhoods: pl.DataFrame
    closures: pl.DataFrame
    as_of: date = AS_OF


def write(size: Size, folder: Path, seed: int = 2019) -> None:
    """Make a register up and leave it in `folder`, so that each way of working starts from the same files."""
    chance = np.random.default_rng(seed)
    often = chance.lognormal(0, 1, size.pupils)
    pupil = np.repeat(np.arange(size.pupils), chance.multinomial(size.visits, often / often.sum()))
    began = chance.integers(0, DAYS - 120, size.pupils)[pupil]
    day = np.minimum(began + chance.exponential(200, size.visits).astype(np.int64), DAYS - 1)
    branches = max(int(size.neighbourhoods * BRANCHES_PER_NEIGHBOURHOOD), 2)
    usual = chance.integers(0, branches, size.pupils)[pupil]
    branch = np.where(chance.random(size.visits) < 0.9, usual, chance.integers(0, branches, size.visits))
    order = chance.permutation(size.visits)
    visits = pl.DataFrame({"pupil_id": pupil[order], "day": day[order], "branch": branch[order]}).select(
        "pupil_id", visited_on=(pl.lit(FIRST_DAY).to_physical() + pl.col("day")).cast(pl.Int32).cast(pl.Date), branch_id=pl.format("branch-{}", "branch")
    )
    neighbourhoods = pl.DataFrame({"number": np.arange(size.neighbourhoods)}).select(
        neighbourhood_code=pl.format("WK{}", pl.col("number").cast(pl.String).str.zfill(6)), fifth=pl.col("number") % 5 + 1, target=pl.lit(400)
    )
    home = neighbourhoods["neighbourhood_code"].gather(chance.integers(0, size.neighbourhoods, size.pupils))
    visits.write_parquet(folder / "visits.parquet")
    neighbourhoods.write_parquet(folder / "neighbourhoods.parquet")
    pl.DataFrame({"pupil_id": np.arange(size.pupils), "neighbourhood_code": home}).write_parquet(folder / "homes.parquet")


def read(folder: Path) -> Register:
    """The register that `write` left in `folder`. Summers are closed."""
    visits, homes, neighbourhoods = (pl.read_parquet(folder / f"{name}.parquet") for name in ("visits", "homes", "neighbourhoods"))
    years = range(FIRST_DAY.year, AS_OF.year + 1)
    closures = pl.DataFrame({"first": [date(year, 7, 10) for year in years], "last": [date(year, 8, 20) for year in years]})
    return Register(visits, homes, neighbourhoods, closures)
