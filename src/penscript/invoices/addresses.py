"""What tells a line of an address, and the name of a firm, from any other line."""

import re
from functools import cache
from itertools import pairwise

from penscript.invoices.labels import catalogue, letters

POSTCODE = re.compile(
    r"\b(?:D|DE|A|AT|CH|F|FR|B|BE|L|LU|NL|I|IT|E|ES|S|SE|DK|N|NO|FI|PL|CZ|GB)[-\s]\s?\d{2}\s?\d{2,3}\b|\b\d[\dO]{4,5}\b(?!\s*-?[A-Z)]?\s*[)\]])"
    r"|\b[A-Z]\d[\dW]\s?[A-Z\d]{4}\b|(?<=[,·•-] )\d{4}\b(?=\s+[A-ZÀ-Þ])"
    r"|^\W*\d{4}\b(?=\s+[^\W\d_]{3}[^\W\d_]*(?:[\s,-]|$))|\b\d{3}\s\d{2}\b(?=\s+[^\W\d_])|\b\d{4}-\d{3}\b"
    r"|\b\d{4}\s?[A-Z]{2}\b(?=\s+[^\W\d_]{3})|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|\b\d{2}\s\d{3}\b(?=\s+[^\W\d_]{2})"
)
NOT_ADDRESS = re.compile(
    r"\d[.,]\d{2}(?!\d)|\d:\d{2}|\bhrs\b|\d\s?[ap]\.?m\b|\bopen(?:ing)?\s|\bhours\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|@|\d{7}|#",
    re.IGNORECASE,
)
_OF_REGISTER = re.compile(
    r"\b(?:co|company|reg|regn|registration|roc|ssm|gst|sst|brn?|id)\b\W*no\b\W*\S*", re.IGNORECASE
)
_HAN_ADDRESS = re.compile(r"[省市区县路街道号栋]")


@cache
def _words(name: str) -> frozenset[str]:
    group = {"regions": "places", "towns": "places"}.get(name, "streets")
    return catalogue().words(group, name)


def address_like(text: str) -> float:
    """How much a line looks like a part of an address, 0 to about 3."""
    if NOT_ADDRESS.search(text) or (":" in text and not re.match(r"\W*(?:lot\W*)?no\b", text, re.IGNORECASE)):
        return 0.0
    text = _OF_REGISTER.sub("", text)
    parts = [letters(part) for part in re.split(r"[\s,.:;()/-]+|(?<=[^\W\d_]{2})(?=\d)", text) if part]
    street = any(part in _words("words") for part in parts) or any(
        part.endswith(("strasse", "str", "weg", "platz", "gasse", "gatan", "vagen", "straat", "laan", "plein", "allee"))
        for part in parts
        if len(part) > 4
    )
    code = bool(POSTCODE.search(text))
    country = any(part in _words("countries") for part in (*parts, letters(text)))
    number = bool(re.search(r"\b\d{1,4}\s?[a-zA-Z]?\b", text))
    lead = bool(re.match(r"\W*(?:[A-Z]{1,2}-)?\d{1,4}[A-Z]?(?:-\w+){0,2},\s", text))
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


def street_like(text: str) -> bool:
    """Whether a short line is a name with the number of a house before or behind it: `Ecke 12`, `9 High Street`."""
    told = text.strip(" ,.")
    if len(told) > 45 or NOT_ADDRESS.search(told) or ":" in told:
        return False
    behind = re.fullmatch(r"[^\W\d][^\d]{2,}[\s,]\d{1,4}\s?[a-zA-Z]?(?:\s?[-/]\s?\w{1,4})?", told)
    return bool(behind or re.match(r"\d{1,4}\s?[a-zA-Z]?,?\s+[^\W\d]{3}", told))


def starts_a_street(text: str) -> bool:
    """Whether the first word of a text is one that streets begin with: `Jalan`, `Rue`."""
    parts = [letters(part) for part in re.split(r"[\s,.]+", text) if part]
    return bool(parts) and parts[0] in _words("words")


def country_in(text: str) -> bool:
    """Whether a text names a country."""
    return any(letters(part) in _words("countries") for part in re.split(r"[\s,.()/]+", text) if part)


def region_in(text: str) -> bool:
    """Whether a text names a country, a part of one, or a large town."""
    parts = [letters(part) for part in re.split(r"[\s,.()/]+", text) if part]
    names = {*parts, *(a + b for a, b in pairwise(parts))}
    return bool(names & (_words("countries") | _words("regions") | _words("towns")))


def code_alone(text: str) -> bool:
    """Whether a text is the number of a register or another code and nothing else."""
    plain = text.strip(" :.*")
    if re.match(r"no\b(?!\W*\d{5})|lot\b|\d+[,.]\s", plain, re.IGNORECASE) or text.rstrip().endswith(","):
        return False
    told = sum(c.isalpha() for c in plain)
    digits = sum(c.isdigit() for c in plain)
    return (
        bool(re.fullmatch(r"[\[(].{0,14}\d.{0,12}[)\]]?", plain))
        or (digits > told and told < 4)
        or (bool(re.fullmatch(r"[A-Z]{0,3}\s?\d[\d\s./-]*[A-Z]?", plain)) and not POSTCODE.fullmatch(plain))
    )
