"""The connection: transactions on SQLite and on PostgreSQL, and what goes wrong there in the user's words."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from penscript.errors import DamagedInput, MissingComponent, PenscriptError, UsageError
from penscript.notes.tables import metadata, to_json

log = logging.getLogger("penscript.notes")

_BUSY_SECONDS = 60
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "mmap_size = 268435456",
)
_POOL: dict[str, Any] = {"json_serializer": to_json, "pool_size": 16, "hide_parameters": True}
"""Parameters of statements are recognised text and belong into no log and no message."""
_FORMS = "Give sqlite:///notes.db or postgresql://user@host/name."


class Database:
    """A pool of connections. Writers of one process take turns; those of several wait for each other."""

    def __init__(self, url: str) -> None:
        self.url = _parsed(url)
        self.name = str(self.url.database) if self.is_sqlite else self.url.render_as_string(hide_password=True)
        self._turn = threading.RLock()
        self._engine = _engine(self.url, self.name)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The file of SQLite."""
        return Path(self.name) if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One look at the database: nothing changes during it."""
        with self._explained(), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing."""
        turn = self._turn if self.is_sqlite else threading.Lock()
        with self._explained(), turn, self._engine.connect() as connection:
            connection.execution_options(immediate=True)
            with connection.begin():
                yield connection

    @contextmanager
    def bare(self) -> Iterator[Any]:
        """A connection of the driver without a transaction, for what may not run inside of one."""
        with self._explained(), self._engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            before = None if self.is_sqlite else driver.autocommit
            if not self.is_sqlite:
                driver.autocommit = True
            try:
                yield driver
            finally:
                if not self.is_sqlite:
                    driver.autocommit = before

    def wipe(self) -> None:
        """Leave nothing of what was deleted: SQLite overwrites it, once its log is empty; PostgreSQL vacuums."""
        with self._turn, self.bare() as driver:
            if not self.is_sqlite:
                driver.execute(f"VACUUM {', '.join(metadata.tables)}, line_index, vocabulary")
                return
            for _ in range(50):
                if driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                    return
                time.sleep(0.1)
            log.warning("the log of the database is in use and was not emptied")

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if told := _told(error, self.name):
                raise told from None
            raise


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UsageError(f"{url!r} is no address of a database.", _FORMS) from None
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite+pysqlite")
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise UsageError(f"{parsed.render_as_string()} is no database that notes can be kept in.", _FORMS)


def _engine(url: URL, name: str) -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        if not Path(name).absolute().parent.is_dir():
            raise UsageError(
                f"{name} cannot be made: there is no folder {Path(name).parent}.", "Make the folder first."
            )
        waiting = {"timeout": _BUSY_SECONDS}
        engine = sa.create_engine(url, connect_args=waiting, **_POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return sa.create_engine(url, pool_pre_ping=True, **_POOL)
    except ModuleNotFoundError:
        raise MissingComponent(
            "PostgreSQL needs its driver.", 'Install it: pip install "penscript[postgres]"'
        ) from None


def _prepare_sqlite(driver: Any, _record: Any) -> None:
    driver.isolation_level = None  # transactions begin where we say so, also before CREATE
    for pragma in _PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer waits at the beginning, where waiting helps; later it could only fail."""
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _told(error: DBAPIError, name: str) -> PenscriptError | None:
    """What the database said, as one of our errors; None where it is a mistake of ours."""
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if "not a database" in said or "malformed" in said:
        return DamagedInput(f"{name} is not a database, or it is damaged.", "Restore it from an export or a backup.")
    if "locked" in said:
        return UsageError(f"{name} is in use by another program for too long.", "Close that program and try again.")
    if "is full" in said or "No space left" in said:
        return UsageError(f"{name} cannot be written: {said}.", "Make room on its disk, and try again.")
    if isinstance(error, sa.exc.OperationalError) and "no such" not in said:
        return UsageError(f"{name} cannot be used: {said}.", "Look whether it is there and may be written.")
    return None
