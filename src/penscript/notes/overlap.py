"""Which line of a new reading is which line of the old one: by where they stand, or by their order without places."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from penscript.document import Bounds

_SAME = 0.4
_COVERED = 0.6


def pair(old: Mapping[int, Bounds], new: Sequence[Bounds]) -> dict[int, int]:
    """Place in `new` -> id of the old line there: one to one, the best overlap (intersection over union) first."""
    if not any(box.width for box in [*old.values(), *new]):
        return dict(enumerate(list(old)[: len(new)]))
    by_top = sorted(old.items(), key=lambda one: one[1].y)
    tops, tallest = [box.y for _, box in by_top], max((box.height for box in old.values()), default=0)
    found = [
        (share, place, line)
        for place, box in enumerate(new)
        for line, other in by_top[bisect_left(tops, box.y - tallest) : bisect_left(tops, box.bottom)]
        if (share := _common(box, other) / max(1, _area(box) + _area(other) - _common(box, other))) >= _SAME
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, place, line in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
        if place not in pairs and line not in taken:
            pairs[place] = line
            taken.add(line)
    return pairs


def covered(box: Bounds, others: Sequence[Bounds]) -> bool:
    """Whether most of `box` lies in one of the others."""
    return any(_common(box, other) >= _COVERED * max(1, _area(box)) for other in others)


def _area(box: Bounds) -> int:
    return box.width * box.height


def _common(one: Bounds, other: Bounds) -> int:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0, width) * max(0, height)
