"""Trees that add to a fitted map what its terms leave unsaid: stochastic gradient boosting (Friedman 2001, 2002) with
symmetric trees (as in CatBoost, Prokhorenkova et al. 2018) and Newton steps at the leaves (Chen and Guestrin 2016).

A tree of few levels whose every level asks one question has few ways to learn a document by heart.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from penscript.calibration import Calibration, Floats, Trees, sigmoid

Numbers = NDArray[np.int64]
TREES, LEVELS = 150, 3
RATE = 0.06
"""How much of its step a tree takes."""
PULL = 15.0
"""The penalty on a leaf's square, in lines."""
LINES, MEASURES = 0.8, 0.5
"""The shares of the lines and of the measures that a tree sees."""
FEWEST = 15
"""Lines on either side of a cut."""
CUTS = 32
TRUST = 0.8
"""What the log odds of the map without trees are multiplied by."""


def boosted(start: Calibration, values: Floats, right: Floats, seed: int = 0) -> Calibration:
    """The map with trees, which begin where `TRUST` of its log odds ends. values, right: what it was fitted on."""
    plain, random = start.bent(TRUST, 0.0), np.random.default_rng(seed)
    binned, odds = _Binned.of(values), plain.odds(values)
    places, cuts, leaves = [], [], []
    for _ in range(TREES):
        chance = sigmoid(odds)
        slope, bend = right - chance, chance * (1 - chance)
        rows = np.flatnonzero(random.random(len(values)) < LINES)
        columns = np.sort(random.choice(values.shape[1], max(1, round(MEASURES * values.shape[1])), replace=False))
        asked = binned.questions(rows, columns, slope[rows], bend[rows])
        at = [column for column, _ in asked]
        cut = [float(binned.edges[column][place]) for column, place in asked]
        leaf = (values[:, at] > cut) @ (1 << np.arange(LEVELS)[::-1])
        up, down = (np.bincount(leaf[rows], one[rows], 1 << LEVELS) for one in (slope, bend))
        gain = np.round(RATE * up / (down + PULL), 5)
        odds = odds + gain[leaf]
        places.append(tuple(at))
        cuts.append(tuple(cut))
        leaves.append(tuple(map(float, gain)))
    return replace(plain, trees=Trees(tuple(places), tuple(cuts), tuple(leaves)))


@dataclass(frozen=True, eq=False)
class _Binned:
    """edges: the cuts of each measure. places: lines x measures, how many cuts a value lies above."""

    edges: tuple[Floats, ...]
    places: Numbers

    @classmethod
    def of(cls, values: Floats) -> "_Binned":
        shares = np.arange(1, CUTS) / CUTS
        edges = tuple(np.unique(np.quantile(column, shares, method="nearest")) for column in values.T)
        places = [np.searchsorted(row, column) for row, column in zip(edges, values.T, strict=True)]
        return cls(edges, np.stack(places, axis=1).astype(np.int64))

    def questions(self, rows: Numbers, columns: Numbers, slope: Floats, bend: Floats) -> list[tuple[int, int]]:
        """The measure and the cut that each level of a tree asks for. slope, bend: the loss's, of each row."""
        bins, leaf = self.places[np.ix_(rows, columns)], np.zeros(len(rows), np.int64)
        known = np.array([len(self.edges[column]) for column in columns])
        below = _sums(leaf, bins, np.ones(len(rows)), 1)[0]
        allowed = (below >= FEWEST) & (below <= len(rows) - FEWEST) & (np.arange(CUTS) < known[:, None])
        found = []
        for level in range(LEVELS):
            up, down = (_sums(leaf, bins, one, 1 << level) for one in (slope, bend))
            rest_up, rest_down = up[:, :, -1:] - up, down[:, :, -1:] - down
            gain = (up**2 / (down + PULL) + rest_up**2 / (rest_down + PULL)).sum(axis=0)
            column, place = divmod(int(np.where(allowed, gain, -1.0).argmax()), CUTS)
            found.append((int(columns[column]), min(place, int(known[column]) - 1)))
            leaf = 2 * leaf + (bins[:, column] > place)
        return found


def _sums(leaf: Numbers, bins: Numbers, weight: Floats, leaves: int) -> Floats:
    """Leaves x measures x cuts: the weight of the lines that do not lie above a cut."""
    count = bins.shape[1]
    cells = (leaf[:, None] * count + np.arange(count)) * CUTS + bins
    totals = np.bincount(cells.ravel(), np.repeat(weight, count), leaves * count * CUTS)
    return np.asarray(totals.reshape(leaves, count, CUTS).cumsum(axis=2), np.float64)
