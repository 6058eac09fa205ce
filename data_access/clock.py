"""What day it is where the visits are made."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def today() -> date:
    """The date in the Netherlands."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


def here(at: datetime) -> datetime:
    """A moment in UTC as the clock in the Netherlands showed it."""
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Amsterdam"))


#: How long refused rows are kept, in days.
KEPT_DAYS = 90


def first_day_kept(today: date) -> date:
    """The oldest day of which refused rows are still kept."""
    return today - timedelta(days=KEPT_DAYS)
