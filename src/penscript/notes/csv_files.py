"""A CSV of lines or of fields -> documents.

Lines: `text`, and where there are such columns `confidence` (percent), `document` (a name), `page`, and `x`, `y`,
`width`, `height` (pixels). Fields: `name`, `value`, and `document` (a name, or the id of one that is there) and
`confidence`. The two columns that `save_as_csv` writes need no row of names.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from penscript.document import Bounds, Document, Line, Page
from penscript.errors import DamagedInput, MissingInput, UnsupportedInput
from penscript.notes.documents import SourceFile
from penscript.notes.values import StoredField

Row = Mapping[str, str]
_ADVICE = "Begin it with a row of names: text,confidence,document,page or document,name,value,confidence."


class Table:
    """The rows of a CSV file. Raises MissingInput, DamagedInput, and UnsupportedInput for other columns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._data = path.read_bytes()
            rows = list(
                csv.reader(io.StringIO(self._data.decode("utf-8-sig"), newline=""), delimiter=self._delimiter())
            )
        except OSError as error:
            raise MissingInput(f"{path} cannot be opened: {error.strerror}.", "Give the name of a CSV file.") from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise DamagedInput(f"{path} is no CSV in UTF-8: {error}.", "Save it again as CSV in UTF-8.") from None
        self._rows = [row for row in rows if any(cell.strip() for cell in row)]
        self._names = self._header()
        if not {"text"} <= set(self._names) and not self.holds_fields:
            raise UnsupportedInput(f"{path} has no column for text.", _ADVICE)

    @property
    def holds_fields(self) -> bool:
        """Fields rather than lines."""
        return {"name", "value"} <= set(self._names)

    def documents(self) -> Iterator[tuple[Document, SourceFile]]:
        """The lines as documents, in the order in which they begin."""
        for name, its in self._by_document().items():
            numbers = dict.fromkeys(self._whole(row, "page", 1) for row in its)
            pages = tuple(
                self._page(number, [row for row in its if self._whole(row, "page", 1) == number]) for number in numbers
            )
            digest = hashlib.sha256(self._data + b"\0" + name.encode()).hexdigest()
            yield Document(name, pages), SourceFile(digest)

    def fields(self) -> dict[str, list[StoredField]]:
        """The fields by document."""
        return {
            name: [StoredField(row["name"], row["value"], self._number(row, "confidence")) for row in its]
            for name, its in self._by_document().items()
        }

    def _delimiter(self) -> str:
        first = self._data.split(b"\n", 1)[0]
        return max(",;\t", key=lambda one: first.count(one.encode()))

    def _header(self) -> list[str]:
        if not self._rows:
            return []
        names = [cell.strip().lower() for cell in self._rows[0]]
        if "text" not in names and len(names) == 2 and _is_number(names[1]):
            return ["text", "confidence"]
        self._rows = self._rows[1:]
        return names

    def _by_document(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for cells in self._rows:
            row = dict(zip(self._names, cells + [""] * len(self._names), strict=False))
            found.setdefault(row.get("document", "").strip() or self.path.name, []).append(row)
        return found

    def _page(self, number: int, its: list[Row]) -> Page:
        lines = tuple(self._line(row) for row in its)
        right, bottom = max(line.bounds.right for line in lines), max(line.bounds.bottom for line in lines)
        return Page(number, right, bottom, lines)

    def _line(self, row: Row) -> Line:
        x, y, width, height = (self._whole(row, name, 0) for name in ("x", "y", "width", "height"))
        confidence = min(100.0, max(0.0, self._number(row, "confidence") or 0.0))
        return Line(row["text"], confidence, Bounds(x, y, width, height), ())

    def _whole(self, row: Row, name: str, default: int) -> int:
        number = self._number(row, name)
        return default if number is None else int(number)

    def _number(self, row: Row, name: str) -> float | None:
        told = row.get(name, "").strip()
        if not told:
            return None
        if not _is_number(told):
            raise DamagedInput(f"{self.path} has {told!r} as its {name}.", "Give a number there, or nothing.")
        return float(told)


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e9
    except ValueError:
        return False
