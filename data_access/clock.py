"""What day it is where the visits are made."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def today() -> date:
    """The date in the Netherlands."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()
