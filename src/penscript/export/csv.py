"""Document -> CSV as RFC 4180 has it: a row a line of text, `"text",confidence`; or its tables. Rows end in CR LF."""

import csv
import io
import re
from collections.abc import Iterable

from penscript.document import Document, Line
from penscript.export.tables import Table, tables_of

_NUMBER = re.compile(r"[-+]?\s?[^\W\d]{0,3}[€$£¥]?\s?\d[\d.,'’\s]*\s?(?:%|[€$£¥]|[^\W\d]{1,3})?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet runs begins so, the last four being full-width letters of the same, after blanks or at once."""


def to_csv(document: Document, *, header: bool = False, escape_formulas: bool = False) -> str:
    """The lines in reading order, their text quoted and their confidence a number.

    header: begin with a row of names. escape_formulas: put an apostrophe before text that a spreadsheet would run as a
    formula (it begins with = + - @ or a tab), for files that people open in one.
    """
    out = io.StringIO(newline="")
    rows = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    if header:
        rows.writerow(("text", "confidence"))
    rows.writerows((_cell(line, escape_formulas), line.confidence) for line in document.iter_lines())
    return out.getvalue()


def tables_to_csv(document: Document) -> str:
    """The tables of all pages, an empty row between two."""
    return "\r\n".join(table_to_csv(table) for table in tables_of(document))


def table_to_csv(table: Table) -> str:
    """A row a row. Text that a spreadsheet would run as a formula has an apostrophe before it; numbers do not."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_harmless(row) for row in table.rows)
    return out.getvalue()


def _harmless(row: Iterable[str]) -> list[str]:
    return [harmless(cell) for cell in row]


def harmless(cell: str) -> str:
    """Text with an apostrophe before it where a spreadsheet would run it as a formula; numbers as they are."""
    return f"'{cell}" if _is_risky(cell) and not _NUMBER.fullmatch(cell) else cell


def _is_risky(text: str) -> bool:
    """See https://owasp.org/www-community/attacks/CSV_Injection for what a spreadsheet runs."""
    return text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA_STARTS)


def _cell(line: Line, escape_formulas: bool) -> str:
    return f"'{line.text}" if escape_formulas and _is_risky(line.text) else line.text
