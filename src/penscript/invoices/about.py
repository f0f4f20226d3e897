"""What a document is, which currency it counts in, and on which terms it is to be paid."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from penscript.invoices.amounts import currency_of
from penscript.invoices.choices import Totals
from penscript.invoices.confidence import reading
from penscript.invoices.labels import Hit, catalogue
from penscript.invoices.rows import Row, Token, place_of
from penscript.invoices.sheet import Sheet, american
from penscript.invoices.values import Field, InvoiceKind, Problem, ProblemCode

Told = tuple[Any, str, Sequence[Token], Mapping[str, float]]
"""A value, its text as printed, its words, and the evidence for it."""
_KIND_ROWS = 0.6
"""What a document is stands in so much of it, from the top."""


def currency_in(sheet: Sheet, totals: Totals) -> tuple[Told | None, list[Problem]]:
    """The currency of the total, or that which is named most often; a sign that many countries use is none."""
    named: Counter[str] = Counter()
    for one in sheet.amounts:
        if one.currency and (one.decimals == 2 or one.currency in ("$", "¥", "CNY")):
            named[one.currency] += 2
    spots = [(row, match) for row in sheet.rows for match in _words_of_money(row.text)]
    for place, match in spots:
        named[currency_of(match[0])] += 1 if len(match[0]) != 2 or _in_brackets(place.text, match) else 0
    total = totals.total.amounts[0] if totals.total else None
    code = sheet.told_currency or (total.currency if total and total.currency else "")
    known = [one for one, count in named.most_common() if len(one) == 3 and count]
    if len(code) != 3:
        code = known[0] if known else _by_country(code or next(iter(named), ""), sheet)
    if not code:
        doubt = Problem(
            ProblemCode.UNKNOWN_CURRENCY, "No currency is printed, or a sign that several countries use.", ("currency",)
        )
        return None, [doubt]
    tokens: Sequence[Token] = total.row.within(total.start, total.end) if total and total.currency == code else ()
    if not tokens:
        tokens = _where(code, spots, sheet)
    share = 1.0 if code == sheet.told_currency else named[code] / max(1, named.total())
    return (code, " ".join(token.text for token in tokens), tokens, {"score": share, **reading(tokens)}), []


def _where(code: str, spots: Sequence[tuple[Row, re.Match[str]]], sheet: Sheet) -> Sequence[Token]:
    """The first words that name a currency: by themselves, or beside an amount."""
    spot = next(((row, match) for row, match in spots if currency_of(match[0]) == code), None)
    if spot is not None:
        return spot[0].within(*spot[1].span())
    amount = next((one for one in sheet.amounts if one.currency == code), None)
    return amount.row.within(amount.start, amount.end + 4) if amount else ()


def _words_of_money(text: str) -> Iterator[re.Match[str]]:
    return (match for match in re.finditer(r"\b[A-Z]{2,3}\b|€|£", text) if len(currency_of(match[0])) == 3)


def _in_brackets(text: str, match: re.Match[str]) -> bool:
    """Whether two letters stand in brackets, as over a column of amounts; alone they may mean something else."""
    return text[max(0, match.start() - 1) : match.start()] == "(" and text[match.end() : match.end() + 1] == ")"


def _by_country(sign: str, sheet: Sheet) -> str:
    """The currency of a sign that several countries use, where the document shows its country."""
    if sign == "$" and american(sheet.rows):
        return "USD"
    return "CNY" if sign == "¥" and sheet.languages[:1] == ("zh",) else ""


def kind_of(sheet: Sheet, totals: Totals) -> Told | None:
    """What the document calls itself; a bill that was paid in cash at a till is a receipt whatever it calls itself."""
    roles = {one.role for one in totals.money}
    till = roles >= {"cash", "change"}
    best, named = 0.0, ""
    hit: Hit | None = None
    for one in sheet.hits:
        kind = _named_kind(one)
        depth = one.row.number / max(1, len(sheet.rows))
        if kind is None or not one.leads or depth > _KIND_ROWS:
            continue
        score = (
            one.score * (1.2 - depth) * (1.3 if one.alone else 1.0) * (1.0 if kind in ("invoice", "receipt") else 1.1)
        )
        if score > best:
            best, named, hit = score, kind, one
    if (till and named == "invoice") or (not named and "cash" in roles):
        named = InvoiceKind.RECEIPT
    if not named:
        return None
    tokens = hit.row.within(hit.start, hit.end) if hit else ()
    return str(named), " ".join(token.text for token in tokens), tokens, {"score": best, **reading(tokens)}


def _named_kind(hit: Hit) -> str | None:
    """The kind that a label names, by itself or as a part of `invoice no`."""
    names = set(hit.names)
    if "number" in names:
        known = catalogue().labels
        heads = [key for key in known if hit.key.startswith(key) and any(n.startswith("kind:") for n in known[key][0])]
        names |= known[max(heads, key=len)][0] if heads else set()
    return next((name[5:] for name in sorted(names) if name.startswith("kind:")), None)


def terms_of(sheet: Sheet) -> Field[str] | None:
    """What stands beside or under the label of the terms of payment."""
    for hit in sheet.labelled("terms"):
        if not (hit.leads or hit.colon) or hit.score < 0.9:
            continue
        row, start = hit.row, hit.end
        if not re.search(r"\w", row.text[start:]) and sheet.below(row, 1):
            row, start = sheet.below(row, 1)[0], 0
        end = next(
            (end for first, end in row.cells if end > start and re.search(r"\w", row.text[max(first, start) : end])),
            len(row.text),
        )
        text = row.text[start:end].strip(" :.")
        if len(text) > 3:
            tokens = row.within(start, end)
            place = place_of(tokens)
            return Field(
                " ".join(text.split()),
                text,
                round(80 * reading(tokens)["line"], 1),
                place.lines,
                place.bounds,
                place.page,
            )
    return None
