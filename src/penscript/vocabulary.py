"""Whether a word is known: a filter of words in 22 languages, which takes one unknown word in eighty for known.

`words.bin` is a Bloom filter (Bloom 1970, doi 10.1145/362686.362692), written by tools/make_words.py; its hashes are
drawn from two (Kirsch and Mitzenmacher 2006). It holds no words.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

from penscript.shipped import whole

FILE = Path(__file__).with_name("words.bin")
HASHES = 6
"""Bits that tell a word."""
BITS = 9
"""Of the filter, a word in it."""
LETTERS = "A-Za-zªºÀ-ÖØ-öø-ɏḀ-ỿ"
"""Those of the Latin script."""
_WORD = re.compile(rf"(?<![^\W\d_])[{LETTERS}]{{2,}}(?![^\W\d_])")


def strangers(text: str) -> list[str]:
    """The words of a text in Latin script, of two letters or more, that are not known."""
    return [word for word in _WORD.findall(text) if not knows(word)]


@lru_cache(100_000)
def knows(word: str) -> bool:
    """Whether a word of letters is known, whatever its capitals. Raises MissingComponent without the filter."""
    bits = _filter()
    return all(bits[place >> 3] >> (place & 7) & 1 for place in places(word, 8 * len(bits)))


def made_of(words: Iterable[str]) -> bytes:
    """The filter of words, each given once."""
    known = list(words)
    bits = bytearray(len(known) * BITS // 8 + 1)
    for word in known:
        for place in places(word, 8 * len(bits)):
            bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def places(word: str, size: int) -> Iterator[int]:
    """The bits of a filter of `size` bits that tell a word."""
    drawn = int.from_bytes(blake2b(word.lower().encode(), digest_size=16).digest())
    start, step = drawn >> 64, drawn & (2**64 - 1) | 1
    return ((start + number * step) % size for number in range(HASHES))


@cache
def _filter() -> bytes:
    return whole(FILE, "The known words")
