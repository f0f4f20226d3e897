import csv
import io
import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from penscript.document import Bounds
from penscript.errors import MissingComponent, UsageError
from penscript.invoices.bookings import Booking
from penscript.invoices.files import write_bookings
from penscript.invoices.json import from_dict
from penscript.invoices.values import Field, Invoice, Item, Tax


def field(value: Any, confidence: float = 95.0) -> Field[Any]:
    return Field(value, f"<{value}>", confidence, (2,), Bounds(1, 2, 3, 4), 1)


INVOICE = Invoice(
    number=field("=1+1"),
    date=field(date(2026, 3, 5)),
    seller=field('Møbel\x00 & Co, "Ø"'),
    net=field(Decimal("1000.00")),
    total=field(Decimal("1250.50"), 40.0),
    taxes=(Tax(Decimal(25), Decimal("1000.00"), Decimal("250.50"), 90.0),),
    items=(Item("-Hylla", Decimal("2.5"), None, Decimal("400"), None, Decimal("1000.00"), 90.0),),
)
BOOKINGS = [Booking("a.png", "ab", INVOICE), Booking("b.png", error="b.png is damaged.")]


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def test_csv_has_a_row_a_document_and_further_tables(tmp_path: Path) -> None:
    written = write_bookings(tmp_path / "fields.csv", BOOKINGS, 75, lines=True)
    names = ["fields.csv", "fields.items.csv", "fields.taxes.csv", "fields.review.csv", "fields.lines.csv"]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    first, second = table(written[0])
    assert (first["total"], first["date"], first["tax"], first["confidence"]) == ("1250.50", "2026-03-05", "", "40.0")
    assert first["number"] == "'=1+1"
    assert "1250.50 is right with 40 percent" in first["review"]
    assert (second["file"], second["error"], second["review"]) == ("b.png", "b.png is damaged.", "yes")
    assert table(written[1]) == [
        {"file": "a.png", "row": "1", "description": "'-Hylla", "quantity": "2.5", "unit": "", "unit_price": "400.00"}
        | {"tax_rate": "", "amount": "1000.00", "confidence": "90.0"}
    ]
    assert [(row["rate"], row["amount"]) for row in table(written[2])] == [("25", "250.50")]
    assert [(row["file"], row["code"]) for row in table(written[3])] == [("a.png", "doubtful"), ("b.png", "failed")]
    total = next(row for row in table(written[4]) if row["field"] == "total")
    assert (total["text"], total["x"], total["page"], total["source"]) == ("<1250.50>", "1", "1", "printed")


def test_json_keeps_everything(tmp_path: Path) -> None:
    (path,) = write_bookings(tmp_path / "fields.json", BOOKINGS, 75)
    told = json.loads(path.read_text("utf-8"))
    first, second = told["documents"]
    assert from_dict(first["invoice"]) == INVOICE
    assert [one["fields"] for one in first["review"]] == [["total"]]
    assert (second["invoice"], second["error"]) == (None, "b.png is damaged.")


def test_a_workbook_has_numbers_days_and_no_formulas(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    (path,) = write_bookings(tmp_path / "fields.xlsx", BOOKINGS, 75)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["documents", "items", "taxes", "review"]
    sheet = book["documents"]
    names = {cell.value: cell.column for cell in sheet[1]}
    cells = {name: sheet.cell(2, names[name]) for name in ("total", "date", "number", "seller")}
    assert (cells["total"].value, cells["total"].data_type) == (1250.5, "n")
    assert cells["date"].value == datetime(2026, 3, 5)
    assert (cells["number"].value, cells["number"].data_type) == ("=1+1", "s")
    assert cells["seller"].value == 'Møbel & Co, "Ø"'
    assert book["items"]["D2"].value == 2.5


def test_without_openpyxl_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingComponent, match=r"penscript\[xlsx\]"):
        write_bookings(tmp_path / "fields.xlsx", BOOKINGS, 75)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"fields\.pdf"):
        write_bookings(tmp_path / "fields.pdf", BOOKINGS, 75)


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from penscript.invoices import files

    path = tmp_path / "fields.csv"
    path.write_text("old", "utf-8")
    real = files.write_bytes

    def failing(target: Path, data: bytes) -> None:
        if target.name == "fields.items.csv":
            raise UsageError("The disk is full.")
        real(target, data)

    monkeypatch.setattr(files, "write_bytes", failing)
    with pytest.raises(UsageError):
        write_bookings(path, BOOKINGS, 75)
    assert path.read_text("utf-8") == "old"
