"""Rows -> cells that stand by themselves, and blocks of cells closely below each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from penscript.document import Bounds
from penscript.invoices.rows import Row
from penscript.invoices.sheet import Sheet

_HUGGED = 1.15
_WIDEST = 1.8
"""Lines of one block are never parted by more than so many heights of the text."""
_STAMP = 4
_APART = 2.2
"""A gap of more than so many heights parts two columns of a letterhead."""


@dataclass(frozen=True)
class Cell:
    """A stretch of a row that stands by itself."""

    row: Row
    start: int
    end: int

    @property
    def text(self) -> str:
        """What it reads."""
        return self.row.text[self.start : self.end]

    @property
    def bounds(self) -> Bounds:
        """Its box."""
        return self.row.box(self.start, self.end)


def cells_of(sheet: Sheet) -> list[Cell]:
    """The cells of all rows, parted where columns are."""
    found = [Cell(row, start, end) for row in sheet.rows for start, end in row.parts(_APART)]
    heights = sorted(cell.bounds.height for cell in found)
    return [cell for cell in found if cell.bounds.height < _STAMP * heights[len(heights) // 2]]


def blocks_of(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells that stand closely below each other, aligned at the left, at the right or in the middle."""
    blocks: list[list[Cell]] = []
    tight, pitch = _tight(cells), _pitch(cells)
    for cell in cells:
        near = [block for block in blocks if _continues(block[-1], cell, tight, pitch)]
        if near:
            max(near, key=lambda block: block[-1].bounds.bottom).append(cell)
        else:
            blocks.append([cell])
    return blocks


def _tight(cells: Sequence[Cell]) -> bool:
    """Whether boxes hug their letters, as those of a PDF's own text do; a detector draws them higher."""
    told = [cell for cell in cells if len(cell.text) > 7]
    ratios = sorted(cell.bounds.height / (cell.bounds.width / len(cell.text) / _letter(cell.text)) for cell in told)
    return bool(ratios) and ratios[len(ratios) // 2] < _HUGGED


def _pitch(cells: Sequence[Cell]) -> float:
    """How far the rows of a document stand below each other: the median, in pixels; 0 for a single row."""
    rows = {cell.row.number: cell.row for cell in cells}
    pairs = [(row, rows[number + 1]) for number, row in rows.items() if number + 1 in rows]
    steps = sorted(b.bounds.y - a.bounds.y for a, b in pairs if a.page == b.page)
    return float(steps[len(steps) // 2]) if steps else 0.0


def _letter(text: str) -> float:
    """The usual width of the letters of a text, in heights of its font: capitals and digits are wider."""
    return 0.5 + 0.14 * sum(c.isupper() or c.isdigit() for c in text) / len(text)


def _continues(above: Cell, below: Cell, tight: bool, pitch: float) -> bool:
    a, b = above.bounds, below.bounds
    if above.row.page != below.row.page or below.row.number <= above.row.number:
        return False
    height = min(a.height, b.height)
    gap = 1.2 * max(a.height, b.height) if tight else 0.9 * height
    gap = max(gap, min(1.05 * pitch - height, _WIDEST * height))
    if b.y - a.bottom > gap or b.y + b.height / 2 <= a.y + a.height / 2:
        return False
    middle = abs(a.x + a.right - b.x - b.right) / 2
    inside = (a.x - height < b.x and b.right < a.right + height) or (b.x - height < a.x and a.right < b.right + height)
    return inside or min(abs(a.x - b.x), abs(a.right - b.right), middle) < 1.5 * height
