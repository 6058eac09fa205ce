"""Whether the monitor can do its work."""

from data_access import database


def database_answers() -> bool:
    """True when the database is there, has been set up and answers."""
    try:
        database.version(database.engine())
    except database.StoreFault:
        return False
    return True
