"""How days and times of day are kept: as real dates and times on PostgreSQL, as whole numbers on SQLite, which has no type for them.

A visit then takes 25 bytes instead of 64, and a million of them are written and read without making a million date objects.
"""

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Date, Dialect, Integer, Time, TypeDecorator
from sqlalchemy.types import TypeEngine

EPOCH = date(1970, 1, 1)


class Day(TypeDecorator[date]):
    """A date; on SQLite the number of days since 1 January 1970."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A real date where the database has one."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as the database keeps it
        """Into the database."""
        return value if value is None or dialect.name != "sqlite" else (value - EPOCH).days

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ANN401, ARG002 - as the database keeps it
        """Out of the database."""
        return EPOCH + timedelta(days=value) if isinstance(value, int) else value


class TimeOfDay(TypeDecorator[time]):
    """A local time of day, to the minute; on SQLite the number of minutes since midnight."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A real time where the database has one."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Time())

    def process_bind_param(self, value: time | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as the database keeps it
        """Into the database."""
        return value if value is None or dialect.name != "sqlite" else value.hour * 60 + value.minute

    def process_result_value(self, value: Any, dialect: Dialect) -> time | None:  # noqa: ANN401, ARG002 - as the database keeps it
        """Out of the database."""
        return time(value // 60, value % 60) if isinstance(value, int) else value
