"""Which pack reads a page, from trial readings of a few of its crops.

The base weights know print and every script, the Latin pack knows hands. On print both read much the same; of a hand
the base weights misread a good part, however sure they are. So they get the page only where they are less surprised by
their reading than the Latin pack by its own, and by the more, the more the two readings differ.
"""

import math
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from penscript.document import Reading
from penscript.language import Language

_FIRST = "\u3041"
_EAST_ASIAN = ((0x3041, 0x30FF), (0x3105, 0x312F), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF))


def surprise(readings: Sequence[Reading]) -> float:
    """Minus the log probability of the networks' likeliest paths, in nats a character; infinite where nothing was
    read.
    """
    count = sum(len(reading.characters) for reading in readings)
    return sum(reading.path for reading in readings) / count if count else math.inf


def disagreement(one: Sequence[Reading], other: Sequence[Reading]) -> float:
    """How far two readings of the same crops differ: edits over the characters of the longer one, 0 to 1."""
    pairs = [(a.text, b.text) for a, b in zip(one, other, strict=True)]
    longest = sum(max(len(a), len(b)) for a, b in pairs)
    return sum(Levenshtein.distance(a, b) for a, b in pairs) / longest if longest else 0.0


def is_east_asian(readings: Sequence[Reading]) -> bool:
    """Whether Han, kana or hangul carry more of the trial readings' probability than all other letters."""
    if all(max(reading.text, default="") < _FIRST for reading in readings):
        return False
    letters = [c for reading in readings for c in reading.characters if c.text.isalpha()]
    eastern = sum(c.probability for c in letters if _is_eastern(c.text))
    return 2 * eastern > sum(c.probability for c in letters)


def _is_eastern(character: str) -> bool:
    return any(first <= ord(one) <= last for one in character for first, last in _EAST_ASIAN)


def characters_of(languages: Sequence[Language]) -> frozenset[str] | None:
    """The characters that languages write with; None where any may stand."""
    if Language.AUTO in languages:
        return None
    from penscript.alphabets import allowed

    found: frozenset[str] | None = allowed(languages)
    return found
