"""The real public files, for tests that use them. They are no part of the repository: without them these tests are skipped."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("HUISWERKMONITOR_SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")

needs_shared_files = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real public files are not here")

#: As somebody would load them: names, figures, outlines, branches, calendar, postcodes.
IN_ORDER = (
    "wijken.csv",
    "buurten_2020.csv",
    "kerncijfers_2022_gm0518.csv",
    "wijkkaart_2020_gm0518.csv",
    "kwb-2022-nagebouwd_gm0518.csv",
    "kwb-2022-nagebouwd_gm0518.xlsx",
    "wijken_2022.geojson",
    "bibliotheekvestigingen.csv",
    "schoolvakanties_regio_midden.csv",
    "bijzondere_sluitingen.csv",
    "pc6hnr_fictief_2020.csv",
)


def content(name: str) -> bytes:
    """The bytes of a file."""
    return (FOLDER / name).read_bytes()
