"""What somebody types -> the terms that are looked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from penscript.notes import folding
from penscript.notes.misreading import Misread
from penscript.notes.words import Term

_PIECE = re.compile(r'"([^"]*)"?|(\S+)')
_SHORTEST_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of the query. exact: nothing else will do. uses: how often its word was read, as far as is known.

    misread: words of the vocabulary that it may have been read as, the likeliest first.
    """

    term: Term
    exact: bool = False
    uses: int = 0
    misread: Mapping[str, Misread] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """Its word, the first one of a phrase."""
        return self.term.words[0]

    def enough(self, lines: int) -> int:
        """How many of the words that it may have been read as, the likeliest first, were read so often together."""
        for place, word in enumerate(self.misread, 1):
            lines -= self.misread[word].uses
            if lines <= 0:
                return place
        return len(self.misread)

    def terms(self, most: int) -> list[Term]:
        """All that is looked for: the term, and so many of the words that it may have been read as."""
        return [self.term, *(Term((word,)) for word in islice(self.misread, most) if word != self.word)]


def parse(query: str) -> list[Wanted]:
    """The terms of a query: quoted ones are phrases, `*` and the end of the query leave a word open."""
    wanted: list[Wanted] = []
    for found in _PIECE.finditer(query):
        words = tuple(folding.fold(found[0]))
        if words:
            quoted, last = found[1] is not None, found.end() == len(query)
            open_end = found[0].endswith("*") or (last and not quoted and len(words[-1]) >= _SHORTEST_PREFIX)
            wanted.append(Wanted(Term(words, open_end), exact=quoted or found[0].endswith("*")))
    return wanted
