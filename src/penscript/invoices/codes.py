"""Numbers that are no amounts, found by their labels: of the invoice, the order, the customer, the tax office."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from penscript.invoices.labels import Hit, catalogue, letters, look_up
from penscript.invoices.rows import Row
from penscript.invoices.sheet import Sheet

NUMBERS = ("number", "order_number", "customer_number")
OFFICIAL = ("tax_id", "registration")
_CODE = re.compile(r"[^\W_](?:[\w/.\-–#*]|(?<=\d)\s?/\s?(?=\d))*(?<![.\-–,*])", re.UNICODE)
_BRIDGE = re.compile(
    r"(?:\s*\([^)]*\))?\s*(?:(?:nr|no|num|number|nummer|n[°ºo]|n)\b\.?|№|#|号|:|：|[.;*°º])?\s*[:：.#]?\s*",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?:\s+[^\W\d_]+){0,3}\s*(?:\([^)]{1,40}\)\s*)*(?<![^\W\d_])(?:nr|no|n[°º]|nº|num|#|№)[.:]*\s*(?=\S*\d)",
    re.IGNORECASE,
)
_OF_DAY = re.compile(
    r"\W*[^\W\d_][^\d:]{2,60}?(?:\([^)]{1,40}\)\s*)*(?<![^\W\d_])(?:nr|no|n[°º]|num|#|№)[.:]*\s*(?P<code>\S*\d\S*?)[,;]?"
    r"\s+(?:vom|von|du|of|dated|del|de|da|van|den|av|em|från|d\.d\.)\s+$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\W*(?:n[°ºo]|nr|num[eé]ro|número|nummer|number|号码|编号)[.:]*\s{0,3}[:：]?\s*(?P<code>(?=\S*\d)[^\W_][\w/-]{2,24})(?=\s|$)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"\W*(?:[^\W\d_]{2,}[.\s/-]{1,2}){0,2}(?:[^\W\d_]{2,}(?:nr|nummer)|n\.?[°º]|nr|no|n[uú]m|num[eé]ro|n[uú]mero|nummer|number|id"
    r"|ref(?:erence)?|r[eé]f(?:[eé]rence)?|referenz|referencia|referens|folio|serie|series|docu?m?e?n?t?[oe]?|#|号码?|编号)"
    r"\W*(?=$|[:.#\s]|\d)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"r[eé]f", re.IGNORECASE)
_FUZZY = 0.82
"""A label that is no surer than this names a number only with a colon."""
_OTHERS = frozenset({"other_number", "order_number", "customer_number", "other_date", "delivery_date"})


@dataclass(frozen=True)
class Code:
    """A number as printed, at its place. mended: letters were read as the digits that alone fit the check digits.

    evidence: what speaks for it. wrong: it fails its check digits.
    """

    value: str
    row: Row
    start: int
    end: int
    evidence: dict[str, float] = field(default_factory=dict)
    mended: bool = False
    wrong: bool = False

    @property
    def text(self) -> str:
        """As it is printed."""
        return self.row.text[self.start : self.end]


def numbers_of(sheet: Sheet, name: str) -> list[Code]:
    """The numbers under the labels of a field, the likeliest first."""
    hits = [hit for hit in sheet.labelled(name) if hit.score > _FUZZY or hit.colon]
    if name == "number":
        hits += [hit for hit in sheet.hits if hit not in hits and any(one.startswith("kind:") for one in hit.names)]
    found = [code for hit in hits for code in _numbered(sheet, hit, name)]
    if name == "number":
        found += _headings(sheet)
        found = found or list(_unnamed(sheet))
    return sorted(found, key=lambda one: -one.evidence["score"])


def _headings(sheet: Sheet) -> Iterator[Code]:
    """Headings that say `No. X of DATE`, whatever the paper calls itself."""
    for day in sheet.days:
        row = day.row
        match = _OF_DAY.match(row.text[: day.start])
        known = {name for hit in sheet.hits_by_row.get(row.number, []) for name in hit.names}
        if match is None or row.number > len(sheet.rows) / 2 or known & _OTHERS:
            continue
        evidence = {"label": 0.85, "place": 1 - row.number / max(1, len(sheet.rows))}
        yield Code(match["code"], row, *match.span("code"), evidence | {"score": 1.1 + 0.3 * evidence["place"]})
    for hit in sheet.hits:
        if any(name.startswith("kind:") for name in hit.names) and hit.leads and hit.alone:
            yield from _under_heading(sheet, hit)


def _unnamed(sheet: Sheet) -> Iterator[Code]:
    """What is called a number or a reference and nothing that is known, in a cell of its own, above the heads of the
    columns or below all amounts.
    """
    priced = [row.number for row in sheet.rows if any(one.money for one in sheet.amounts_by_row.get(row.number, []))]
    end = sheet.header.number if sheet.header else min(priced, default=len(sheet.rows))
    for row in sheet.rows[:end] + sheet.rows[max(priced, default=end) + 1 :]:
        for start, last in row.cells:
            match = _PLAIN.match(row.text, start, last)
            if match is None or _named_else(sheet, row, start, match.end()):
                continue
            code = code_in(row, after_mark(row.text, match.end()), len(row.text), 3) or _first_below(sheet, row, start)
            if code is None or _is_day(sheet, code) or _is_money(sheet, code) or _of_house(code):
                continue
            yield Code(code.value, code.row, code.start, code.end, {"label": 0.5, "score": 0.6 - row.number / 1000})


def _of_house(code: Code) -> bool:
    """Whether a number is that of a house, before its street: `No. 42, Jalan Besar`."""
    return bool(re.match(r"\w?,|\w?\s+[^\W\d_]{3}", code.row.text[code.end :]))


def _named_else(sheet: Sheet, row: Row, start: int, end: int) -> bool:
    """Whether a stretch of a row has a label that names something else than the number."""
    hits = [hit for hit in sheet.hits_by_row.get(row.number, []) if start <= hit.start < end]
    told = row.text[start:end]
    stem = look_up(re.sub(r"(?:nr|nummer|number|no)$", "", letters(told)))
    named = [hit.names for hit in hits] + ([catalogue().labels[stem[0]][0]] if stem else [])
    titles = [names for names in named if any(name.startswith("kind:") for name in names)]
    others = [names for names in named if names not in titles and names - {"number", "other_number"}]
    return bool(others) or (any("other_number" in names for names in named) and not _REFERENCE.search(told))


def _first_below(sheet: Sheet, row: Row, start: int) -> Code | None:
    """The code in the next row that begins where a stretch of a row begins."""
    box = row.box(start, start + 1)
    below = [(other, cell) for other in sheet.below(row, 1) for cell in other.cells]
    return next(
        (code_in(other, *cell, 0) for other, cell in below if abs(other.box(*cell).x - box.x) < box.height), None
    )


def _under_heading(sheet: Sheet, hit: Hit) -> Iterator[Code]:
    """`No. X` in one of the two rows below what the paper calls itself."""
    for row in sheet.below(hit.row, 2):
        match = _BARE.match(row.text)
        if match is not None:
            place = 1 - row.number / max(1, len(sheet.rows))
            evidence = {"label": 0.7, "place": place, "score": 0.9 + 0.3 * place}
            yield Code(match["code"], row, *match.span("code"), evidence)


def _numbered(sheet: Sheet, hit: Hit, name: str) -> Iterator[Code]:
    place = 1 - hit.row.number / max(len(sheet.rows), 1)
    weak = any(one.startswith("kind:") for one in hit.names) or hit.key == "inv"
    strict = name not in hit.names
    beside = _beside(sheet, hit, weak, strict)
    for code in [beside] if beside else [] if strict else _below(sheet, hit, weak):
        if _is_money(sheet, code):
            continue
        digits = sum(c.isdigit() for c in code.value)
        evidence = {
            "label": hit.score * (0.75 if weak else 1.0),
            "below": float(code.row is not hit.row),
            "lead": float(hit.leads or hit.colon),
            "digits": min(digits, 8) / 8,
            "place": place,
            "day": float(_is_day(sheet, code)),
            "long": float(len(code.value) > 20),
        }
        score = evidence["label"] - 0.25 * evidence["below"] + 0.15 * evidence["lead"] + 0.3 * evidence["digits"]
        score += (
            0.3 * place - 0.8 * evidence["day"] - 0.3 * evidence["long"] + (0.2 if _kind_row(sheet, code.row) else 0)
        )
        yield Code(code.value, code.row, code.start, code.end, evidence | {"score": score})


def _kind_row(sheet: Sheet, row: Row) -> bool:
    return any(n.startswith("kind:") for hit in sheet.hits_by_row.get(row.number, []) for n in hit.names)


def _is_money(sheet: Sheet, code: Code) -> bool:
    """Whether a code is the beginning of an amount with cents."""
    amounts = sheet.amounts_by_row.get(code.row.number, [])
    return any(one.start == code.start and one.end > code.end and one.money for one in amounts)


def _is_day(sheet: Sheet, code: Code) -> bool:
    days = sheet.days_by_row.get(code.row.number, [])
    return any(day.start < code.end and day.end > code.start for day in days)


def _beside(sheet: Sheet, hit: Hit, weak: bool, strict: bool) -> Code | None:
    """The code right of a label in its row."""
    text = hit.row.text
    mark = _MARK.match(text, hit.end) if weak else None
    if strict and not mark:
        return _heading_code(hit)
    at = mark.end() if mark else after_mark(text, hit.end)
    if weak and not mark and not re.match(r"\s*[:：#]", text[hit.end :]) and not hit.leads:
        return None
    following = [
        other.start for other in sheet.hits_by_row.get(hit.row.number, []) if other.start >= max(at, hit.end + 1)
    ]
    end = min(following, default=len(text))
    return code_in(hit.row, at, end, 0 if mark else 3)


def _heading_code(hit: Hit) -> Code | None:
    """The code that follows what the paper calls itself, `INVOICE FA-2017-0010`, where nothing else stands between."""
    match = re.match(
        r"\s{1,3}(?P<code>(?:[A-Z]{1,4}\s)?(?=\S*\d)[A-Z]{0,5}[-/]?\d[\w/-]{3,20})(?=\s|$)", hit.row.text[hit.end :]
    )
    if match is None or not hit.leads or re.fullmatch(r"(?:19|20)\d\d", match["code"]):
        return None
    start, end = (hit.end + at for at in match.span("code"))
    return Code(match["code"], hit.row, start, end)


def after_mark(text: str, at: int) -> int:
    """Where what follows a label begins: behind its colon, its `No.`, and what stands in brackets."""
    found = _BRIDGE.match(text, at)
    return found.end() if found else at


def code_in(row: Row, at: int, end: int, slack: int) -> Code | None:
    """The first word with a digit, together with words before it that belong to it: `INV 2024-17`, `A 0017/26`."""
    match = _CODE.search(row.text, at, end)
    if match is None or len(row.text[at : match.start()].strip()) > slack:
        return None
    start, last = match.span()
    parts = [match[0]]
    while (
        (following := _CODE.match(row.text, last + 1, end))
        and row.text[last] == " "
        and _joins(parts[-1], following[0])
    ):
        parts.append(following[0])
        last = following.end()
        if any(c.isdigit() for c in following[0]) and len(parts) > 2:
            break
    if not any(c.isdigit() for part in parts for c in part):
        return None
    return Code(row.text[start:last], row, start, last)


def _joins(left: str, right: str) -> bool:
    """Whether two words are one code that a space parts: a few capitals, and a word that begins with a digit."""
    plain = left.isalpha() and left.isupper() and len(left) <= 4 and right[:1].isdigit()
    return plain or (left.endswith(("-", "/")) and right[:1].isalnum()) or right.startswith(("-", "/"))


def _below(sheet: Sheet, hit: Hit, weak: bool) -> Iterator[Code]:
    """The code that stands under a label which has nothing beside it."""
    if weak and not hit.alone:
        return
    box = hit.row.box(hit.start, hit.end)
    for row in sheet.below(hit.row, 2):
        if sheet.is_header(row):
            return
        for start, end in row.cells:
            code = code_in(row, start, end, 0)
            place = row.box(start, end)
            apart = min(
                abs(place.x - box.x), abs(place.right - box.right), abs(place.x + place.right - box.x - box.right) / 2
            )
            if code and apart < 0.8 * box.height and code.start - start < 3:
                yield code
                return


def officials_of(sheet: Sheet, name: str) -> list[Code]:
    """The numbers of a tax office or register, as printed."""
    found = []
    for hit in sheet.labelled(name):
        following = [o.start for o in sheet.hits_by_row.get(hit.row.number, []) if o.start > hit.end]
        code = code_in(hit.row, after_mark(hit.row.text, hit.end), min(following, default=len(hit.row.text)), 14)
        if code is not None and sum(c.isdigit() for c in code.value) >= 3:
            found.append(_spaced(code, min(following, default=len(hit.row.text))))
    return found


def _spaced(code: Code, end: int) -> Code:
    """The code with the groups of digits that follow it: `552 081 317 00021`."""
    last = code.end
    while (match := re.match(r"\s(\d[\d\-]*)(?!\S*[^\W\d])", code.row.text[last:end])) and len(code.value) < 24:
        last += match.end()
    return Code(code.row.text[code.start : last], code.row, code.start, last)
