"""How many examples a property gets: few while people wait, many in `make proof`."""

from typing import Any

from hypothesis import settings

THOROUGH = "thorough"
#: Examples of a property that names no number of its own: while people wait, and in `make proof`.
FEW, MANY = 40, 1000


def examples(number: int, **options: Any) -> settings:
    """Settings for a property of which each example is dear: so many, and in `make proof` ten times as many. options: as of `settings`."""
    return settings(max_examples=number * (10 if settings.get_current_profile_name() == THOROUGH else 1), **options)
