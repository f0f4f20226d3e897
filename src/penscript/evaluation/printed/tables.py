"""The rows of what was sold and the sums below them, in several kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from penscript.evaluation.printed.bill import Bill, Sold
from penscript.evaluation.printed.paper import INK, WHITE, Font, Paper

Span = tuple[float, float, float]
"""Left edge, y of the first baseline, right edge."""
_STEP = 46
_DARK, _PALE = (60, 64, 70), (236, 239, 243)
_SHARES = {"position": 0.07, "quantity": 0.12, "price": 0.16, "rate": 0.12, "amount": 0.18}


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table: their names and their edges, one more than names."""

    paper: Paper
    columns: tuple[str, ...]
    edges: list[float]

    def row(self, y: float, cells: list[str], face: Font, ink: tuple[int, int, int] = INK) -> None:
        """Names from the left, numbers to the right."""
        for (start, end), name, cell in zip(pairwise(self.edges), self.columns, cells, strict=True):
            if name in ("description", "position"):
                self.paper.put(start + 14, y, cell, face, ink=ink)
            else:
                self.paper.put(end - 8, y, cell, face, anchor="rs", ink=ink)


def print_table(paper: Paper, bill: Bill, text: Font, bold: Font, span: Span) -> float:
    """Heads and rows; the y below them."""
    left, y, right = span
    look, columns = bill.seller.layout.table, bill.seller.layout.columns
    table, top = Table(paper, columns, _edges(columns, left, right)), y - _STEP * 0.7
    if look == 1:
        paper.fill((left, top, right, top + _STEP), _DARK)
    table.row(y, [_head(bill, name) for name in columns], bold, WHITE if look == 1 else INK)
    for number, row in enumerate(bill.items):
        below = y + _STEP * (number + 1)
        if look == 2 and number % 2 == 0:
            paper.fill((left, below - _STEP * 0.7, right, below + _STEP * 0.3), _PALE)
        table.row(below, [_cell(bill, row, number, name) for name in columns], text)
    bottom = top + _STEP * (len(bill.items) + 1)
    _rules(paper, look, (top, bottom), table.edges)
    return bottom + _STEP * 0.7


def _edges(columns: tuple[str, ...], left: float, right: float) -> list[float]:
    free = 1 - sum(_SHARES.get(name, 0) for name in columns)
    edges = [left]
    for name in columns:
        edges.append(edges[-1] + (right - left) * _SHARES.get(name, free))
    return edges


def _head(bill: Bill, name: str) -> str:
    return "#" if name == "position" else bill.seller.columns[name]


def _cell(bill: Bill, row: Sold, number: int, name: str) -> str:
    cells: dict[str, Callable[[], str]] = {
        "position": lambda: str(number + 1),
        "description": lambda: row.description,
        "quantity": lambda: format(row.quantity, "f"),
        "price": lambda: bill.money(row.price * bill.sign),
        "rate": lambda: f"{bill.rate(row.rate)}%",
        "amount": lambda: bill.money(row.amount),
    }
    return cells[name]()


def _rules(paper: Paper, look: int, ends: tuple[float, float], edges: list[float]) -> None:
    top, bottom = ends
    if look in (0, 3):
        rows = round((bottom - top) / _STEP)
        for row in range(rows + 1):
            paper.rule(edges[0], top + row * _STEP, edges[-1], 3 if row == 1 else 1)
    else:
        paper.rule(edges[0], bottom, edges[-1], 2)
    for edge in edges if look == 3 else ():
        paper.upright(edge, top, bottom)


def print_totals(paper: Paper, bill: Bill, text: Font, bold: Font, span: Span) -> float:
    """Net, the tax of every rate, the total; the y below them."""
    kind = (_sums, _boxed, _by_rate, _strip)[bill.seller.layout.totals]
    return kind(paper, bill, (text, bold), span)


Fonts = tuple[Font, Font]


def _rows(bill: Bill) -> list[tuple[str, str]]:
    labels = bill.seller.labels
    taxes = [(labels["tax"].format(rate=bill.rate(tax.rate)), bill.money(tax.amount)) for tax in bill.taxes]
    if len(taxes) > 1 and bill.seller.layout.foot == 0:
        taxes.append((labels["tax_total"], bill.money(bill.tax)))
    return [(labels["net"], bill.money(bill.net)), *taxes]


def _total(bill: Bill) -> tuple[str, str]:
    return bill.seller.labels["total"], bill.money(bill.total, symbol=True)


def _sums(paper: Paper, bill: Bill, fonts: Fonts, span: Span) -> float:
    _, y, right = span
    for label, value in _rows(bill):
        paper.put(right - 420, y, label, fonts[0])
        paper.put(right - 8, y, value, fonts[0], anchor="rs")
        y += _STEP
    return _last(paper, bill, fonts[1], (right - 420, y, right))


def _last(paper: Paper, bill: Bill, face: Font, span: Span) -> float:
    left, y, right = span
    paper.rule(left - 10, y - _STEP * 0.75, right, 2)
    label, value = _total(bill)
    paper.put(left, y, label, face)
    paper.put(right - 8, y, value, face, anchor="rs")
    return y + _STEP


def _boxed(paper: Paper, bill: Bill, fonts: Fonts, span: Span) -> float:
    y = _sums(paper, bill, fonts, span)
    paper.frame((span[2] - 440, y - 1.8 * _STEP, span[2], y - 0.5 * _STEP))
    return y


def _by_rate(paper: Paper, bill: Bill, fonts: Fonts, span: Span) -> float:
    """A table of the taxes by rate on the left, then the sums."""
    left, y, right = span
    labels, places = bill.seller.labels, (left + 100, left + 290, left + 460)
    for place, name in zip(places, ("head_rate", "head_net", "head_tax"), strict=True):
        paper.put(place, y, labels[name], fonts[1], anchor="rs")
    for number, tax in enumerate(bill.taxes):
        cells = (f"{bill.rate(tax.rate)} %", bill.money(tax.base), bill.money(tax.amount))
        for place, cell in zip(places, cells, strict=True):
            paper.put(place, y + _STEP * (number + 1), cell, fonts[0], anchor="rs")
    rows = [(labels["net"], bill.money(bill.net)), (labels["tax_total"], bill.money(bill.tax))]
    for number, (label, value) in enumerate(rows):
        paper.put(right - 420, y + _STEP * number, label, fonts[0])
        paper.put(right - 8, y + _STEP * number, value, fonts[0], anchor="rs")
    return max(_last(paper, bill, fonts[1], (right - 420, y + 2 * _STEP, right)), y + _STEP * (len(bill.taxes) + 1))


def _strip(paper: Paper, bill: Bill, fonts: Fonts, span: Span) -> float:
    """Labels side by side, the amounts below them; each column as wide as its texts need."""
    left, y, right = span
    cells = [*_rows(bill), _total(bill)]
    widths = [max(fonts[1].getlength(text) for text in cell) + 30 for cell in cells]
    edges = [left + (right - left) * end / sum(widths) - 10 for end in accumulate(widths)]
    for number, (edge, (label, value)) in enumerate(zip(edges, cells, strict=True)):
        last = number == len(cells) - 1
        paper.put(edge, y, label, fonts[1], anchor="rs")
        paper.put(edge, y + _STEP, value, fonts[last], anchor="rs")
    paper.frame((left, y - 0.8 * _STEP, right, y + 1.4 * _STEP))
    return y + 2 * _STEP
