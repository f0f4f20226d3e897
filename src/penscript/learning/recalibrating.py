"""Confidence that is true of the personal pack too: the general maps, bent by what people said of the writer's lines.

The lines that people look at are mostly doubtful ones; each answer is weighed by the inverse of the probability with
which it was chosen, so that they stand for all lines (Horvitz and Thompson 1952). Two numbers are fitted, a slope and a
shift of the log odds (Platt 1999), with a pull to leaving them as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from penscript.calibration import CAUTION, PackCalibration, accepted_by_threshold, platt, sigmoid

AUDITED = 20
"""Accepted lines that somebody must have looked at."""
_PULL = 4.0
"""How many lines the pull counts for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A line that its writer's pack had not seen. confidence: 0 to 1, by the general maps. right: whether it read
    exactly what was meant. probability: with which it was chosen. accepted: as an audit of accepted lines.
    """

    confidence: float
    right: bool
    probability: float
    accepted: bool


def recalibrated(general: Mapping[str, Any] | None, answers: Sequence[Answer]) -> dict[str, Any] | None:
    """The maps of the personal pack; None where too few accepted lines were looked at, or there is no general map."""
    if general is None or sum(answer.accepted for answer in answers) < AUDITED:
        return None
    maps = PackCalibration.from_dict(general)
    slope, shift = fit_odds(answers)
    bent = replace(
        maps,
        lines=maps.lines.bent(slope, shift),
        voted=None if maps.voted is None else maps.voted.bent(slope, shift),
    )
    confidence = sigmoid(slope * _odds(answers) + shift)
    right = np.array([answer.right for answer in answers], float)
    return replace(bent, accepted=accepted_by_threshold(confidence, right)).to_dict()


def fit_odds(answers: Sequence[Answer]) -> tuple[float, float]:
    """Slope and shift of the log odds."""
    right, weight = (
        np.array([answer.right for answer in answers], float),
        np.array([1 / a.probability for a in answers]),
    )
    return platt(_odds(answers), right, weight * (len(answers) / weight.sum()), _PULL)


def _odds(answers: Sequence[Answer]) -> np.ndarray[Any, np.dtype[np.float64]]:
    told = np.clip([answer.confidence for answer in answers], CAUTION, 1 - CAUTION)
    return np.asarray(np.log(told / (1 - told)))
