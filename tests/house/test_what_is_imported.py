"""An ordinary page waits for nothing that it does not use: looked up in sys.modules, not with a clock."""

import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT, own_environment

#: What costs a tenth of a second or more to import and no page needs: deliveries, commands and tests do.
SLOW = ("alembic", "dataframely", "openpyxl", "pandas", "plotly.express", "pyproj", "scipy.stats", "statsmodels")

OPEN_EVERY_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
from presentation.navigation import PAGES
app = AppTest.from_file(sys.argv[1], default_timeout=60).run()
for page in PAGES:
    app.switch_page(page.script).run()
    assert app.title and not app.exception, (page.id, app.exception)
    print(*(f"{page.id}: {name}" for name in sys.argv[2:] if name in sys.modules))
"""


def test_opening_every_page_imports_nothing_slow_that_it_does_not_use(made_demo: Path):
    command = [sys.executable, "-c", OPEN_EVERY_PAGE, str(ROOT / "app.py"), *SLOW]
    said = subprocess.run(command, cwd=ROOT, env=own_environment(made_demo), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == []
