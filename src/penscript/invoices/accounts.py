"""Bank accounts and VAT numbers. Check digits decide: what fails them is told as a problem and never becomes a value.

The checks are those of `proved.py`.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from penscript.invoices.codes import Code, after_mark, code_in
from penscript.invoices.labels import catalogue
from penscript.invoices.proved import proved_account, proved_bank, proved_chinese, proved_vat
from penscript.invoices.rows import Row
from penscript.invoices.sheet import Sheet

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\s?[0-9OIlSB]{2}(?:\s{0,3}[A-Z0-9]){11,30}", re.IGNORECASE)
_VAT = re.compile(
    r"(?<![A-Z0-9])(?:AT\s{0,3}U|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)\s{0,3}"
    r"(?=(?:[-.\s]?[A-Z0-9]){8,12}(?![A-Z0-9]))(?:[-.\s]?[A-Z0-9])*\d(?:[-.\s]?[A-Z0-9]){0,4}(?![A-Z0-9])"
)
_SWISS = re.compile(r"CHE[-\s]?\d{3}\.?\d{3}\.?\d{3}(?:\s?(?:MWST|TVA|IVA))?")
_BIC = re.compile(r"(?<![A-Z0-9])[A-Z]{4}\s?[A-Z]{2}\s?[A-Z0-9]{2}(?:\s?[A-Z0-9]{3})?(?![A-Z0-9])")
_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")


def ibans_of(sheet: Sheet) -> list[Code]:
    """The bank accounts of a document, with their check digits proved; those that fail are marked as wrong."""
    found: list[Code] = []
    for row in sheet.rows:
        labelled = any("iban" in hit.names for hit in sheet.hits_by_row.get(row.number, []))
        first = max((hit.end for hit in sheet.hits_by_row.get(row.number, []) if "iban" in hit.names), default=0)
        for start in re.finditer(r"(?<![A-Za-z0-9])(?=[A-Za-z]{2}\s?[0-9OIlSB]{2})", row.text):
            match = _IBAN.match(row.text, start.start())
            code = _account(row, match, labelled) if match and start.start() >= first else None
            if code is not None:
                found.append(code)
    return sorted(found, key=lambda one: (one.wrong, one.mended))


def _account(row: Row, match: re.Match[str], labelled: bool) -> Code | None:
    """The longest beginning of what was found that is an IBAN; what only looks like one counts under its label."""
    told = match[0]
    for end in range(len(told), 14, -1):
        piece = told[:end]
        if end < len(told) and told[end] != " " and told[end - 1] != " ":
            continue
        number = _proved(piece, proved_account)
        if number is not None:
            return Code(number[0], row, match.start(), match.start() + len(piece.rstrip()), mended=number[1])
    stretch = re.match(r"[A-Za-z]{2}\s?\w{2}(?:\s{0,3}[A-Z0-9]{2,4})+", told)
    plain = re.sub(r"\s", "", stretch[0] if stretch else told)
    if (labelled or sum(c.isdigit() for c in plain) >= 14) and iban_country(plain):
        return Code(plain, row, match.start(), match.start() + len(stretch[0] if stretch else told), wrong=True)
    return None


def iban_country(number: str) -> bool:
    """Whether an IBAN begins with the letters of a country that has them."""
    return number[:2].casefold() in catalogue().words("banks", "countries")


def _proved(text: str, prove: Callable[[str], str | None]) -> tuple[str, bool] | None:
    """The number by its check digits and whether letters had to be read as digits; None where it fails."""
    plain = re.sub(r"[\s.\-]", "", text).upper()
    for candidate in dict.fromkeys((plain, plain[:2] + plain[2:].translate(_DIGITS))):
        number = prove(candidate)
        if number is not None:
            return number, candidate != plain
    return None


def bics_of(sheet: Sheet) -> list[Code]:
    """The bank codes (ISO 9362) that stand under a label or in a row beside a bank account."""
    found = []
    for hit in sheet.labelled("bic"):
        for row in (hit.row, *sheet.below(hit.row, 1)):
            match = _BIC.search(row.text, hit.end if row is hit.row else 0)
            if match and proved_bank(match[0]):
                found.append(Code(match[0].replace(" ", ""), row, match.start(), match.end()))
                break
    return found


def vat_ids_of(sheet: Sheet) -> list[Code]:
    """The VAT numbers of a document from the top; those that fail their check digits are marked as wrong."""
    found: list[Code] = []
    ibans = ibans_of(sheet)
    for row in sheet.rows:
        labelled = any("vat_id" in hit.names for hit in sheet.hits_by_row.get(row.number, []))
        accounts = [(code.start, code.end) for code in ibans if code.row is row and (not labelled or not code.wrong)]
        for match in [*_VAT.finditer(row.text), *_SWISS.finditer(row.text)]:
            inside = any(start <= match.start() < end for start, end in accounts)
            code = None if inside else _vat(row, match, labelled)
            if code is not None:
                found.append(code)
    rows = {code.row.number for code in found}
    return [*found, *(code for code in _national(sheet) if code.row.number not in rows)]


def _vat(row: Row, match: re.Match[str], labelled: bool) -> Code | None:
    text = match[0]
    ends = [len(text), *(gap.start() for gap in reversed(list(re.finditer(r"\s", text))))]
    for end in ends:
        number = _proved(text[:end], proved_vat) if end > 7 else None
        if number is not None:
            return Code(number[0], row, match.start(), match.start() + end, mended=number[1])
    plain = re.sub(r"[\s.\-]", "", text)
    return Code(plain, row, match.start(), match.end(), wrong=True) if labelled else None


def _national(sheet: Sheet) -> Iterator[Code]:
    """VAT numbers that are printed without the country's letters, as in Italy, Spain and Portugal."""
    for hit in sheet.labelled("vat_id"):
        code = code_in(hit.row, after_mark(hit.row.text, hit.end), len(hit.row.text), 3)
        if code is None:
            continue
        plain = re.sub(r"[\s.\-]", "", code.value).upper()
        countries = [_LANGUAGE_COUNTRY[one] for one in sheet.languages if one in _LANGUAGE_COUNTRY][:2]
        for country in countries:
            if proved_vat(country + plain):
                yield Code(plain, code.row, code.start, code.end)
                break
        else:
            if proved_chinese(plain):
                yield Code(plain, code.row, code.start, code.end)
            elif re.fullmatch(r"[A-Z]?\d{8,11}[A-Z]?|[0-9A-Z]{18}", plain):
                yield Code(plain, code.row, code.start, code.end, wrong=True)


_LANGUAGE_COUNTRY = {"it": "IT", "es": "ES", "pt": "PT", "fr": "FR", "nl": "NL", "de": "DE", "sv": "SE"}


def first_right(codes: Sequence[Code]) -> Code | None:
    """The first that does not fail its check digits."""
    return next((code for code in codes if not code.wrong), None)
