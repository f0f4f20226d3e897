"""Bookings -> files: CSV, JSON, a workbook. Each file is written whole or not at all."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from penscript.errors import MissingComponent, UsageError
from penscript.export.atomic import write_bytes
from penscript.export.csv import harmless
from penscript.invoices.bookings import Booking, plain, reasons
from penscript.invoices.json import to_dict
from penscript.invoices.tables import DOCUMENTS, Table, tables_of

ENDINGS = (".csv", ".json", ".xlsx")
_WIDEST, _NARROWEST = 60, 8


def write_bookings(
    path: str | Path, bookings: Sequence[Booking], threshold: float, *, lines: bool = False
) -> list[Path]:
    """Write the bookings as the ending of `path` says; the files that were written.

    A CSV of documents has further ones beside it: fields.csv, fields.items.csv, fields.taxes.csv, fields.review.csv.
    Raises UsageError for another ending, MissingComponent where openpyxl is not installed for a workbook.
    """
    path = Path(path)
    check_ending(path)
    if path.suffix.lower() == ".json":
        write_bytes(path, to_json(bookings, threshold))
        return [path]
    tables = tables_of(bookings, threshold, lines=lines)
    if path.suffix.lower() == ".xlsx":
        write_bytes(path, _workbook(tables))
        return [path]
    files = {path_of(path, table.name): table for table in tables}
    for file, table in reversed(files.items()):  # that of the documents last: where it is new, all are
        write_bytes(file, _csv(table))
    return list(files)


def check_ending(path: Path) -> None:
    """Raise now what `write_bookings` would raise later."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"Fields cannot be written as {path.name}.",
            f"Give a name that ends in {', '.join(ENDINGS)}, or a database.",
        )
    if path.suffix.lower() == ".xlsx":
        _openpyxl()


def path_of(path: Path, table: str) -> Path:
    """The file of a table beside that of the documents."""
    return path if table == DOCUMENTS else path.with_name(f"{path.stem}.{table}{path.suffix}")


def to_json(bookings: Sequence[Booking], threshold: float) -> bytes:
    """Everything, as JSON in UTF-8. threshold: percent from which a field is accepted."""
    documents = [_document(one, threshold) for one in bookings]
    return (json.dumps({"schema_version": 1, "documents": documents}, ensure_ascii=False, indent=2) + "\n").encode()


def _document(booking: Booking, threshold: float) -> dict[str, Any]:
    invoice = booking.invoice
    told = [] if invoice is None else reasons(invoice, threshold)
    return {
        "file": booking.source,
        "sha256": booking.sha256,
        "error": booking.error or None,
        "review": [{"code": str(one.code), "reason": one.message, "fields": list(one.fields)} for one in told],
        "invoice": None if invoice is None else to_dict(invoice),
    }


def _csv(table: Table) -> bytes:
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(table.head)
    rows.writerows([_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8")


def _cell(cell: object) -> str:
    """Numbers and days as they are; text that a spreadsheet would run as a formula with an apostrophe before it."""
    return harmless(cell) if isinstance(cell, str) else plain(cell)


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        advice = "Install it: pip install 'penscript[xlsx]'. Or write .csv."
        raise MissingComponent("Workbooks need openpyxl, which is not installed.", advice) from None
    return openpyxl


def _workbook(tables: Sequence[Table]) -> bytes:
    """A sheet a table: amounts as numbers, days as days, text never as a formula."""
    book = _openpyxl().Workbook()
    book.remove(book.active)
    for table in tables:
        _fill(book.create_sheet(table.name), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate((table.head, *table.rows), start=1):
        for column, value in enumerate(row, start=1):
            _put(sheet.cell(number, column), value)
    for column, name in enumerate(table.head, start=1):
        sheet.cell(1, column).font = Font(bold=True)
        longest = max((len(plain(row[column - 1])) for row in table.rows), default=0)
        width = min(_WIDEST, max(_NARROWEST, len(name) + 2, longest + 2))
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"


def _put(cell: Any, value: object) -> None:
    if isinstance(value, str):
        cell.value = "".join(letter for letter in value if letter >= " " or letter in "\t\n")
        cell.data_type = "s"
    else:
        cell.value = value
    if isinstance(value, Decimal):
        cell.number_format = "#,##0.00" if value.as_tuple().exponent in (-2, -1) else "General"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
