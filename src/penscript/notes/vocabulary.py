"""The words that were read anywhere, in memory, so that similar ones are found at once; the database is followed."""

import threading

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from penscript.notes.pieces import Pieces
from penscript.notes.tables import about

vocabulary = sa.table("vocabulary", *(sa.column(name) for name in ("id", "word", "uses")))
"""Every word that some line reads or may read, and how often. Ids grow and are never used again."""

_FORGOTTEN = "forgotten"
_FEW = 2_000
_MARK = sa.select(about.c.value).where(about.c.name == _FORGOTTEN)
_NEWEST = sa.select(sa.func.max(vocabulary.c.id))
_SINCE = sa.select(vocabulary.c.id, vocabulary.c.word, vocabulary.c.uses).where(vocabulary.c.id > sa.bindparam("last"))


def count_forgotten(connection: Connection) -> None:
    """Tell every process that holds the vocabulary that something of it was forgotten."""
    told = connection.scalar(_MARK)
    connection.execute(sa.delete(about).where(about.c.name == _FORGOTTEN))
    connection.execute(sa.insert(about).values(name=_FORGOTTEN, value=str(int(told or 0) + 1)))


class Vocabulary:
    """A copy of the words. Those that no line reads any more may stay a while, and how often a word was read is as old
    as the copy; what was forgotten does not stay.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: str | None = None
        self._last = self._base = 0
        self._many, self._few = Pieces((), ()), Pieces((), ())

    def follow(self, connection: Connection) -> None:
        """Take in what is new in the database."""
        with self._lock:
            mark = connection.scalar(_MARK)
            if mark != self._mark:
                self._mark, self._last, self._base = mark, 0, 0
                self._many, self._few = Pieces((), ()), Pieces((), ())
            if (connection.scalar(_NEWEST) or 0) > self._last:
                self._take(connection)

    def similar(self, word: str, limit: int) -> list[tuple[str, int]]:
        """See WordIndex."""
        with self._lock:
            parts = (self._many, self._few)
        found = sorted((one for part in parts for one in part.similar(word, limit)), reverse=True)
        return [(other, uses) for _, other, uses in found[:limit]]

    def _take(self, connection: Connection) -> None:
        """New words are put apart until they are many, so that a new page costs little; then all are taken anew."""
        new = connection.execute(_SINCE, {"last": self._base}).all()
        self._last = max(row.id for row in new)
        if len(new) > max(_FEW, len(self._many.words) // 10):
            new = connection.execute(_SINCE, {"last": 0}).all() if self._base else new
            self._base, self._few = self._last, Pieces((), ())
            self._many = Pieces([row.word for row in new], [row.uses for row in new])
        else:
            self._few = Pieces([row.word for row in new], [row.uses for row in new])
