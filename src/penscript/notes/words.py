"""The index of words: which line holds which words, and which words there are. Two databases, one promise."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.notes import folding, rows
from penscript.notes.tables import about, lines
from penscript.notes.vocabulary import Vocabulary, count_forgotten, vocabulary

_LONGEST = 60
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; the last one may go on where `prefix` is set."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A line of the index: its words, other spellings that the recogniser thought of, and its rank, the best first.

    doubts: how sure each word is, a letter a word as `sureness` tells it, and behind a space each other spelling's.
    """

    line: int
    text: str
    alternatives: str
    doubts: str
    rank: float


class WordIndex(ABC):
    """Keeps the words of lines. `put` and `remove` belong into the transaction that changes the lines."""

    table: sa.TableClause
    """Columns line, text, alternatives, doubts."""

    @abstractmethod
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
        """Lines that hold a term of every group, or of any; the best first, or as they come where not `ranked`."""

    def __init__(self) -> None:
        self._known = Vocabulary()

    def similar(self, connection: Connection, word: str, limit: int) -> list[tuple[str, int]]:
        """Words that were read somewhere and share most three-letter pieces with `word`, and how often they were."""
        self._known.follow(connection)
        return self._known.similar(word, limit)

    def tidy(self, connection: Connection) -> None:
        """Leave nothing of what was removed, in no process."""
        self._known = Vocabulary()
        count_forgotten(connection)

    @abstractmethod
    def lock(self, connection: Connection) -> None:
        """Let nobody else change the index in this transaction."""

    def put(self, connection: Connection, changed: Iterable[Row[Any]]) -> None:
        """Index these rows of `rows.LINES`, in the place of what was known of them."""
        self.lock(connection)
        rest = iter(changed)
        while some := list(islice(rest, _AT_ONCE)):
            delta = self._without(connection, [row.id for row in some])
            entries = [_entry(row) for row in some]
            connection.execute(sa.insert(self.table), entries)
            for entry in entries:
                delta.update(entry["text"].split() + entry["alternatives"].split())
            self._count(connection, delta)

    def remove(self, connection: Connection, gone: Sequence[int]) -> None:
        """Forget these lines."""
        self.lock(connection)
        for start in range(0, len(gone), _AT_ONCE):
            self._count(connection, self._without(connection, gone[start : start + _AT_ONCE]))

    def bring_up_to_date(self, connection: Connection) -> None:
        """Make the index anew where it was made by other rules."""
        known = connection.scalar(sa.select(about.c.value).where(about.c.name == "index"))
        if known == folding.VERSION:
            return
        self.clear(connection)
        self.put(connection, connection.execute(rows.LINES.order_by(lines.c.id)))
        connection.execute(sa.delete(about).where(about.c.name == "index"))
        connection.execute(sa.insert(about).values(name="index", value=folding.VERSION))

    def clear(self, connection: Connection) -> None:
        """Empty it."""
        connection.execute(sa.delete(self.table))
        connection.execute(sa.delete(vocabulary))

    def _without(self, connection: Connection, gone: Sequence[int]) -> "Counter[str]":
        """Remove lines; how often each word is to be counted off."""
        there = self.table.c.line.in_(gone)
        old = connection.execute(sa.select(self.table.c.text, self.table.c.alternatives).where(there)).all()
        connection.execute(sa.delete(self.table).where(there))
        delta: Counter[str] = Counter()
        for text, alternatives in old:
            delta.subtract(text.split() + alternatives.split())
        return delta

    def _count(self, connection: Connection, delta: "Counter[str]") -> None:
        """Bring the uses of words up to date; a word without use goes."""
        changed = sorted(word for word, difference in delta.items() if difference)
        known: dict[str, Row[Any]] = {}
        for start in range(0, len(changed), _AT_ONCE):
            among = vocabulary.c.word.in_(changed[start : start + _AT_ONCE])
            known |= {row.word: row for row in connection.execute(sa.select(vocabulary).where(among))}
        for word, row in known.items():
            if row.uses + delta[word] <= 0:
                connection.execute(sa.delete(vocabulary).where(vocabulary.c.id == row.id))
        more = [{"key": known[word].id, "uses": known[word].uses + delta[word]} for word in changed if word in known]
        if more:
            its_id = vocabulary.c.id == sa.bindparam("key")
            connection.execute(sa.update(vocabulary).where(its_id).values(uses=sa.bindparam("uses")), more)
        new = [{"word": word, "uses": delta[word]} for word in changed if word not in known]
        if new:
            connection.execute(sa.insert(vocabulary), new)


def sureness(confidence: float) -> str:
    """Tens of percent as a digit."""
    return str(min(9, max(0, int(confidence // 10))))


def _entry(row: Row[Any]) -> dict[str, Any]:
    """What is indexed of a line. Where a person has spoken, other spellings do not count."""
    spoken = [word[:_LONGEST] for word in folding.fold(row.text)]
    others: dict[str, str] = {}
    read: list[str] = []
    for text, confidence, _, alternatives in () if row.label else row.words:
        sure = sureness(confidence)
        read += sure * len(folding.fold(text))
        for word in (word[:_LONGEST] for other in alternatives for word in folding.fold(other)):
            others.setdefault(word, sure)
    if len(read) != len(spoken):
        read = [sureness(100 if row.label else row.confidence)] * len(spoken)
    unsaid = {word: sure for word, sure in others.items() if word not in set(spoken)}
    doubts = f"{''.join(read)} {''.join(unsaid.values())}"
    return {"line": row.id, "text": " ".join(spoken), "alternatives": " ".join(unsaid), "doubts": doubts}
