"""From a query to lines: first those that say it, then those that may have been misread.

A word is looked for as it stands, then among the other spellings that the recogniser thought of, then as similar words
of the vocabulary: similar is one minus the insertions and deletions between two words over the letters of both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from rapidfuzz.distance import Indel
from sqlalchemy.engine import Connection

from penscript.notes import folding, rows
from penscript.notes.tables import documents, lines, pages
from penscript.notes.values import Hit, StoredLine
from penscript.notes.words import Match, Term, WordIndex

_PIECE = re.compile(r'"([^"]*)"?|(\S+)')
_LEAST_SIMILAR = 0.55
_CANDIDATES = 300
_EXPANSIONS = 100
_SHORTEST_PREFIX = 3
_PREFIX, _ALTERNATIVE, _SIMILAR = 0.95, 0.9, 0.85
"""What a word is worth that begins so, that the recogniser thought of, that is similar (times how similar)."""

_FOUND = (
    rows.LINES.add_columns(documents.c.source)
    .join(documents, documents.c.id == pages.c.document)
    .where(lines.c.id.in_(sa.bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of the query and the words of the vocabulary that are similar to it, 0 to 1."""

    term: Term
    similar: dict[str, float]
    exact: bool = False

    @property
    def terms(self) -> list[Term]:
        """All that is looked for, the most similar first."""
        return [self.term, *(Term((word,)) for word in self.similar)]


def search(
    connection: Connection, index: WordIndex, query: str, *, limit: int, offset: int, tag: str | None
) -> list[Hit]:
    """The hits from `offset` on, the best first."""
    wanted = parse(query)
    if not wanted:
        return []
    need = offset + limit
    found = {one.line: one for one in index.match(connection, _groups(wanted), every=True, limit=need, tag=tag)}
    if len(found) < need:
        wanted = [_widened(connection, index, one) for one in wanted]
        for groups, every in _wider(wanted):
            if len(found) < need:
                more = index.match(connection, groups, every=every, limit=max(4 * need, 400), tag=tag, ranked=False)
                found |= {one.line: one for one in more if one.line not in found}
    scored = sorted((-_score(one, wanted), one.rank, one.line) for one in found.values())
    chosen = {line: -score for score, _, line in scored[offset:need]}
    return _hits(connection, chosen, wanted)


def parse(query: str) -> list[Wanted]:
    """The terms of a query: quoted ones are phrases, `*` and the end of the query leave a word open."""
    wanted: list[Wanted] = []
    for found in _PIECE.finditer(query):
        words = tuple(folding.fold(found[0]))
        if words:
            quoted, last = found[1] is not None, found.end() == len(query)
            open_end = found[0].endswith("*") or (last and not quoted and len(words[-1]) >= _SHORTEST_PREFIX)
            wanted.append(Wanted(Term(words, open_end), {}, exact=quoted or found[0].endswith("*")))
    return wanted


def _groups(wanted: Sequence[Wanted], most: int = 0) -> list[list[Term]]:
    return [one.terms[: 1 + most] for one in wanted]


def _wider(wanted: Sequence[Wanted]) -> Iterator[tuple[list[list[Term]], bool]]:
    """Groups of terms and whether every one is asked for: first the most similar words, last any word of the query."""
    for every in (True, False) if len(wanted) > 1 else (True,):
        for most in (_EXPANSIONS // 4, _EXPANSIONS):
            yield _groups(wanted, most), every


def _widened(connection: Connection, index: WordIndex, wanted: Wanted) -> Wanted:
    if wanted.exact or len(wanted.term.words) > 1:
        return wanted
    word = wanted.term.words[0]
    scored = {
        other: score
        for other in index.similar(connection, word, _CANDIDATES)
        if other != word and (score := Indel.normalized_similarity(word, other, score_cutoff=_LEAST_SIMILAR))
    }
    best = sorted(scored, key=lambda other: (-scored[other], other))[:_EXPANSIONS]
    return Wanted(wanted.term, {other: scored[other] for other in best})


def _score(match: Match, wanted: Sequence[Wanted]) -> float:
    """0 to 1: the mean over the terms of the best that a line has for them."""
    text, others = match.text.split(), match.alternatives.split()
    return sum(_best(text, others, one) for one in wanted) / len(wanted)


def _best(text: Sequence[str], others: Sequence[str], wanted: Wanted) -> float:
    words, width = wanted.term.words, len(wanted.term.words)
    if width > 1:
        said = any(_continues(text[at : at + width], wanted.term) for at in range(len(text)))
        return 1.0 if said else _ALTERNATIVE * any(word in others for word in words)
    values = [_worth(word, wanted) for word in text]
    values += [_ALTERNATIVE * _worth(word, wanted) for word in others]
    return max(values, default=0.0)


def _worth(word: str, wanted: Wanted) -> float:
    term = wanted.term
    if word == term.words[0]:
        return 1.0
    if term.prefix and word.startswith(term.words[0]):
        return _PREFIX
    return _SIMILAR * wanted.similar.get(word, 0.0)


def _continues(said: Sequence[str], term: Term) -> bool:
    *first, last = term.words
    ends = said[-1].startswith(last) if term.prefix else said[-1] == last
    return list(said[:-1]) == first and ends


def _hits(connection: Connection, chosen: dict[int, float], wanted: Sequence[Wanted]) -> list[Hit]:
    found = connection.execute(_FOUND, {"ids": list(chosen)})
    stored = {row.id: (rows.stored_line(row), row.source) for row in found}
    return [
        Hit(stored[line][0], round(score, 4), spans(stored[line][0], wanted), stored[line][1])
        for line, score in chosen.items()
        if line in stored
    ]


def spans(line: StoredLine, wanted: Sequence[Wanted]) -> tuple[tuple[int, int], ...]:
    """Where the words of a line stand that answer the query best: from and up to which character."""
    told = folding.fold_with_places(line.text)
    found: set[tuple[int, int]] = set()
    for one in wanted:
        meant = dict.fromkeys(one.term.words, 1.0)
        found |= _said(told, one.term) or _thought(line, meant) or _alike(told, one) or _thought(line, one.similar)
    return tuple(sorted(found))


def _said(told: Sequence[tuple[int, int, str]], term: Term) -> set[tuple[int, int]]:
    """The words of the text itself."""
    width = len(term.words)
    return {
        (told[at][0], told[at + width - 1][1])
        for at in range(len(told) - width + 1)
        if _continues([word for _, _, word in told[at : at + width]], term)
    }


def _alike(told: Sequence[tuple[int, int, str]], wanted: Wanted) -> set[tuple[int, int]]:
    """The most similar words of the text."""
    best = max((wanted.similar.get(word, 0.0) for _, _, word in told), default=0.0)
    return {(start, end) for start, end, word in told if best and wanted.similar.get(word) == best}


def _thought(line: StoredLine, meant: Mapping[str, float]) -> set[tuple[int, int]]:
    """The words whose other spellings are meant."""
    at, found = 0, set()
    for word in line.words:
        start = line.text.find(word.text, at)
        if start >= 0:
            at = start + len(word.text)
            if any(other in meant for text in word.alternatives for other in folding.fold(text)):
                found.add((start, at))
    return found
