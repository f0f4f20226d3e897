"""How well a line answers a query, 0 to 1: the mean over its terms of the best that the line has for each."""

import math
from collections.abc import Iterable, Sequence

from penscript.notes.query import Wanted
from penscript.notes.words import Match, Term

_PREFIX, _MISREAD = 0.95, 0.9
"""What a word is worth that begins so; the most that a misread one is worth."""
_UNSAID = 2.0
"""Cost in nats of a word that the recogniser thought of and did not write."""
_FADING = 12.0
"""Nats in which the worth of a misread word falls to a third."""
_DOUBT = {str(tens): -math.log(0.95 - tens / 10) for tens in range(10)}
"""Cost of taking a word as misread that is so sure, in tens of percent: minus the log of the chance that it is."""
_UNKNOWN = _DOUBT["9"]


def score(match: Match, wanted: Sequence[Wanted]) -> float:
    """Of a line of the index, for a query."""
    text, others = match.text.split(), match.alternatives.split()
    said, _, thought = match.doubts.partition(" ")
    read, unsaid = list(zip(text, said, strict=False)), list(zip(others, thought, strict=False))
    return sum(_best(text, others, read, unsaid, one) for one in wanted) / len(wanted)


def continues(said: Sequence[str], term: Term) -> bool:
    """Whether these words are the term's."""
    *first, last = term.words
    ends = said[-1].startswith(last) if term.prefix else said[-1] == last
    return list(said[:-1]) == first and ends


def _best(
    text: Sequence[str],
    others: Sequence[str],
    read: Iterable[tuple[str, str]],
    unsaid: Iterable[tuple[str, str]],
    wanted: Wanted,
) -> float:
    term, word = wanted.term, wanted.word
    width = len(term.words)
    if width > 1:
        whole = any(continues(text[at : at + width], term) for at in range(len(text)))
        return 1.0 if whole else _MISREAD * any(one in others for one in term.words)
    if word in text:
        return 1.0
    if term.prefix and any(one.startswith(word) for one in text):
        return _PREFIX
    return _worth(min(_costs(read, unsaid, wanted), default=math.inf))


def _costs(read: Iterable[tuple[str, str]], unsaid: Iterable[tuple[str, str]], wanted: Wanted) -> Iterable[float]:
    misread, word = wanted.misread, wanted.word
    for one, sure in read:
        if one in misread:
            yield misread[one].cost + _DOUBT.get(sure, _UNKNOWN)
    for one, sure in unsaid:
        if one in misread or one == word or (wanted.term.prefix and one.startswith(word)):
            yield (misread[one].cost if one in misread else 0.0) + _DOUBT.get(sure, _UNKNOWN) + _UNSAID


def _worth(cost: float) -> float:
    return _MISREAD * math.exp(-cost / _FADING)
