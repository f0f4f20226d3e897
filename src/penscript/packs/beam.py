"""Posteriors and a language model -> characters: CTC prefix beam search (Hannun et al. 2014), then forced alignment.

The network's own evidence always counts in full; the language model only tips the balance between readings that the
network itself finds possible. Columns that are surely blank are passed over.
"""

import math
from bisect import insort
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from penscript.packs.alignment import Floats, align
from penscript.packs.ngram import START, LanguageModel

_NEVER = -1e30
_NOTHING: dict[int, Any] = {}
POSSIBLE = 0.0015
"""A class below this posterior is no candidate of a column."""
BLANK = 0.998
"""A column with the blank above this ends the character before it and does nothing else."""
HOPELESS = 9.0
"""So many nats behind the best, a prefix is given up."""


class _Prefix:
    """A text so far: its last character (place of the class) behind the prefix `up`, and what the language model sees.

    hint: what its last character gains from the language model; hints: what a further one would, by place. rested,
    running, total: log chances that the columns so far spell it and end in a blank, in its last character, in either;
    next_rested, next_running: one column on.
    """

    __slots__ = (
        "hint",
        "hints",
        "longer",
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

    def __init__(self, up: "_Prefix | None", place: int, tail: str, hint: float) -> None:
        self.up, self.place, self.tail, self.hint = up, place, tail, hint
        self.longer: dict[int, _Prefix] = _NOTHING
        self.hints: dict[int, float] = _NOTHING
        self.rested = self.running = self.next_rested = self.next_running = self.total = _NEVER
        self.step = -1

    def places(self) -> list[int]:
        """The places of all its characters."""
        found, prefix = [], self
        while prefix.up is not None:
            found.append(prefix.place)
            prefix = prefix.up
        return found[::-1]

    def add(self, rested: float, running: float, step: int, grown: "list[_Prefix]") -> None:
        """Chances that column `step` brings; the first ones put the prefix among the grown ones."""
        if self.step != step:
            self.step, self.next_rested, self.next_running = step, rested, running
            grown.append(self)
            return
        if rested > _NEVER:
            self.next_rested = _either(self.next_rested, rested)
        if running > _NEVER:
            self.next_running = _either(self.next_running, running)

    def advance(self) -> None:
        """Takes the next column's chances for its own: the prefix is kept, and may grow."""
        if self.longer is _NOTHING:
            self.longer, self.hints = {}, {}
        self.rested, self.running = self.next_rested, self.next_running

    def leave(self) -> None:
        """Is forgotten if it was never kept, so that nothing has to look for what may be freed."""
        if self.longer is _NOTHING and self.up is not None:
            self.up.longer.pop(self.place, None)

    def forget(self) -> None:
        """Lets go of all that it grew into: circles would wait for the garbage collector, and keep it busy."""
        left = [self]
        while left:
            prefix = left.pop()
            left += prefix.longer.values()
            prefix.longer = _NOTHING


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
        self.charset, self.model = list(charset), model
        self.weight, self.bonus, self.width = weight, bonus, width
        self.possible, self.hopeless = possible, hopeless

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
        """The best class numbers, blanks left out; arguments as of `ranked`."""
        return self.ranked(posteriors, numbers)[0][0]

    def ranked(self, posteriors: Floats, numbers: Sequence[int]) -> list[tuple[list[int], float]]:
        """The class numbers of the readings that are left at the end, and their log chances, the best first.

        posteriors: steps x columns; numbers: the class of each column, the blank first.
        """
        first = _Prefix(None, 0, START, 0.0)
        first.next_rested = first.total = 0.0
        first.advance()
        kept = [first]
        logs = np.log(np.maximum(posteriors, 1e-12))
        blanks, steps = posteriors[:, 0].tolist(), self._candidates(posteriors, logs)
        for step, blank in enumerate(logs[:, 0].tolist()):
            if blanks[step] > BLANK:
                for prefix in kept:
                    prefix.rested, prefix.running = prefix.total, _NEVER
                continue
            kept = self._best(self._grow(kept, step, blank, steps[step], numbers))
        found = [([numbers[place] for place in prefix.places()], prefix.total) for prefix in kept]
        first.forget()
        return found

    def _candidates(self, posteriors: Floats, logs: Floats) -> list[list[tuple[int, float]]]:
        """Places and log posteriors of the classes that each step holds for possible, the likeliest first."""
        found: list[list[tuple[int, float]]] = [[] for _ in posteriors]
        at, places = np.nonzero(posteriors[:, 1:] > self.possible)
        chances = logs[at, places + 1]
        order = np.lexsort((places, -chances, at))
        for step, place, chance in zip(*(one[order].tolist() for one in (at, places + 1, chances)), strict=True):
            found[step].append((place, chance))
        return found

    def _best(self, grown: list[_Prefix]) -> list[_Prefix]:
        """The `width` likeliest prefixes, the best first, as far as they are not hopelessly behind it."""
        for prefix in grown:
            prefix.total = _either(prefix.next_rested, prefix.next_running)
        grown.sort(key=_total, reverse=True)
        least = grown[0].total - self.hopeless
        kept = [prefix for prefix in grown[: self.width] if prefix.total > least]
        for prefix in kept:
            prefix.advance()
        for prefix in grown[len(kept) :]:
            prefix.leave()
        return kept

    def _grow(
        self,
        kept: Sequence[_Prefix],
        step: int,
        blank: float,
        candidates: Sequence[tuple[int, float]],
        numbers: Sequence[int],
    ) -> list[_Prefix]:
        """Every prefix that one more column makes of the kept ones, the best first. blank, candidates: log posteriors.

        The candidates stand with the likeliest first. What is hopeless whatever the language model says is left out
        without asking it.
        """
        grown: list[_Prefix] = []
        self._stay(kept, step, blank, dict(candidates), grown)
        leaders = sorted(max(prefix.next_rested, prefix.next_running) for prefix in grown)
        least, bonus = self._least(leaders), self.bonus
        for prefix in kept:
            total, rested, own, longer, hints = prefix.total, prefix.rested, prefix.place, prefix.longer, prefix.hints
            for place, chance in candidates:
                if total + chance + bonus <= least:
                    break
                start = (rested if place == own else total) + chance
                one = longer.get(place)
                if start + bonus <= least or (one and one.step == step):
                    continue
                hint = hints.get(place)
                if hint is None:
                    hint = hints[place] = self._hint(prefix, numbers[place])
                if start + hint > least:
                    one = one or self._longer(prefix, place, numbers[place], hint)
                    one.step, one.next_rested, one.next_running = step, _NEVER, start + hint
                    grown.append(one)
                    insort(leaders, start + hint)
                    least = self._least(leaders)
        return grown

    def _stay(
        self, kept: Sequence[_Prefix], step: int, blank: float, chances: dict[int, float], grown: list[_Prefix]
    ) -> None:
        """One more column for the prefixes that are there: a blank, their last character, or from a shorter one."""
        for prefix in kept:
            prefix.add(prefix.total + blank, _NEVER, step, grown)
            if prefix.place in chances:
                prefix.add(_NEVER, prefix.running + chances[prefix.place], step, grown)
        for prefix in kept:
            up = prefix.up
            if up and up.step == step and prefix.place in chances:
                start = up.rested if up.place == prefix.place else up.total
                prefix.add(_NEVER, start + chances[prefix.place] + prefix.hint, step, grown)

    def _least(self, leaders: list[float]) -> float:
        """What a prefix must reach to be kept, as far as is known. leaders: what others have reached, ascending."""
        return max(leaders[-1] - self.hopeless, leaders[-self.width] if len(leaders) >= self.width else _NEVER)

    def _hint(self, prefix: _Prefix, number: int) -> float:
        """What a further character gains from the language model."""
        return self.weight * self.model.after(prefix.tail, self.charset[number]) + self.bonus

    def _longer(self, prefix: _Prefix, place: int, number: int, hint: float) -> _Prefix:
        """A prefix with one more character."""
        tail = (prefix.tail + self.charset[number])[-self.model.reach :]
        made = prefix.longer[place] = _Prefix(prefix, place, tail, hint)
        return made


_total = attrgetter("total")


def _either(one: float, other: float) -> float:
    if one < other:
        one, other = other, one
    return one if other - one < -30 else one + math.log1p(math.exp(other - one))
