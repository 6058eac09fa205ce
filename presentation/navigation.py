"""Which pages there are, where they stand in the menu, and the address and sign of each. What a role sees of them stands in data_access/reader.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """One page: its id in the role matrix and the texts, its script, its Dutch address and its icon."""

    id: str
    section: str
    script: str
    address: str
    icon: str


PAGES: tuple[PageEntry, ...] = (
    PageEntry("overview", "pilot", "pages/pilot/overview.py", "overzicht", ":material/fact_check:"),
    PageEntry("participation", "pilot", "pages/pilot/participation.py", "deelname", ":material/groups:"),
    PageEntry("definitions", "reporting", "pages/about/definitions.py", "verantwoording", ":material/menu_book:"),
)


def entry(page: str) -> PageEntry:
    """The entry of a page. Raises KeyError for an unknown one."""
    return {found.id: found for found in PAGES}[page]
