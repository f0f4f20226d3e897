"""The shape of the database: made where there is none, brought up to date where it is old, never turned back."""

import logging
import sqlite3
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from penscript.errors import MissingComponent, MissingInput, SchemaTooNew, UsageError
from penscript.notes.database import Database
from penscript.notes.tables import about

log = logging.getLogger("penscript.notes")

REVISIONS = ("0001", "0002", "0003", "0004")
"""All migrations in order; they go forward only."""

_LOCK = 727_205_759  # any number that no other program locks
_OLDEST_SQLITE = (3, 35, 0)


def bring_up_to_date(database: Database, revision: str = REVISIONS[-1]) -> None:
    """Migrate to `revision`; a file of SQLite is copied first. Raises SchemaTooNew, and UsageError for other programs'
    databases.
    """
    if database.is_sqlite and sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        told = f"This Python has SQLite {sqlite3.sqlite_version}; notes need {'.'.join(map(str, _OLDEST_SQLITE))}."
        raise MissingComponent(told, "Use a newer Python.")
    with database.read() as connection:
        if _found(connection, database.name) == revision:
            return
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        found = _found(connection, database.name)  # another process may have been quicker
        if found != revision:
            if found and database.file:
                _back_up(database.file, found)
            _upgrade(connection, revision)


def check_there(database: Database) -> None:
    """MissingInput where no notes were ever kept; nothing is made."""
    file = database.file
    if file is None or (file.is_file() and file.stat().st_size):
        with database.read() as connection:
            if _found(connection, database.name):
                return
    told = "`penscript notes add FILES` and `penscript serve` begin them, --notes names others."
    raise MissingInput(f"There are no notes at {database.name} yet.", told)


def backups(file: Path) -> list[Path]:
    """The copies that were made of a file of SQLite before its migrations."""
    return [copy for old in REVISIONS if (copy := _backup_name(file, old)).is_file()]


def _found(connection: Connection, name: str) -> str | None:
    """The revision of a database; None for an empty one."""
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return None
    if not {"alembic_version", "about"} <= tables:
        raise UsageError(f"{name} is the database of another program.", "Give the name of a new one.")
    found = str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))
    if found not in REVISIONS:
        needed = connection.scalar(sa.select(about.c.value).where(about.c.name == "penscript"))
        raise SchemaTooNew(
            f"{name} was written by Penscript {needed}, and this is Penscript {version('penscript')}.",
            f"Update to Penscript {needed} or later: pip install --upgrade penscript",
        )
    return found


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "penscript.notes:migrations")
    config.set_main_option("version_locations", str(Path(__file__).parent / "migrations" / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    upgrade(config, revision)
    connection.execute(sa.delete(about).where(about.c.name == "penscript"))
    connection.execute(sa.insert(about).values(name="penscript", value=version("penscript")))
    log.info("the database is at revision %s", revision)


def _backup_name(file: Path, revision: str) -> Path:
    return file.with_name(f"{file.name}.before-{revision}")


def _back_up(file: Path, revision: str) -> None:
    """Copy the committed state beside the file. It is not the copy's business that somebody holds the lock."""
    copy = _backup_name(file, f"{int(revision) + 1:04}")
    part = copy.with_name(f"{copy.name}.part")
    source, target = sqlite3.connect(file), sqlite3.connect(part)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    part.replace(copy)
