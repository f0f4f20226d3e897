"""Numbers as they are printed -> Decimal. Which sign parts the cents is inferred from all numbers of the document."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from penscript.document import Bounds
from penscript.invoices.labels import catalogue
from penscript.invoices.rows import Row

_GROUP = r"[.,'’` ]"
_INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])(?:\.\d{1,4})?"
"""Thousands, then hundreds of them: `1,23,456.00`."""
_BODY = rf"{_INDIAN}|\d{{1,3}}(?:{_GROUP}\d{{3}})+(?:[.,·]\d{{1,4}})?|\d+(?:[.,·]\d{{1,4}})?|(?<![^\s(])[.,]\d{{2}}"
_MISREAD = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "S": "5", "s": "5", "B": "8"})
_CODE = re.compile(r"^(?:RM|EUR|GBP|CHF|SEK|USD|MYR)(?=\d|[Oo][.,])")
_HOUR = re.compile(r"\s?(?:uhr|[-–]\s?\d{1,2}[.:]\d{2}\s?(?:uhr|hrs))\b", re.IGNORECASE)
"""What follows an hour of the day: `08.30 - 12.30 Uhr`."""
_FROM, _HOURS = re.compile(r"\d[.:]\d{2}\s?[-–]\s?$"), re.compile(r"\s?hrs\b", re.IGNORECASE)
"""What stands before and behind the end of opening hours; `7.50 hrs` alone are hours of work."""
_CENTS = re.compile(r"\d[.,] $")
"""What stands before cents that a space parts from their amount: they are none themselves."""
_CLEAN = re.compile(r"(?:\d{1,3}(?:[.,]\d{3})*|\d+)[.,]\d{2}")


@dataclass(frozen=True)
class Amount:
    """A number in a row. decimals: how many were printed. currency: ISO 4217 or "$", where one stands beside it.

    percent: a rate. mended: letters were taken for digits, or a space for the sign of the decimals. grouped: a sign
    that may part thousands or decimals was taken by the rule of the document. start, end: in the text of the row.
    """

    value: Decimal
    text: str
    row: Row
    start: int
    end: int
    decimals: int = 0
    currency: str = ""
    percent: bool = False
    mended: bool = False
    doubtful: bool = False

    @property
    def bounds(self) -> Bounds:
        """Its box."""
        return self.row.box(self.start, self.end)

    @property
    def money(self) -> bool:
        """Whether it looks like money: with cents, or with a currency."""
        return not self.percent and (self.decimals == 2 or bool(self.currency))

    @property
    def key(self) -> tuple[int, int, int]:
        """What no other number of the document has."""
        return self.row.number, self.start, self.end


@cache
def _pattern() -> re.Pattern[str]:
    signs = sorted((re.escape(sign) for sign in _currencies()), key=len, reverse=True)
    currency = rf"(?:(?<![^\W\d_])(?:{'|'.join(signs)})|[$€£¥￥])"
    own = rf"\s?[-–−(]?\d[\d.,]*[.,]\d\d(?![\d.,/]|\s{{0,3}}(?:%|{currency}))"
    return re.compile(
        rf"(?P<open>\()?(?P<minus>[-–−]\s?)?(?:(?P<before>{currency}\s{{0,3}})|(?<![^\W\d_])(?<![^\W\d_]\.))"
        rf"(?P<inner>[-–−]\s?)?(?P<star>\*)?(?<![\d.,/])(?P<body>{_BODY})(?P<dash>[.,]?[-–—]{{1,2}}(?![\w-]))?(?!\d|[.,]\d)"
        rf"(?P<close>\))?(?:\s{{0,3}}(?P<percent>%)|(?(before)(?!)|\s{{0,3}}(?P<after>{currency})(?![^\W\d_]|{own})))?",
        re.IGNORECASE,
    )


@cache
def _currencies() -> dict[str, str]:
    return {sign: code for code, signs in catalogue().currencies.items() for sign in signs}


def currency_of(sign: str) -> str:
    """ISO 4217 of a sign or name of a currency, "" for none; "$" and "¥" stay, for several countries use them."""
    sign = sign.strip().casefold()
    return sign if sign in ("$", "¥") else _currencies().get(sign, "")


def amounts_of(rows: Iterable[Row]) -> list[Amount]:
    """All numbers of the rows, read by what the document shows of its own conventions."""
    rows = list(rows)
    point = decimal_point([match for row in rows for match in _bodies(row.text)])
    found = [amount for row in rows for amount in _amounts(row, point)]
    return found


def decimal_point(bodies: Sequence[str]) -> str | None:
    """The sign before the decimals: "." or ",", or None where the numbers do not say or say both."""
    votes: Counter[str] = Counter()
    for body in bodies:
        signs = [sign for sign in body if sign in ".,"]
        if len(set(signs)) == 2:
            votes[signs[-1]] += 3
        elif len(signs) == 1 and len(body) - body.index(signs[0]) == 3:
            votes[signs[0]] += 1
    (first, most), (_, second) = (*votes.most_common(2), ("", 0), ("", 0))[:2]
    return first if most > 2 * second and first else None


def _bodies(text: str) -> Iterator[str]:
    for match in _pattern().finditer(text):
        yield match["body"]


def _amounts(row: Row, point: str | None) -> Iterator[Amount]:
    text, mended = _digits(row)
    for match in _pattern().finditer(text):
        value, decimals, doubtful = _parse(match["body"], point)
        if value is None or (decimals == 2 and value < 25 and _is_hour(text, *match.span("body"))):
            continue
        if not decimals and _CENTS.search(text[: match.start("body")][-3:]) and re.fullmatch(r"\d\d", match["body"]):
            continue
        start, end = _span(match)
        negative = bool(match["minus"] and _signed(text, match.start("minus"))) or bool(match["inner"])
        lone = bool(match["minus"]) and not negative and text[: match.start("minus")].rstrip().endswith(":")
        negative = (
            negative
            or bool(match["open"] and match["close"] and decimals == 2)
            or ((match["dash"] or "") == "-" and decimals == 2)
        )
        before, after = match["before"] or "", match["after"] or ""
        yield Amount(
            -value if negative else value,
            row.text[start:end].strip(),
            row,
            start,
            end,
            2 if match["dash"] and not decimals else decimals,
            currency_of(before) or currency_of(after),
            bool(match["percent"]),
            lone or any(place in mended for place in range(start, end)),
            doubtful,
        )


def _is_hour(text: str, start: int, end: int) -> bool:
    """Whether a number is an hour of the day."""
    return bool(_HOUR.match(text, end) or (_HOURS.match(text, end) and _FROM.search(text[:start][-8:])))


def _span(match: re.Match[str]) -> tuple[int, int]:
    """From the sign or currency to the last digit or sign."""
    parts = [name for name in ("open", "minus", "before", "inner", "body") if match[name] is not None]
    return match.start(parts[0]), max(match.end(name) for name in ("body", "dash", "close") if match[name] is not None)


def _signed(text: str, at: int) -> bool:
    """Whether a dash is a minus: it does not hang on a word or number before it, nor stand alone behind a colon."""
    if text[:at].rstrip().endswith(":") and text[at + 1 : at + 2] == " ":
        return False
    return at == 0 or (text[at - 1] in " (:" and not re.search(r"\d\s$", text[max(0, at - 2) : at]))


def _parse(body: str, point: str | None) -> tuple[Decimal | None, int, bool]:
    """The value, its decimals, and whether a sign could have meant something else."""
    plain = re.sub(r"['’` ]", "", body).replace("·", ".")
    signs = [sign for sign in plain if sign in ".,"]
    if not signs:
        return Decimal(plain), 0, False
    last = plain.rindex(signs[-1])
    after = len(plain) - last - 1
    if len(set(signs)) == 2 or (len(signs) == 1 and (after != 3 or not plain[:last] or plain[:last] == "0")):
        return _number(plain, last), after, False
    if len(signs) > 1:
        return (Decimal(re.sub(r"[.,]", "", plain)), 0, False) if after == 3 else (_number(plain, last), after, True)
    if signs[0] == point:
        return _number(plain, last), 3, False
    return Decimal(re.sub(r"[.,]", "", plain)), 0, point is None


def _number(plain: str, last: int) -> Decimal:
    return Decimal(f"{re.sub(r'[.,]', '', plain[:last]) or '0'}.{plain[last + 1 :]}")


def _digits(row: Row) -> tuple[str, set[int]]:
    """The text of a row with misread digits put right where a word is a number but for them; where that was."""
    text, changed = list(row.text), set()
    for start, token in zip(row.starts, row.tokens, strict=True):
        told = _CODE.sub("", token.text.strip("$€£¥()*:-+"))
        offset = start + token.text.find(told)
        clean = told.translate(_MISREAD)
        if clean != told and _CLEAN.fullmatch(clean) and sum(c.isdigit() for c in told) * 2 >= len(told) - 1:
            text[offset : offset + len(told)] = clean
            changed |= {offset + place for place, (a, b) in enumerate(zip(told, clean, strict=True)) if a != b}
    whole = "".join(text)
    lost = re.search(r"(?:^|[^\d\s]\s{1,3}|\s{3})(\d{1,4}) (\d\d)$", whole)
    if lost and not re.search(r"[.,]\d\d\b", whole) and re.search(r"[^\W\d_]{3}|:", whole[: lost.start()]):
        whole = whole[: lost.end(1)] + "." + whole[lost.start(2) :]
        changed.add(lost.end(1))
    return whole, changed
