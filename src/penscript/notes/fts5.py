"""The index of words in SQLite: FTS5, and a second one of three-letter pieces of the vocabulary."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.notes.tables import lines, pages, tags
from penscript.notes.words import Match, Term, WordIndex


class SqliteWords(WordIndex):
    """See WordIndex. `__maison_` is how the vocabulary's index knows a word, so that its ends count as well."""

    table = sa.Table(
        "line_index",
        sa.MetaData(),
        sa.Column("rowid", sa.Integer, key="line", primary_key=True),
        sa.Column("text", sa.Text),
        sa.Column("alternatives", sa.Text),
    )

    def match(
        self, connection: Connection, groups: Sequence[Sequence[Term]], *, every: bool, limit: int, tag: str | None
    ) -> list[Match]:
        """See WordIndex."""
        among = "" if tag is None else f"AND rowid IN ({_TAGGED})"
        found = connection.execute(
            sa.text(
                "SELECT rowid, text, alternatives, rank FROM line_index "
                f"WHERE line_index MATCH :query {among} ORDER BY rank LIMIT :limit"
            ),
            {"query": _expression(groups, every), "limit": limit, "tag": tag},
        )
        return [Match(*row) for row in found]

    def similar(self, connection: Connection, word: str, limit: int) -> list[str]:
        """See WordIndex."""
        padded = _padded(word)
        pieces = " OR ".join(dict.fromkeys(f'"{padded[at : at + 3]}"' for at in range(len(padded) - 2)))
        query = sa.text(
            "SELECT word FROM vocabulary WHERE id IN (SELECT rowid FROM vocabulary_index "
            "WHERE vocabulary_index MATCH :pieces ORDER BY rank LIMIT :limit)"
        )
        return list(connection.scalars(query, {"pieces": pieces, "limit": limit}))

    def lock(self, connection: Connection) -> None:
        """See WordIndex: SQLite has one writer at a time."""

    def tidy(self, connection: Connection) -> None:
        """See WordIndex."""
        for name in ("line_index", "vocabulary_index"):
            connection.execute(sa.text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))

    def clear(self, connection: Connection) -> None:
        """See WordIndex."""
        super().clear(connection)
        connection.execute(sa.text("INSERT INTO vocabulary_index (vocabulary_index) VALUES ('delete-all')"))

    def _forget_words(self, connection: Connection, gone: Sequence[Row[Any]]) -> None:
        super()._forget_words(connection, gone)
        if gone:
            delete = "INSERT INTO vocabulary_index (vocabulary_index, rowid, word) VALUES ('delete', :id, :word)"
            connection.execute(sa.text(delete), [{"id": row.id, "word": _padded(row.word)} for row in gone])

    def _learn_words(self, connection: Connection, new: dict[str, int]) -> None:
        super()._learn_words(connection, new)
        words = list(new)
        for start in range(0, len(words), 500):
            among = self.vocabulary.c.word.in_(words[start : start + 500])
            found = connection.execute(sa.select(self.vocabulary.c.id, self.vocabulary.c.word).where(among)).all()
            insert = sa.text("INSERT INTO vocabulary_index (rowid, word) VALUES (:id, :word)")
            connection.execute(insert, [{"id": number, "word": _padded(word)} for number, word in found])


_TAGGED = str(
    sa.select(lines.c.id)
    .join(pages, pages.c.id == lines.c.page)
    .join(tags, tags.c.document == pages.c.document)
    .where(tags.c.tag == sa.bindparam("tag"))
)


def _padded(word: str) -> str:
    return f"__{word}_"


def _expression(groups: Sequence[Sequence[Term]], every: bool) -> str:
    """In the language of FTS5; words are letters and digits alone, so quotes are enough."""
    return (" AND " if every else " OR ").join(f"({' OR '.join(map(_term, group))})" for group in groups)


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'
