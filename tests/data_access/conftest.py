"""A store for the tests of what is stored."""

import pytest
from sqlalchemy import Engine

from tests.stores import Stores


@pytest.fixture
def engine(stores: Stores) -> Engine:
    """A store with nothing in it, which the settings point to; the test runs on both kinds of database."""
    return stores.fresh(empty=True)
