"""What somebody at a screen waits for: the first page in a browser that has nothing yet, and from a click to the last thing that changes.

    python -m benchmarks.in_browser --size small|full

Chromium before a real server on the demo, on one machine. A first load is one of a browser that has kept nothing, and ends when every chart is drawn. A click
is on the kind of school, or on another page in the menu; it ends with the last change to the page before it has been still for half a second.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page

from benchmarks.goals import Goal, told
from benchmarks.towns import SIZES
from presentation.navigation import PAGES
from tests.browser.conftest import launched, page_ready
from tests.serving import Site, serving_demo

ROUNDS = {"small": 1, "full": 5}
WITH_SECTOR = [entry.address for entry in PAGES if "sector" in entry.choices]
#: Clicks, and gives the milliseconds until the last change of what stands on the page.
CLICKED = """target => new Promise((done, failed) => {
  const app = document.querySelector('[data-testid=stApp]'), state = () => app.getAttribute('data-test-script-state');
  const main = document.querySelector('[data-testid=stMain]');
  let last = null, ran = false;
  new MutationObserver(() => { last = performance.now() }).observe(main, {childList: true, subtree: true, characterData: true});
  new MutationObserver(() => { ran = ran || state() !== 'notRunning' }).observe(app, {attributes: true});
  const start = performance.now();
  target.click();
  const look = setInterval(() => {
    const now = performance.now();
    if (ran && state() === 'notRunning' && last !== null && now - last > 500) { clearInterval(look); done(last - start) }
    if (now - start > 30000) { clearInterval(look); failed(new Error('nothing changed')) }
  }, 50);
})"""


def main(size: str) -> bool:
    """Print what was measured; False when a goal was missed."""
    with tempfile.TemporaryDirectory() as name, serving_demo(Path(name)) as site, launched() as browser:
        opened(browser, site).context.close()  # the server has been asked before; the browser that is measured has not
        first = [first_load(browser, site) for _ in range(2 * ROUNDS[size])]
        page = opened(browser, site)
        choosing = [clicked(page, site, path) for path in WITH_SECTOR for _ in range(2 * ROUNDS[size])]
        going = [wait for _ in range(ROUNDS[size]) for wait in through_the_menu(page, site)]
        page.context.close()
    print(f"first load, s: {', '.join(f'{seconds:.2f}' for seconds in first)}")
    for what, waits in (("kind of school", choosing), ("menu", going)):
        print(f"click on {what}, ms: median {median(waits):.0f} of {len(waits)}, most {max(waits):.0f}")
    goals = [Goal("first load in an empty browser, median s", median(first), 3), Goal("click to the last change, median ms", median(choosing + going), 500)]
    return told(goals, size)


def opened(browser: Browser, site: Site) -> Page:
    """The first page of the programme in a browser that keeps nothing from before."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL").new_page()
    page.goto(f"{site.address}/overzicht?rol=programma")
    page_ready(page)
    return page


def first_load(browser: Browser, site: Site) -> float:
    """Seconds until every chart of the first page is drawn."""
    started = perf_counter()
    page = opened(browser, site)
    seconds = perf_counter() - started
    page.context.close()
    return seconds


def clicked(page: Page, site: Site, path: str) -> float:
    """Milliseconds of a click on the kind of school that is not chosen."""
    if f"/{path}?" not in page.url:
        page.goto(f"{site.address}/{path}?rol=programma&sector=PO")
        page_ready(page)
    other = "PO" if "sector=VO" in page.url else "VO"
    target = (
        page.get_by_test_id("stSidebar").get_by_role("radio", name=other).or_(page.get_by_test_id("stSidebar").get_by_role("button", name=other, exact=True))
    )
    return float(target.first.evaluate(CLICKED))


def through_the_menu(page: Page, site: Site) -> Iterator[float]:
    """Milliseconds to each other page."""
    page.goto(f"{site.address}/overzicht?rol=programma")
    page_ready(page)
    for link in page.get_by_test_id("stSidebarNavLink").all()[1:]:
        yield float(link.evaluate(CLICKED))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", choices=SIZES, default="small")
    sys.exit(not main(options.parse_args().size))
