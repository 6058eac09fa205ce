"""Uitbreiding in a browser: what was assumed stands in the address, by keyboard as well, and is still there after a look at another page."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.serving import Site

OpenPage = Callable[..., Page]


def test_a_longer_distance_by_keyboard_stands_in_the_address_and_survives_the_menu(demo_server: Site, open_page: OpenPage):
    page = open_page(f"{demo_server.address}/uitbreiding?plekken=2&taal=en")
    expect(page.get_by_role("heading", level=3, name="2 more places close")).to_be_visible()
    page.get_by_role("slider", name="Primary: how far does a pupil come?").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"/uitbreiding\?(?=.*km_po=2\.0)(?=.*plekken=2)"))
    expect(page.get_by_text("PO 2.0 km", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Participation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who do we reach?")
    page.get_by_role("link", name="Expansion").click()
    expect(page).to_have_url(re.compile(r"/uitbreiding\?(?=.*km_po=2\.0)(?=.*plekken=2)"))
    page.get_by_role("button", name="Starting point").click()
    expect(page.get_by_text("PO 1.5 km", exact=False).first).to_be_visible()
    expect(page).not_to_have_url(re.compile("km_po"))
