"""Page -> its tables, from the rules that are drawn on it, or else from the white space between columns."""

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from penscript.document import Bounds, Document, Page
from penscript.export.grid import Grid, grids
from penscript.export.layout_text import TextRow, text_rows
from penscript.export.placing import Level, Placed, level

CELL_GAP = 1.0
"""Words that stand farther apart than so many heights of their row are cells of their own."""
BRIDGES = 0.15
"""So many rows of a table may cross the white space between two columns, as headings do."""
FAR = 3.0
"""A row that follows after so many heights belongs to no table above."""
WIDE_FAR = 5.0
"""The same where both rows have several cells."""
JUMP, NEARBY = 1.7, 3
"""A row that follows after so many times the largest of so many steps before and behind begins something else."""
CUT = 2.0
"""What a cut between two tables must gain."""
MOST_ROWS = 80
"""Longer tables are cut."""
CLOSE = 0.75
"""A row that follows after less than this share of the usual step goes on with the one above."""
Stretch = tuple[float, float]
WORDY = 6
"""Columns whose cells have more words than this are running text."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of page `page`: its rows from the top, every row with as many cells, "" where one is empty.

    A cell that spans several stands in the first of them. ruled: told by drawn rules, not by white space. lines: the
    numbers of the page's lines (from 0) that lie in it. bounds: pixels of the page.
    """

    page: int
    bounds: Bounds
    rows: tuple[tuple[str, ...], ...]
    ruled: bool
    lines: tuple[int, ...] = ()


def tables_of(document: Document) -> list[Table]:
    """The tables of all pages, each page's from the top down."""
    return [table for page in document.pages for table in page_tables(page)]


def page_tables(page: Page) -> list[Table]:
    """The tables of a page from the top down."""
    frame, words = level(page)
    if len(words) < 4:
        return []
    height = statistics.median(word.height for word in words)
    found = [_ruled(page, frame, grid, words) for grid in grids(page.rules, frame, height)]
    ruled = [one for one in found if one]
    free = [word for word in words if not any(word.line in table.lines for table in ruled)]
    spaced = [_spaced(page, frame, rows) for rows in _runs(text_rows(free))]
    return sorted([*ruled, *(one for one in spaced if one)], key=lambda table: (table.bounds.y, table.bounds.x))


def joined(words: Sequence[Placed]) -> str:
    """The text of a cell: its rows one after the other."""
    return " ".join(" ".join(word.text for word in row.words) for row in text_rows(words))


def _ruled(page: Page, frame: Level, grid: Grid, words: Sequence[Placed]) -> Table | None:
    """What stands in the cells of a grid; None where most are empty."""
    inside: dict[tuple[int, int], list[Placed]] = {}
    for word in words:
        place = grid.cell((word.left + word.right) / 2, word.middle)
        if place:
            inside.setdefault(place, []).append(word)
    texts = {place: joined(found) for place, found in inside.items()}
    down, across = len(grid.ys) - 1, len(grid.xs) - 1
    rows = [tuple(texts.get((row, column), "") for column in range(across)) for row in range(down)]
    filled = sum(map(bool, texts.values()))
    if filled < 3 or 3 * filled < grid.cells():
        return None
    every = [word for found in inside.values() for word in found]
    return Table(page.number, _bounds(frame, grid.box, page), tuple(rows), True, _lines(every, words))


def _lines(inside: Sequence[Placed], words: Sequence[Placed]) -> tuple[int, ...]:
    """The lines most of whose words lie inside."""
    own = [word.line for word in inside]
    every = [word.line for word in words]
    return tuple(line for line in sorted(set(own)) if 2 * own.count(line) > every.count(line))


def _cells(row: TextRow) -> list[list[Placed]]:
    """The words of a row, parted where they stand far apart."""
    found: list[list[Placed]] = []
    for word in row.words:
        if found and word.left - found[-1][-1].right <= CELL_GAP * row.height:
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _runs(rows: Sequence[TextRow]) -> list[list[TextRow]]:
    """Rows that follow each other closely and begin and end with one of several cells."""
    runs: list[list[TextRow]] = [[]]
    for row in rows:
        several = len(_cells(row)) > 1
        if runs[-1] and (_is_far(runs[-1][-1], row) or _singles(runs[-1]) > 2):
            runs.append([])
        if several or runs[-1]:
            runs[-1].append(row)
    return [_trimmed(part) for run in runs if run for close in _close(run) for part in _parts(close)]


def _close(run: list[TextRow]) -> list[list[TextRow]]:
    """The run, parted where two rows stand much farther apart than any nearby, as a table below an address does."""
    steps = [low.middle - high.middle for high, low in itertools.pairwise(run)]
    found, start = [], 0
    for index, step in enumerate(steps):
        before, after = steps[max(start, index - NEARBY) : index], steps[index + 1 : index + 1 + NEARBY]
        if len(before) > 1 and len(after) > 1 and step > JUMP * max(before + after):
            found.append(run[start : index + 1])
            start = index + 1
    return [*found, run[start:]]


def _is_far(before: TextRow, row: TextRow) -> bool:
    """Whether a row is too far below to go on with the table; rows of several cells may stand wider apart."""
    reach = FAR if min(len(_cells(before)), len(_cells(row))) == 1 else WIDE_FAR
    return row.middle - before.middle > reach * max(row.height, before.height)


def _parts(run: list[TextRow]) -> list[list[TextRow]]:
    """The run, cut where one table ends and another one with other columns begins.

    Of all ways to cut, the one whose tables have the most columns for their rows: the sum of rows times squared gaps.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        first = max(0, end - MOST_ROWS)
        best.append(max((best[start][0] + _worth(run[start:end]), start) for start in range(first, end)))
    found, end = [], len(run)
    while end:
        start = best[end][1]
        found.append(run[start:end])
        end = start
    return _headed(found[::-1])


def _worth(rows: Sequence[TextRow]) -> float:
    several = [row for row in rows if len(_cells(row)) > 1]
    if len(several) < 2 or len(_cells(rows[0])) < 2:
        return 0.0
    return len(several) * (len(_columns(several)) - 1) ** 2 - CUT


def _headed(parts: list[list[TextRow]]) -> list[list[TextRow]]:
    """A row that stands alone above a table and has nearly as many cells is its head."""
    found: list[list[TextRow]] = []
    for part in parts:
        head = found[-1] if found else []
        if len(head) == 1 and len(part) > 1 and len(_cells(head[0])) >= max(2, len(_columns(_several(part))) - 1):
            found[-1] = head + part
        else:
            found.append(part)
    return found


def _several(rows: Sequence[TextRow]) -> list[TextRow]:
    """The rows of more than one cell."""
    return [row for row in rows if len(_cells(row)) > 1]


def _singles(run: Sequence[TextRow]) -> int:
    """How many rows of one cell the run ends with."""
    count = 0
    while count < len(run) and len(_cells(run[-1 - count])) == 1:
        count += 1
    return count


def _trimmed(run: list[TextRow]) -> list[TextRow]:
    """Without the last rows of one cell, but for those that go on with a cell above and not with the first."""
    while run and len(_cells(run[-1])) == 1:
        left = run[-1].words[0].left
        if len(run) > 1 and left > _cells(run[-2])[0][-1].right and len(_cells(run[-2])) > 1:
            break
        run = run[:-1]
    return run


def _spaced(page: Page, frame: Level, rows: list[TextRow]) -> Table | None:
    """The table that rows make; None where they are few, or running text in columns."""
    several = _several(rows)
    if len(several) < 2:
        return None
    body = several[1:] if len(several) > 2 and len(_columns(several[1:])) > len(_columns(several)) else several
    columns = _columns(body)
    if len(columns) < 2 or (len(several) < 3 and len(columns) < 3):
        return None
    made = [_assigned(row, columns) for row in rows]
    if _is_prose([made[index] for index, row in enumerate(rows) if row in several]):
        return None
    words = [word for row in rows for word in row.words]
    lefts, tops = [word.left for word in words], [word.top for word in words]
    rights, bottoms = [word.right for word in words], [word.bottom for word in words]
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    texts = tuple(tuple(" ".join(parts) for parts in row) for row in _gathered(rows, made))
    return Table(page.number, _bounds(frame, box, page), texts, False, tuple(sorted({word.line for word in words})))


def _columns(rows: Sequence[TextRow]) -> list[tuple[float, float]]:
    """Stretches that are parted by strips which nearly all rows leave free."""
    cells = [[(cell[0].left, cell[-1].right) for cell in _cells(row)] for row in rows]
    edges = sorted({edge for row in cells for cell in row for edge in cell})
    allowed = int(BRIDGES * len(rows))
    columns: list[tuple[float, float]] = []
    for left, right in itertools.pairwise(edges):
        middle = (left + right) / 2
        if sum(any(start < middle < end for start, end in row) for row in cells) <= allowed:
            continue
        if columns and columns[-1][1] == left:
            columns[-1] = (columns[-1][0], right)
        else:
            columns.append((left, right))
    return _supported(columns, cells)


def _supported(columns: list[Stretch], cells: Sequence[list[Stretch]]) -> list[Stretch]:
    """Columns that hold a cell of one row alone belong to the nearer neighbour, where there are rows enough."""
    while len(cells) > 2 and len(columns) > 2:
        counts = [sum(any(a < right and b > left for a, b in row) for row in cells) for left, right in columns]
        index = counts.index(min(counts))
        if counts[index] > 1:
            break
        gaps = {
            other: max(columns[other][0] - columns[index][1], columns[index][0] - columns[other][1])
            for other in (index - 1, index + 1)
            if 0 <= other < len(columns)
        }
        first, second = sorted((index, min(gaps, key=lambda other: gaps[other])))
        columns[first : second + 1] = [(columns[first][0], columns[second][1])]
    return columns


def _assigned(row: TextRow, columns: Sequence[tuple[float, float]]) -> list[list[str]]:
    """The cells of a row, each at the first column that it reaches well into, or else the one that it is nearest to."""
    found: list[list[str]] = [[] for _ in columns]
    for cell in _cells(row):
        left, right = cell[0].left, cell[-1].right
        shares = [min(right, end) - max(left, start) for start, end in columns]
        reach = 0.3 * min(right - left, max(shares))
        place = next(index for index, share in enumerate(shares) if share >= reach or share == max(shares))
        found[place] += [word.text for word in cell]
    return found


def _is_prose(made: Sequence[list[list[str]]]) -> bool:
    """Whether rows are running text: in all columns, or in one beside which the others are mostly empty."""
    lengths = [[len(row[column]) for row in made if row[column]] for column in range(len(made[0]))]
    wordy = [bool(length) and statistics.median(length) > WORDY for length in lengths]
    if all(wordy) and len(lengths) < 4:
        return True
    filled = sum(map(len, lengths))
    others = [len(length) for length, is_wordy in zip(lengths, wordy, strict=True) if not is_wordy]
    return 5 * filled < 2 * len(made) * len(lengths) or (any(wordy) and sum(others) < 0.6 * len(made) * len(others))


def _gathered(rows: Sequence[TextRow], made: Sequence[list[list[str]]]) -> list[list[list[str]]]:
    """Rows of one cell go on with the row above where they stand in a later column or close under it."""
    steps = [low.middle - high.middle for high, low in itertools.pairwise(rows)]
    usual = statistics.median(steps)
    found = [made[0]]
    for step, row in zip(steps, made[1:], strict=True):
        filled = [index for index, cell in enumerate(row) if cell]
        goes_on = len(filled) == 1 and (filled[0] > 0 or step < CLOSE * usual) and found[-1][filled[0]]
        if goes_on:
            found[-1][filled[0]] += row[filled[0]]
        else:
            found.append(row)
    return found


def _bounds(frame: Level, box: tuple[float, float, float, float], page: Page) -> Bounds:
    """A box of the frame as an upright box of the page."""
    left, top, right, bottom = box
    corners = [frame.back((x, y)) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]
    inside = [(min(max(x, 0), page.width), min(max(y, 0), page.height)) for x, y in corners]
    return Bounds.around(inside)
