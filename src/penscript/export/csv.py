"""Document -> CSV as RFC 4180 has it: a row a line of text, `"text",confidence`, lines ending in CR LF."""

import csv
import io

from penscript.document import Document, Line

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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


def _cell(line: Line, escape_formulas: bool) -> str:
    """See https://owasp.org/www-community/attacks/CSV_Injection for what a spreadsheet runs."""
    risky = escape_formulas and line.text.lstrip(" ").startswith(_FORMULA_STARTS)
    return f"'{line.text}" if risky else line.text
