"""The index of words in SQLite: FTS5."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from penscript.notes.tables import lines, pages, tags
from penscript.notes.words import Match, Term, WordIndex


class SqliteWords(WordIndex):
    """See WordIndex."""

    table = sa.Table(
        "line_index",
        sa.MetaData(),
        sa.Column("rowid", sa.Integer, key="line", primary_key=True),
        sa.Column("text", sa.Text),
        sa.Column("alternatives", sa.Text),
        sa.Column("doubts", sa.Text),
    )

    def match(
        self,
        connection: Connection,
        groups: Sequence[Sequence[Term]],
        *,
        every: bool,
        limit: int,
        tag: str | None,
        ranked: bool = True,
    ) -> list[Match]:
        """See WordIndex."""
        among = "" if tag is None else f"AND rowid IN ({_TAGGED})"
        found = connection.execute(
            sa.text(
                f"SELECT rowid, text, alternatives, doubts, {'rank' if ranked else 0} FROM line_index "
                f"WHERE line_index MATCH :query {among} {'ORDER BY rank' if ranked else ''} LIMIT :limit"
            ),
            {"query": _expression(groups, every), "limit": limit, "tag": tag},
        )
        return [Match(*row) for row in found]

    def lock(self, connection: Connection) -> None:
        """See WordIndex: SQLite has one writer at a time."""

    def tidy(self, connection: Connection) -> None:
        """See WordIndex."""
        super().tidy(connection)
        connection.execute(sa.text("INSERT INTO line_index (line_index) VALUES ('optimize')"))


_TAGGED = str(
    sa.select(lines.c.id)
    .join(pages, pages.c.id == lines.c.page)
    .join(tags, tags.c.document == pages.c.document)
    .where(tags.c.tag == sa.bindparam("tag"))
)


def _expression(groups: Sequence[Sequence[Term]], every: bool) -> str:
    """In the language of FTS5; words are letters and digits alone, so quotes are enough."""
    return (" AND " if every else " OR ").join(f"({' OR '.join(map(_term, group))})" for group in groups)


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'
