"""A document as it was read -> what it says as an invoice, from what is printed alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from penscript.document import Document
from penscript.invoices import accounts, checks, codes
from penscript.invoices.about import Told, currency_in, kind_of, terms_of
from penscript.invoices.alternatives import settled
from penscript.invoices.blocks import Cell
from penscript.invoices.choices import Choice, Totals
from penscript.invoices.confidence import percent, reading
from penscript.invoices.dating import DayChoice, dates_of
from penscript.invoices.items import items_of
from penscript.invoices.names import name_of
from penscript.invoices.parties import SEPARATOR
from penscript.invoices.rows import Token, place_of
from penscript.invoices.sheet import Sheet
from penscript.invoices.sides import Side, sides_of
from penscript.invoices.totals import totals_of
from penscript.invoices.values import Field, Invoice, Item, Problem, ProblemCode, Tax

Evidence = Mapping[str, float]


def extract(document: Document) -> Invoice:
    """The invoice that the lines of a document print. Attachments and barcodes are not looked at."""
    return explain(document)[0]


def explain(document: Document) -> tuple[Invoice, dict[str, Evidence]]:
    """The invoice, and for each of its fields the evidence that its confidence was computed from."""
    sheet = Sheet.of(document)
    (totals, changed), (seller, buyer) = settled(totals_of(sheet)), sides_of(sheet)
    numbers = {name: codes.numbers_of(sheet, name) for name in codes.NUMBERS}
    first = numbers["number"][0].row.number if numbers["number"] else None
    dates = dates_of(sheet, first)
    ibans, vats = accounts.ibans_of(sheet), accounts.vat_ids_of(sheet)
    found = {
        **_amounts(totals),
        **{name: _day(choice) for name, choice in dates.items()},
        **{name: _code(options[0]) for name, options in numbers.items() if options},
        **_registers(sheet),
        **_accounts(sheet, ibans),
        **_vat_ids(sheet, vats, buyer),
        **_side("seller", seller),
        **_side("buyer", buyer),
    }
    currency, doubt = currency_in(sheet, totals)
    found |= {
        name: told for name, told in (("kind", kind_of(sheet, totals)), ("currency", currency)) if told is not None
    }
    fields = {name: _field(name, *told) for name, told in found.items()}
    taxes, items = _taxes(totals, fields), items_of(sheet, totals.money)
    problems = [
        *changed,
        *checks.sums(totals, items, taxes),
        *checks.codes(ibans, "iban", "IBAN"),
        *checks.codes(vats, "vat_id", "VAT number"),
        *checks.days(dates),
        *checks.currencies(totals),
        *checks.amounts({"total": totals.total, "net": totals.net, "tax": totals.tax}),
    ]
    told: dict[str, Any] = {"terms": terms_of(sheet), **fields}
    missing = [
        Problem(ProblemCode.MISSING, f"No {name} was found.", (name,))
        for name in ("total", "date")
        if name not in fields
    ]
    items = tuple(_sure(item, sheet, problems) for item in items)
    invoice = Invoice(**told, taxes=taxes, items=items, problems=(*missing, *problems, *doubt))
    return invoice, {name: told[3] for name, told in found.items()}


def _field(name: str, value: Any, text: str, tokens: Sequence[Token], evidence: Evidence) -> Field[Any]:
    place = place_of(tokens)
    return Field(value, text, percent(name, evidence), place.lines, place.bounds, place.page)


def _amounts(totals: Totals) -> dict[str, Told]:
    chosen = {"net": totals.net, "tax": totals.tax, "total": totals.total, "payable": totals.payable}
    return {name: _amount(choice) for name, choice in chosen.items() if choice is not None}


def _amount(choice: Choice) -> Told:
    told = choice.evidence
    tokens = [token for one in choice.amounts for token in one.row.within(one.start, one.end)]
    agrees = max(
        told.get(key, 0.0)
        for key in ("net_and_tax", "cash_and_change", "sum_of_parts", "prepaid", "cash", "items", "untaxed")
    )
    evidence = {"score": choice.score, "margin": choice.score - told.get("rival", 0.0), "agrees": agrees}
    evidence |= {"mended": told.get("mended", 0.0), **reading(tokens)}
    return choice.value, " + ".join(one.text for one in choice.amounts), tokens, evidence


def _day(choice: DayChoice) -> Told:
    day = choice.day
    tokens = day.row.within(day.start, day.end)
    evidence = {"score": choice.score, "margin": choice.score - choice.evidence.get("rival", 0.0)}
    evidence |= {"labelled": choice.evidence.get("label", 0.0), **reading(tokens)}
    return day.value, day.text, tokens, evidence


def _code(code: codes.Code) -> Told:
    tokens = code.row.within(code.start, code.end)
    evidence = {"score": code.evidence.get("score", 0.0), "mended": float(code.mended), **reading(tokens)}
    return code.value, code.text, tokens, evidence


def _registers(sheet: Sheet) -> dict[str, Told]:
    found = {name: codes.officials_of(sheet, name) for name in codes.OFFICIAL}
    return {name: _code(options[0]) for name, options in found.items() if options}


def _accounts(sheet: Sheet, ibans: Sequence[codes.Code]) -> dict[str, Told]:
    found = {"iban": accounts.first_right(ibans), "bic": accounts.first_right(accounts.bics_of(sheet))}
    return {name: _code(code) for name, code in found.items() if code is not None}


def _vat_ids(sheet: Sheet, vats: Sequence[codes.Code], buyer: Side | None) -> dict[str, Told]:
    """The seller's VAT number and the buyer's: that which stands among the rows of the buyer is the buyer's."""
    rows = {cell.row.number for cell in (*buyer.name, *buyer.address)} if buyer else set()
    last = max(rows, default=-9)
    bought = [code for code in vats if rows and min(rows) <= code.row.number <= last + 3]
    bought += [
        code
        for code in vats
        if re.search(r"\b(?:ihre|your|votre|votre|su|vostr\w|uw|er|vossa?)\b", code.row.text[: code.start], re.I)
    ]
    sold = [code for code in vats if code not in bought] or [
        code for code in vats[:1] if len(vats) == 1 and not code.wrong
    ]
    found = {
        "vat_id": accounts.first_right(sold),
        "buyer_vat_id": accounts.first_right(
            [code for code in bought if code.value not in {one.value for one in sold}]
        ),
    }
    return {name: _code(code) for name, code in found.items() if code is not None}


def _side(name: str, side: Side | None) -> dict[str, Told]:
    if side is None:
        return {}
    found = {name: _lines(side.name, side, name_of)}
    return found | ({f"{name}_address": _lines(side.address, side, str)} if side.address else {})


def _lines(cells: Sequence[Cell], side: Side, clean: Callable[[str], str]) -> Told:
    """Lines as one text: what ends without a comma gets one in an address, a space in a name."""
    tokens = [token for cell in cells for token in cell.row.within(cell.start, cell.end)]
    parts = [" ".join(cell.text.split()) for cell in cells]
    joined = " ".join(parts) if clean is name_of else _one_line(parts)
    told = side.evidence
    evidence = {"score": told["score"], "margin": told["score"] - told["rival"], "named": told.get("name", 0.0)}
    evidence |= {"lines": float(len(cells)), **reading(tokens)}
    return clean(joined), clean(" ".join(parts)) if clean is name_of else "\n".join(parts), tokens, evidence


def _one_line(parts: Sequence[str]) -> str:
    """The lines of an address as one, parted by commas; no long word but the last is followed by a full stop."""
    lines = [SEPARATOR.sub(", ", part).strip(" ,") for part in parts]
    return ", ".join([*(re.sub(r"(?<=\w{5})\.$", "", line) for line in lines[:-1]), *lines[-1:]])


def _taxes(totals: Totals, fields: Mapping[str, Field[Any]]) -> tuple[Tax, ...]:
    sure = fields["tax"].confidence if "tax" in fields else 0.0
    found = []
    for one in totals.taxes:
        base = one.others[-1] if one.others else None
        spans = [one.amount, *([base] if base else [])]
        place = place_of([token for span in spans for token in span.row.within(span.start, span.end)])
        found.append(
            Tax(one.rate, base.value if base else None, one.value, sure, place.lines, place.bounds, place.page)
        )
    return tuple(found)


def _sure(item: Item, sheet: Sheet, problems: Sequence[Problem]) -> Item:
    """The item with the confidence of the lines that it stands in, less where the items do not come to the total."""
    sure = {token.line: token.sure for row in sheet.rows for token in row.tokens if token.line in item.lines}
    least = min(sure.values(), default=0.0)
    differ = any(problem.code is ProblemCode.ITEMS_DIFFER for problem in problems)
    return replace(item, confidence=round(least * (0.7 if differ else 1.0), 1))
