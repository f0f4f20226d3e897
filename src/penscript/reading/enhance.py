"""The second pass: doubtful lines are read again from other views, and each keeps its best reading.

The views: every piece cut closer, and the pieces as another pack reads them. What a page may spend is bounded, and the
lines that may as well be right as wrong come first. (Paler, flatter, slanted, thicker and thinner copies, and the mean
of several views' posteriors, were tried on part `calibrate`: they mended no more lines than they broke.)
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz.distance import Levenshtein

from penscript.document import Reading
from penscript.reading.image import Pixels
from penscript.reading.piece import Quad, Row

SHARE = 0.3
"""A second pass looks at so much of a page's text, measured along the lines, and at one line at least."""
HOPELESS = 0.02
"""The probability below which nobody looks again."""
TRIM = 0.06
"""So much of its height a closer cut takes off above and below."""
LEAD = 0.12
"""By so much another reading must be likelier than the first one."""


@dataclass(frozen=True, eq=False)
class View:
    """One way to read a line again. crops: a picture for each of the pieces. other: to be read by the other pack."""

    row: Row
    crops: tuple[Pixels, ...]
    other: bool = False

    def read(self, readings: Sequence[Reading]) -> Row:
        """The line as this view has it, from one reading a crop."""
        return tuple(replace(piece, reading=one) for piece, one in zip(self.row, readings, strict=True))


def doubtful(rows: Sequence[Row], probabilities: Sequence[float], threshold: float) -> list[int]:
    """The lines to read again, the most open ones first, as many as the page may spend.

    probabilities: 0 to 1, that each line is right. threshold: the probability from which a line is accepted.
    """
    lengths = [sum(piece.width / max(1.0, piece.height) for piece in row) for row in rows]
    order = sorted(range(len(rows)), key=lambda index: abs(probabilities[index] - 0.5))
    left = SHARE * sum(lengths)
    found: list[int] = []
    for index in order:
        if HOPELESS < probabilities[index] < threshold and (left > 0 or not found):
            found.append(index)
            left -= lengths[index]
    return found


def views(row: Row, cut: Callable[[Quad], Pixels], other: bool) -> Iterator[View]:
    """The ways to read a line again. cut: the picture within an outline. other: whether another pack may help."""
    crops = tuple(cut(piece.quad) for piece in row)
    yield View(row, tuple(_closer(crop) for crop in crops))
    if other:
        yield View(row, crops, other=True)


def best(texts: Sequence[str], probabilities: Sequence[float]) -> int:
    """The reading to keep, of the first one and the others.

    The likeliest, if it is clearly likelier than the first; a first reading that another confirms only gives way to a
    text that was read twice. probabilities: 0 to 1.
    """
    place = int(np.argmax(probabilities))
    alone = texts.count(texts[place]) == 1 < texts.count(texts[0])
    return 0 if alone or probabilities[place] <= probabilities[0] + LEAD else place


def agreement(texts: Sequence[str], probabilities: Sequence[float], chosen: int) -> dict[str, float]:
    """What the readings of a line say of the chosen one.

    odds: its own log odds. first: those of the first reading. agree: the share of the others with the same text.
    apart: how far they are from it, edits a character. rival: the log odds of the likeliest other text. changed:
    whether it is not the first text.
    """
    text = texts[chosen]
    others = [(one, p) for place, (one, p) in enumerate(zip(texts, probabilities, strict=True)) if place != chosen]
    rivals = [p for one, p in others if one != text]
    return {
        "odds": _odds(probabilities[chosen]),
        "first": _odds(probabilities[0]),
        "agree": sum(one == text for one, _ in others) / max(1, len(others)),
        "apart": sum(_distance(one, text) for one, _ in others) / max(1, len(others)),
        "rival": _odds(max(rivals, default=0.001)),
        "changed": float(text != texts[0]),
    }


def _closer(crop: Pixels) -> Pixels:
    off = max(1, round(TRIM * crop.shape[0]))
    return np.ascontiguousarray(crop[off:-off]) if crop.shape[0] > 4 * off else crop


def _odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _distance(one: str, other: str) -> float:
    return float(Levenshtein.distance(one, other)) / max(1, len(one), len(other))
