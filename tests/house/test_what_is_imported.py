"""An ordinary page waits for nothing that it does not use: looked up in sys.modules, not with a clock."""

import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT, own_environment

#: What costs a tenth of a second or more to import and no page needs: tests, uploads and commands do.
SLOW = ("alembic", "dataframely", "openpyxl", "plotly.express", "pyproj", "scipy.stats", "statsmodels")

OPEN_THE_FRONT_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
assert not app.exception, app.exception
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_the_first_page_imports_nothing_slow_that_it_does_not_use(tmp_path: Path):
    command = [sys.executable, "-c", OPEN_THE_FRONT_PAGE, *SLOW]
    said = subprocess.run(command, cwd=ROOT, env=own_environment(tmp_path), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == []
