"""Labels of sums that no list holds, told by the words that they are made of: `Gesamtbetrag mit Steuer`, `Somme HT`."""

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache

Words = Mapping[str, Set[str]]
"""What words a language has for sums, by what they say: `head` a sum, `tax`, `with` and `without`, `left` what is still
to be paid, `parts` the sum of what was sold, `pay` to pay, `due` what is paid for, which is a sum only together with
others (`Nettohonorar`), `fill` nothing by itself."""
_LEAST, _LONGEST = 3, 48
"""Words are compounds of parts of at least so many letters, and of so many in all at most."""


def sum_named(words: Sequence[str], told: Words) -> str | None:
    """What a label made of these words names: `net`, `tax`, `total` or `payable`; None where a word is no such word.

    words: in small letters without accents.
    """
    kinds = [_kinds(word, tuple((kind, frozenset(known)) for kind, known in told.items())) for word in words]
    if not words or not all(kinds):
        return None
    found = {kind for one in kinds for kind in one}
    owed = "due" in found and bool(found & {"with", "without", "pay", "left"})
    named = (
        "head" in found
        or owed
        or ("tax" in found and not found & {"with", "without"})
        or ("pay" in found and len(words) > 1)
    )
    return _role(found) if named else None


def _role(found: Set[str]) -> str | None:
    if "left" in found:
        return "payable" if found & {"head", "pay"} else None
    if "without" in found and "with" not in found:
        return "net"
    if "tax" in found and "with" not in found:
        return "tax"
    if "pay" in found or "with" in found:
        return "total"
    return "net" if "parts" in found else "total"


@lru_cache(4096)
def _kinds(word: str, told: tuple[tuple[str, frozenset[str]], ...]) -> frozenset[str]:
    """What the parts of a word say; nothing where it is not made of known parts."""
    return frozenset(next(_splits(word, told, whole=True), ())) if len(word) <= _LONGEST else frozenset()


def _splits(word: str, told: tuple[tuple[str, frozenset[str]], ...], whole: bool = False) -> Iterator[tuple[str, ...]]:
    """The ways to part a word into known ones, those with long first parts before others."""
    for kind, known in told:
        if word in known and (whole or len(word) >= _LEAST):
            yield (kind,)
    for end in range(len(word) - _LEAST, _LEAST - 1, -1):
        for kind, known in told:
            if word[:end] in known:
                yield from ((kind, *rest) for rest in _splits(word[end:], told))
