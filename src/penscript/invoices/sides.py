"""Of the parties on a document the one that sells and the one that buys."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from penscript.invoices.addresses import POSTCODE, address_like, code_alone, street_like
from penscript.invoices.blocks import Cell, cells_of
from penscript.invoices.labels import letters
from penscript.invoices.names import form_alone, legal_form, name_of, name_score, trade, whole_name
from penscript.invoices.parties import Party, labelled, parties_of, stops
from penscript.invoices.sheet import Sheet

_PERSON = re.compile(r"^(?:herrn?|frau|mr|mrs|ms|mme|m|sr|sra|sig|dhr|mevr|monsieur|madame)\b\.?\s", re.IGNORECASE)
_CONTACT = frozenset({"tax_id", "vat_id", "registration", "iban", "other_number"})
_ABOVE = 5
"""A label names a party that begins at most so many rows below it."""


@dataclass(frozen=True)
class Side:
    """Who sells or buys. evidence: what speaks for it, with the runner-up's score as `rival`."""

    name: tuple[Cell, ...]
    address: tuple[Cell, ...]
    evidence: dict[str, float] = field(default_factory=dict)


def sides_of(sheet: Sheet) -> tuple[Side | None, Side | None]:
    """The seller and the buyer."""
    parties = [_under_label(sheet, party) for party in parties_of(sheet)]
    addressed = [_with_name(sheet, party) for party in parties if party.address or party.label]
    named = [party for party in addressed if party.name]
    seller = _seller(sheet, named) or _headline(sheet, parties)
    buyer = _buyer(sheet, named, seller)
    return seller, buyer


def _under_label(sheet: Sheet, party: Party) -> Party:
    """The party with the label that stands above it."""
    if party.label or "sender" in party.evidence:
        return party
    top = party.top
    for number in range(top.row.number, max(-1, top.row.number - _ABOVE - 1), -1):
        row = sheet.rows[number]
        if row.page != top.row.page:
            break
        found = [
            (row.box(start, end).x, named[0])
            for start, end in row.parts(0.75)
            if (named := labelled(sheet, Cell(row, start, end)))
        ]
        if top.row.number - number > (_ABOVE if party.address else 2):
            break
        left = [
            (x, name)
            for x, name in found
            if name in ("seller", "buyer", "ship_to") and x <= top.bounds.x + 2 * top.bounds.height
        ]
        if left:
            return replace(party, label=max(left)[1])
    return party


def _with_name(sheet: Sheet, party: Party) -> Party:
    """The party with the best of the lines above its address as its name, put together where it was broken."""
    lines = [cell for cell in party.name if re.search(r"[^\W\d_]{2}", cell.text) or form_alone(cell.text)]
    if not any(name_score(cell.text) > -0.6 for cell in lines):
        lines = [*_heads(sheet, party, lines), *lines]
    if not lines:
        return replace(party, name=())
    if (head := _registered(sheet, party, lines)) is not None:
        return replace(party, name=head, address=(*lines, *party.address))
    scores = [name_score(cell.text) + max(0.0, 0.7 - 0.35 * place) for place, cell in enumerate(lines)]
    best = max(range(len(lines)), key=lambda place: (scores[place], -place))
    name = _whole(lines, best)
    return replace(party, name=name, address=(*_streets(lines, name), *party.address))


def _registered(sheet: Sheet, party: Party, lines: Sequence[Cell]) -> tuple[Cell, ...] | None:
    """The name above the number of a register, where only the first lines of an address stand below that number."""
    if any(legal_form(cell.text) for cell in lines) or lines[0] is not party.top or not party.address:
        return None
    heads = [cell for cell in _heads(sheet, party, lines) if cell.row.number < lines[0].row.number]
    between = range(heads[-1].row.number + 1, lines[0].row.number) if heads else ()
    if not between or not all(_of_register(sheet, number) for number in between):
        return None
    return _whole(heads, len(heads) - 1)


def _of_register(sheet: Sheet, number: int) -> bool:
    """Whether a row tells the number of a register or of a tax office."""
    named = any(hit.names & {"registration", "tax_id", "vat_id"} for hit in sheet.hits_by_row.get(number, []))
    return named or code_alone(sheet.rows[number].text)


def _whole(lines: Sequence[Cell], best: int) -> tuple[Cell, ...]:
    first, last = whole_name([cell.text for cell in lines], best)
    return tuple(lines[first : last + 1])


def _streets(lines: Sequence[Cell], name: Sequence[Cell]) -> Sequence[Cell]:
    """The lines behind a name that begin its address although no word in them says so."""
    rest = [cell for cell in lines if cell.row.number > name[-1].row.number]
    first = next((place for place, cell in enumerate(rest) if _street(cell.text)), len(rest))
    return rest[first:][:3]


def _street(text: str) -> bool:
    return street_like(text) or text.rstrip().endswith(",") or address_like(text) >= 0.8


def _heads(sheet: Sheet, party: Party, known: Sequence[Cell]) -> list[Cell]:
    """The lines above a party that may be its name."""
    top = (known or party.address or party.name)[0]
    found = []
    for cell in cells_of(sheet):
        box = cell.bounds
        over = box.x < top.bounds.right and box.right > top.bounds.x
        near = 0 < top.row.number - cell.row.number <= 6 and cell.row.page == top.row.page
        if (
            near
            and over
            and not re.search(r"[•·|●∙]", cell.text)
            and not stops(sheet, cell)
            and (name_score(cell.text) > -0.5 or form_alone(cell.text))
        ):
            found.append(cell)
    return found


def _seller(sheet: Sheet, parties: Sequence[Party]) -> Side | None:
    scored = sorted(((_sells(sheet, party, parties), party) for party in parties), key=lambda one: -one[0]["score"])
    if not scored or scored[0][0]["score"] < 0.3:
        return None
    evidence, best = scored[0]
    name = letters(_text(best))
    rival = next((other["score"] for other, party in scored if letters(_text(party)) != name), 0.0)
    if "sender" in best.evidence:
        best = next(
            (p for _, p in scored if letters(_text(p)) == name and p.address and "sender" not in p.evidence), best
        )
    return Side(best.name, best.address, evidence | {"rival": rival, "name": name_score(_text(best))})


def _text(party: Party) -> str:
    return " ".join(cell.text for cell in party.name)


def _sells(sheet: Sheet, party: Party, parties: Sequence[Party]) -> dict[str, float]:
    name = letters(name_of(_text(party)))
    again = sum(name in letters(row.text) for row in sheet.rows) - 1 if len(name) > 4 else 0
    end = (party.address or party.name)[-1]
    near = [hit for row in (end.row, *sheet.below(end.row, 5)) for hit in sheet.hits_by_row.get(row.number, [])]
    evidence = {
        "seller": float(party.label == "seller"),
        "buyer": float(party.label in ("buyer", "ship_to")),
        "sender": float("sender" in party.evidence),
        "again": min(2.0, max(0.0, again)),
        "contact": float(any(hit.names & _CONTACT for hit in near)),
        "firm": float(legal_form(_text(party))),
        "trade": float(trade(_text(party))),
        "top": 1 - party.top.row.number / max(1, len(sheet.rows)),
        "addressed": float(bool(party.address)),
        "first": float(party is _first(parties)),
        "person": float(bool(_PERSON.match(_text(party))) and not legal_form(_text(party))),
        "later": float(party.top.row.page > 1),
        "name": max(-1.0, min(1.6, name_score(_text(party)))),
    }
    weights = {
        "name": 0.4,
        "seller": 2.5,
        "buyer": -3,
        "sender": 1.2,
        "again": 0.5,
        "contact": 0.5,
        "firm": 0.2,
        "trade": 0.1,
        "top": 1.2,
    }
    weights |= {"addressed": 0.4, "first": 0.5, "person": -1.0, "later": -0.5}
    return evidence | {"score": sum(weights[key] * value for key, value in evidence.items())}


def _first(parties: Sequence[Party]) -> Party | None:
    """The uppermost party with an address."""
    addressed = [party for party in parties if party.address]
    return min(addressed, key=lambda party: party.top.row.number, default=None)


def _headline(sheet: Sheet, parties: Sequence[Party]) -> Side | None:
    """The likeliest name among the first lines, where no address was found."""
    cells = [cell for cell in cells_of(sheet) if cell.row.number < 8 and not stops(sheet, cell)]
    cells = [cell for cell in cells if name_score(cell.text) > -0.3 and address_like(cell.text) < 1.2]
    if not cells:
        return None
    best = max(range(len(cells)), key=lambda place: name_score(cells[place].text) - 0.12 * place)
    return Side(_whole(cells, best), (), {"score": 0.0, "rival": 0.0, "name": name_score(cells[best].text)})


def _buyer(sheet: Sheet, parties: Sequence[Party], seller: Side | None) -> Side | None:
    sold = letters(name_of(" ".join(cell.text for cell in seller.name))) if seller else ""
    scored = []
    for party in parties:
        name = letters(name_of(_text(party)))
        if not name or name == sold or (seller and party.name == seller.name) or "sender" in party.evidence:
            continue
        evidence = {
            "buyer": float(party.label == "buyer"),
            "seller": float(party.label in ("seller", "ship_to")),
            "below_sender": float(_below_sender(sheet, party)),
            "person": float(bool(_PERSON.match(_text(party)))),
            "addressed": float(bool(party.address)),
            "top": 1 - party.top.row.number / max(1, len(sheet.rows)),
            "later": float(party.top.row.page > 1),
        }
        weights = {
            "buyer": 2.0,
            "seller": -3.0,
            "below_sender": 1.2,
            "person": 0.5,
            "addressed": 0.7,
            "top": 0.8,
            "later": -0.6,
        }
        score = sum(weights[key] * value for key, value in evidence.items())
        scored.append((score, evidence, party))
    scored = [one for one in scored if one[1]["buyer"] or (one[1]["addressed"] and _coded(one[2]))]
    if not scored or (best := max(scored, key=lambda one: one[0]))[0] < 1.0:
        return None
    rival = max((score for score, _, party in scored if party is not best[2]), default=0.0)
    return Side(best[2].name, best[2].address, best[1] | {"score": best[0], "rival": rival})


def _coded(party: Party) -> bool:
    """Whether an address has a postcode, or all that a Chinese one has."""
    text = " ".join(cell.text for cell in party.address)
    return any(POSTCODE.search(cell.text) for cell in party.address) or address_like(text) > 2


def _below_sender(sheet: Sheet, party: Party) -> bool:
    top = party.top
    rows = [row for row in sheet.rows if 0 < top.row.number - row.number <= 4 and row.page == top.row.page]
    return any(re.search(r"[•·|●∙]|\s[-–]\s", row.text[:140]) and address_like(row.text) > 1.1 for row in rows)
