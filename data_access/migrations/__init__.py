"""Changes to the tables from version to version. Alembic is imported only when a store is made or brought up to date."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).parent
NEWEST = max(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py"))


def is_behind(connection: Connection) -> bool:
    """Whether a store was made by an older version of the program; False where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() != NEWEST


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest version, inside the transaction of `connection`: all steps or none."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
