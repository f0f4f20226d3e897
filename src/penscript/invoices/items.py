"""The rows of what was sold: between the heads of the columns and the first total."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from penscript.invoices.amounts import Amount
from penscript.invoices.figures import CENT
from penscript.invoices.money import Money
from penscript.invoices.rows import Row, Token, place_of
from penscript.invoices.sheet import COLUMNS, Sheet
from penscript.invoices.values import Item

_ENDS = frozenset({"net", "total", "tax", "items_total", "payable", "tax_summary", "rounding"})
_EXTRAS = frozenset({"discount", "charge", "cash", "count"})
"""These may be items themselves where columns are named."""
_UNIT = re.compile(r"\s?([^\W\d_]{1,10}\.?)(?=\s{0,1}(?:$|\s\s|[-+]?\d|[x×@àa]\s?\d|[€$£]))")
_LEAD = re.compile(r"^\s*(?:\d{1,3}[.)]?|[A-Z]?\d{5,14}|[#*])\s{1,3}(?=\S)")


@dataclass
class _Draft:
    """An item while its rows are gathered."""

    words: list[str] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    amount: Amount | None = None
    numbers: Sequence[Amount] = ()


def items_of(sheet: Sheet, money: Sequence[Money]) -> tuple[Item, ...]:
    """What was sold, a row of the table each. A row that no amount ends belongs to the item above it, or to the one
    below where the first row under the heads has no amount.
    """
    rows = list(_table(sheet, money))
    if not rows:
        return ()
    edge = _edge(sheet, rows)
    leads = sheet.header is None or not _amount(sheet, rows[0], edge)
    drafts = _gather(sheet, rows, edge, leads)
    return tuple(_item(draft, sheet) for draft in drafts if draft.amount is not None)


def _table(sheet: Sheet, money: Sequence[Money]) -> Iterator[Row]:
    header = sheet.header
    roles = _ENDS if header else _ENDS | _EXTRAS
    ends = sorted(one.hit.row.number for one in money if _closes(one, roles))
    start = (
        header.number + 1
        if header
        else next((row.number for row in sheet.rows if _last_money(sheet, row)), len(sheet.rows))
    )
    end = next((number for number in ends if number >= start), len(sheet.rows))
    if not header and 0 < start < len(sheet.rows) and not _described(sheet, sheet.rows[start]):
        start -= 1
    for row in sheet.rows[start:end]:
        if not sheet.is_header(row) and row.number not in sheet.heads and re.search(r"\w", row.text):
            yield row


def _described(sheet: Sheet, row: Row) -> bool:
    """Whether a row has words beside its numbers."""
    return bool(re.search(r"[^\W\d_]{3}", _description(row, sheet.amounts_by_row.get(row.number, []))))


def _closes(one: Money, roles: frozenset[str]) -> bool:
    """Whether an amount stands below what was sold: a total, or what counts the items in so many letters."""
    counted = one.role == "count" and len(one.hit.key) > 7
    inside = one.role == "tax" and not one.hit.leads
    return (one.role in roles or counted) and one.hit.score > 0.9 and not inside


def _last_money(sheet: Sheet, row: Row) -> Amount | None:
    found = [
        one for one in sheet.amounts_by_row.get(row.number, []) if one.money and (sheet.header or one.decimals == 2)
    ]
    return found[-1] if found else None


def _edge(sheet: Sheet, rows: Sequence[Row]) -> int:
    """Where the column of the amounts ends: the usual right edge of the last number of a row."""
    rights = sorted(one.bounds.right for row in rows if (one := _last_money(sheet, row)))
    return rights[int(len(rights) * 0.6)] if rights else 0


def _amount(sheet: Sheet, row: Row, edge: int) -> Amount | None:
    """The number of a row that stands in the column of the amounts."""
    numbers = sheet.amounts_by_row.get(row.number, [])
    found = [one for one in numbers if one.money and not one.percent and (sheet.header or one.decimals == 2)]
    width = max((r.bounds.right for r in sheet.rows if r.page == row.page), default=1)
    near = [one for one in found if abs(one.bounds.right - edge) < 0.12 * width]
    return near[-1] if near else None


def _gather(sheet: Sheet, rows: Sequence[Row], edge: int, leads: bool) -> list[_Draft]:
    drafts: list[_Draft] = []
    waiting = _Draft()
    for row in rows:
        amount = _amount(sheet, row, edge)
        numbers = [one for one in sheet.amounts_by_row.get(row.number, []) if one is not amount]
        if amount is not None:
            text = _description(row, [*numbers, amount])
            draft = _Draft([*waiting.words, text], [*waiting.tokens, *row.tokens], amount, numbers)
            drafts.append(draft)
            waiting = _Draft()
        elif leads or not drafts:
            waiting = _Draft([*waiting.words[-1:], row.text], [*waiting.tokens, *row.tokens])
        elif row.page == drafts[-1].tokens[-1].page:
            drafts[-1].words.append(row.text)
            drafts[-1].tokens.extend(row.tokens)
    return drafts


def _description(row: Row, numbers: Sequence[Amount]) -> str:
    """The words of a row that are no numbers of it: the longest stretch between them."""
    text = row.text
    spans = sorted((one.start, one.end) for one in numbers if one.money or one.percent or _stands_alone(one))
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    longest = max(pieces, key=lambda piece: sum(c.isalpha() for c in piece), default="")
    return re.sub(r"\s[xX×]$", "", _LEAD.sub("", longest).strip(" -*•x×@:|"))


def _stands_alone(one: Amount) -> bool:
    """Whether a whole number is a cell of its own and no part of a name: `2` but not `A4` or `500 ml`."""
    return any(start == one.start and end - one.end < 6 for start, end in one.row.cells) or one.start == 0


def _item(draft: _Draft, sheet: Sheet) -> Item:
    assert draft.amount is not None
    amount = draft.amount
    quantity, price = _factors(draft, sheet)
    pieces = quantity.value if quantity else _pieces(amount.row)
    rates = [one.value for one in draft.numbers if one.percent]
    place = place_of([token for token in draft.tokens if token.page == amount.row.page])
    return Item(
        " ".join(" ".join(draft.words).split()),
        pieces,
        _unit(quantity) if quantity else None,
        price.value if price else None,
        rates[-1] if rates else _column_rate(draft, sheet),
        amount.value,
        lines=place.lines,
        bounds=place.bounds,
        page=place.page,
    )


def _pieces(row: Row) -> Decimal | None:
    """The number of pieces that a row begins with: `2 x Croissant`."""
    found = re.match(r"\W*(\d{1,3})\s?[x×]\s", row.text)
    return Decimal(found[1]) if found else None


def _factors(draft: _Draft, sheet: Sheet) -> tuple[Amount | None, Amount | None]:
    """Quantity and price: two numbers of the row whose product is the amount, else what stands in their columns."""
    numbers = [one for one in draft.numbers if not one.percent]
    total = abs(draft.amount.value) if draft.amount else Decimal(0)
    columns = {one.key: _column(one, sheet) for one in numbers}
    pairs = [
        (quantity, price)
        for quantity in numbers
        for price in numbers
        if quantity is not price and total and abs(quantity.value * price.value - total) <= CENT + total / 500
    ]
    pairs.sort(
        key=lambda pair: (
            (columns[pair[1].key] != "unit_price") + (columns[pair[0].key] != "quantity") + (not pair[1].money)
        )
    )
    if pairs:
        return pairs[0]
    named = {columns[one.key]: one for one in reversed(numbers)}
    return named.get("quantity"), named.get("unit_price")


def _column(one: Amount, sheet: Sheet) -> str:
    """The name of the column that a number stands in."""
    if sheet.header is None:
        return ""
    box = one.bounds
    heads = [
        (
            min(abs(place.x - box.x), abs(place.right - box.right), abs(place.x + place.right - box.x - box.right) / 2),
            name,
        )
        for hit in sheet.hits_by_row[sheet.header.number]
        for name in sorted(hit.names & COLUMNS)
        for place in (hit.row.box(hit.start, hit.end),)
    ]
    apart, name = min(heads, default=(0, ""))
    return name if apart < 2 * box.height else ""


def _unit(quantity: Amount) -> str | None:
    found = _UNIT.match(quantity.row.text, quantity.end)
    return found[1] if found and found[1].casefold() not in ("x", "a", "à", "@") else None


def _column_rate(draft: _Draft, sheet: Sheet) -> Decimal | None:
    return next((one.value for one in draft.numbers if one.value < 30 and _column(one, sheet) == "tax_rate"), None)
