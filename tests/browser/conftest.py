"""A real browser before a real server. No request may leave this machine: a test in which one tries fails."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.serving import Site, serving

HERE = Path(__file__).parent
expect.set_options(timeout=30_000)  # how long a sight may take on a busy machine; one that is there at once costs nothing
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a browser test, and runs in one process: two browsers on two cores only wait for each other."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium: the one on the path, else Playwright's own."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser for all tests of this process."""
    with launched() as browser:
        yield browser


@dataclass
class Watched:
    """What a page did that it should not. A test that wants to see it happen reads and empties these."""

    left_the_machine: list[str] = field(default_factory=list)
    against_the_policy: list[str] = field(default_factory=list)


@pytest.fixture
def watched() -> Watched:
    """What the pages of this test did that they should not."""
    return Watched()


@pytest.fixture
def open_page(browser: Browser, watched: Watched) -> Iterator[Callable[..., Page]]:
    """`open_page(address, **context)` opens an address in a fresh browser (1440 x 900, Dutch) and waits until it is ready; context: Playwright's options."""
    with ExitStack() as contexts:

        def open_page(address: str, **options: Any) -> Page:
            context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "nl-NL", **options})
            contexts.callback(context.close)
            page = context.new_page()
            page.on("request", lambda request: None if is_local(request.url) else watched.left_the_machine.append(request.url))
            page.on("console", lambda line: watched.against_the_policy.append(line.text) if "Content Security Policy" in line.text else None)
            page.goto(address)
            page_ready(page)
            return page

        yield open_page
    assert watched.left_the_machine == []
    assert watched.against_the_policy == []


def is_local(url: str) -> bool:
    """Whether a request stays on this machine."""
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:http://127.0.0.1:"))


def page_ready(page: Page) -> None:
    """Wait until the page has been run to its end and every chart is drawn."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]')
    page.wait_for_function("""() => document.querySelector('[data-testid="stElementContainer"]') && !document.querySelector('[data-testid="stSkeleton"]')
        && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].every(chart => chart.querySelector('.main-svg'))""")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """`serve(folder, app=...)` starts a monitor that runs until all tests are done; see tests/serving.py."""
    with ExitStack() as sites:
        yield lambda folder=None, **options: sites.enter_context(serving(folder or tmp_path_factory.mktemp("site"), **options))


@pytest.fixture(scope="session")
def app_server(serve: Callable[..., Site]) -> Site:
    """The monitor without a database, as on the first day."""
    return serve()


@pytest.fixture(scope="session")
def demo_server(serve: Callable[..., Site], made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The monitor on the demo programme. Shared: a test that changes data starts its own with `serve`."""
    return serve(Path(shutil.copytree(made_demo, tmp_path_factory.mktemp("site") / "demo")))
