"""Fields of invoices and receipts against their truth: what was found, what is right, and what confidences are worth.

Truth comes from three places: receipts with four fields (the task of ICDAR 2019 SROIE), invoices with the values of the
XML inside them, and drawn papers (`printed/invoices.py`).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np

from penscript.document import Bounds, Document, Line, Page, Word
from penscript.errors import MissingInput
from penscript.evaluation.printed.invoices import DrawnInvoice
from penscript.invoices.proved import proved_account, proved_vat
from penscript.invoices.values import Field, Invoice, ProblemCode

RECEIPT_FIELDS = {"company": "seller", "date": "date", "address": "seller_address", "total": "total"}
INVOICE_FIELDS = {
    "invoice_number": "number",
    "date": "date",
    "total": "total",
    "tax_total": "tax",
    "iban": "iban",
    "net_total": "net",
    "due_date": "due_date",
    "currency": "currency",
    "seller": "seller",
    "buyer": "buyer",
    "seller_vat": "vat_id",
}
DRAWN_FIELDS = (
    "kind", "number", "date", "due_date", "delivery_date", "seller", "seller_address", "buyer", "currency", "net",
    "tax", "total", "vat_id", "tax_id", "registration", "iban", "bic", "order_number", "customer_number",
)  # fmt: skip
_PRINTED = frozenset({"date", "seller_address"})
"""Of receipts the printed text is compared, not what it means."""
_CHECKED = {"iban": proved_account, "vat_id": proved_vat}


@dataclass(frozen=True, slots=True)
class FieldTruth:
    """What one paper says. values: name of a field -> its text, None where it is not on the paper. printed: the fields
    whose printed text counts.
    """

    name: str
    seller: str
    values: Mapping[str, str | None]
    printed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of one paper.

    wanted: it is on the paper. found: a value was given, or refused for its check digits. right: the value is the
    truth's, or a number with wrong check digits was refused. confidence: percent, None for what was not given.
    """

    name: str
    paper: str
    seller: str
    wanted: bool
    found: bool
    right: bool
    confidence: float | None


def fold(text: object) -> str:
    """A text without case and without spaces: what is left of it is compared exactly."""
    return re.sub(r"\s", "", str(text)).casefold()


def receipts(folder: Path, files: Iterable[str]) -> Iterator[tuple[Path, FieldTruth]]:
    """The pictures of receipts in a folder and the truth of their `.fields.json`: company, date, address, total."""
    for file, told in _told(folder, files):
        values = {ours: told[theirs] for theirs, ours in RECEIPT_FIELDS.items() if told.get(theirs)}
        values["total"] = re.sub(r"[^\d.-]", "", values.get("total", "")).strip(".") or None
        yield file, FieldTruth(file.name, fold(told["company"]), values, _PRINTED)


def invoices(folder: Path, files: Iterable[str]) -> Iterator[tuple[Path, FieldTruth]]:
    """The PDFs of invoices in a folder and those values of their `.fields.json` that are printed."""
    for file, told in _told(folder, files):
        seen = told["_visible"]
        values = {
            ours: told[theirs] for theirs, ours in INVOICE_FIELDS.items() if told.get(theirs) and seen.get(theirs)
        }
        yield file, FieldTruth(file.name, fold(told["seller"]), values)


def drawn(paper: DrawnInvoice) -> FieldTruth:
    """What a drawn paper says."""
    values = {name: paper.fields.get(name) for name in DRAWN_FIELDS}
    return FieldTruth(f"{paper.language} {paper.kind} {paper.seed}", fold(paper.seller), values)


def plain_receipt(file: Path) -> Document:
    """A receipt as if it had been read without error: the lines of its `.boxes.json`."""
    boxes = json.loads(file.with_suffix(".boxes.json").read_text("utf-8"))
    return Document(file.name, (Page(1, 2000, 3000, tuple(_line(box) for box in boxes if box["text"].strip())),))


def _line(box: Mapping[str, Any]) -> Line:
    """A line of which every letter is as wide as the others."""
    text, (x, y, width, height) = box["text"], (float(box[name]) for name in ("x", "y", "width", "height"))
    letter = width / len(text)
    words = tuple(
        Word(
            match[0],
            99.0,
            Bounds(int(x + letter * match.start()), int(y), max(1, int(letter * len(match[0]))), int(height)),
        )
        for match in re.finditer(r"\S+", text)
    )
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return Line(text, 99.0, Bounds(int(x), int(y), int(width), int(height)), corners, words)


def _told(folder: Path, files: Iterable[str]) -> Iterator[tuple[Path, dict[str, Any]]]:
    if not folder.is_dir():
        raise MissingInput(f"{folder} does not exist.", "Give the folder that holds data/print.")
    for name in files:
        truth = folder / f"{Path(name).stem}.fields.json"
        if truth.is_file():
            yield folder / name, json.loads(truth.read_text("utf-8"))


def judge(invoice: Invoice, truth: FieldTruth) -> list[Judged]:
    """Every field of the truth."""
    found = []
    for name, wanted in truth.values.items():
        field: Field[Any] | None = getattr(invoice, name)
        if wanted is None and field is None:
            continue
        right = wanted is not None and _right(invoice, name, field, wanted, name in truth.printed)
        confidence = None if field is None else field.confidence
        found.append(
            Judged(name, truth.name, truth.seller, wanted is not None, field is not None or right, right, confidence)
        )
    return found


def _right(invoice: Invoice, name: str, field: Field[Any] | None, wanted: str, printed: bool) -> bool:
    if name in _CHECKED and _CHECKED[name](wanted) is None:
        refused = any(p.code is ProblemCode.CHECK_DIGIT and name in p.fields for p in invoice.problems)
        return field is None and refused
    return field is not None and _same(field.text if printed else field.value, wanted)


def _same(value: object, wanted: str) -> bool:
    if isinstance(value, Decimal):
        try:
            return value == Decimal(wanted)
        except InvalidOperation:
            return False
    if isinstance(value, date):
        return value.isoformat() == wanted
    return fold(value) == fold(wanted) or _letters(value) == _letters(wanted) != ""


def _letters(text: object) -> str:
    """The letters of a number with spaces or dots: only for what is no text."""
    told = re.sub(r"[\s.\-]", "", str(text)).casefold().removesuffix("mwst")
    return told if re.search(r"\d{6}", told) and len(told) < 30 else ""


@dataclass(frozen=True, slots=True)
class FieldScore:
    """papers: with the field. found: values given. right: of them. F1 as SROIE counts: of all given and all wanted."""

    name: str
    papers: int
    found: int
    right: int

    @property
    def recall(self) -> float:
        """The share of papers with the field that got it right."""
        return self.right / self.papers if self.papers else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.papers + self.found) if self.papers + self.found else 0.0


def score(judged: Sequence[Judged]) -> list[FieldScore]:
    """The score of each field in the order in which it first comes, and of all of them together, called `all`."""
    names = list(dict.fromkeys(one.name for one in judged))
    groups = [(name, [one for one in judged if one.name == name]) for name in names] + [("all", list(judged))]
    return [
        FieldScore(name, sum(o.wanted for o in group), sum(o.found for o in group), sum(o.right for o in group))
        for name, group in groups
    ]


def whole(judged: Sequence[Judged]) -> tuple[int, int]:
    """How many papers have every field right, and how many there are."""
    papers: dict[str, bool] = {}
    for one in judged:
        papers[one.paper] = papers.get(one.paper, True) and (one.right or not one.wanted)
    return sum(papers.values()), len(papers)


def calibration_error(judged: Sequence[Judged], bins: int = 10) -> tuple[float, int]:
    """The expected calibration error of the fields that were found (Naeini et al., 2015), in `bins` of equal count, and
    how many there are. Equal confidences stand in an order that says nothing of what is right.
    """
    given = [one for one in judged if one.confidence is not None]
    given.sort(key=lambda one: (one.confidence, hashlib.sha256(f"{one.paper} {one.name}".encode()).digest()))
    told = [(one.confidence / 100, one.right) for one in given if one.confidence is not None]
    if not told:
        return 0.0, 0
    parts = np.array_split(np.array(told, dtype=float), bins)
    error = sum(abs(part[:, 0].mean() - part[:, 1].mean()) * len(part) for part in parts if len(part))
    return float(error / len(told)), len(told)
