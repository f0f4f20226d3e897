"""Documents in a database: SQLite in a file, or PostgreSQL. Kept, corrected, searched, and forgotten when asked."""

from penscript.notes.protocol import Cipher as Cipher
from penscript.notes.protocol import Notes as Notes


def open_notes(url: str, *, cipher: Cipher | None = None, make: bool = True) -> Notes:
    """The notes at `url`: `sqlite:///notes.db` or `postgresql://user@host/name`.

    An older database is brought up to date, SQLite after a copy of it was made. cipher: seals the pictures in it. make:
    begin new notes where there are none; MissingInput otherwise. Raises UsageError for another kind of URL,
    MissingComponent without a driver, SchemaTooNew for a newer database.
    """
    from penscript.notes.store import Store

    return Store(url, cipher, make=make)
