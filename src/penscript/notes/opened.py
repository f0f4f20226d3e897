"""An open database with its index of words, whatever is kept in it."""

from typing import Self

from penscript.notes.database import Database
from penscript.notes.fts5 import SqliteWords
from penscript.notes.protocol import Cipher
from penscript.notes.schema import bring_up_to_date, check_there
from penscript.notes.tsvector import PostgresWords
from penscript.notes.words import WordIndex


class Opened:
    """The database at `url`, made or brought up to date. Close it, or use it in a `with`."""

    def __init__(self, url: str, cipher: Cipher | None = None, *, make: bool = True) -> None:
        self._database = Database(url)
        if not make:
            check_there(self._database)
        self._cipher = cipher
        self._index: WordIndex = SqliteWords() if self._database.is_sqlite else PostgresWords()
        bring_up_to_date(self._database)
        with self._database.write() as connection:
            self._index.bring_up_to_date(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Notes({self._database.name!r})"

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def _sealed(self, data: bytes) -> bytes:
        return self._cipher.seal(data) if self._cipher else data

    def _unsealed(self, data: bytes) -> bytes:
        return self._cipher.open(data) if self._cipher else data
