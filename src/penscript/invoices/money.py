"""Which amounts stand under which label: the candidates for net, tax, total, cash and the rest."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from penscript.invoices.amounts import Amount
from penscript.invoices.figures import apart, cell_box, rate_before, rate_behind, tax_of, whole_row
from penscript.invoices.labels import Hit
from penscript.invoices.rows import Row
from penscript.invoices.sheet import Sheet

ROLES = (
    "tax_summary", "count", "payable", "paid", "cash", "change", "rounding", "net",
    "tax", "total", "discount", "charge", "items_total",
)  # fmt: skip
_SUMMARY_ROWS = 7
_WITHOUT = re.compile(r"\bex|ohne|\bhors\b|before|vor |\bsin\b|senza|\bsem\b|utan|zonder|efore|w/o")
_WITH = re.compile(r"in[ck]|with|ttc|mit|\bcon\b|med|after")
_CONTAINS = re.compile(
    r"(?:in[ck]l\w*|darin|davon|enth\w*|dont|y compris|including|of which|thereof|varav|di cui|waarvan|com|con)"
    r"[\s\w.]{0,14}$",
    re.IGNORECASE,
)
_BASES = frozenset({"net", "amount", "tax_summary", "items_total", "tax_rate"})


@dataclass(frozen=True)
class Money:
    """An amount under a label. score: how surely the label is one and belongs to it, 0 to about 1.

    summary: it stands in a table of taxes. rate: a percentage in the same row. others: the other amounts between label
    and amount. part: the total of one rate alone.
    """

    role: str
    amount: Amount
    score: float
    hit: Hit
    summary: bool = False
    rate: Decimal | None = None
    others: tuple[Amount, ...] = ()
    part: bool = False

    @property
    def value(self) -> Decimal:
        """What the amount comes to."""
        return self.amount.value


def money_of(sheet: Sheet) -> list[Money]:
    """All amounts under labels, from the top."""
    summaries, tables = _summary_rows(sheet), list(_tax_rows(sheet))
    heads = {one.hit.row.number for one in tables}
    found: list[Money] = []
    for row in sheet.rows:
        hits = [hit for hit in sheet.hits_by_row.get(row.number, []) if _roles(hit) and not _of_item(sheet, hit)]
        if not hits or sheet.is_header(row) or row.number in sheet.heads:
            continue
        within = list(_within(sheet, hits))
        rest = [hit for hit in hits if all(hit is not one.hit for one in within)]
        here = within + (
            _row_money(sheet, rest, row.number in summaries, {one.amount.key for one in within}) if rest else []
        )
        found.extend(here or ([] if row.number in heads else _under(sheet, row, hits, row.number in summaries)))
    return [*found, *tables]


def _of_item(sheet: Sheet, hit: Hit) -> bool:
    """Whether a label names the tax of an item: words that are no label and an amount stand in the cells before it."""
    if hit.leads or not hit.names & {"tax", "tax_rate"} or not sheet.header or hit.row.number < sheet.header.number:
        return False
    at = next(start for start, end in hit.row.cells if start <= hit.start < end)
    labels = [one for one in sheet.hits_by_row[hit.row.number] if one.end <= at]
    words = re.finditer(r"[^\W\d_]{3,}", hit.row.text[:at])
    named = any(not any(one.start <= word.start() < one.end for one in labels) for word in words)
    return named and any(one.money and one.end <= at for one in sheet.amounts_by_row.get(hit.row.number, []))


def _within(sheet: Sheet, hits: Sequence[Hit]) -> Iterator[Money]:
    """Taxes that stand before their label behind what they are part of: `119,00 inkl. 19,00 MwSt.`."""
    for hit in hits:
        before = [one for one in sheet.amounts_by_row.get(hit.row.number, []) if one.money and one.end <= hit.start]
        text = hit.row.text
        if _roles(hit)[0] != "tax" or not before or re.search(r"\w", _plainly(text[before[-1].end : hit.start])):
            continue
        if _CONTAINS.search(text[: before[-1].start]):
            yield Money("tax", before[-1], 0.8 * hit.score, hit)


def _plainly(text: str) -> str:
    """A stretch of a row without the sign of a currency and a rate."""
    return re.sub(r"€|\b[A-Z]{3}\b|\d+(?:[.,]\d+)?\s?%", "", text)


def _row_money(sheet: Sheet, hits: Sequence[Hit], summary: bool, taken: Set[tuple[int, int, int]]) -> list[Money]:
    """The amounts right of the labels of one row. Labels with no number between them are one label."""
    numbers = [one for one in sheet.amounts_by_row.get(hits[0].row.number, []) if not one.percent and one.money]
    groups: list[list[Hit]] = []
    for hit in hits:
        between = any(groups[-1][-1].end < one.end <= hit.start for one in numbers) if groups else True
        if groups and not between and not _apart_by_cell(groups[-1][-1], hit):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    ends = [group[0].start for group in groups[1:]] + [len(hits[0].row.text)]
    return [
        one for group, end in zip(groups, ends, strict=True) for one in _beside(sheet, group, (end, summary), taken)
    ]


def _apart_by_cell(left: Hit, right: Hit) -> bool:
    """Whether a label stands in a cell of its own behind one that says nothing but another label."""
    text = left.row.text
    between = text[left.end : right.start]
    opened = text[: right.start].count("(") > text[: right.start].count(")")
    return right.leads and "   " in between and not re.search(r"\w", between) and not opened


def _roles(hit: Hit) -> list[str]:
    """What amounts a label may name; `net total` is the total to some and the net to others."""
    found = [role for role in ROLES if role in hit.names]
    return found if found == ["net", "total"] else found[:1]


def _told(group: Sequence[Hit]) -> list[str]:
    """What the amounts behind several labels are: `total incl. GST` a total, `total excl. GST` a net amount."""
    first, others = _roles(group[0]), {role for hit in group[1:] for role in _roles(hit)}
    if "tax" not in others or first[0] not in ("total", "net"):
        return first
    text = group[0].row.text[group[0].start : group[-1].end].casefold()
    if _WITHOUT.search(text):
        return ["net"]
    between = group[0].row.text[group[0].end : group[1].start]
    if not between.strip():
        return ["tax"]
    return ["tax"] if re.fullmatch(r"\W*\d+(?:[.,]\d+)?\s?%\W*", between) and not _WITH.search(text) else first


def _summary_rows(sheet: Sheet) -> set[int]:
    """The numbers of the rows of tables of taxes, below their heading."""
    rows: set[int] = set()
    for hit in sheet.labelled("tax_summary"):
        for row in sheet.rows[hit.row.number : hit.row.number + _SUMMARY_ROWS]:
            strong = any(
                one.names & {"cash", "change", "payable", "rounding"} for one in sheet.hits_by_row.get(row.number, [])
            )
            if strong or row.page != hit.row.page:
                break
            rows.add(row.number)
    return rows


def _beside(
    sheet: Sheet, group: Sequence[Hit], reach: tuple[int, bool], taken: Set[tuple[int, int, int]]
) -> Iterator[Money]:
    """The amount right of a label in its row. reach: where the next label begins, and whether it is in a table of
    taxes. taken: amounts that belong to other labels.
    """
    hit, (end, summary) = group[0], reach
    numbers = [
        one
        for one in sheet.amounts_by_row.get(hit.row.number, [])
        if one.start >= hit.start and hit.end < one.end and one.start < end and one.key not in taken
    ]
    amounts = [one for one in numbers if one.money] or [
        one for one in numbers if not one.percent and _plain(one) and _ends(one)
    ]
    if not amounts:
        return
    amounts = [one for one in amounts if not _told_again(one, amounts[0])]
    own = [one for one in amounts if one.currency and one.currency == sheet.told_currency]
    chosen = (own or amounts)[-1]
    behind = [one.value for one in numbers if one.percent and one.start < chosen.start]
    rate = behind[0] if behind else rate_before(sheet, hit)
    roles = _told(group)
    score = hit.score * _weight(hit) * (1.0 if chosen.money else 0.6) * (1.0 if hit.leads else 0.85)
    between = hit.row.text[group[-1].end : chosen.start]
    words = sum(len(word) > 3 and word.isalpha() for word in between.split())
    score *= 0.85 ** min(words, 4) * (0.6 if rate is not None and roles[0] == "total" and words else 1.0)
    part = bool(re.match(r"\W*\d+(?:[.,]\d+)?\s?%", hit.row.text[hit.end :])) and roles[0] == "total"
    if roles[0] == "total" and not summary and (parts := whole_row(amounts)):
        yield from (Money(role, one, 0.8 * score, hit) for role, one in zip(("net", "tax"), parts, strict=True))
    roles = ["total"] if roles == ["rounding"] and abs(chosen.value) > 1 else roles
    for role in roles:
        if chosen.money or role not in ("cash", "change"):
            yield Money(role, chosen, score / len(roles) ** 0.3, hit, summary, rate, tuple(amounts[:-1]), part)


def _told_again(amount: Amount, first: Amount) -> bool:
    """Whether an amount in brackets says an amount before it in another currency: `£119.00 ($150.50)`."""
    bracketed = amount.text.startswith("(") and amount.text.endswith(")")
    return bracketed and bool(first.currency and amount.currency) and first.currency != amount.currency


def _plain(amount: Amount) -> bool:
    return amount.decimals == 0 and len(amount.text.strip("-()")) < 10 and not amount.text.startswith("0")


def _ends(amount: Amount) -> bool:
    """Whether nothing but a currency or a sign follows in the row."""
    return not any(c.isalnum() for c in amount.row.text[amount.end :].replace(amount.currency, ""))


def _under(sheet: Sheet, row: Row, hits: Sequence[Hit], summary: bool) -> Iterator[Money]:
    """The amounts in the next rows that stand under the labels of a row that has none itself."""
    for below in sheet.below(row, 2):
        amounts = [one for one in sheet.amounts_by_row.get(below.number, []) if one.money]
        own = [hit for hit in sheet.hits_by_row.get(below.number, []) if _roles(hit)]
        if amounts and not own:
            yield from _columns(hits, amounts, summary, below)
            return
        if own:
            return


def _columns(hits: Sequence[Hit], amounts: Sequence[Amount], summary: bool, below: Row) -> Iterator[Money]:
    if len(hits) == 1 and len(amounts) == 1 and not any(c.isalpha() for c in below.text[: amounts[0].start]):
        yield Money(_roles(hits[0])[0], amounts[0], 0.8 * hits[0].score * _weight(hits[0]), hits[0], summary)
        return
    places = [cell_box(hit.row, hit.start, hit.end) for hit in hits]
    spots = [cell_box(one.row, one.start, one.end) for one in amounts]
    if len(hits) == len(amounts) > 2:
        for hit, one in zip(hits, amounts, strict=True):
            yield Money(_roles(hit)[0], one, 0.75 * hit.score * _weight(hit), hit, summary, rate_behind(hit))
        return
    for hit, place in zip(hits, places, strict=True):
        order = sorted(range(len(amounts)), key=lambda at: apart(spots[at], place))
        near = amounts[order[0]]
        if apart(spots[order[0]], place) < 1.5 * place.height:
            yield Money(_roles(hit)[0], near, 0.75 * hit.score * _weight(hit), hit, summary, rate_behind(hit))


def _tax_rows(sheet: Sheet) -> Iterator[Money]:
    """Rows of a table of taxes, known by their arithmetic: a rate, what it is charged on, and what that comes to."""
    for head in [row for row in sheet.rows if _tax_head(sheet, row)]:
        hit = next(hit for hit in sheet.hits_by_row[head.number] if hit.names & {"tax", "tax_rate"})
        proved = [tax_of(sheet.amounts_by_row.get(row.number, [])) for row in sheet.below(head, 6)]
        found = [one for one in proved if one is not None]
        for rate, base, tax in found:
            yield Money("tax", tax, 0.7, hit, True, rate.value, (base,))
        if len(found) == 1:
            rate, base, tax = found[0]
            yield Money("net", base, 0.5, hit, True, rate.value)
            sums = [
                one for one in sheet.amounts_by_row[tax.row.number] if one.value == base.value + tax.value and tax.value
            ]
            yield from (Money("total", one, 0.6, hit) for one in sums[:1])


def _tax_head(sheet: Sheet, row: Row) -> bool:
    """Whether a row heads a table of taxes: two columns, one of them the tax, and no money in it."""
    hits = sheet.hits_by_row.get(row.number, [])
    names = set().union(*(hit.names for hit in hits)) if hits else set()
    if not names & {"tax", "tax_rate"} or any(one.money for one in sheet.amounts_by_row.get(row.number, [])):
        return False
    named = len(hits) > 1 and bool(names & _BASES) and not sheet.is_header(row)
    return named or _proved_below(sheet, row)


def _proved_below(sheet: Sheet, row: Row) -> bool:
    """Whether the next row is a rate with its sign, and a base and a tax that fit it."""
    numbers = [sheet.amounts_by_row.get(below.number, []) for below in sheet.below(row, 1)]
    return any(any(one.percent for one in told) and tax_of(told) is not None for told in numbers)


def _weight(hit: Hit) -> float:
    """Long labels say more than short ones: `total amount payable` more than `total`."""
    length = len(hit.key) * (3 if not hit.key.isascii() and hit.languages == {"zh"} else 1)
    return 0.7 + 0.3 * min(length, 14) / 14
