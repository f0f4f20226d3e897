"""Who sells and who buys: blocks of lines with a name and an address, and what speaks for each of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from penscript.invoices.addresses import (
    NOT_ADDRESS,
    POSTCODE,
    address_like,
    code_alone,
    country_in,
    region_in,
    starts_a_street,
    street_like,
)
from penscript.invoices.blocks import Cell, blocks_of, cells_of
from penscript.invoices.labels import Hit, letters
from penscript.invoices.names import form_alone, legal_form, name_of
from penscript.invoices.sheet import Sheet

_SHORT, _LONG = 30, 45
"""Behind the line with the postcode stands one with at most so many letters, more if it names a region or a town."""
_CONTACT = re.compile(
    r"@|www\.|https?:|\.(?:com|de|fr|se|es|it|nl|pt|cn|my|net|org)\b|\+\d{2}|\d{2,4}[-/\s]\d{3,4}[-\s]?\d{3,4}",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"\s+[•·|●∙–—.-]\s+|\s*[•·|●∙]\s*")
_STOP = frozenset(
    {"number", "date", "tax_id", "vat_id", "registration", "iban", "bic", "due_date", "description", "quantity"}
    | {"order_number", "customer_number", "total", "terms", "delivery_date", "currency"}
)
_BEHIND = frozenset({"vat_id", "tax_id", "registration", "iban"})
_HOUSE = re.compile(r"(?:no\W{0,2})?(?:[A-Z]{1,2}-)?\d{1,4}[A-Z]?(?:-\d{1,4}){0,2},?", re.IGNORECASE)
"""The number of a house in a line of its own."""
_PHONE = re.compile(
    r"\b(?:t[eé]l[eé]?(?:f|ph)?o{0,2}n?[eo]?|fax|phone|hp|h/p|mobile?|mob|móvil)\b|(?:联系)?电话|手机", re.IGNORECASE
)


@dataclass(frozen=True)
class Party:
    """A name and an address, as stretches of rows. label: what names it, "" for nothing.

    evidence: what speaks for it.
    """

    name: tuple[Cell, ...]
    address: tuple[Cell, ...]
    label: str = ""
    evidence: dict[str, float] = field(default_factory=dict)

    @property
    def top(self) -> Cell:
        """The first of its cells."""
        return (*self.name, *self.address)[0]


def stops(sheet: Sheet, cell: Cell) -> bool:
    """Whether a cell says something else than a name or an address: a phone, a number, what the document is."""
    hits = [
        hit
        for hit in sheet.hits_by_row.get(cell.row.number, [])
        if cell.start <= hit.start < cell.end and hit.score > 0.9
    ]
    leading = [hit for hit in hits if hit.start - cell.start < 3 or hit.colon]
    names: set[str] = set().union(*(hit.names for hit in leading)) if leading else set()
    kind = any(
        name.startswith("kind:") for hit in leading for name in hit.names if _covers(hit, cell) or len(hit.key) > 5
    )
    phone = bool(_PHONE.search(cell.text))
    return kind or phone or bool(names & _STOP) or bool(_CONTACT.search(cell.text) and not address_like(cell.text) > 1)


def trimmed(sheet: Sheet, cell: Cell) -> Cell:
    """The cell up to a phone number, a tax number and the like that follow an address in the same line."""
    hits = [hit.start for hit in sheet.hits_by_row.get(cell.row.number, []) if hit.names & _BEHIND and hit.score > 0.9]
    phone = _PHONE.search(cell.text)
    cuts = [at for at in (*hits, *([cell.start + phone.start()] if phone else [])) if cell.start + 3 < at < cell.end]
    parts = [match.start() for match in SEPARATOR.finditer(cell.text)]
    coded = POSTCODE.search(cell.text)
    for at in parts:
        if coded and at >= coded.end() and len(re.findall(r"\d", cell.text[at:])) > 5:
            cuts.append(cell.start + at)
    before = cell.row.text[cell.start : min(cuts)] if cuts else ""
    if not cuts or (address_like(before) < 0.8 and not region_in(before)):
        return cell
    end = cell.start + len(cell.row.text[cell.start : min(cuts)].rstrip(" ,;|·•–-"))
    return Cell(cell.row, cell.start, end)


def _covers(hit: Hit, cell: Cell) -> bool:
    return len(hit.key) * 2 > len(letters(cell.text))


def labelled(sheet: Sheet, cell: Cell) -> tuple[str, Hit] | None:
    """Whether a cell begins with a label of a party: seller, buyer, ship_to; and the label."""
    for hit in sheet.hits_by_row.get(cell.row.number, []):
        if cell.start <= hit.start < cell.end and hit.start - cell.start < 4:
            for name in ("ship_to", "buyer", "seller", "name", "address"):
                rest = cell.row.text[hit.end : cell.end].lstrip(" :：.").strip()
                if name in ("buyer", "seller", "ship_to") and rest and not re.search(r"[^\W\d_]{2}", rest):
                    continue
                if name in hit.names and (
                    hit.colon or not rest or (name in ("name", "address") and hit.score == 1.0 and rest)
                ):
                    return name, hit
    return None


def bare(sheet: Sheet, cell: Cell) -> Cell:
    """The cell without a label that it begins with."""
    found = labelled(sheet, cell)
    if found is None:
        return cell
    start = found[1].end
    while start < cell.end and cell.row.text[start] in " :：.":
        start += 1
    return Cell(cell.row, start, cell.end)


def parties_of(sheet: Sheet) -> Iterator[Party]:
    """The names with addresses of a document, from the top."""
    blocks = blocks_of([trimmed(sheet, cell) for cell in cells_of(sheet)])
    for block in blocks:
        yield from _split(sheet, block)


def _split(sheet: Sheet, block: Sequence[Cell]) -> Iterator[Party]:
    """The parties of one block: it ends where a label says that another begins, or where something else is said."""
    part: list[Cell] = []
    label = ""
    for cell in block:
        found = labelled(sheet, cell)
        if found and found[0] in ("seller", "buyer", "ship_to"):
            yield from _party(sheet, part, label)
            part, label = [], found[0]
            if bare(sheet, cell).start >= cell.end:
                continue
        elif found and found[0] == "address" and bare(sheet, cell).start >= cell.end and _coded(part):
            yield from _party(sheet, part, label)
            part, label = [], ""
        sender = _sender(cell)
        if sender:
            yield from _party(sheet, part, label)
            yield sender
            part, label = [], ""
        elif stops(sheet, cell):
            if part:
                yield from _party(sheet, part, label)
                part = []
        else:
            part.append(bare(sheet, cell))
    yield from _party(sheet, part, label)


def _coded(cells: Sequence[Cell]) -> bool:
    """Whether one of some lines has a postcode."""
    return any(POSTCODE.search(cell.text) for cell in cells)


def _sender(cell: Cell) -> Party | None:
    """The line above an address in small print: name, street and town of the sender, parted by dots or bars."""
    marks = list(SEPARATOR.finditer(cell.text))
    if not marks or len(cell.text) > 160 or not (POSTCODE.search(cell.text) or address_like(cell.text) > 2):
        return None
    name = Cell(cell.row, cell.start, cell.start + marks[0].start())
    if not name.text.strip() or address_like(name.text) > 1 or _street_alone(name.text):
        return None
    return Party((name,), (Cell(cell.row, cell.start + marks[0].end(), cell.end),), "", {"sender": 1.0})


def _street_alone(text: str) -> bool:
    """Whether a text is a street and no firm's name."""
    return street_like(text) or (not text.isascii() and not legal_form(text) and address_like(text) >= 0.8)


def _party(sheet: Sheet, part: Sequence[Cell], label: str) -> Iterator[Party]:
    cells = _telling(part)
    if not cells:
        return
    scores = [address_like(cell.text) for cell in cells]
    if _named_like_a_street(cells, scores):
        scores[0] = 0.0
    named = [
        place
        for place, cell in enumerate(cells)
        if legal_form(name_of(cell.text)) and not POSTCODE.search(name_of(cell.text))
    ]
    other = next((place for place in named if any(POSTCODE.search(cell.text) for cell in cells[:place])), 0)
    if other and any(POSTCODE.search(cell.text) for cell in cells[other:]):
        yield from _party(sheet, cells[:other], label)
        yield from _party(sheet, cells[other:], "")
        return
    after = named[0] if named and named[0] < 4 else -1
    first = next((place for place, score in enumerate(scores) if score >= 0.8 and place > after), None)
    if first is None:
        yield Party(tuple(cells[: 3 if len(cells) > 1 else 1]), (), label)
        return
    while first > max(1, after + 1) and street_like(cells[first - 1].text):
        first -= 1
    while first > after + 1 and _HOUSE.fullmatch(cells[first - 1].text.strip()):
        first -= 1
    last = _end(cells, scores, first)
    yield Party(tuple(cells[:first]), tuple(cells[first : last + 1]), label)


def _named_like_a_street(cells: Sequence[Cell], scores: Sequence[float]) -> bool:
    """Whether the first line is a name with a word of streets in it, `Delta Place`: no number, no comma, and an address
    behind it, or nothing at all.
    """
    text = cells[0].text
    if re.search(r"[\d,]", text) or not text.isascii() or starts_a_street(text):
        return False
    return len(cells) == 1 or scores[1] >= 0.8


def _telling(part: Sequence[Cell]) -> list[Cell]:
    """The cells without those that are the number of a register; a postcode below a line of an address is none."""
    cells: list[Cell] = []
    for cell in part:
        coded = bool(cells and POSTCODE.fullmatch(cell.text.strip(" .,")) and address_like(cells[-1].text) >= 0.8)
        kept = coded or (re.search(r"\w{2}", cell.text) and not code_alone(cell.text)) or form_alone(cell.text)
        if cell.start < cell.end and kept:
            cells.append(cell)
    return cells


def _end(cells: Sequence[Cell], scores: Sequence[float], first: int) -> int:
    """The last line of an address: that with the postcode, or a line of letters alone behind it."""
    coded = [place for place in range(first, min(first + 7, len(cells))) if POSTCODE.search(cells[place].text)]
    if coded:
        last = coded[0]
        while last + 1 in coded or (last + 2 in coded and scores[last + 1] >= 0.8):
            last += 1
        return _rest(cells, last)
    last = first
    while (
        last + 1 < len(cells)
        and last - first < 5
        and (scores[last + 1] >= 0.8 or _goes_on(cells[last], cells[last + 1]))
    ):
        last += 1
    return last


def _goes_on(line: Cell, after: Cell) -> bool:
    """Whether a comma at the end of a line of an address leads on to the next one."""
    told = after.text.strip()
    return line.text.rstrip().endswith(",") and ":" not in told and len(told) < 45 and not NOT_ADDRESS.search(told)


def _rest(cells: Sequence[Cell], coded: int) -> int:
    """The last line that belongs to the line with the postcode: what a comma leads on to, or one more short line."""
    last = coded
    while last + 1 < len(cells) and last - coded < 2 and not country_in(cells[last].text):
        after = cells[last + 1].text.strip()
        open_end = cells[last].text.rstrip().endswith(",")
        longest = _LONG if region_in(after) else _SHORT
        if (
            sum(c.isalpha() for c in after) < 4
            or ":" in after
            or len(after) > longest
            or (last > coded and not open_end)
        ):
            break
        if NOT_ADDRESS.search(after):
            break
        last += 1
    return last
