"""Evidence -> the probability that a line is exactly right: fitted on lines that trained nothing, applied to all
others.

Platt's logistic map (1999) over the evidence of the whole line, with a hinge at each quartile of a measure so that
the map may bend, and trees that add to its log odds what depends on several measures at once (gradient boosting,
Friedman 2001). Pure numbers: what the measures mean is the business of who measures them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Evidence = Mapping[str, float]
QUARTILES = (0.25, 0.5, 0.75)
CAUTION = 0.001
"""No probability comes nearer to 0 or 1 than this."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Symmetric trees: every node of a level asks the same question, so a tree is a table of answers.

    places: trees x levels, the numbers of the measures asked for. cuts: trees x levels, what they are compared with.
    leaves: trees x 2^levels, log odds; the first level's answer, 1 for above the cut, is the highest bit of a leaf's
    place.
    """

    places: tuple[tuple[int, ...], ...] = ()
    cuts: tuple[tuple[float, ...], ...] = ()
    leaves: tuple[tuple[float, ...], ...] = ()
    _arrays: tuple[NDArray[np.intp], Floats, Floats, NDArray[np.intp], NDArray[np.intp]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Raises ValueError where the three do not fit each other."""
        places, cuts = np.array(self.places, np.intp), np.array(self.cuts, np.float64)
        leaves = np.array(self.leaves, np.float64)
        if cuts.shape != places.shape or (len(places) and leaves.shape != (len(places), 2 ** places.shape[1])):
            raise ValueError("trees need a cut for every place, and a leaf for every answer")
        bits = 1 << np.arange(places.shape[-1])[::-1]
        object.__setattr__(self, "_arrays", (places, cuts, leaves, bits, np.arange(len(places))))

    def __call__(self, values: Floats) -> Floats:
        """The log odds that they add. values: lines x measures."""
        if not self.places:
            return np.zeros(len(values))
        places, cuts, leaves, bits, rows = self._arrays
        return np.asarray(leaves[rows, (values[:, places] > cuts) @ bits].sum(axis=1), np.float64)

    def to_dict(self) -> dict[str, Any]:
        """As they are stored in a pack's metadata."""
        return {"places": self.places, "cuts": self.cuts, "leaves": self.leaves}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], measures: int) -> "Trees":
        """From a pack's metadata. Raises KeyError, TypeError or ValueError for anything else. measures: how many the
        map knows.
        """
        found = cls(*(tuple(map(tuple, told[name])) for name in ("places", "cuts", "leaves")))
        if any(not 0 <= place < measures for tree in found.places for place in tree):
            raise ValueError("trees ask for a measure that the map does not know")
        return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted map. names: of the measures, in order. centre, scale: of each measure. knots: the hinges of each
    measure, in its scaled units. weights: one a term, measures first, then hinges. bias. lines: how many it was
    fitted on. kinds: what they were. trees: what is added to the log odds.
    """

    names: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    knots: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    bias: float
    lines: int = 0
    kinds: str = ""
    trees: Trees = Trees()
    _arrays: tuple[Floats, Floats, Floats, "_Hinges"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """What the map is computed with, made once."""
        rows = (np.array(row, np.float64) for row in (self.centre, self.scale, self.weights))
        object.__setattr__(self, "_arrays", (*rows, _hinges(self.knots)))

    def probability(self, evidence: Evidence) -> float:
        """The probability, 0.001 to 0.999, that the line with this evidence is exactly right. KeyError for a missing
        measure.
        """
        values = np.array([[evidence[name] for name in self.names]])
        return float(self.probabilities(values)[0])

    def probabilities(self, values: Floats) -> Floats:
        """The same for lines x measures."""
        return np.clip(sigmoid(self.odds(values)), CAUTION, 1 - CAUTION)

    def odds(self, values: Floats) -> Floats:
        """The log odds of lines x measures."""
        centre, scale, weights, hinges = self._arrays
        linear = _terms((values - centre) / scale, hinges) @ weights + self.bias
        return np.asarray(linear + self.trees(values), np.float64)

    def bent(self, slope: float, shift: float) -> "Calibration":
        """The map whose log odds are `slope` times these, and `shift`."""
        weights = tuple(slope * weight for weight in self.weights)
        leaves = tuple(tuple(slope * leaf for leaf in tree) for tree in self.trees.leaves)
        return replace(self, weights=weights, bias=slope * self.bias + shift, trees=replace(self.trees, leaves=leaves))

    def to_dict(self) -> dict[str, Any]:
        """As it is stored in a pack's metadata."""
        told = {name: getattr(self, name) for name in self.__slots__ if name not in ("trees", "_arrays")}
        return told | ({"trees": self.trees.to_dict()} if self.trees.places else {})

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Calibration":
        """From a pack's metadata. Raises KeyError, TypeError or ValueError for anything else."""
        rows = {name: tuple(told[name]) for name in ("names", "centre", "scale", "weights")}
        knots = tuple(tuple(one) for one in told["knots"])
        trees = Trees.from_dict(told["trees"], len(rows["names"])) if "trees" in told else Trees()
        numbers = {"bias": float(told["bias"]), "lines": int(told["lines"])}
        return cls(**rows, knots=knots, **numbers, kinds=str(told["kinds"]), trees=trees)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class PackCalibration:
    """The maps of one pack.

    lines: a line after its first reading. voted: a line that a second pass looked at. words: a word, 0 to 1, exactly
    right. text: whether a line is writing at all. eastern: a line in Han, kana or hangul. mended: whether a second pass
    would make a wrong line right. accepted: for thresholds of 0, 1, 2 ... 100 percent, how many lines of the
    calibration data reach it and how many of them are right, each line judged by maps that never saw its writer or
    seller, of whom none counts for more than a few lines.
    """

    lines: Calibration
    voted: Calibration | None = None
    words: Calibration | None = None
    text: Calibration | None = None
    eastern: Calibration | None = None
    mended: Calibration | None = None
    accepted: tuple[tuple[int, int], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As it is stored in a pack's metadata."""
        maps = {name: getattr(self, name) for name in _MAPS}
        told = {name: one.to_dict() for name, one in maps.items() if one is not None}
        return told | {"accepted": [list(pair) for pair in self.accepted]}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "PackCalibration":
        """From a pack's metadata, those of packs with one map too. Raises KeyError, TypeError or ValueError for
        anything else.
        """
        if "names" in told:
            return cls(Calibration.from_dict(told))
        maps = {name: Calibration.from_dict(told[name]) for name in _MAPS if name in told}
        return cls(**maps, accepted=tuple((int(a), int(b)) for a, b in told.get("accepted", ())))


_MAPS = ("lines", "voted", "words", "text", "eastern", "mended")
FEWEST = 60
"""A precision is shown by at least so many accepted lines."""


def threshold_over(packs: Sequence[PackCalibration], precision: float) -> float | None:
    """The lowest threshold in percent at which the lines of every pack are right often enough (0 to 1).

    Of every pack by itself: which of them reads a page is not known beforehand, and easy print must not vouch for
    handwriting. None where fewer than 60 lines of a pack would be left to show it.
    """
    each = enumerate(zip(*(pack.accepted for pack in packs), strict=False))
    good = (place for place, counts in each if all(_shown(count, right, precision) for count, right in counts))
    return next(map(float, good), None)


def _shown(count: int, right: int, precision: float) -> bool:
    return count >= FEWEST and right >= precision * count


def accepted_by_threshold(
    confidence: Floats, right: Floats, weight: Floats | None = None
) -> tuple[tuple[int, int], ...]:
    """For thresholds of 0 to 100 percent: the lines that reach it and the right ones, rounded. confidence: 0 to 1.
    weight: what each line counts, 1 where none is given.
    """
    counts = np.ones(len(right)) if weight is None else weight
    reached = [100 * confidence >= threshold for threshold in range(101)]
    return tuple((round(float(counts[some].sum())), round(float((counts * right)[some].sum()))) for some in reached)


def log_odds(chance: float) -> float:
    """Log odds, -12 to 12, of a log probability (at most 0)."""
    return min(12.0, max(-12.0, chance - math.log(max(1e-6, -math.expm1(min(0.0, chance))))))


def fit(
    names: Sequence[str],
    values: Floats,
    right: Floats,
    *,
    weight: Floats | None = None,
    ridge: float = 1.0,
    kinds: str = "",
) -> Calibration:
    """Fit a map by penalised maximum likelihood.

    values: lines x measures. right: per line 0 or 1. weight: per line, 1 each where none is given. ridge: the penalty
    on the squared weights, in lines. Raises ValueError where all lines are right or all are wrong.
    """
    if not 0 < right.mean() < 1:
        raise ValueError("calibration needs right and wrong lines")
    centre, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    scaled = (values - centre) / scale
    knots = tuple(tuple(float(q) for q in np.unique(np.quantile(column, QUARTILES))) for column in scaled.T)
    solution = _newton(_terms(scaled, _hinges(knots)), right, np.ones(len(right)) if weight is None else weight, ridge)
    weights, bias = tuple(map(float, solution[:-1])), float(solution[-1])
    return Calibration(tuple(names), _tuple(centre), _tuple(scale), knots, weights, bias, len(right), kinds)


def platt(odds: Floats, right: Floats, weight: Floats, pull: float = 1.0) -> tuple[float, float]:
    """The slope and the shift of log odds that make them true (Platt 1999), by Newton's method
    with short steps.

    right: per line 0 or 1. weight: per line. pull: towards a slope of 1 and no shift, in lines. The slope is 0.2 at
    least, so that the order stays.
    """
    design, first = np.stack([odds, np.ones_like(odds)], axis=1), np.array([1.0, 0.0])
    found = first
    for _ in range(60):
        told = sigmoid(design @ found)
        slope = design.T @ (weight * (right - told)) - pull * (found - first)
        bend = (design * (weight * np.maximum(told * (1 - told), 1e-6))[:, None]).T @ design + pull * np.eye(2)
        step = np.linalg.solve(bend, slope)
        found = found + step / max(1.0, 2 * np.abs(step).max())
        if np.abs(step).max() < 1e-9:
            break
    return max(0.2, float(found[0])), float(found[1])


_Hinges = tuple[NDArray[np.intp], Floats]
"""The number of the measure of each hinge, and where it stands."""


def _hinges(knots: Sequence[Sequence[float]]) -> _Hinges:
    places = np.repeat(np.arange(len(knots)), [len(row) for row in knots])
    return places, np.array([knot for row in knots for knot in row], np.float64)


def _terms(scaled: Floats, hinges: _Hinges) -> Floats:
    """Lines x terms: the measures themselves and, above each knot, how far beyond it they are."""
    places, knots = hinges
    return np.concatenate([scaled, np.maximum(0.0, scaled[:, places] - knots)], axis=1)


def _newton(terms: Floats, right: Floats, weight: Floats, ridge: float, rounds: int = 50) -> Floats:
    """Iteratively reweighted least squares with a ridge; the last coefficient is the bias, which is not penalised."""
    design = np.concatenate([terms, np.ones((len(terms), 1))], axis=1)
    penalty = ridge * np.diag([*[1.0] * terms.shape[1], 1e-6])
    solution = np.zeros(design.shape[1])
    for _ in range(rounds):
        p = sigmoid(design @ solution)
        slope = design.T @ (weight * (right - p)) - penalty @ solution
        bend = (design * (weight * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend, slope)
        solution = solution + step
        if np.abs(step).max() < 1e-8:
            break
    return solution


def sigmoid(x: Floats) -> Floats:
    """The probabilities of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -40, 40))), np.float64)


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
