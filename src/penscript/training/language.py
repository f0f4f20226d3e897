"""Texts -> the character language model of a pack."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from penscript.packs.ngram import START, STEP, NgramModel, Table, key, masked

SEEN = (1, 1, 1, 2, 2, 2)


def learn_language(texts: Iterable[str], characters: int, seen: Sequence[int] = SEEN) -> NgramModel:
    """The model of these lines. `characters`: how many a pack can write, among which a character never seen is one.

    seen: how often a run of one, two ... characters must have been seen to be kept; the longest run has as many
    characters as there are numbers.

    Interpolated Witten-Bell estimates, each stored beside the weight that shorter runs get after it.
    """
    counts = count_runs(texts, len(seen))
    total, kinds = _followers(counts)
    chances: dict[str, float] = {"": 1 / characters}
    for runs in counts:
        for run, count in runs.items():
            before, shorter = run[:-1], chances[run[1:]] if len(run) > 1 else chances[""]
            chances[run] = (count + kinds[before] * shorter) / (total[before] + kinds[before])
    weights = {before: kinds[before] / (total[before] + kinds[before]) for before in total}
    kept = ([run for run, count in runs.items() if count >= least] for runs, least in zip(counts, seen, strict=True))
    return NgramModel([_table(runs, chances, weights) for runs in kept], -_cost(chances[""]) / STEP)


def count_runs(texts: Iterable[str], longest: int) -> list[Counter[str]]:
    """How often every run of one to `longest` characters is seen; a line begins with `START`."""
    counts: list[Counter[str]] = [Counter() for _ in range(longest)]
    for text in texts:
        line = START + masked(text)
        for length, runs in enumerate(counts, 1):
            runs.update(line[at : at + length] for at in range(len(line) - length + 1))
    return counts


def _followers(counts: list[Counter[str]]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """By run: how many characters were seen after it, and how many different ones."""
    total: dict[str, int] = defaultdict(int)
    kinds: dict[str, int] = defaultdict(int)
    for runs in counts:
        for run, count in runs.items():
            total[run[:-1]] += count
            kinds[run[:-1]] += 1
    return total, kinds


def _table(runs: list[str], chances: Mapping[str, float], weights: Mapping[str, float]) -> Table:
    """Keys in ascending order, the cost of each run and of leaving it for a shorter one."""
    found = {key(run): run for run in runs}
    ordered = sorted(found)
    costs = [_cost(chances[found[number]]) for number in ordered]
    leaving = [_cost(weights.get(found[number], 1.0)) for number in ordered]
    return np.array(ordered, np.uint32), np.array(costs, np.uint8), np.array(leaving, np.uint8)


def _cost(chance: float) -> int:
    return min(255, round(-float(np.log(chance)) * STEP))
