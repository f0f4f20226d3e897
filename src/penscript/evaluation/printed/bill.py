"""What a seller sells on one document: the values, how they are written, and the truth that stands on the paper."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from penscript.evaluation.printed.sellers import Seller

CENT = Decimal("0.01")
KINDS = ("invoice", "receipt", "credit_note")


@dataclass(frozen=True, slots=True)
class Sold:
    """One row. amount: of the whole row; with tax on receipts, without on invoices. rate: percent."""

    description: str
    quantity: Decimal
    price: Decimal
    rate: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times price, in whole cents."""
        return (self.quantity * self.price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Charged:
    """The tax of one rate."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """One document of a seller."""

    seller: Seller
    kind: str
    number: str
    date: datetime.date
    due_date: datetime.date | None
    delivery_date: datetime.date | None
    order_number: str | None
    customer_number: str | None
    original: str | None
    buyer: tuple[str, ...]
    items: tuple[Sold, ...]
    taxes: tuple[Charged, ...]
    days: int
    sign: int

    @property
    def net(self) -> Decimal:
        """Without tax."""
        return sum((tax.base for tax in self.taxes), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """All tax."""
        return sum((tax.amount for tax in self.taxes), Decimal(0))

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.net + self.tax

    def money(self, value: Decimal, symbol: bool | None = None) -> str:
        """An amount as the seller writes it; symbol None: where the seller always does."""
        written = written_number(value * self.sign, self.seller.numbers)
        if not (self.seller.symbol_everywhere if symbol is None else symbol):
            return written
        mark = self.seller.symbol
        if self.seller.symbol_first:
            return f"{mark}{'' if len(mark) == 1 else ' '}{written}"
        return f"{written} {mark}"

    def day(self, value: datetime.date) -> str:
        """A date as the seller writes it."""
        return written_day(value, self.seller.dates, self.seller.words["months"])

    def rate(self, value: Decimal) -> str:
        """A rate in percent, without the sign."""
        return format(value.normalize(), "f").replace(".", self.seller.numbers[-3])

    def truth(self) -> dict[str, Any]:
        """The values that stand on the paper, under the names of `Invoice`: text, money and rates as text."""
        seller = self.seller
        told: dict[str, Any] = {
            "kind": self.kind,
            "number": self.number,
            "date": self.date.isoformat(),
            "due_date": self.due_date.isoformat() if self.due_date else None,
            "delivery_date": self.delivery_date.isoformat() if self.delivery_date else None,
            "seller": seller.name,
            "seller_address": f"{seller.street}, {seller.place}",
            "buyer": self.buyer[0] if self.buyer else None,
            "currency": seller.country["currency"],
            "net": self.net,
            "tax": self.tax,
            "total": self.total,
            "vat_id": seller.vat_id,
            "iban": seller.iban,
            "bic": seller.bic,
            "order_number": self.order_number,
            "customer_number": self.customer_number,
        }
        if seller.tax_number and self.kind != "receipt":
            told[seller.country["tax_field"]] = seller.tax_number
        if self.kind == "receipt":
            told |= {"iban": None, "bic": None, "net": self.net if self._tells_net() else None}
        for name in ("net", "tax", "total"):
            told[name] = None if told[name] is None else str(told[name] * self.sign)
        return told | {
            "taxes": [self._tax(tax) for tax in self.taxes],
            "items": [self._item(row) for row in self.items],
        }

    def _tells_net(self) -> bool:
        """Whether a receipt shows its sum without tax."""
        look = self.seller.layout.totals
        return look == 2 or (look == 3 and len(self.taxes) == 1)

    def _shows(self, row: Sold) -> tuple[bool, bool]:
        """Whether the unit price and the rate of a row are printed."""
        if self.kind == "receipt":
            look = self.seller.layout.table
            return look > 2 or (look == 2 and row.quantity != 1), False
        return True, "rate" in self.seller.layout.columns

    def _tax(self, tax: Charged) -> dict[str, str]:
        return {"rate": str(tax.rate), "base": str(tax.base * self.sign), "amount": str(tax.amount * self.sign)}

    def _item(self, row: Sold) -> dict[str, str | None]:
        price, rate = self._shows(row)
        return {
            "description": row.description,
            "quantity": str(row.quantity),
            "unit_price": str(row.price) if price else None,
            "amount": str(row.amount * self.sign),
            "tax_rate": str(row.rate) if rate else None,
        }


def written_number(value: Decimal, pattern: str) -> str:
    """An amount in the manner of a pattern, which shows 1234.5: `1.234,50` and the like."""
    whole, _, cents = f"{abs(value):.2f}".partition(".")
    if len(pattern) == 8:
        whole = f"{int(whole):,}".replace(",", pattern[1])
    return ("-" if value < 0 else "") + whole + pattern[-3] + cents


def written_day(value: datetime.date, pattern: str, months: list[str]) -> str:
    """A date in the manner of strftime, with the names of months given."""
    told = pattern.replace("%-d", str(value.day)).replace("%-m", str(value.month))
    if "%B" in told:
        told = told.replace("%B", months[value.month - 1])
    return value.strftime(told)


def make_bill(seller: Seller, kind: str, chance: random.Random) -> Bill:
    """A document of this seller. kind: one of KINDS."""
    shop = kind == "receipt"
    day = datetime.date(2023, 1, 1) + datetime.timedelta(days=chance.randrange(1200))
    days = chance.choice((10, 14, 20, 30, 45))
    items = _sold(seller, shop, chance)
    maybe = _maybe(chance, shop)
    return Bill(
        seller,
        kind,
        _number(seller, day, chance),
        day,
        maybe(0.75, lambda: day + datetime.timedelta(days=days)),
        maybe(0.3, lambda: day - datetime.timedelta(days=chance.randint(1, 9))),
        maybe(0.4, lambda: chance.choice(("PO-{}", "{}", "B{}")).format(chance.randint(10000, 99999))),
        maybe(0.4, lambda: str(chance.randint(1000, 99999))),
        _number(seller, day, chance) if kind == "credit_note" else None,
        () if shop else _buyer(seller, chance),
        items,
        _charged(items, shop),
        days,
        -1 if kind == "credit_note" and chance.random() < 0.5 else 1,
    )


def _maybe(chance: random.Random, never: bool) -> Callable[[float, Callable[[], Any]], Any]:
    return lambda share, make: make() if not never and chance.random() < share else None


def _number(seller: Seller, day: datetime.date, chance: random.Random) -> str:
    """A number of the kind that this seller gives."""
    count = chance.randint(1, 9999)
    forms = (
        f"{day.year}-{count:04}",
        f"RE{count + 10000}",
        f"{count + 200000}",
        f"{day.year}/{count:03}",
        f"F-{day:%y%m}-{count:03}",
        f"{'ABKLMVX'[len(seller.place) % 7]}{count:06}",
    )
    return forms[(len(seller.name) + len(seller.street)) % len(forms)]


def _buyer(seller: Seller, chance: random.Random) -> tuple[str, ...]:
    words = seller.words
    naming = {"stem": chance.choice(words["stems"]), "trade": chance.choice(words["trades"])}
    firm = chance.choice(seller.country["forms"]).format(**naming)
    name = chance.choice((firm, chance.choice(words["people"])))
    return (
        name,
        chance.choice(words["streets"]).format(n=chance.randint(1, 99)),
        chance.choice(seller.country["places"]),
    )


def _sold(seller: Seller, shop: bool, chance: random.Random) -> tuple[Sold, ...]:
    rates = [Decimal(rate) for rate in seller.country["rates"]]
    used = rates[:1] if chance.random() < 0.6 or seller.code == "US" else rates[:2]
    goods = chance.sample(seller.words["groceries" if shop else "goods"], chance.randint(1, 8))
    factor = 10 if seller.country["currency"] in ("SEK", "CNY") else 1
    most = 1500 if shop else 40000
    return tuple(
        Sold(
            one,
            Decimal(chance.choice((1, 1, 1, 2, 3, 4) if shop else (1, 2, 3, 5, 8, 12, 20))),
            Decimal(chance.randint(80, most) * factor) / 100,
            chance.choice(used),
        )
        for one in goods
    )


def _charged(items: tuple[Sold, ...], gross: bool) -> tuple[Charged, ...]:
    taxes = []
    for rate in sorted({item.rate for item in items}, reverse=True):
        amount = sum((item.amount for item in items if item.rate == rate), Decimal(0))
        share = rate / (100 + rate) if gross else rate / 100
        tax = (amount * share).quantize(CENT, ROUND_HALF_UP)
        taxes.append(Charged(rate, amount - tax if gross else amount, tax))
    return tuple(taxes)
