"""Properties are checked without a clock: the machine that runs them may be busy."""

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from tests.stores import Stores

settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")


@pytest.fixture
def engine(stores: Stores) -> Engine:
    """A store with nothing in it, which the settings point to; the test runs on both kinds of database."""
    return stores.fresh(empty=True)
