"""Nothing withheld leaves, in a real browser: every message of the socket and every answer over HTTP on a walk past all pages and a download."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from data_access.database import engine
from presentation.navigation import PAGES
from tests.browser.conftest import page_ready
from tests.planted import RARE, make_planted_store, numbers_in, numbers_in_file, rare
from tests.serving import Site, own_environment

OpenPage = Callable[..., Page]
Serve = Callable[..., Site]
#: The same for everybody, whatever the store holds.
OF_THE_PROGRAM = ("/static/", "/app/static/", "/words.js", "/favicon")


class Heard:
    """Everything that a browser was sent since it was last asked."""

    def __init__(self, page: Page) -> None:
        self.frames: list[bytes | str] = []
        self.answers: list[Response] = []
        page.on("websocket", self._listen)
        page.on("response", self._keep_answer)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep_frame)

    def _keep_frame(self, frame: bytes | str) -> None:
        self.frames.append(frame)

    def _keep_answer(self, answer: Response) -> None:
        self.answers.append(answer)

    def rare(self) -> Counter[float]:
        """How often the planted numbers stand in it. To be asked before the browser goes on: it forgets what an answer held."""
        assert len(self.frames) > 5
        found: Counter[float] = Counter()
        for frame in self.frames:
            found += rare(numbers_in(ForwardMsg.FromString(frame) if isinstance(frame, bytes) else frame))
        for answer in self.answers:
            if answer.ok and answer.request.resource_type != "websocket" and not any(part in answer.url for part in OF_THE_PROGRAM):
                found += rare(numbers_in(answer.body()))
        self.frames.clear()
        self.answers.clear()
        return found


def served(serve: Serve, folder: Path, visits: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> Site:
    """The monitor on a planted town."""
    folder.mkdir()
    for name in ("HUISWERKMONITOR_DATABASE_URL", "HUISWERKMONITOR_KEY_FILE"):
        monkeypatch.setenv(name, own_environment(folder)[name])
    make_planted_store(visits)
    engine().dispose()
    return serve(folder)


def heard_at(site: Site, page: Page, stops: Iterable[str]) -> dict[str, Counter[float]]:
    """Address -> how often the planted numbers stand in what it sent, where they do."""
    heard, found = Heard(page), {}
    for stop in stops:
        page.goto(f"{site.address}/{stop}")
        page_ready(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if numbers := heard.rare():
            found[stop] = numbers
    return found


@pytest.mark.proof
def test_no_message_and_no_answer_holds_the_visits_of_a_handful(serve: Serve, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A number that stands as often where the planted pupils came a few times less is a place on the screen, or a day."""
    site = served(serve, tmp_path / "planted", RARE, monkeypatch)
    page = open_page(site.address)
    found = heard_at(site, page, [f"{entry.address}?rol=programma&periode={year}" for entry in PAGES for year in RARE])

    page.goto(f"{site.address}/vestigingen?rol=programma&periode=2024-2025")
    page_ready(page)
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Csv voor een Nederlandse Excel").click()
    content = download.value.path().read_bytes()
    assert "hidden" in content.decode("utf-8-sig") and not rare(numbers_in_file(content))

    twin = served(serve, tmp_path / "twin", {year: visits - 3 for year, visits in RARE.items()}, monkeypatch)
    elsewhere = heard_at(twin, open_page(twin.address), found)
    for stop, numbers in found.items():
        assert numbers <= elsewhere.get(stop, Counter()), stop
