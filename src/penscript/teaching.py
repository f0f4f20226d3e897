"""Which lines teach most, once a person has said what they say.

A line teaches where it is probably misread, more the more characters are, and where it shows letters side by side that
the lines already known do not: uncertainty and novelty, as in active learning (Settles 2009, sections 3.1 and 5.1).
What is chosen first makes what is like it less new.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from penscript.notes.values import StoredLine

_CAREFULLY = 300
"""So many lines are put in order one after the other; what comes behind them in the order of what they teach now."""


def teaching_order(lines: Sequence[StoredLine], known: Iterable[str]) -> list[StoredLine]:
    """The lines, those that teach most first. known: texts that have been taught."""
    seen = Counter(pair for text in known for pair in _pairs(text))
    ranked = sorted(lines, key=lambda line: _worth(line, seen), reverse=True)
    left, rest, order = ranked[:_CAREFULLY], ranked[_CAREFULLY:], list[StoredLine]()
    while left:
        best = max(left, key=lambda line: _worth(line, seen))
        left.remove(best)
        order.append(best)
        seen.update(_pairs(best.read_text))
    return order + rest


def expected_errors(line: StoredLine) -> float:
    """How many characters of the line are probably wrong, from the confidence of its words."""
    return sum((1 - word.confidence / 100) * len(word.text) for word in line.words) or 1 - line.confidence / 100


def _worth(line: StoredLine, seen: Counter[str]) -> float:
    pairs = _pairs(line.read_text)
    if not pairs:
        return 0.0
    novelty = sum(1 / (1 + seen[pair]) for pair in pairs) / len(pairs)
    return expected_errors(line) * novelty


def _pairs(text: str) -> list[str]:
    return [a + b for a, b in pairwise(text)]
