"""A running monitor for the tests of the server."""

from collections.abc import Iterator

import pytest

from tests.serving import Site, serving


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The monitor without a database."""
    with serving(tmp_path_factory.mktemp("site")) as site:
        yield site
