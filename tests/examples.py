"""How many examples a property gets of which each is dear: few while people wait, many in `make proof`."""

from typing import Any

from hypothesis import settings

THOROUGH = "thorough"
#: How many times as many in `make proof`.
MORE = 10


def examples(number: int, **options: Any) -> settings:
    """Settings for so many examples, and in `make proof` for ten times as many. options: as of `settings`."""
    return settings(max_examples=number * (MORE if settings.get_current_profile_name() == THOROUGH else 1), **options)
