"""Properties are checked without a clock."""

from hypothesis import settings

settings.register_profile("reference", deadline=None)
settings.load_profile("reference")
