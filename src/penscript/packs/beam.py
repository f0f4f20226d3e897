"""Posteriors and a language model -> characters: CTC prefix beam search (Hannun et al. 2014), then forced alignment.

The network's own evidence always counts in full; the language model only tips the balance between readings that the
network itself finds possible. Columns that are surely blank are passed over.
"""

import math
from bisect import insort
from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from penscript.packs.alignment import Floats, align
from penscript.packs.ngram import START, LanguageModel

_NEVER = -1e30
POSSIBLE = 0.0015
"""A class below this posterior is no candidate of a column."""
BLANK = 0.998
"""A column with the blank above this ends the character before it and does nothing else."""
HOPELESS = 7.0
"""So many nats behind the best, a prefix is given up."""


class _Prefix:
    """A text so far: its last character (place of the class) behind the prefix `up`, and what the language model sees.

    hint: what its last character gains from the language model; hints: what a further one would, by place. rested,
    running, total: log chances that the columns so far spell it and end in a blank, in its last character, in either;
    next_rested, next_running: one column on. key: with the place of one more character added, it tells that prefix.
    """

    __slots__ = (
        "hint",
        "hints",
        "key",
        "next_rested",
        "next_running",
        "place",
        "rested",
        "running",
        "step",
        "tail",
        "total",
        "up",
    )

    def __init__(self, up: "_Prefix | None", place: int, tail: str, hint: float, hints: dict[int, float]) -> None:
        self.up, self.place, self.tail, self.hint, self.hints = up, place, tail, hint, hints
        self.rested = self.running = self.next_rested = self.next_running = self.total = _NEVER
        self.step, self.key = -1, 0

    def places(self) -> list[int]:
        """The places of all its characters."""
        found, prefix = [], self
        while prefix.up is not None:
            found.append(prefix.place)
            prefix = prefix.up
        return found[::-1]


class _Made:
    """What one search has made of `columns`. hints: by what the language model sees. longer: by the key of the prefix
    before and the place of the last character, in sum; so none knows those that it grew into, which would make circles
    and keep the garbage collector busy.
    """

    __slots__ = ("columns", "hints", "longer")

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.hints: dict[str, dict[int, float]] = {}
        self.longer: dict[int, _Prefix] = {}


Grown = tuple[float, _Prefix, int, float]
"""What one more column makes of a prefix: its total, the prefix, and the place and hint of a further character.

The place is 0 where the prefix stays as it is.
"""


class BeamSearch:
    """`weight` of the language model against the network, `bonus` a character gets (in nats), `width` prefixes kept,
    those at most `hopeless` nats behind the best; classes below the posterior `possible` are no candidates.
    """

    def __init__(
        self,
        charset: Sequence[str],
        model: LanguageModel,
        *,
        weight: float = 0.31,
        bonus: float = 1.0,
        width: int = 24,
        possible: float = POSSIBLE,
        hopeless: float = HOPELESS,
    ) -> None:
        self.charset, self.model, self._reach = list(charset), model, model.reach
        self.weight, self.bonus, self.width = weight, bonus, width
        self.possible, self.hopeless = possible, hopeless

    def runs(self, posteriors: Floats, numbers: Sequence[int]) -> list[tuple[int, int, int]]:
        """First step, step behind the last and class number of every character of the best reading.

        posteriors: steps x columns; numbers: the class of each column, ascending, the blank first. Empty where there is
        no character.
        """
        found = self.classes(posteriors, numbers)
        spans = align(posteriors, np.searchsorted(np.asarray(numbers), found))
        return [(start, end, number) for (start, end), number in zip(spans, found, strict=False)]

    def classes(self, posteriors: Floats, numbers: Sequence[int]) -> list[int]:
        """The best class numbers, blanks left out; arguments as of `ranked`."""
        return self.ranked(posteriors, numbers, 1)[0][0]

    def ranked(
        self, posteriors: Floats, numbers: Sequence[int], most: int | None = None
    ) -> list[tuple[list[int], float]]:
        """The class numbers of the readings that are left at the end, and their log chances, the best first.

        posteriors: steps x columns; numbers: the class of each column, the blank first. most: how many are told.
        """
        made = _Made(len(numbers))
        first = _Prefix(None, 0, START, 0.0, made.hints.setdefault(START, {}))
        first.rested = first.total = 0.0
        kept = [first]
        logs = np.log(np.maximum(posteriors, 1e-12))
        blanks, steps = posteriors[:, 0].tolist(), self._candidates(posteriors, logs)
        for step, blank in enumerate(logs[:, 0].tolist()):
            if blanks[step] > BLANK:
                for prefix in kept:
                    prefix.rested, prefix.running = prefix.total, _NEVER
                continue
            _stay(kept, step, blank, dict(steps[step]))
            kept = self._best(kept, self._grow(kept, step, steps[step], numbers, made.longer), numbers, made)
        return [([numbers[place] for place in prefix.places()], prefix.total) for prefix in kept[:most]]

    def _candidates(self, posteriors: Floats, logs: Floats) -> list[list[tuple[int, float]]]:
        """Places and log posteriors of the classes that each step holds for possible, the likeliest first."""
        found: list[list[tuple[int, float]]] = [[] for _ in posteriors]
        at, places = np.nonzero(posteriors[:, 1:] > self.possible)
        chances = logs[at, places + 1]
        order = np.lexsort((places, -chances, at))
        for step, place, chance in zip(*(one[order].tolist() for one in (at, places + 1, chances)), strict=True):
            found[step].append((place, chance))
        return found

    def _best(self, kept: Sequence[_Prefix], more: list[Grown], numbers: Sequence[int], made: _Made) -> list[_Prefix]:
        """The `width` likeliest of the kept prefixes and the longer ones, the best first, as far as they are not
        hopelessly behind it.
        """
        stayed = [
            (one.next_rested if one.next_running == _NEVER else _either(one.next_rested, one.next_running), one, 0, 0.0)
            for one in kept
        ]
        grown: list[Grown] = [*stayed, *more]
        grown.sort(key=_total, reverse=True)
        least, best = grown[0][0] - self.hopeless, list[_Prefix]()
        for total, prefix, place, hint in grown[: self.width]:
            if total <= least:
                break
            one = prefix
            if place:
                one = made.longer.get(prefix.key + place) or self._longer(prefix, place, numbers[place], hint, made)
                one.next_rested, one.next_running = _NEVER, total
            one.rested, one.running, one.total = one.next_rested, one.next_running, total
            best.append(one)
        return best

    def _grow(
        self,
        kept: Sequence[_Prefix],
        step: int,
        candidates: Sequence[tuple[int, float]],
        numbers: Sequence[int],
        longer: dict[int, _Prefix],
    ) -> list[Grown]:
        """What one more column makes of the kept prefixes with a further character. kept: the likeliest first.
        candidates: places and their log posteriors, the likeliest first.

        What is hopeless whatever the language model says is left out without asking it.
        """
        grown: list[Grown] = []
        if not candidates:
            return grown
        likeliest = candidates[0][1]
        leaders = sorted([a if (a := one.next_rested) > (b := one.next_running) else b for one in kept])
        least, bonus, weight = self._least(leaders), self.bonus, self.weight
        after, charset = self.model.after, self.charset
        for prefix in kept:
            total, own, key, hints = prefix.total, prefix.place, prefix.key, prefix.hints
            if total + likeliest + bonus <= least:
                break  # and so are those that are less likely
            for place, chance in candidates:
                start = total + chance
                if start + bonus <= least:
                    break
                if place == own:
                    start = prefix.rested + chance
                    if start + bonus <= least:
                        continue
                hint = hints.get(place)
                if hint is None:
                    hint = hints[place] = weight * after(prefix.tail, charset[numbers[place]]) + bonus
                start += hint
                if start > least and ((one := longer.get(key + place)) is None or one.step != step):
                    grown.append((start, prefix, place, hint))
                    insort(leaders, start)
                    least = self._least(leaders)
        return grown

    def _least(self, leaders: list[float]) -> float:
        """What a prefix must reach to be kept, as far as is known. leaders: what others have reached, ascending."""
        return max(leaders[-1] - self.hopeless, leaders[-self.width] if len(leaders) >= self.width else _NEVER)

    def _longer(self, prefix: _Prefix, place: int, number: int, hint: float, made: _Made) -> _Prefix:
        """A prefix with one more character."""
        tail = (prefix.tail + self.charset[number])[-self._reach :]
        one = made.longer[prefix.key + place] = _Prefix(prefix, place, tail, hint, made.hints.setdefault(tail, {}))
        one.key = made.columns * len(made.longer)
        return one


def _stay(kept: Sequence[_Prefix], step: int, blank: float, chances: dict[int, float]) -> None:
    """One more column for the prefixes that are there: a blank, their last character, or from a shorter one.

    chances: log posteriors by place.
    """
    for prefix in kept:
        prefix.step, prefix.next_rested = step, prefix.total + blank
        chance = chances.get(prefix.place)
        prefix.next_running = _NEVER if chance is None else prefix.running + chance
    for prefix in kept:
        up = prefix.up
        if up and up.step == step and prefix.place in chances:
            start = up.rested if up.place == prefix.place else up.total
            come = start + chances[prefix.place] + prefix.hint
            prefix.next_running = _either(prefix.next_running, come)


_total = itemgetter(0)


def _either(one: float, other: float) -> float:
    if one < other:
        one, other = other, one
    return one if other - one < -30 else one + math.log1p(math.exp(other - one))
