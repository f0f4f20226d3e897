"""What the patterns have found on a document, before anything is decided: rows, labels, numbers and days."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise, takewhile
from typing import TypeVar

from penscript.document import Document
from penscript.invoices.amounts import Amount, amounts_of, currency_of
from penscript.invoices.days import Day, days_of
from penscript.invoices.labels import EXACT, LANGUAGES, Hit, catalogue, hits_of, letters
from penscript.invoices.rows import Row, rows_of, without_accents
from penscript.invoices.spelling import respelled

_STATE = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
    r"\s\d{5}(?:-\d{4})?\b|\bsales tax\b",
    re.IGNORECASE,
)
Found = TypeVar("Found", Hit, Amount, Day)
_DOLLARS = frozenset({"USD", "$", "CAD", "¥"})
_AMERICAN = frozenset({"usa", "unitedstates", "canada"})
_USED = 0.5
"""A document is written in its likeliest language, and in those of which its labels speak at least so much of it."""
COLUMNS = frozenset({"description", "quantity", "unit", "unit_price", "tax_rate", "amount"})


@dataclass(frozen=True)
class Sheet:
    """Everything that was found on the pages of one document."""

    document: Document
    rows: tuple[Row, ...]
    hits: tuple[Hit, ...]
    amounts: tuple[Amount, ...]
    days: tuple[Day, ...]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> "Sheet":
        """Look at a document."""
        rows = respelled(rows_of(document))
        hits = tuple(hits_of(rows))
        languages = _languages(hits)
        if languages[:1] == ("en",):
            rows = tuple(without_accents(row) for row in rows)
            hits = tuple(hits_of(rows))
        hits = tuple(_of_languages(hits, languages))
        amounts = amounts_of(rows)
        days = tuple(days_of(rows, languages, _order(rows, amounts)))
        return cls(document, rows, hits, tuple(_numbers(amounts, days)), days, languages)

    @cached_property
    def hits_by_row(self) -> dict[int, list[Hit]]:
        """The labels of each row."""
        return _by_row(self.hits)

    @cached_property
    def amounts_by_row(self) -> dict[int, list[Amount]]:
        """The numbers of each row."""
        return _by_row(self.amounts)

    @cached_property
    def days_by_row(self) -> dict[int, list[Day]]:
        """The days of each row."""
        return _by_row(self.days)

    @cached_property
    def told_currency(self) -> str:
        """The currency that stands behind a label of its own, ISO 4217; "" where there is none."""
        for hit in self.labelled("currency"):
            words = re.findall(r"[A-Z]{3}|[€£]", hit.row.text[hit.end :])
            code = next((code for word in words if len(code := currency_of(word)) == 3), "")
            if code:
                return code
        return ""

    def labelled(self, *names: str) -> Iterator[Hit]:
        """The labels with one of these names, from the top."""
        wanted = set(names)
        return (hit for hit in self.hits if hit.names & wanted)

    @cached_property
    def header(self) -> Row | None:
        """The row that names the columns of what was sold: at least two of them, one of them about money."""
        return next((row for row in self.rows if self.is_header(row)), None)

    @cached_property
    def heads(self) -> set[int]:
        """The numbers of the rows below the heads of the columns that go on with them: without a digit, above row 1."""
        if self.header is None:
            return set()
        below = self.rows[self.header.number + 1 : self.header.number + 4]
        bare = [row.number for row in takewhile(lambda row: not re.search(r"\d", row.text), below)]
        first = below[len(bare)] if len(bare) < len(below) else None
        return set(bare) if first is not None and re.match(r"\W*0{0,2}1\b", first.text) else set()

    def is_header(self, row: Row) -> bool:
        """Whether a row names columns of what was sold."""
        hits = self.hits_by_row.get(row.number, [])
        names = [hit.names & COLUMNS for hit in hits if hit.names & COLUMNS]
        sold = any(name & {"description", "quantity", "unit_price"} for name in names)
        money = sold and any(name & {"amount", "unit_price"} for name in names)
        words = re.finditer(r"[^\W\d_]{4,}", row.text)
        other = sum(not any(hit.start <= word.start() < hit.end for hit in hits) for word in words)
        if len(set(names)) < 2 or not money or other > len(names) + 1:
            return False
        return not any(amount.money for amount in self.amounts_by_row.get(row.number, []))

    def below(self, row: Row, reach: int = 3) -> list[Row]:
        """The next rows of the same page."""
        return [other for other in self.rows[row.number + 1 : row.number + 1 + reach] if other.page == row.page]


def american(rows: Iterable[Row]) -> bool:
    """Whether a document comes from the United States: it tells a state with its code, or speaks of sales tax."""
    return any(_STATE.search(row.text) for row in rows)


def _order(rows: Iterable[Row], amounts: Iterable[Amount]) -> str | None:
    """How a document writes days in figures, where it shows its country: by a state, a currency, a region's name."""
    if american(rows):
        return "mdy"
    counted = any(one.currency and one.currency not in _DOLLARS for one in amounts)
    return "dmy" if counted or any(_abroad(row.text) for row in rows) else None


def _abroad(text: str) -> bool:
    """Whether a row names a region or country that writes the day before the month."""
    parts = [letters(part) for part in re.split(r"[\s,.()/]+", text) if part]
    return bool({*parts, *(a + b for a, b in pairwise(parts))} & _regions())


@cache
def _regions() -> frozenset[str]:
    return (catalogue().words("places", "regions") | catalogue().words("streets", "countries")) - _AMERICAN


def _by_row(found: Iterable[Found]) -> dict[int, list[Found]]:
    rows: dict[int, list[Found]] = {}
    for one in found:
        rows.setdefault(one.row.number, []).append(one)
    return rows


def _languages(hits: Iterable[Hit]) -> tuple[str, ...]:
    """The languages of the labels, the likeliest first."""
    votes = _votes(hits)
    return tuple(sorted((one for one in LANGUAGES if votes[one]), key=lambda one: -votes[one]))


def _votes(hits: Iterable[Hit]) -> Counter[str]:
    """How much labels speak for each language; one that many languages share says less of each."""
    votes: Counter[str] = Counter()
    for hit in hits:
        for language in hit.languages:
            votes[language] += hit.score * min(len(hit.key), 12) / len(hit.languages)  # type: ignore[assignment]
    return votes


def _of_languages(hits: Sequence[Hit], languages: Sequence[str]) -> Iterator[Hit]:
    """The labels but those that are misread and, if they are labels, of a language that the document does not use."""
    votes = _votes(hits)
    used = {language for language in languages if votes[language] >= _USED * votes[languages[0]]}
    return (hit for hit in hits if hit.score >= EXACT or hit.languages & used)


def _numbers(amounts: Iterable[Amount], days: Iterable[Day]) -> Iterator[Amount]:
    """The numbers that are no part of a day."""
    taken = _by_row(list(days))
    for amount in amounts:
        if all(amount.end <= day.start or amount.start >= day.end for day in taken.get(amount.row.number, [])):
            yield amount
