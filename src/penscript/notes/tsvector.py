"""The index of words in PostgreSQL: tsvector, and pg_trgm for similar words where the server has it."""

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from penscript.notes.words import Match, Term, WordIndex

log = logging.getLogger("penscript.notes")

_LOCK = 727_205_760
_RANK = "-ts_rank('{0, 0, 0.2, 1}', words, query, 1)"
_LEAST_SHARED = "0.12"
_TAGGED = """AND line IN (SELECT lines.id FROM lines JOIN pages ON pages.id = lines.page
    JOIN tags ON tags.document = pages.document WHERE tags.tag = :tag)"""


class PostgresWords(WordIndex):
    """See WordIndex. Without pg_trgm the vocabulary is held in memory, as with SQLite."""

    table = sa.table("line_index", *(sa.column(name) for name in ("line", "text", "alternatives", "doubts")))

    def __init__(self) -> None:
        super().__init__()
        self.trigrams = False

    def bring_up_to_date(self, connection: Connection) -> None:
        """See WordIndex; pg_trgm is switched on where that is allowed. Writers elsewhere wait meanwhile."""
        self.lock(connection)
        super().bring_up_to_date(connection)
        try:
            with connection.begin_nested():
                connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
                index = "CREATE INDEX IF NOT EXISTS ix_vocabulary_word ON vocabulary USING gin (word gin_trgm_ops)"
                connection.execute(sa.text(index))
            self.trigrams = True
        except DBAPIError:
            log.warning("the server has no pg_trgm: its vocabulary is held in memory")

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
        found = connection.execute(
            sa.text(
                f"SELECT line, text, alternatives, doubts, {_RANK if ranked else 0} AS rank "
                "FROM line_index, to_tsquery('simple', :query) AS query "
                f"WHERE words @@ query {'' if tag is None else _TAGGED} "
                f"{'ORDER BY rank, line' if ranked else ''} LIMIT :limit"
            ),
            {"query": _expression(groups, every), "limit": limit} | ({} if tag is None else {"tag": tag}),
        )
        return [Match(*row) for row in found]

    def similar(self, connection: Connection, word: str, limit: int) -> list[tuple[str, int]]:
        """See WordIndex."""
        if not self.trigrams:
            return super().similar(connection, word, limit)
        setting = sa.select(sa.func.set_config("pg_trgm.similarity_threshold", _LEAST_SHARED, True))
        connection.execute(setting)
        query = sa.text(
            "SELECT word, uses FROM vocabulary WHERE word % :word "
            "ORDER BY similarity(word, :word) DESC, word LIMIT :limit"
        )
        return [(row.word, row.uses) for row in connection.execute(query, {"word": word, "limit": limit})]

    def lock(self, connection: Connection) -> None:
        """See WordIndex."""
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _expression(groups: Sequence[Sequence[Term]], every: bool) -> str:
    """In the language of to_tsquery; words are letters and digits alone, so quotes are enough."""
    return (" & " if every else " | ").join(f"({' | '.join(map(_term, group))})" for group in groups)


def _term(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    return f"({' <-> '.join(words)}{':*' if term.prefix else ''})"
