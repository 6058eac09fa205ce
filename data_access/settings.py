"""Settings from the environment, with defaults that are safe on one machine."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the database and the pseudonym key are.

    database_url: HUISWERKMONITOR_DATABASE_URL, default SQLite in var/; key_file: HUISWERKMONITOR_KEY_FILE, default beside it. The key file is never in the
    database or its backups.
    """

    database_url: str
    key_file: Path


def settings() -> Settings:
    """Read the environment now, so that a test or a command can set it."""
    var = ROOT / "var"
    return Settings(
        database_url=os.environ.get("HUISWERKMONITOR_DATABASE_URL") or f"sqlite:///{var / 'huiswerkmonitor.sqlite'}",
        key_file=Path(os.environ.get("HUISWERKMONITOR_KEY_FILE") or var / "pseudonym.key"),
    )
