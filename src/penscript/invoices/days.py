"""Days as they are printed -> date. Whether the day or the month comes first is inferred from the whole document; where
nothing says it, the day is the likelier one and the date is marked as ambiguous.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from penscript.document import Bounds
from penscript.invoices.labels import catalogue, letters
from penscript.invoices.rows import Row

_SEP = r"\s?[./\-·,]\s?"
_NUMERIC = re.compile(
    rf"(?<![\d.,/])(?<!\d-)(\d{{1,4}})({_SEP})(\d{{1,2}})({_SEP})(\d{{1,2}}(?=\d\d:\d\d)|\d{{4}}|\d{{2}})(?:(?=\d\d:\d\d)|(?!\d|[.,/-]\d))"
)
_CHINESE = re.compile(r"((?:19|20)\d\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日?")
_COMPACT = re.compile(r"(?<![\w.,/-])(20[0-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\w.,/-])")
_NAMED = re.compile(
    r"(?<![\w])(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s./,-]{0,3}(?:de\s|of\s)?(?P<month>[^\W\d_]{3,12})\.?[\s./,'’-]{0,3}"
    r"(?:de\s|del\s)?(?P<year>(?:19|20)\d\d|(?:\d{4}|\d{2})(?!\d))"
)
_NAMED_FIRST = re.compile(
    r"(?<![\w])(?P<month>[^\W\d_]{3,12})\.?[\s-]{0,2}(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[\s-]{1,2}(?P<year>\d{4})(?!\d)"
)
_MISREAD = str.maketrans("OoQlI|SB", "00011158")
FIRST, LAST = 1980, 2079
_YEAR_FIRST = (("sv",), ("zh",))


@dataclass(frozen=True)
class Day:
    """A day in a row. other: the day it would be with day and month changed about, where both are possible.

    ambiguous: nothing in the document says which of the two it is. order: "dmy", "mdy" or "ymd". mended: letters were
    taken for digits. glued: a digit that is no part of it follows, `3 Mai 20123`.
    """

    value: date
    text: str
    row: Row
    start: int
    end: int
    order: str
    other: date | None = None
    ambiguous: bool = False
    mended: bool = False
    glued: bool = False

    @property
    def bounds(self) -> Bounds:
        """Its box."""
        return self.row.box(self.start, self.end)


@cache
def _months() -> dict[str, int]:
    return dict(catalogue().months())


def days_of(rows: Iterable[Row], languages: Sequence[str] = (), order: str | None = None) -> list[Day]:
    """The days of all rows.

    languages: of the labels of the document, the likeliest first: only English leaves day and month open where a slash
    parts them. order: "dmy" or "mdy", where the document shows a country that writes so.
    """
    found = [day for row in rows for day in _best(list(_days(row, tuple(languages[:1]) in _YEAR_FIRST)))]
    orders = {day.order for day in found if day.other is None and day.order != "ymd" and _numeric(day)}
    told = orders.pop() if len(orders) == 1 else None
    settled = told or order
    english = not languages or languages[0] == "en"
    return [_settle(day, settled, english) for day in found]


def _numeric(day: Day) -> bool:
    return not re.search(r"[^\W\d_]", day.text) and day.value.day != day.value.month


def _settle(day: Day, order: str | None, english: bool) -> Day:
    """The day in the order of the document."""
    if day.other is None or day.other == day.value:
        return replace(day, other=None)
    if order == "mdy":
        return replace(day, value=day.other, other=day.value, order="mdy")
    return replace(day, ambiguous=order is None and english and "." not in day.text)


def _best(days: list[Day]) -> list[Day]:
    chosen: list[Day] = []
    for day in sorted(days, key=lambda day: (day.start - day.end, day.start)):
        if all(day.end <= other.start or day.start >= other.end for other in chosen):
            chosen.append(day)
    return sorted(chosen, key=lambda day: day.start)


def _days(row: Row, year_first: bool) -> Iterator[Day]:
    text = _digits(row)
    for match in _NUMERIC.finditer(text):
        if match[2].strip() == match[4].strip() or {match[2].strip(), match[4].strip()} <= set(".,·"):
            yield from _numbers(row, match, year_first)
    for match in _CHINESE.finditer(text):
        yield from _day(row, match, (int(match[1]), int(match[2]), int(match[3])), "ymd")
    for match in _COMPACT.finditer(text):
        yield from _day(row, match, (int(match[1]), int(match[2]), int(match[3])), "ymd")
    for pattern in (_NAMED, _NAMED_FIRST):
        at = 0
        while (named := pattern.search(text, at)) is not None:
            month = _months().get(letters(named["month"])) or _months().get(letters(named["month"])[:3])
            if month:
                yield from _day(row, named, (_year(named["year"]), month, int(named["day"])), "dmy")
            if month:  # what follows may touch it: `31 July 202514 August 2025`
                text = " " * named.end() + text[named.end() :]
            at = named.start() + 1


def _numbers(row: Row, match: re.Match[str], year_first: bool) -> Iterator[Day]:
    a, b, c = match[1], int(match[3]), match[5]
    if len(a) == 4:
        yield from _day(row, match, (int(a), b, int(c)), "ymd")
    elif year_first and len(a) == len(c) == 2 and match[2].strip() == "-" and int(a) < 70:
        yield from _day(row, match, (_year(a), b, int(c)), "ymd")
    elif len(a) <= 2:
        day = next(_day(row, match, (_year(c), b, int(a)), "dmy"), None)
        turned = next(_day(row, match, (_year(c), int(a), b), "mdy"), None)
        if day is not None:
            yield replace(day, other=turned.value if turned else None)
        elif turned is not None:
            yield turned
        elif len(c) == 2 and len(a) == 2:
            yield from _day(row, match, (_year(a), b, int(c)), "ymd")


def _day(row: Row, match: re.Match[str], parts: tuple[int, int, int], order: str) -> Iterator[Day]:
    try:
        value = date(*parts)
    except ValueError:
        return
    if FIRST <= value.year <= LAST:
        told = row.text[match.start() : match.end()]
        mended, glued = told.strip() != match[0].strip(), _glued(match.string[match.end() :])
        yield Day(value, told.strip(), row, match.start(), match.end(), order, mended=mended, glued=glued)


def _glued(after: str) -> bool:
    """Whether a digit follows a day at once that begins neither a time nor another day."""
    another = re.match(r"\d{1,2}[:.h]\d{2}", after) or _NAMED.match(after) or _NUMERIC.match(after)
    return after[:1].isdigit() and another is None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 70 else 1900 + int(text)


def _digits(row: Row) -> str:
    """The text with misread digits put right in words that are dates but for them."""
    text = row.text
    for start, token in zip(row.starts, row.tokens, strict=True):
        clean = token.text.translate(_MISREAD)
        if clean != token.text and re.fullmatch(r"\W*\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\W*", clean):
            text = text[:start] + clean + text[start + len(clean) :]
    return text
