"""What tells a line of an address, and the name of a firm, from any other line."""

import re
from functools import cache

from penscript.invoices.labels import catalogue, letters

POSTCODE = re.compile(
    r"\b(?:D|DE|A|AT|CH|F|FR|B|BE|L|LU|NL|I|IT|E|ES|P|PT|S|SE|DK|N|NO|FI|PL|CZ|GB)[-\s]\s?\d{2}\s?\d{2,3}\b|\b\d[\dO]{4,5}\b(?!\s*-?[A-Z)]?\s*[)\]])"
    r"|\b[A-Z]\d[\dW]\s?[A-Z\d]{4}\b|(?<=[,·•-] )\d{4}\b(?=\s+[A-ZÀ-Þ])"
    r"|^\W*\d{4}\b(?=\s+[^\W\d_]{3}[^\W\d_]*(?:[\s,-]|$))|\b\d{3}\s\d{2}\b(?=\s+[^\W\d_])|\b\d{4}-\d{3}\b"
    r"|\b\d{4}\s?[A-Z]{2}\b(?=\s+[^\W\d_]{3})|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|\b\d{2}\s\d{3}\b(?=\s+[^\W\d_]{2})"
)
NOT_ADDRESS = re.compile(r"\d[.,]\d{2}(?!\d)|\d:\d{2}|\bhrs\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|@|\d{7}|#", re.IGNORECASE)
_ALIKE = str.maketrans("l1|058", "iiiosb")
_REGISTERED = re.compile(
    r"\s*[\[(]\s*(?:[^()\[\]]*[:.#\s])?[A-Z]{0,3}\d[\w\s/.-]*[\])]?\s*$|\s+\d{5,7}\s?-\s?[A-Z]\b.*$", re.IGNORECASE
)
_HAN_ADDRESS = re.compile(r"[省市区县路街道号栋]")


@cache
def _words(name: str) -> frozenset[str]:
    group = "firms" if name in ("forms", "trades") else "streets"
    return catalogue().words(group, name)


def legal_form(text: str) -> bool:
    """Whether a text ends with, or holds, what a firm is in law."""
    parts = [letters(part) for part in re.split(r"[\s,()]+", text) if part]
    joined = {"".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(i + 4, len(parts)) + 1)}
    han = any(form in letters(text) for form in _words("forms") if not form.isascii())
    return bool((joined - set(parts[:1])) & _words("forms")) or han


def trade(text: str) -> bool:
    """Whether a text says what a firm does."""
    parts = [letters(part) for part in re.split(r"[\s,()&]+", text) if part]
    joined = {"".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(i + 3, len(parts)) + 1)}
    endings = ("markt", "handel", "bäckerei", "baeckerei", "service", "werke", "bau", "technik")
    return bool(joined & _words("trades")) or any(part.endswith(endings) for part in parts if len(part) > 6)


def trade_alone(text: str) -> bool:
    """Whether a text says nothing but what a firm does: `Bistro & Cafe`."""
    parts = [letters(part) for part in re.split(r"[\s,()&]+", text) if part]
    return all(part in _words("trades") or len(part) < 3 for part in parts)


def address_like(text: str) -> float:
    """How much a line looks like a part of an address, 0 to about 3."""
    if NOT_ADDRESS.search(text) or (":" in text and not re.match(r"\W*(?:lot\W*)?no\b", text, re.IGNORECASE)):
        return 0.0
    parts = [letters(part) for part in re.split(r"[\s,.:;()/-]+", text) if part]
    street = any(part in _words("words") for part in parts) or any(
        part.endswith(("strasse", "str", "weg", "platz", "gasse", "gatan", "vagen", "straat", "laan", "plein", "allee"))
        for part in parts
        if len(part) > 4
    )
    code = bool(POSTCODE.search(text))
    country = any(part in _words("countries") for part in (*parts, letters(text)))
    number = bool(re.search(r"\b\d{1,4}\s?[a-zA-Z]?\b", text))
    lead = bool(re.match(r"\W*\d{1,4}[A-Z]?(?:-\w+)?,\s", text))
    han = len(set(_HAN_ADDRESS.findall(text)))
    return (
        1.2 * code
        + 0.8 * lead
        + 0.9 * street
        + 0.8 * country
        + 0.3 * (number and "," in text)
        + 0.3 * (number and street)
        + 0.8 * min(han, 3)
    )


def name_of(text: str) -> str:
    """The name in a line without the number of a register behind it."""
    told = re.sub(r"^\s*[^\W\d_]{4,12}\s*:\s*", "", text)
    return _form_mended(re.sub(r"\s+", " ", _REGISTERED.sub("", told)).strip(" ,;:-*•|"))


def _form_mended(name: str) -> str:
    """The name with the letters of a legal form that look like others put right: `S.r.I.` is an S.r.l."""
    parts = name.split(" ")
    for place, part in enumerate(parts[1:], 1):
        told = place == len(parts) - 1 or not part.isalnum()
        form = None if part.isdigit() or not told else _alike_forms().get(letters(part).translate(_ALIKE))
        if form and letters(part) != form:
            wanted = iter(form)
            parts[place] = "".join(_as_form(c, next(wanted)) if c.isalnum() else c for c in part)
    return " ".join(parts)


def _as_form(letter: str, wanted: str) -> str:
    """The letter of a form, in the case that was read, where case was read at all."""
    if letter.casefold() == wanted:
        return letter
    return wanted.upper() if letter.isdigit() else wanted


@cache
def _alike_forms() -> dict[str, str]:
    forms = [form for form in _words("forms") if form.isascii() and len(form) > 1]
    return {form.translate(_ALIKE): form for form in sorted(forms, reverse=True)}


def street_like(text: str) -> bool:
    """Whether a short line is a name with the number of a house before or behind it: `Ecke 12`, `9 High Street`."""
    told = text.strip(" ,.")
    if len(told) > 45 or NOT_ADDRESS.search(told) or ":" in told:
        return False
    behind = re.fullmatch(r"[^\W\d][^\d]{2,}[\s,]\d{1,4}\s?[a-zA-Z]?(?:\s?[-/]\s?\w{1,4})?", told)
    return bool(behind or re.match(r"\d{1,4}\s?[a-zA-Z]?,?\s+[^\W\d]{3}", told))


def country_in(text: str) -> bool:
    """Whether a text names a country."""
    return any(letters(part) in _words("countries") for part in re.split(r"[\s,.()/]+", text) if part)


def code_alone(text: str) -> bool:
    """Whether a text is the number of a register or another code and nothing else."""
    plain = text.strip(" :.*")
    if re.match(r"no\b|lot\b|\d+[,.]\s", plain, re.IGNORECASE) or text.rstrip().endswith(","):
        return False
    told = sum(c.isalpha() for c in plain)
    digits = sum(c.isdigit() for c in plain)
    return (
        bool(re.fullmatch(r"[\[(].{0,14}\d.{0,12}[)\]]?", plain))
        or (digits > told and told < 4)
        or (bool(re.fullmatch(r"[A-Z]{0,3}\s?\d[\d\s./-]*[A-Z]?", plain)) and not POSTCODE.fullmatch(plain))
    )
