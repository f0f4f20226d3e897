"""What was done and what is left: one row an input, on the disk before anything is told, whatever ends the program.

The journal is a file of SQLite that one program holds at a time. It knows inputs by a key, and nothing of what is done
with them.
"""

import os
import platform
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from penscript.errors import DamagedInput, SchemaTooNew, UsageError
from penscript.export.atomic import make_folder, write_bytes

_VERSION = 1
_SCHEMA = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE inputs (key TEXT PRIMARY KEY, name TEXT NOT NULL, place TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, "
    "fingerprint TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, pages INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX unfinished ON inputs (key) WHERE state <> 'done'",
    f"PRAGMA user_version = {_VERSION}",
)
_COLUMNS = "key, name, place, fingerprint, state, reason, pages"


class State(StrEnum):
    """Where an input stands: to be done, done, done but for some of its pages, or failed."""

    OPEN = "open"
    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One input. place: where its result goes, which no other input has. fingerprint: tells whether it has changed.
    reason: why it failed, wholly or partly. pages: how many were read.
    """

    key: str
    name: str
    place: str
    fingerprint: str
    state: State = State.OPEN
    reason: str = ""
    pages: int = 0


class Journal:
    """The journal in a folder, made where there is none. Close it, or use it in a `with`.

    Raises UsageError while another program holds it, DamagedInput or SchemaTooNew where it cannot be used.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = make_folder(folder)
        self._file = self.folder / "journal.db"
        self._database = sqlite3.connect(self._file, timeout=0, isolation_level=None)
        try:
            with self._explained():
                self._prepare()
        except BaseException:
            self._database.close()
            raise

    def agree(self, settings: Mapping[str, str], changes: Callable[[str, str, str], UsageError]) -> None:
        """Keep these settings, or make sure that they are what they were; raises what `changes` makes of the first
        that is not: its name, the value before, the value now. Where nothing was finished yet, all begins anew.
        """
        with self._transaction():
            before = dict(self._database.execute("SELECT name, value FROM settings"))
            for name in [name for name, value in settings.items() if before.get(name, value) != value]:
                if self._database.execute("SELECT 1 FROM inputs WHERE state <> 'open' LIMIT 1").fetchone():
                    raise changes(name, before[name], settings[name])
                self._database.execute("DELETE FROM inputs")
            self._database.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", settings.items())

    def enter(self, inputs: Iterable[Entry], place: Callable[[str, Callable[[str], bool]], str]) -> list[Entry]:
        """Each input as it is known, with its state; a new one is entered. All of them are one transaction.

        place: called with the place that a new input wants and a function that tells whether one is taken; it gives a
        free one. An input whose fingerprint has changed is open again, and keeps its place.
        """
        with self._transaction():
            return [self._enter(one, place) for one in inputs]

    def finish(self, entry: Entry, state: State, reason: str = "", pages: int = 0) -> Entry:
        """Write down how an input ended. It is on the disk when this returns."""
        with self._transaction():
            return self._set(entry, entry.fingerprint, state, reason, pages)

    def entry(self, key: str) -> Entry | None:
        """The input with this key."""
        with self._explained():
            row = self._database.execute(f"SELECT {_COLUMNS} FROM inputs WHERE key = ?", (key,)).fetchone()
            return self._as_entry(row) if row else None

    def is_taken(self, place: str) -> bool:
        """Whether a place belongs to an input."""
        with self._explained():
            found = self._database.execute("SELECT 1 FROM inputs WHERE folded = ?", (fold(place),))
            return found.fetchone() is not None

    def unfinished(self) -> Iterator[Entry]:
        """Every input that is not wholly done, by key."""
        with self._explained():
            for row in self._database.execute(f"SELECT {_COLUMNS} FROM inputs WHERE state <> 'done' ORDER BY key"):
                yield self._as_entry(row)

    def close(self) -> None:
        """Let another program have it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self) -> None:
        """Lock it: the mode makes the first writer keep its lock until it closes or dies."""
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = TRUNCATE", "synchronous = FULL"):
            self._database.execute(f"PRAGMA {pragma}")
        with self._transaction():
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise SchemaTooNew(f"{self._file} was written by a newer Penscript.", "Update Penscript.")
            if version == 0:
                for statement in _SCHEMA:
                    self._database.execute(statement)
        write_bytes(self.folder / "running.txt", f"process {os.getpid()} on {platform.node()}\n".encode())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._database.execute("BEGIN EXCLUSIVE")
            try:
                yield
            except BaseException:
                if self._database.in_transaction:  # a full disk has ended it
                    self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _enter(self, one: Entry, place: Callable[[str, Callable[[str], bool]], str]) -> Entry:
        known = self.entry(one.key)
        if known is None:
            return self._insert(one, place(one.place, self.is_taken))
        if known.fingerprint != one.fingerprint:
            return self._set(known, one.fingerprint, State.OPEN, "", 0)
        return known

    def _insert(self, one: Entry, place: str) -> Entry:
        row = (one.key, one.name, place, fold(place), one.fingerprint, State.OPEN, "", 0)
        self._database.execute("INSERT INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return Entry(one.key, one.name, place, one.fingerprint)

    def _set(self, entry: Entry, fingerprint: str, state: State, reason: str, pages: int) -> Entry:
        row = (fingerprint, state, reason, pages, entry.key)
        self._database.execute("UPDATE inputs SET fingerprint = ?, state = ?, reason = ?, pages = ? WHERE key = ?", row)
        return Entry(entry.key, entry.name, entry.place, fingerprint, state, reason, pages)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What SQLite says, in a sentence about this journal."""
        try:
            yield
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0) & _KINDS_OF_ERRORS
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise UsageError(f"Another batch is at work in {self.folder}{self._holder()}.", _WAIT) from None
            if code in _OF_THE_DISK:
                raise UsageError(f"{self._file} cannot be written: {error}.", _OF_THE_DISK[code]) from None
            raise self._damaged() from None
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise self._damaged() from None
        except UnicodeDecodeError:  # in what SQLite says of a damaged file
            raise self._damaged() from None

    def _as_entry(self, row: tuple[str, str, str, str, str, str, int]) -> Entry:
        """An input as it is written down. DamagedInput where it cannot have been written so."""
        key, name, place, fingerprint, state, reason, pages = row
        if not all(isinstance(one, str) for one in row[:6]) or state not in list(State) or not isinstance(pages, int):
            raise self._damaged()
        return Entry(key, name, place, fingerprint, State(state), reason, pages)

    def _damaged(self) -> DamagedInput:
        advice = "Give another place for the results; or move the journal and the results away, and begin anew."
        return DamagedInput(f"{self._file} is not a journal, or it is damaged.", advice)

    def _holder(self) -> str:
        try:
            return f" ({(self.folder / 'running.txt').read_text(encoding='utf-8').strip()})"
        except (OSError, UnicodeDecodeError):
            return ""


_KINDS_OF_ERRORS = 0xFF
_RIGHTS = "Look whether it may be written."
_OF_THE_DISK = {
    sqlite3.SQLITE_FULL: "Make room; then the same command goes on where it was.",
    sqlite3.SQLITE_READONLY: _RIGHTS,
    sqlite3.SQLITE_CANTOPEN: _RIGHTS,
    sqlite3.SQLITE_PERM: _RIGHTS,
    sqlite3.SQLITE_IOERR: "Look whether the disk is sound, and not full.",
}
_WAIT = "Wait for its end, or end it; then the same command goes on where it was."


def fold(place: str) -> str:
    """A place as a file system that does not tell capital letters apart sees it."""
    return unicodedata.normalize("NFC", place).casefold()
