"""Drawn rules -> grids of cells, in a frame where text is level."""

from collections.abc import Sequence
from dataclasses import dataclass

from penscript.document import Rule
from penscript.export.placing import Level

NEAR = 0.5
"""Rules that lie so many heights of text apart touch."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A level or upright rule: its place across its direction, and where it begins and ends along it."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines of a ruled table: places of its rows and columns, and the cell that each cell belongs to."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: dict[tuple[int, int], tuple[int, int]]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the cell at a place, the first ones of a cell that spans several; None outside."""
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]):
            return None
        row = sum(place <= y for place in self.ys) - 1
        return self.owner[row, sum(place <= x for place in self.xs) - 1]

    def cells(self) -> int:
        """How many cells there are, one that spans several counted once."""
        return len(set(self.owner.values()))


def grids(rules: Sequence[Rule], frame: Level, height: float) -> list[Grid]:
    """The grids of at least two rows and two columns. height: of the usual line of text, in pixels."""
    slack = NEAR * height
    level, upright = _segments(rules, frame, slack)
    found = []
    for rows, columns in _connected(level, upright, slack):
        ys = _places(rows, [end for rule in columns for end in (rule.start, rule.end)], slack)
        xs = _places(columns, [end for rule in rows for end in (rule.start, rule.end)], slack)
        if len(xs) > 2 and len(ys) > 2:
            found.append(Grid(xs, ys, _owners(xs, ys, rows, columns, slack)))
    return found


def _segments(rules: Sequence[Rule], frame: Level, slack: float) -> tuple[list[Segment], list[Segment]]:
    """Level and upright rules; what lies askew is no rule of a table."""
    level, upright = [], []
    for rule in rules:
        (x0, y0), (x1, y1) = frame.to((rule.x0, rule.y0)), frame.to((rule.x1, rule.y1))
        if abs(y1 - y0) <= 0.05 * abs(x1 - x0) + slack / 2 and abs(x1 - x0) > abs(y1 - y0):
            level.append(Segment((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= 0.05 * abs(y1 - y0) + slack / 2:
            upright.append(Segment((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return level, upright


def _connected(
    level: Sequence[Segment], upright: Sequence[Segment], slack: float
) -> list[tuple[list[Segment], list[Segment]]]:
    """Rules that cross or touch, directly or by others."""
    group = list(range(len(level) + len(upright)))

    def find(index: int) -> int:
        while group[index] != index:
            index = group[index]
        return index

    for i, row in enumerate(level):
        for j, column in enumerate(upright, len(level)):
            meets = row.start - slack <= column.at <= row.end + slack
            if meets and column.start - slack <= row.at <= column.end + slack:
                group[find(i)] = find(j)
    found: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for index, rule in enumerate([*level, *upright]):
        found.setdefault(find(index), ([], []))[index >= len(level)].append(rule)
    return list(found.values())


def _places(rules: Sequence[Segment], ends: Sequence[float], slack: float) -> tuple[float, ...]:
    """Where rules lie, near ones as one; and where the others end beyond them, for sides that are not drawn."""
    groups: list[list[float]] = []
    for at in sorted(rule.at for rule in rules):
        if groups and at - groups[-1][-1] <= slack:
            groups[-1].append(at)
        else:
            groups.append([at])
    places = [sum(group) / len(group) for group in groups]
    if places and ends and min(ends) < places[0] - 2 * slack:
        places.insert(0, min(ends))
    if places and ends and max(ends) > places[-1] + 2 * slack:
        places.append(max(ends))
    return tuple(places)


def _owners(
    xs: Sequence[float], ys: Sequence[float], level: Sequence[Segment], upright: Sequence[Segment], slack: float
) -> dict[tuple[int, int], tuple[int, int]]:
    """Cells with no rule between them are one."""
    owner = {(row, column): (row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)}

    def find(cell: tuple[int, int]) -> tuple[int, int]:
        while owner[cell] != cell:
            cell = owner[cell]
        return cell

    for row, column in list(owner):
        left = column and not _drawn(upright, xs[column], ys[row], ys[row + 1], slack)
        above = row and not _drawn(level, ys[row], xs[column], xs[column + 1], slack)
        for apart, other in ((left, (row, column - 1)), (above, (row - 1, column))):
            if apart:
                one, two = sorted((find((row, column)), find(other)))
                owner[two] = one
    return {cell: find(cell) for cell in owner}


def _drawn(rules: Sequence[Segment], at: float, start: float, end: float, slack: float) -> bool:
    """Whether rules at a place cover most of a stretch."""
    near = [rule for rule in rules if abs(rule.at - at) <= slack]
    return sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in near) > 0.5 * (end - start)
