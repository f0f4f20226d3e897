"""Where in the text of a line the words stand that answer a query."""

from collections.abc import Container, Sequence

from penscript.notes import folding
from penscript.notes.query import Wanted
from penscript.notes.ranking import continues
from penscript.notes.values import StoredLine
from penscript.notes.words import Term

Span = tuple[int, int]


def spans(line: StoredLine, wanted: Sequence[Wanted]) -> tuple[Span, ...]:
    """Those that answer best: from and up to which character."""
    told = folding.fold_with_places(line.text)
    found: set[Span] = set()
    for one in wanted:
        found |= (
            _said(told, one.term) or _thought(line, one.term.words) or _alike(told, one) or _thought(line, one.misread)
        )
    return tuple(sorted(found))


def _said(told: Sequence[tuple[int, int, str]], term: Term) -> set[Span]:
    """The words of the text itself."""
    width, first = len(term.words), term.words[0]
    if width == 1:
        return {(start, end) for start, end, word in told if word == first or (term.prefix and word.startswith(first))}
    return {
        (told[at][0], told[at + width - 1][1])
        for at in range(len(told) - width + 1)
        if continues([word for _, _, word in told[at : at + width]], term)
    }


def _alike(told: Sequence[tuple[int, int, str]], wanted: Wanted) -> set[Span]:
    """The word of the text that is most likely the misread one."""
    costs = {word: wanted.misread[word].cost for _, _, word in told if word in wanted.misread}
    best = min(costs.values(), default=None)
    return {(start, end) for start, end, word in told if word in costs and costs[word] == best}


def _thought(line: StoredLine, meant: Container[str]) -> set[Span]:
    """The words whose other spellings are meant."""
    at, found = 0, set()
    for word in line.words:
        start = line.text.find(word.text, at)
        if start >= 0:
            at = start + len(word.text)
            if any(other in meant for text in word.alternatives for other in folding.fold(text)):
                found.add((start, at))
    return found
