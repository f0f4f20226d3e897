"""How likely a word was read as another one, as a cost in nats: minus the logarithm of a probability, up to a constant.

The noisy channel of spelling correction (Kernighan, Church and Gale 1990) over what the recogniser does to letters:
which it takes for which, which it loses and makes up, as `tools/learn_confusions.py` counted it. Beside it stand the
share of letters that both words have, and how often the other word was read: what is read often is mostly a word of
its own.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

LEAST_SIMILAR = 0.45
_CHANNEL, _LETTERS = 0.5, 2.0
"""Weights, chosen on parts `select` and `calibrate`: of the letters' confusions, and of each letter not in common."""


class _Confusions:
    """What it costs that a letter is read as another, is lost, or is made up; the last column is beyond the word."""

    def __init__(self) -> None:
        told = json.loads(files("penscript.notes").joinpath("confusions.json").read_text("utf-8"))
        letters = told["letters"]
        self._places = np.full(256, len(letters), np.intp)
        self._places[list(letters.encode("ascii"))] = np.arange(len(letters))
        self._places[0] = len(letters) + 1
        self.read_as = np.pad(np.array(told["read_as"], np.float32), ((0, 0), (0, 1)))
        self.lost = np.array(told["lost"], np.float32)
        self.made_up = np.append(np.array(told["made_up"], np.float32), np.float32(0))

    def codes(self, words: Sequence[str]) -> NDArray[np.intp]:
        """A row a word, filled up with the place beyond."""
        longest = max(map(len, words))
        joined = b"".join(word.encode("ascii", "replace").ljust(longest, b"\0") for word in words)
        return self._places[np.frombuffer(joined, np.uint8)].reshape(len(words), longest)


@cache
def _confusions() -> _Confusions:
    return _Confusions()


class Misread(NamedTuple):
    """What a word may have been read as. cost: in nats. uses: how often that was read."""

    cost: float
    uses: int


def similar_words(word: str, others: Sequence[tuple[str, int]], most: int = 80) -> dict[str, Misread]:
    """The words among `others` (word, how often it was read) that `word` may have been read as.

    At most so many, the likeliest first.
    """
    if not others:
        return {}
    words = [other for other, _ in others]
    close = process.cdist([word], words, scorer=Indel.normalized_similarity)[0]
    costs = _LETTERS * (1 - close) * len(word) + np.log1p(np.array([uses for _, uses in others], np.float32))
    places = [place for place in np.argsort(costs, kind="stable")[:most] if close[place] >= LEAST_SIMILAR]
    near = [words[place] for place in places]
    whole = costs[places] + _CHANNEL * channel_costs(word, near)
    ranked = np.argsort(whole, kind="stable")
    return {near[place]: Misread(float(whole[place]), others[places[place]][1]) for place in ranked}


def channel_costs(word: str, others: Sequence[str]) -> NDArray[np.float32]:
    """The least cost of the changes of letters that make `word` each of the others: a weighted Levenshtein distance."""
    if not others:
        return np.zeros(0, np.float32)
    known = _confusions()
    read = known.codes(others)
    made_up = np.zeros((len(others), read.shape[1] + 1), np.float32)
    np.cumsum(known.made_up[read], axis=1, out=made_up[:, 1:])
    row = made_up.copy()
    for letter in known.codes([word])[0]:
        reached = row + known.lost[letter]
        np.minimum(reached[:, 1:], row[:, :-1] + known.read_as[letter][read], out=reached[:, 1:])
        row = np.minimum.accumulate(reached - made_up, axis=1) + made_up
    return np.asarray(row[np.arange(len(others)), [len(other) for other in others]], np.float32)
