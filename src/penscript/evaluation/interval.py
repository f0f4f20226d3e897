"""How far a figure can be trusted: bootstrap intervals by document.

Whole documents are drawn with replacement, because the lines of one hand stand or fall together (Efron and
Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13: percentile intervals).
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""From sums of the columns, (..., columns), to one figure each, (...)."""

Interval = tuple[float, float]


def by_document(documents: Sequence[str], rows: Floats) -> Floats:
    """The sums of `rows` (samples x columns) within each document: documents x columns, by name of document."""
    names, place = np.unique(np.asarray(documents), return_inverse=True)
    sums = np.zeros((len(names), rows.shape[1]))
    np.add.at(sums, place, rows)
    return sums


def bootstrap(sums: Floats, statistic: Statistic, draws: int = 1000, share: float = 0.95, seed: int = 0) -> Interval:
    """The interval that holds `share` of the figures of redrawn documents. The same seed gives the same interval.

    sums: documents x columns, what `by_document` returns; two engines side by side in the columns give a paired
    interval. NaN for both ends where there are fewer than two documents.
    """
    count = len(sums)
    if count < 2:
        return float("nan"), float("nan")
    weights = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
    figures = statistic(weights.astype(np.float64) @ sums)
    low, high = np.quantile(figures, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def ratio(sums: Floats) -> Floats:
    """The first column over the second: an error rate, a share."""
    return sums[..., 0] / np.maximum(1.0, sums[..., 1])
