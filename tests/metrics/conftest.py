"""How the properties run: as many examples as a test asks for, and no clock, because other work shares the machine."""

from hypothesis import settings

settings.register_profile("metrics", deadline=None)
settings.load_profile("metrics")
