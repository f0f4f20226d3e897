"""Net and tax that no label names, found by their sum with those that are known."""

from decimal import Decimal

from penscript.invoices.choices import Choice
from penscript.invoices.figures import CENT
from penscript.invoices.sheet import Sheet


def between(sheet: Sheet, total: Choice) -> tuple[Choice | None, Choice | None]:
    """Tax and net where no label says tax: two amounts in the rows above the total that come to it, the lower one the
    smaller.
    """
    row = total.amounts[0].row
    above = [one for one in sheet.rows[max(0, row.number - 4) : row.number] if one.page == row.page]
    last = [money[-1] for one in above if (money := [m for m in sheet.amounts_by_row.get(one.number, []) if m.money])]
    for place, net in enumerate(last):
        for tax in last[place + 1 :]:
            if abs(net.value + tax.value - total.value) <= CENT and 0 < tax.value < net.value * Decimal("0.3"):
                told = {"label": 0.4, "net_and_tax": 1.0, "rival": 0.0}
                return Choice(tax.value, (tax,), told), Choice(net.value, (net,), told)
    return None, None


def rest(sheet: Sheet, total: Choice, tax: Choice) -> Choice | None:
    """The net amount where no label says so: the last amount above the total that is the total less the tax."""
    wanted, row = total.value - tax.value, total.amounts[0].row
    above = [one for one in sheet.amounts if one.money and one.row.number < row.number and one.row.page == row.page]
    found = [one for one in above if one.value == wanted and tax.value]
    return Choice(wanted, (found[-1],), {"label": 0.3, "net_and_tax": 1.0, "rival": 0.0}) if found else None
