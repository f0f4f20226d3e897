"""Receipts on narrow paper, printed in columns of one width or centred."""

from dataclasses import dataclass

from penscript.evaluation.printed.bill import Bill
from penscript.evaluation.printed.paper import Font, Paper, font

WIDTH, _SIDE, _MOST = 620, 36, 2400


@dataclass
class Roll:
    """A receipt while it is printed. y: the next baseline."""

    paper: Paper
    text: Font
    big: Font
    step: int
    y: float

    def centred(self, text: str, face: Font | None = None) -> None:
        """A text in the middle."""
        self.paper.put(WIDTH / 2, self.y, text, face or self.text, anchor="ms")
        self.y += self.step * (1.5 if face else 1)

    def row(self, left: str, right: str = "", face: Font | None = None) -> None:
        """A text at the left edge and one at the right."""
        self.paper.put(_SIDE, self.y, left, face or self.text)
        self.paper.put(WIDTH - _SIDE, self.y, right, face or self.text, anchor="rs")
        self.y += self.step * (1.5 if face else 1)

    def rule(self) -> None:
        """A row of dashes."""
        dashes = int((WIDTH - 2 * _SIDE) / self.text.getlength("-"))
        self.paper.put(_SIDE, self.y, "-" * dashes, self.text)
        self.y += self.step


def print_roll(bill: Bill) -> Paper:
    """The whole receipt."""
    look, chinese = bill.seller.layout, bill.seller.language == "zh"
    face = "typed" if look.head % 3 == 0 else "mono" if look.head % 3 == 1 else "narrow"
    size = look.size + 2
    fonts = (font(face, size, chinese=chinese), font(face, round(size * 1.35), bold=True, chinese=chinese))
    roll = Roll(Paper(WIDTH, _MOST), *fonts, round(size * 1.5), 90)
    _head(roll, bill)
    _items(roll, bill)
    _sums(roll, bill)
    _foot(roll, bill)
    roll.paper.cut(round(roll.y + 60))
    return roll.paper


def _head(roll: Roll, bill: Bill) -> None:
    seller = bill.seller
    put = roll.row if seller.layout.meta == 1 else roll.centred
    put(seller.name, face=roll.big if len(seller.name) < 22 else None)
    put(seller.street)
    put(seller.place)
    if seller.layout.meta % 2 == 0:
        put(f"{seller.labels['phone']} {seller.phone}")
    if seller.vat_id:
        put(f"{seller.labels['vat_id']} {seller.vat_id}")
    roll.rule()
    if seller.layout.table % 2:
        roll.centred(seller.labels["receipt"])
    if seller.layout.foot:
        _when(roll, bill)
        roll.rule()


def _when(roll: Roll, bill: Bill) -> None:
    labels, clock = bill.seller.labels, f"{8 + bill.days % 12:02}:{bill.days * 7 % 60:02}"
    day = bill.day(bill.date)
    if bill.seller.layout.foot == 1:
        roll.row(f"{day}  {clock}", labels["till"])
    else:
        roll.row(f"{labels['date']}: {day}", clock)
    roll.row(labels["receipt_number"], bill.number)


def _items(roll: Roll, bill: Bill) -> None:
    for item in bill.items:
        quantity, amount = format(item.quantity, "f"), bill.money(item.amount)
        if bill.seller.layout.table < 2:
            roll.row(f"{quantity} x {item.description}", amount)
        elif bill.seller.layout.table == 2 and item.quantity == 1:
            roll.row(item.description, amount)
        else:
            roll.row(item.description)
            roll.row(f"   {quantity} x {bill.money(item.price)}", amount)
    roll.rule()


def _sums(roll: Roll, bill: Bill) -> None:
    labels, look = bill.seller.labels, bill.seller.layout
    big = roll.big if look.totals % 2 else None
    if look.totals == 2:
        roll.row(labels["net"], bill.money(bill.net))
        for tax in bill.taxes:
            roll.row(labels["tax"].format(rate=bill.rate(tax.rate)), bill.money(tax.amount))
    roll.row(labels["receipt_total"], bill.money(bill.total, symbol=True), big)
    if look.totals == 3:
        _by_rate(roll, bill)
    elif look.totals != 2:
        for tax in bill.taxes:
            roll.row(labels["tax_included"].format(rate=bill.rate(tax.rate)), bill.money(tax.amount))
    if bill.days % 4 == 0:
        given = (bill.total // 10 + 1) * 10
        roll.row(labels["cash"], bill.money(given))
        roll.row(labels["change"], bill.money(given - bill.total))
    else:
        roll.row(labels["card"], bill.money(bill.total))


def _by_rate(roll: Roll, bill: Bill) -> None:
    places = (_SIDE + 120, _SIDE + 340, WIDTH - _SIDE)
    heads = [bill.seller.labels[name] for name in ("head_rate", "head_net", "head_tax")]
    rows = [(f"{bill.rate(tax.rate)}%", bill.money(tax.base), bill.money(tax.amount)) for tax in bill.taxes]
    for row in (heads, *rows):
        for place, cell in zip(places, row, strict=True):
            roll.paper.put(place, roll.y, cell, roll.text, anchor="rs")
        roll.y += roll.step


def _foot(roll: Roll, bill: Bill) -> None:
    roll.rule()
    if not bill.seller.layout.foot:
        _when(roll, bill)
    roll.centred(bill.seller.words["bye"][bill.days % 3])
