"""Which words share three-letter pieces with a word: `__maison_` has `__m`, `_ma`, `mai` and so on, ends included."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BITS = np.uint64(21)  # of a character


class Pieces:
    """The pieces of many words, in memory: a hundred bytes a word. uses: how often each word was read."""

    def __init__(self, words: Sequence[str], uses: Sequence[int]) -> None:
        self.words, self._uses = list(words), np.asarray(uses, np.int32)
        sizes = np.fromiter((len(word) for word in self.words), np.int32, len(self.words))
        pieces = _pieces("".join(f"__{word}_" for word in self.words))
        owners = np.repeat(np.arange(len(self.words), dtype=np.int32), sizes + 3)[: len(pieces)]
        inside = owners == np.repeat(np.arange(len(self.words), dtype=np.int32), sizes + 3)[2:]
        order = np.argsort(pieces[inside], kind="stable")
        self._pieces, starts = np.unique(pieces[inside][order], return_index=True)
        self._starts = np.append(starts, np.count_nonzero(inside))
        self._owners = owners[inside][order]
        self._counts = sizes + 1

    def similar(self, word: str, limit: int) -> list[tuple[float, str, int]]:
        """The words that share most with `word`, up to `limit`: shared pieces over all pieces of both, 0 to 1; uses."""
        wanted = np.unique(_pieces(f"__{word}_"))
        first, last = (self._starts[np.searchsorted(self._pieces, wanted, side)] for side in ("left", "right"))
        shared = np.zeros(len(self.words), np.uint8)
        for start, end in zip(first, last, strict=True):
            shared[self._owners[start:end]] += 1
        some = np.flatnonzero(shared >= (2 if len(word) > 5 else 1))
        common = shared[some].astype(np.int32)
        share = common / np.maximum(self._counts[some] + len(word) + 1 - common, 1)
        if len(some) > limit:
            best = np.argpartition(-share, limit)[:limit]
            some, share = some[best], share[best]
        told = zip(share.tolist(), some.tolist(), self._uses[some].tolist(), strict=True)
        return [(value, self.words[place], uses) for value, place, uses in told]


def _pieces(text: str) -> NDArray[np.uint64]:
    """Every three characters that follow each other as one number."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    return (codes[:-2] << (_BITS + _BITS)) | (codes[1:-1] << _BITS) | codes[2:]
