"""From a query to lines: first those that say it, then those that may have been misread.

A word is looked for as it stands, then among the other spellings that the recogniser thought of and as the words that
it may have been read as (see `misreading`). Every further look at the index is made only where lines are missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from penscript.notes import rows
from penscript.notes.misreading import similar_words
from penscript.notes.query import Wanted, parse
from penscript.notes.ranking import score
from penscript.notes.spans import spans
from penscript.notes.tables import documents, lines, pages
from penscript.notes.values import Hit
from penscript.notes.words import Match, Term, WordIndex

_CANDIDATES = 300
"""Words of the vocabulary that are looked at for each word of a query."""
_TOGETHER = 16
"""Misread words of each term that are looked for together with those of the others."""
_ENOUGH = 5
"""So many times the lines that are wanted are to say one of the words that are sought; the others are less likely."""
_AT_LEAST = 400
"""Lines that are looked at when not every hit says what was asked for."""

_FOUND = (
    rows.LINES.add_columns(documents.c.source)
    .join(documents, documents.c.id == pages.c.document)
    .where(lines.c.id.in_(sa.bindparam("ids", expanding=True)))
)
Groups = list[list[Term]]


def search(
    connection: Connection, index: WordIndex, query: str, *, limit: int, offset: int, tag: str | None
) -> list[Hit]:
    """The hits from `offset` on, the best first."""
    wanted = parse(query)
    if not wanted:
        return []
    need = offset + limit
    first = index.match(connection, [[one.term] for one in wanted], every=True, limit=need, tag=tag)
    found = {one.line: one for one in first}
    if len(found) < need:
        wanted = [_widened(connection, index, one) for one in wanted]
        for groups, most, every in _wider(wanted, need):
            if len(found) < need:
                more = index.match(connection, groups, every=every, limit=most, tag=tag, ranked=False)
                found |= {one.line: one for one in more if one.line not in found}
    return _hits(connection, _best(found.values(), wanted, offset, need), wanted)


def _best(found: Iterable[Match], wanted: Sequence[Wanted], start: int, end: int) -> dict[int, float]:
    scored = sorted((-score(one, wanted), one.rank, one.line) for one in found)
    return {line: -value for value, _, line in scored[start:end]}


def _widened(connection: Connection, index: WordIndex, wanted: Wanted) -> Wanted:
    """The term with the words that it may have been read as."""
    if wanted.exact or len(wanted.term.words) > 1:
        return wanted
    near = index.similar(connection, wanted.word, _CANDIDATES)
    uses = next((count for word, count in near if word == wanted.word), 0)
    return replace(wanted, uses=uses, misread=similar_words(wanted.word, near))


def _wider(wanted: Sequence[Wanted], need: int) -> Iterator[tuple[Groups, int, bool]]:
    """Groups of terms, how many lines are wanted, and whether every group is: from what says most to what says least.

    Lines that say one word of several as it is come by the rarest word; what was read very often and is only similar is
    left out where enough else is there.
    """
    most = max(4 * need, _AT_LEAST)
    if len(wanted) > 1:
        yield [one.terms(_TOGETHER) for one in wanted], most, True
        for one in sorted(wanted, key=lambda one: one.uses):
            yield [[one.term]], need, True
    yield [[term for one in wanted for term in one.terms(one.enough(_ENOUGH * need))]], most, False


def _hits(connection: Connection, chosen: dict[int, float], wanted: Sequence[Wanted]) -> list[Hit]:
    found = connection.execute(_FOUND, {"ids": list(chosen)})
    stored = {row.id: (rows.stored_line(row), row.source) for row in found}
    return [
        Hit(stored[line][0], round(value, 4), spans(stored[line][0], wanted), stored[line][1])
        for line, value in chosen.items()
        if line in stored
    ]
