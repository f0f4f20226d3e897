"""The result of reading one source: its lines, sorted by trust, and its way into files and back."""

from dataclasses import dataclass, field
from pathlib import Path

from penscript.document import Barcode, Document, Line, Page
from penscript.errors import PenscriptError
from penscript.export.atomic import write_bytes
from penscript.export.csv import to_csv
from penscript.export.formats import save
from penscript.export.json import from_json, to_json
from penscript.options import AcceptPolicy


@dataclass(frozen=True, repr=False)
class OcrResult:
    """What was read. `policy` says which lines are accepted; attachments of a PDF are in `document`."""

    document: Document
    policy: AcceptPolicy = field(default_factory=AcceptPolicy)

    def __repr__(self) -> str:
        return f"OcrResult({self.source!r}, pages={len(self.pages)}, lines={len(self.lines)})"

    @property
    def source(self) -> str:
        """The name of what was read."""
        return self.document.source

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages in order, failed and blank ones too."""
        return self.document.pages

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of all pages in reading order."""
        return self.document.lines

    @property
    def text(self) -> str:
        """The text of all pages, an empty row between pages."""
        return self.document.text

    @property
    def barcodes(self) -> tuple[Barcode, ...]:
        """The barcodes of all pages."""
        return tuple(code for page in self.pages for code in page.barcodes)

    def accepted(self, threshold: float | None = None) -> list[Line]:
        """The lines at or above `threshold` percent, that of the policy if None."""
        least = self._threshold(threshold)
        return [line for line in self.lines if line.accepted(least)]

    def doubtful(self, threshold: float | None = None) -> list[Line]:
        """The lines that are not accepted: those that a person should see."""
        least = self._threshold(threshold)
        return [line for line in self.lines if not line.accepted(least)]

    def to_json(self, indent: int | None = None) -> str:
        """The result as JSON, `indent` spaces a level when given."""
        return to_json(self.document, indent)

    @classmethod
    def from_json(cls, text: str | bytes, policy: AcceptPolicy | None = None) -> "OcrResult":
        """The result that `to_json` wrote. Raises InputError, and SchemaTooNew for one of a later Penscript."""
        return cls(from_json(text), policy or AcceptPolicy())

    def save_as_csv(self, path: str | Path, *, header: bool = False, escape_formulas: bool = False) -> None:
        """Write a row a line: `"text",confidence` (RFC 4180, UTF-8).

        header: begin with a row of names. escape_formulas: keep spreadsheets from running text as a formula.
        """
        text = to_csv(self.document, header=header, escape_formulas=escape_formulas)
        write_bytes(path, text.encode("utf-8"))

    def save(self, path: str | Path) -> None:
        """Write by ending: .txt, .md, .json or .csv. UsageError for another one and where nothing can be written."""
        save(self.document, path)

    def _threshold(self, threshold: float | None) -> float:
        return self.policy.threshold if threshold is None else AcceptPolicy(threshold).threshold


@dataclass(frozen=True)
class Item:
    """One of many sources: its result, or the error that kept it from having one.

    An error of the class PenscriptError itself is a bug of ours.
    """

    source: str
    result: OcrResult | None = None
    error: PenscriptError | None = None
