"""Invoices and credit notes on A4 at 150 dpi: each block of a page in several kinds, as the seller's `Layout` says."""

from dataclasses import dataclass

from penscript.evaluation.printed.bill import Bill
from penscript.evaluation.printed.codes import payment_code
from penscript.evaluation.printed.paper import GREY, WHITE, Font, Paper, font
from penscript.evaluation.printed.sellers import Seller
from penscript.evaluation.printed.tables import print_table, print_totals

WIDTH, HEIGHT, LEFT, RIGHT = 1240, 1754, 95, 1145
_BAND = (40, 74, 110)


@dataclass(frozen=True, slots=True)
class Page:
    """What the blocks of one page share. step: from one line of text to the next."""

    paper: Paper
    bill: Bill
    text: Font
    bold: Font
    small: Font
    big: Font
    step: int

    @property
    def seller(self) -> Seller:
        """Whose page it is."""
        return self.bill.seller

    def lines(self, x: float, y: float, texts: list[str], face: Font | None = None, anchor: str = "ls") -> float:
        """Texts one below the other; where the next would stand."""
        for text in texts:
            self.paper.put(x, y, text, face or self.text, anchor=anchor)
            y += self.step
        return y


def print_sheet(bill: Bill) -> Paper:
    """The whole page."""
    look, chinese = bill.seller.layout, bill.seller.language == "zh"

    def face(size: int, bold: bool = False) -> Font:
        return font(look.face, size, bold=bold, chinese=chinese)

    size = look.size
    page = Page(
        Paper(WIDTH, HEIGHT),
        bill,
        face(size),
        face(size, True),
        face(size - 4),
        face(round(size * 1.7), True),
        round(size * 1.45),
    )
    y = (_head_left, _head_right, _head_centre, _head_band, _head_letter, _head_boxed)[look.head](page)
    y = (_meta_right, _meta_colons, _meta_strip, _meta_columns, _meta_stacked)[look.meta](page, y)
    y = print_table(page.paper, bill, page.text, page.bold, (LEFT, y + page.step, RIGHT))
    y = print_totals(page.paper, bill, page.text, page.bold, (LEFT, y + page.step, RIGHT))
    _closing(page, y + 2 * page.step)
    (_foot_columns, _foot_lines, _foot_joined)[look.foot](page)
    return page.paper


def _title(page: Page) -> str:
    return page.seller.labels[page.bill.kind]


def _who(page: Page) -> list[str]:
    seller = page.seller
    return [seller.street, seller.place, f"{seller.labels['phone']} {seller.phone}"]


def _numbers(page: Page) -> list[str]:
    """The seller's numbers: of tax and of registration."""
    seller = page.seller
    numbers = (("vat_id", seller.vat_id), ("tax_number", seller.tax_number))
    return [f"{seller.labels[name]} {value}" for name, value in numbers if value]


def _to(page: Page, x: float, y: float) -> float:
    page.paper.put(x, y, page.seller.labels["buyer"], page.bold)
    return page.lines(x, y + page.step, list(page.bill.buyer))


def _head_left(page: Page) -> float:
    page.paper.put(LEFT, 150, page.seller.name, page.big)
    page.paper.put(RIGHT, 150 + page.step * 2, _title(page), page.big, anchor="rs")
    y = page.lines(LEFT, 150 + page.step, _who(page) + _numbers(page))
    return max(y + page.step, 380)


def _head_right(page: Page) -> float:
    page.paper.put(RIGHT, 140, page.seller.name, page.bold, anchor="rs")
    y = page.lines(RIGHT, 140 + page.step, _who(page) + _numbers(page), anchor="rs")
    page.paper.put(LEFT, y, _title(page), page.big)
    return y + 2 * page.step


def _head_centre(page: Page) -> float:
    middle = WIDTH / 2
    page.paper.put(middle, 130, page.seller.name, page.big, anchor="ms")
    page.paper.put(middle, 130 + page.step, " - ".join(_who(page)), page.small, anchor="ms")
    page.paper.put(middle, 130 + 2 * page.step, "   ".join(_numbers(page)), page.small, anchor="ms")
    page.paper.rule(LEFT, 130 + 2.6 * page.step, RIGHT, 3)
    page.paper.put(LEFT, 130 + 5 * page.step, _title(page), page.big)
    return 130 + 7 * page.step


def _head_band(page: Page) -> float:
    page.paper.fill((0, 60, WIDTH, 170), _BAND)
    page.paper.put(LEFT, 132, page.seller.name, page.big, ink=WHITE)
    y = page.lines(LEFT, 215, [", ".join(_who(page)), *_numbers(page)], page.small)
    page.paper.put(RIGHT, y, _title(page), page.big, anchor="rs")
    return y + 2 * page.step


def _head_letter(page: Page) -> float:
    """As German letters are: the sender in one small line above the address, all else at the foot."""
    page.paper.put(RIGHT, 130, page.seller.name, page.big, anchor="rs")
    sender = f"{page.seller.name} · {page.seller.street} · {page.seller.place}"
    page.paper.put(LEFT, 280, sender, page.small)
    page.paper.rule(LEFT, 288, LEFT + 480)
    y = page.lines(LEFT, 330, list(page.bill.buyer))
    page.lines(RIGHT, 330, _numbers(page), page.small, "rs")
    page.paper.put(LEFT, y + 2 * page.step, _title(page), page.big)
    return y + 4 * page.step


def _head_boxed(page: Page) -> float:
    page.paper.put(LEFT, 140, _title(page), page.big)
    page.paper.frame((640, 90, RIGHT, 130 + 6 * page.step))
    page.paper.put(660, 135, page.seller.name, page.bold)
    page.lines(660, 135 + page.step, _who(page) + _numbers(page), page.small)
    return 180 + 6 * page.step


def _pairs(page: Page) -> list[tuple[str, str]]:
    """Labels and values that say what document this is."""
    bill, labels = page.bill, page.seller.labels
    number = "credit_number" if bill.kind == "credit_note" else "number"
    days = (("due_date", bill.due_date), ("delivery_date", bill.delivery_date))
    told = [(labels[number], bill.number), (labels["date"], bill.day(bill.date))]
    told += [(labels[name], bill.day(day)) for name, day in days if day]
    names = (("order_number", bill.order_number), ("customer", bill.customer_number), ("original", bill.original))
    return told + [(labels[name], value) for name, value in names if value]


def _addressed(page: Page, y: float) -> float:
    """The buyer on the left, unless it stands there already."""
    return y if page.seller.layout.head == 4 else _to(page, LEFT, y)


def _meta_right(page: Page, y: float) -> float:
    below = _addressed(page, y)
    for label, value in _pairs(page):
        page.paper.put(700, y, label, page.text)
        page.paper.put(RIGHT, y, value, page.bold, anchor="rs")
        y += page.step
    return max(below, y) + page.step


def _meta_colons(page: Page, y: float) -> float:
    below = _addressed(page, y)
    return max(below, page.lines(700, y, [f"{label.rstrip(':')}: {value}" for label, value in _pairs(page)]))


def _meta_strip(page: Page, y: float) -> float:
    """Labels side by side, the values below them."""
    y = _addressed(page, y) + page.step
    for start in range(0, len(_pairs(page)), 4):
        for place, (label, value) in enumerate(_pairs(page)[start : start + 4]):
            x = LEFT + 10 + place * (RIGHT - LEFT) / 4
            page.paper.put(x, y, label, page.small)
            page.paper.put(x, y + page.step, value, page.text)
        page.paper.frame((LEFT, y - page.step, RIGHT, y + 1.5 * page.step))
        y += 3 * page.step
    return y


def _meta_columns(page: Page, y: float) -> float:
    below = _addressed(page, y)
    for label, value in _pairs(page):
        page.paper.put(640, y, label, page.bold)
        page.paper.put(930, y, value, page.text)
        y += page.step
    return max(below, y)


def _meta_stacked(page: Page, y: float) -> float:
    """Each value below its label, in two columns."""
    below = _addressed(page, y)
    for place, (label, value) in enumerate(_pairs(page)):
        x, down = 640 + place % 2 * 260, y + place // 2 * 2.4 * page.step
        page.paper.put(x, down, label, page.small, ink=GREY)
        page.paper.put(x, down + page.step, value, page.text)
    return max(below, y + (len(_pairs(page)) + 1) // 2 * 2.4 * page.step)


def _closing(page: Page, y: float) -> None:
    bill, seller = page.bill, page.seller
    texts = [seller.labels["terms"].format(days=bill.days)] if bill.due_date else []
    page.lines(LEFT, y, [*texts, seller.words["greetings"][bill.days % 3]])
    if (code := payment_code(bill)) is not None:
        page.paper.paste(code, RIGHT - code.shape[1], min(round(y), HEIGHT - 200 - code.shape[0]))


def _bank(page: Page) -> list[str]:
    seller = page.seller
    told = [f"{seller.labels['iban'].rstrip(':')} {seller.iban}"] if seller.iban else []
    if seller.iban is None and "account" in seller.country:
        told.append(f"{seller.labels['iban']} {seller.country['account'].replace('#', '0')}")
    return told + ([f"{seller.labels['bic']} {seller.bic}"] if seller.bic else [])


def _foot_columns(page: Page) -> None:
    page.paper.rule(LEFT, HEIGHT - 165, RIGHT)
    columns = ([page.seller.name, *_who(page)[:2]], _numbers(page), _bank(page))
    for place, texts in enumerate(columns):
        page.lines(LEFT + (0, 270, 640)[place], HEIGHT - 130, texts, page.small)


def _foot_lines(page: Page) -> None:
    page.paper.put(LEFT, HEIGHT - 190, page.seller.labels["bank"], page.bold)
    page.lines(LEFT, HEIGHT - 190 + page.step, _bank(page))


def _foot_joined(page: Page) -> None:
    page.paper.rule(LEFT, HEIGHT - 120, RIGHT)
    page.lines(WIDTH / 2, HEIGHT - 90, ["  |  ".join(_bank(page)), page.seller.name], page.small, "ms")
