"""Posteriors and a language model -> characters: CTC prefix beam search (Hannun et al. 2014), then forced alignment.

The network's own evidence always counts in full; the language model only tips the balance between readings that the
network itself finds possible. Columns that are surely blank are passed over.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from penscript.packs.ngram import LanguageModel

Floats = NDArray[np.float32]
Prefix = tuple[int, ...]
_NEVER = -1e30
POSSIBLE = 0.0015
"""A class below this posterior is no candidate of a column."""
BLANK = 0.998
"""A column with the blank above this ends the character before it and does nothing else."""
HOPELESS = 9.0
"""So many nats behind the best, a prefix is given up."""


class BeamSearch:
    """`weight` of the language model against the network, `bonus` a character gets (in nats), `width` prefixes kept."""

    def __init__(
        self, charset: Sequence[str], model: LanguageModel, *, weight: float = 0.31, bonus: float = 1.0, width: int = 24
    ) -> None:
        self.charset, self.model = list(charset), model
        self.weight, self.bonus, self.width = weight, bonus, width

    def surprise(self, text: str) -> float:
        """Minus the log probability (nats) that the language model gives to a text."""
        return -sum(self.model.score(text[:place], character) for place, character in enumerate(text))

    def runs(self, posteriors: Floats, numbers: Sequence[int]) -> list[tuple[int, int, int]]:
        """First step, step behind the last and class number of every character of the best reading.

        posteriors: steps x columns; numbers: the class of each column, ascending, the blank first. Empty where there is
        no character.
        """
        found = self.classes(posteriors, numbers)
        spans = align(posteriors, np.searchsorted(np.asarray(numbers), found))
        return [(start, end, number) for (start, end), number in zip(spans, found, strict=False)]

    def classes(self, posteriors: Floats, numbers: Sequence[int]) -> list[int]:
        """The best class numbers, blanks left out.

        posteriors: steps x columns; numbers: the class of each column, the blank first.
        """
        kept: dict[Prefix, tuple[float, float]] = {(): (0.0, _NEVER)}
        texts: dict[Prefix, str] = {(): ""}
        for row in posteriors:
            if row[0] > BLANK:
                kept = {prefix: (_either(chances), _NEVER) for prefix, chances in kept.items()}
                continue
            grown = self._grow(kept, texts, row, numbers)
            kept = self._best(grown)
            texts = {prefix: texts[prefix] for prefix in kept}
        return list(max(kept.items(), key=lambda entry: _either(entry[1]))[0])

    def _best(self, grown: dict[Prefix, tuple[float, float]]) -> dict[Prefix, tuple[float, float]]:
        """The `width` likeliest prefixes, as far as they are not hopelessly behind the first."""
        ranked = sorted(((_either(chances), prefix) for prefix, chances in grown.items()), reverse=True)
        least = ranked[0][0] - HOPELESS
        return {prefix: grown[prefix] for chance, prefix in ranked[: self.width] if chance > least}

    def _grow(
        self,
        kept: dict[Prefix, tuple[float, float]],
        texts: dict[Prefix, str],
        row: Floats,
        numbers: Sequence[int],
    ) -> dict[Prefix, tuple[float, float]]:
        """Every kept prefix with one more column: (log chance ending in a blank, ending in its last character)."""
        grown: dict[Prefix, tuple[float, float]] = {}
        blank = float(np.log(max(float(row[0]), 1e-12)))
        candidates = [
            (numbers[int(place)], float(np.log(row[place]))) for place in np.flatnonzero(row > POSSIBLE) if place
        ]
        for prefix, (rested, running) in kept.items():
            both = _either((rested, running))
            _add(grown, prefix, both + blank, _NEVER)
            for number, chance in candidates:
                start = both
                if prefix and prefix[-1] == number:
                    _add(grown, prefix, _NEVER, running + chance)
                    start = rested
                longer = (*prefix, number)
                text = texts[prefix]
                texts[longer] = text + self.charset[number]
                hint = self.weight * self.model.score(text, self.charset[number]) + self.bonus
                _add(grown, longer, _NEVER, start + chance + hint)
        return grown


def _either(chances: tuple[float, float]) -> float:
    one, other = chances
    if one < other:
        one, other = other, one
    return one if other - one < -30 else one + math.log1p(math.exp(other - one))


def _add(grown: dict[Prefix, tuple[float, float]], prefix: Prefix, rested: float, running: float) -> None:
    known = grown.get(prefix)
    if known is None:
        grown[prefix] = (rested, running)
    else:
        grown[prefix] = (_either((known[0], rested)), _either((known[1], running)))


def align(posteriors: Floats, places: Sequence[int] | NDArray[np.intp]) -> list[tuple[int, int]]:
    """First step and step behind the last of each character: the likeliest CTC path that spells them.

    posteriors: steps x columns, the blank in column 0; places: the column of each character. Empty where they do not
    fit.
    """
    if not len(places):
        return []
    states = np.zeros(2 * len(places) + 1, np.intp)
    states[1::2] = places
    logs = np.log(np.maximum(posteriors[:, states], 1e-12))
    skip = np.zeros(len(states), bool)
    skip[3::2] = states[3::2] != states[1:-2:2]
    best = np.full(len(states), _NEVER)
    best[:2] = logs[0, :2]
    came = np.zeros((len(logs), len(states)), np.int8)
    for step in range(1, len(logs)):
        one, two = np.roll(best, 1), np.where(skip, np.roll(best, 2), _NEVER)
        one[0] = two[0] = two[1] = _NEVER
        options = np.stack([best, one, two])
        came[step] = options.argmax(0)
        best = options.max(0) + logs[step]
    state = len(states) - 1 if best[-1] > best[-2] else len(states) - 2
    if best[state] < _NEVER / 2:
        return []
    path = np.zeros(len(logs), np.intp)
    for step in range(len(logs) - 1, -1, -1):
        path[step] = state
        state -= int(came[step, state])
    spans = [np.flatnonzero(path == 2 * number + 1) for number in range(len(places))]
    return [(int(span[0]), int(span[-1]) + 1) for span in spans]
