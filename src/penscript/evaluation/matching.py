"""Which read line is which line of the truth: one to one, by where they stand."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.document import Polygon
from penscript.errors import DamagedInput

Outline = Sequence[Sequence[float]]
"""The corners of a line, x and y in pixels, in order around it."""


@dataclass(frozen=True, slots=True)
class Matching:
    """pairs: (truth, read) positions, in the truth's order. missed: truth without partner. extra: read without one."""

    pairs: tuple[tuple[int, int], ...]
    missed: tuple[int, ...]
    extra: tuple[int, ...]


def match(truth: Sequence[Outline], read: Sequence[Outline | Polygon], least: float = 0.3) -> Matching:
    """Pair lines whose outlines overlap by at least `least` (intersection over union, 0 to 1), the best overlap
    first.
    """
    found = [
        (share, i, j)
        for i, one in enumerate(truth)
        for j, other in enumerate(read)
        if (share := overlap(one, other)) >= least
    ]
    pairs: dict[int, int] = {}
    for _, i, j in sorted(found, key=lambda item: (-item[0], item[1], item[2])):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return Matching(
        tuple(sorted(pairs.items())),
        tuple(i for i in range(len(truth)) if i not in pairs),
        tuple(sorted(set(range(len(read))) - set(pairs.values()))),
    )


def overlap(one: Outline | Polygon, other: Outline | Polygon, grid: int = 256) -> float:
    """Intersection over union of two outlines, 0 to 1, counted on a grid of at most `grid` cells a side."""
    a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if (a.min(0) > b.max(0)).any() or (b.min(0) > a.max(0)).any():
        return 0.0
    both = np.concatenate([a, b])
    low, size = both.min(0), np.maximum(np.ptp(both, axis=0), 1.0)
    cells = np.minimum(size, grid)
    masks = [_mask((points - low) * (cells / size), cells) for points in (a, b)]
    common, union = (int(np.count_nonzero(mask)) for mask in (masks[0] & masks[1], masks[0] | masks[1]))
    return common / max(1, union)


def touched(truth: Sequence[Outline], read: Sequence[Outline | Polygon], least: float = 0.02) -> list[bool]:
    """Whether each read line overlaps any line of the truth by at least `least` (intersection over union, 0 to 1)."""
    return [any(overlap(one, line) >= least for one in truth) for line in read]


def _mask(points: NDArray[np.float64], cells: NDArray[np.float64]) -> NDArray[np.uint8]:
    mask = np.zeros((int(cells[1]) + 2, int(cells[0]) + 2), np.uint8)
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], (1,))
    return mask


def truth_lines(geometry: Path) -> Iterator[tuple[str, Outline]]:
    """Text and outline of the lines in a `.lines.json`; lines without an outline are left out. DamagedInput if it is
    none.
    """
    try:
        for line in json.loads(geometry.read_text("utf-8-sig")):
            if len(line["polygon"]) > 2:
                yield line["text"], line["polygon"]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedInput(f"{geometry} is not a list of lines with text and polygon.", "Write it again.") from error
