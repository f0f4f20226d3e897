"""Amounts beside each other and under labels: what stands in a column, which rates belong to what, what adds up."""

import re
from collections.abc import Sequence
from decimal import Decimal

from penscript.document import Bounds
from penscript.invoices.amounts import Amount
from penscript.invoices.labels import Hit
from penscript.invoices.rows import Row
from penscript.invoices.sheet import Sheet

CENT = Decimal("0.011")
"""Sums may differ by a cent, for every amount is rounded by itself."""


def rate_before(sheet: Sheet, hit: Hit) -> Decimal | None:
    """The rate that stands just before a label: `7% VAT on 275.00`."""
    rates = [one for one in sheet.amounts_by_row.get(hit.row.number, []) if one.percent and one.end <= hit.start]
    return rates[-1].value if rates and hit.start - rates[-1].end < 4 else None


def rate_behind(hit: Hit) -> Decimal | None:
    """The rate that follows a label: `VAT 23%`."""
    found = re.match(r"\W*(\d{1,2}(?:[.,]\d{1,2})?)\s{0,3}%", hit.row.text[hit.end :])
    return Decimal(found[1].replace(",", ".")) if found else None


def cell_box(row: Row, start: int, end: int) -> Bounds:
    """The box of the cell in which a stretch of a row stands."""
    cell = next((cell for cell in row.cells if cell[0] <= start < cell[1]), (start, end))
    return row.box(*cell)


def apart(one: Bounds, other: Bounds) -> float:
    """How far two boxes are from standing below each other, by their left edges, right edges or middles, in pixels."""
    middle = abs(one.x + one.right - other.x - other.right) / 2
    return min(abs(one.right - other.right), abs(one.x - other.x), middle)


def tax_of(numbers: Sequence[Amount]) -> tuple[Amount, Amount, Amount] | None:
    """The rate, the base and the tax among the numbers of a row, where they fit to a cent or two."""
    rates = [one for one in numbers if one.percent] or [one for one in numbers if not one.currency and one.value < 30]
    money = [one for one in numbers if one.decimals == 2 and not one.percent]
    for rate in rates:
        for place, base in enumerate(money):
            for tax in money[place + 1 :]:
                fits = abs(base.value * rate.value / 100 - tax.value) <= 2 * CENT
                if fits and rate is not base and rate is not tax and 0 <= rate.value < 40 and base.value:
                    return rate, base, tax
    return None


def whole_row(amounts: Sequence[Amount]) -> tuple[Amount, Amount] | None:
    """Net and tax in a row of sums, where they come to the amount behind them: `Summe 100,00 19,00 119,00`."""
    if len(amounts) < 3:
        return None
    net, tax, whole = amounts[-3:]
    return (net, tax) if tax.value and abs(net.value + tax.value - whole.value) <= CENT else None
