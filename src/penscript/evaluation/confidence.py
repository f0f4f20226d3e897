"""What a confidence is worth: confidences (0 to 1) beside whether each was right (0 or 1).

The reliability diagram and the expected calibration error are those of Guo et al., "On Calibration of Modern Neural
Networks" (2017); the area under the ROC curve is the Mann-Whitney statistic, ties counted half.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Confidences between `low` and `high`: how many, their mean, and the share that was right. All 0 to 1."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Point:
    """What accepting at `threshold` gives: the share accepted, the share right of those, and the share of all right
    ones.
    """

    threshold: float
    coverage: float
    precision: float
    recall: float


def reliability(confidence: ArrayLike, right: ArrayLike, bins: int = 10) -> list[Bin]:
    """The bins that are not empty, equally wide, lowest first; a confidence of 1 belongs to the last."""
    c, r = _arrays(confidence, right)
    edges = np.arange(bins + 1) / bins
    place = np.minimum(np.searchsorted(edges, c, side="right") - 1, bins - 1)
    found = ((b, place == b) for b in range(bins))
    return [
        Bin(float(edges[b]), float(edges[b + 1]), int(m.sum()), float(c[m].mean()), float(r[m].mean()))
        for b, m in found
        if m.any()
    ]


def calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error, 0 to 1: the mean distance of confidence and share right, weighed by the bins'
    counts.
    """
    table = reliability(confidence, right, bins)
    count = sum(one.count for one in table)
    return sum(one.count * abs(one.confidence - one.right) for one in table) / max(1, count)


def brier(confidence: ArrayLike, right: ArrayLike) -> float:
    """Brier score: the mean squared distance of confidence and outcome; 0 is perfect, NaN without data."""
    c, r = _arrays(confidence, right)
    return float(np.mean((c - r) ** 2)) if len(c) else float("nan")


def auroc(confidence: ArrayLike, right: ArrayLike) -> float:
    """The chance that a right line stands above a wrong one, ties half; NaN where only one kind is there."""
    c, r = _arrays(confidence, right)
    good = r > 0.5
    positives, negatives = int(good.sum()), int((~good).sum())
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(c, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[good].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def coverage_curve(confidence: ArrayLike, right: ArrayLike, missed: int = 0) -> list[Point]:
    """A point for every distinct confidence, highest threshold first.

    `missed`: lines of the truth that nothing was read for; they count among all lines for coverage and nowhere else.
    """
    c, r = _arrays(confidence, right)
    order = np.argsort(-c, kind="stable")
    c, hits = c[order], np.cumsum(r[order])
    last = np.flatnonzero(np.diff(c, append=-1.0))
    everything, good = len(c) + missed, max(1.0, float(r.sum()))
    return [
        Point(float(c[i]), (i + 1) / everything, float(hits[i]) / (i + 1), float(hits[i]) / good)
        for i in map(int, last)
    ]


def at_threshold(confidence: ArrayLike, right: ArrayLike, threshold: float) -> Point:
    """What accepting at one threshold (0 to 1) gives; precision is NaN where nothing is accepted."""
    c, r = _arrays(confidence, right)
    taken = c >= threshold
    hits, count = float(r[taken].sum()), int(taken.sum())
    return Point(
        threshold,
        count / max(1, len(c)),
        hits / count if count else float("nan"),
        hits / max(1.0, float(r.sum())),
    )


def threshold_for(curve: Sequence[Point], precision: float) -> float | None:
    """The lowest threshold of the curve that reaches the precision; None where none does."""
    return min((point.threshold for point in curve if point.precision >= precision), default=None)


def _arrays(confidence: ArrayLike, right: ArrayLike) -> tuple[Floats, Floats]:
    c, r = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if c.shape != r.shape or c.ndim != 1:
        raise ValueError(f"confidence {c.shape} and right {r.shape} must be rows of one length")
    return c, r
