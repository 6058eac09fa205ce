"""Which pages there are, where they stand in the menu, and the address and sign of each. What a role sees of them stands in data_access/reader.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from data_access.reader import Role


@dataclass(frozen=True)
class PageEntry:
    """One page: its id in the role matrix and the texts, its script, its Dutch address, its icon, and which choices of the side bar it uses."""

    id: str
    section: str
    script: str
    address: str
    icon: str
    choices: tuple[str, ...] = ()


_ALL = ("periode", "sector", "vestiging")

PAGES: tuple[PageEntry, ...] = (
    PageEntry("overview", "pilot", "pages/pilot/overview.py", "overzicht", ":material/fact_check:", _ALL),
    PageEntry("participation", "pilot", "pages/pilot/participation.py", "deelname", ":material/groups:", _ALL),
    PageEntry("repeat_attendance", "pilot", "pages/pilot/repeat_attendance.py", "herhaald-bezoek", ":material/replay:", _ALL),
    PageEntry("equal_opportunity", "pilot", "pages/pilot/equal_opportunity.py", "gelijke-kansen", ":material/balance:", _ALL),
    PageEntry("outcomes", "pilot", "pages/pilot/outcomes.py", "uitkomsten", ":material/school:", _ALL),
    PageEntry("expansion", "pilot", "pages/pilot/expansion.py", "uitbreiding", ":material/add_location_alt:", ("periode", "sector")),
    PageEntry("this_week", "branches", "pages/branches/this_week.py", "deze-week", ":material/event_available:", ("vestiging",)),
    PageEntry("comparison", "branches", "pages/branches/comparison.py", "vestigingen", ":material/compare_arrows:", _ALL),
    PageEntry("signals", "branches", "pages/branches/signals.py", "signalering", ":material/notifications:", ("periode",)),
    PageEntry("deliveries", "reporting", "pages/data/deliveries.py", "gegevens", ":material/upload_file:", ("periode",)),
    PageEntry("definitions", "reporting", "pages/about/definitions.py", "verantwoording", ":material/menu_book:"),
)
#: Where a role starts that does not start on the first page it may see.
STARTS: dict[Role, str] = {Role.BRANCH: "this_week"}


def start_of(role: Role | None, allowed: Sequence[PageEntry]) -> PageEntry:
    """The page on which a reader starts, of those they may see. role: None for who looks with all roles."""
    return next((found for found in allowed if role is not None and found.id == STARTS.get(role)), allowed[0])


def entry(page: str) -> PageEntry:
    """The entry of a page. Raises KeyError for an unknown one."""
    return {found.id: found for found in PAGES}[page]
