"""Net and tax that no label names, found by their sum with those that are known."""

import re
from collections.abc import Sequence
from decimal import Decimal

from penscript.invoices.amounts import Amount
from penscript.invoices.choices import Choice
from penscript.invoices.figures import CENT
from penscript.invoices.rows import Row
from penscript.invoices.sheet import Sheet

_USUAL = {"de": (19, 20), "fr": (20, 21), "sv": (25,), "es": (21,), "it": (22,), "nl": (21,), "pt": (23,)}
"""The usual rate of the value added tax, percent, where a language is written."""


def between(sheet: Sheet, total: Choice) -> tuple[Choice | None, Choice | None]:
    """Tax and net where no label says tax: two amounts in the rows above the total that come to it, the lower one the
    smaller. Two things that were sold come to it as well, so there must be a rate that fits, or no word.
    """
    row = total.amounts[0].row
    above = [one for one in sheet.rows[max(0, row.number - 4) : row.number] if one.page == row.page]
    last = [money[-1] for one in above if (money := [m for m in sheet.amounts_by_row.get(one.number, []) if m.money])]
    for place, net in enumerate(last):
        for tax in last[place + 1 :]:
            adds_up = abs(net.value + tax.value - total.value) <= CENT
            if adds_up and 0 < tax.value < net.value * Decimal("0.3") and (sure := _is_tax(sheet, net, tax, above)):
                told = {"label": 0.4 * sure, "net_and_tax": float(sure == 1), "rival": 0.0}
                return Choice(tax.value, (tax,), told), Choice(net.value, (net,), told)
    return None, None


def _is_tax(sheet: Sheet, net: Amount, tax: Amount, rows: Sequence[Row]) -> float:
    """How surely an amount is a tax: 1 where a rate among the rows fits or no word says anything else, half of it where
    only the usual rate of the language fits, which prices do by chance as well; else 0.
    """
    rates = [one.value for row in rows for one in sheet.amounts_by_row.get(row.number, []) if one.percent]
    if any(abs(net.value * rate / 100 - tax.value) <= 2 * CENT for rate in rates):
        return 1.0
    if not any(re.search(r"[^\W\d_]{3}", one.row.text[: one.start]) for one in (net, tax)):
        return 1.0
    usual = _USUAL.get(sheet.languages[0], ()) if sheet.languages else ()
    return 0.5 * any(abs(net.value * rate / 100 - tax.value) <= CENT for rate in usual)


def rest(sheet: Sheet, total: Choice, tax: Choice) -> Choice | None:
    """The net amount where no label says so: the last amount above the total that is the total less the tax."""
    wanted, row = total.value - tax.value, total.amounts[0].row
    above = [one for one in sheet.amounts if one.money and one.row.number < row.number and one.row.page == row.page]
    found = [one for one in above if one.value == wanted and tax.value]
    return Choice(wanted, (found[-1],), {"label": 0.3, "net_and_tax": 1.0, "rival": 0.0}) if found else None
