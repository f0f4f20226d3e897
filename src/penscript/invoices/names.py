"""Names of firms: what tells them from other lines, where they end, and how lines of one name are put together."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from penscript.invoices.addresses import address_like, country_in, street_like
from penscript.invoices.labels import catalogue, letters

_ALIKE = str.maketrans("l1|058", "iiiosb")
_REGISTERED = re.compile(
    r"\s*[\[(]\s*(?:[^()\[\]]*[:.#\s])?[A-Z]{0,3}\d[\w\s/.-]*[\])]?\s*$"
    r"|\s+[A-Z]{0,3}\d{5,9}\s?-\s?[A-Z]\b.*$"
    r"|\s+(?:(?:co|company|brn?|roc|ssm|reg|regn|registration|hrb|rcs|siret|uen|abn|kvk|gst|no|nr|id)\b[\s.:]*){1,4}"
    r"\(?[A-Z]{0,3}\d[\w\s/.-]{3,}\)?\s*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\d{6,}(?:\s?-\s?[A-Z])?\s*(?:\([\w-]+\))?\s+(?=[^\W\d_]{2})")
_HOURS = re.compile(r"\d\s?(?:hrs?|uhr|[ap]m)\b|\b(?:open|opening|business|shopping)\s+hours?\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"^\W*(?:formerly|previously|licensee|(?:a\s)?(?:member|subsidiary|division|part) of|(?:operated|managed|owned) by"
    r"|since|established|ehemals|vormals|anciennement|membre d[eu])\b",
    re.IGNORECASE,
)


@cache
def _words(name: str) -> frozenset[str]:
    return catalogue().words("firms", name)


def legal_form(text: str) -> bool:
    """Whether a text ends with, or holds, what a firm is in law."""
    parts = [letters(part) for part in re.split(r"[\s,()]+", text) if part]
    joined = {"".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(i + 4, len(parts)) + 1)}
    han = any(form in letters(text) for form in _words("forms") if not form.isascii())
    return bool((joined - set(parts[:1])) & _words("forms")) or han


def form_alone(text: str) -> bool:
    """Whether a text is what a firm is in law and nothing else: `S/B`."""
    return legal_form("x " + text) and not re.search(r"\w{4}", name_of(text))


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


def name_of(text: str) -> str:
    """The name in a line without the number of a register behind or before it."""
    told = _NUMBERED.sub("", re.sub(r"^\s*[^\W\d_]{4,12}\s*:\s*", "", text))
    return _form_mended(re.sub(r"\s+", " ", _REGISTERED.sub("", told)).strip(" ,;:-*•|"))


def _form_mended(name: str) -> str:
    """The name with the letters of a legal form that look like others put right: `S.r.I.` is an S.r.l."""
    parts = name.split(" ")
    for place, part in enumerate(parts[1:], 1):
        told = (place == len(parts) - 1 or not part.isalnum()) and not re.fullmatch(r"\d+\W?", part)
        form = _alike_forms().get(letters(part).translate(_ALIKE)) if told else None
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


def name_score(text: str) -> float:
    """How much a line looks like the name of a firm."""
    name = name_of(text)
    told = sum(c.isalpha() for c in name)
    if told < (3 if name.isascii() else 2) or sum(c.isdigit() for c in name) > told:
        return -2.0
    if _HOURS.search(name) or _ABOUT.match(name):
        return -2.0
    lower = name == name.casefold() and name.isascii()
    lower = lower or text.lstrip().startswith("(")
    lower = lower or (street_like(name) and not legal_form(name) and not trade(name))
    score = (
        1.6 * legal_form(name)
        + 0.8 * (trade(name) and not trade_alone(name))
        - 0.8 * lower
        - (1.0 if address_like(name) >= 0.9 and re.search(r"[\d,]", name) else 0.0)
        - 0.7 * text.rstrip().endswith(",")
        + 0.5 * bool(_REGISTERED.search(text))
    )
    return score - (0.5 if len(name) < 5 and name.isascii() else 0.0)


def whole_name(lines: Sequence[str], best: int) -> tuple[int, int]:
    """The first and the last of the lines that belong to the name of which one line is known."""
    first = last = best
    while first and _broken(lines[first - 1], lines[first]) and best - first < 2:
        first -= 1
    while last + 1 < len(lines) and last - best < 1 and _goes_on(lines[last], lines[last + 1]):
        last += 1
    return first, last


def _broken(before: str, line: str) -> bool:
    """Whether a line with a firm's form, or with the end of a name, is the rest of the line before it."""
    rest = [part for part in re.split(r"[\s.,]+", name_of(line)) if part and not part.startswith("(")]
    opened = before.count("(") > before.count(")") and line.count(")") > line.count("(")
    short = legal_form("x " + line) and len(rest) <= 3 and not legal_form("x " + " ".join(rest[1:])) if rest else False
    only = legal_form("x " + line) and all(legal_form("x " + part) or len(part) < 4 for part in rest)
    tail = bool(rest) and letters(rest[0]) in _words("tails")
    joined = before.rstrip().endswith("&") or line.startswith("&")
    goes_on = opened or joined or only or tail or (short and len(rest) < 2) or _rest_of_name(line)
    return name_score(before) > -0.6 and not legal_form(before) and goes_on


def _rest_of_name(line: str) -> bool:
    """Whether a line says what a firm does and is in law, and names nobody: `Catering Sdn Bhd`."""
    parts = [letters(part) for part in re.split(r"[\s.,()&]+", name_of(line)) if part]
    if not legal_form("x " + line):
        return False
    return all(len(p) < 4 or p in _words("trades") | _words("tails") | _form_words() or country_in(p) for p in parts)


@cache
def _form_words() -> frozenset[str]:
    """The words of forms of several words, and forms of one: `sdn`, `bhd`."""
    firms: Mapping[str, Sequence[str]] = catalogue().told["firms"]  # type: ignore[assignment]
    return frozenset(letters(word) for form in firms["forms"] for word in form.split())


def _goes_on(line: str, after: str) -> bool:
    parts = [part for part in re.split(r"[\s.,]+", name_of(after)) if part]
    alone = legal_form("x " + after) and not legal_form(line) and len(parts) <= 3
    tail = len(parts) == 1 and letters(parts[0]) in _words("tails") and not legal_form(line)
    return alone or tail or (line.count("(") > line.count(")") and ")" in after and address_like(after) < 0.8)
