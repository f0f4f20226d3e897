"""Evidence -> the probability that a line is exactly right: fitted on lines that trained nothing, applied to all
others.

Platt's logistic map (1999) over the evidence of the whole line, with a hinge at each quartile of a measure so that
the map may bend. Pure numbers: what the measures mean is the business of who measures them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
QUARTILES = (0.25, 0.5, 0.75)
CAUTION = 0.001
"""No probability comes nearer to 0 or 1 than this."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted map. names: of the measures, in order. centre, scale: of each measure. knots: the hinges of each
    measure, in its scaled units. weights: one a term, measures first, then hinges. bias. lines: how many it was
    fitted on. kinds: what they were.
    """

    names: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    knots: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    bias: float
    lines: int = 0
    kinds: str = ""

    def probability(self, evidence: Mapping[str, float]) -> float:
        """The probability, 0.001 to 0.999, that the line with this evidence is exactly right. KeyError for a missing
        measure.
        """
        values = np.array([[evidence[name] for name in self.names]])
        return float(self.probabilities(values)[0])

    def probabilities(self, values: Floats) -> Floats:
        """The same for lines x measures."""
        scaled = (values - np.array(self.centre)) / np.array(self.scale)
        return np.clip(_sigmoid(_terms(scaled, self.knots) @ np.array(self.weights) + self.bias), CAUTION, 1 - CAUTION)

    def to_dict(self) -> dict[str, Any]:
        """As it is stored in a pack's metadata."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Calibration":
        """From a pack's metadata. Raises KeyError, TypeError or ValueError for anything else."""
        rows = {name: tuple(told[name]) for name in ("names", "centre", "scale", "weights")}
        knots = tuple(tuple(one) for one in told["knots"])
        return cls(**rows, knots=knots, bias=float(told["bias"]), lines=int(told["lines"]), kinds=str(told["kinds"]))


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
    solution = _newton(_terms(scaled, knots), right, np.ones(len(right)) if weight is None else weight, ridge)
    weights, bias = tuple(map(float, solution[:-1])), float(solution[-1])
    return Calibration(tuple(names), _tuple(centre), _tuple(scale), knots, weights, bias, len(right), kinds)


def _terms(scaled: Floats, knots: Sequence[Sequence[float]]) -> Floats:
    """Lines x terms: the measures themselves and, above each knot, how far beyond it they are."""
    hinges = [np.maximum(0.0, scaled[:, i : i + 1] - np.array(row)) for i, row in enumerate(knots)]
    return np.concatenate([scaled, *hinges], axis=1)


def _newton(terms: Floats, right: Floats, weight: Floats, ridge: float, rounds: int = 50) -> Floats:
    """Iteratively reweighted least squares with a ridge; the last coefficient is the bias, which is not penalised."""
    design = np.concatenate([terms, np.ones((len(terms), 1))], axis=1)
    penalty = ridge * np.diag([*[1.0] * terms.shape[1], 1e-6])
    solution = np.zeros(design.shape[1])
    for _ in range(rounds):
        p = _sigmoid(design @ solution)
        slope = design.T @ (weight * (right - p)) - penalty @ solution
        bend = (design * (weight * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend, slope)
        solution = solution + step
        if np.abs(step).max() < 1e-8:
            break
    return solution


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -40, 40))), np.float64)


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
