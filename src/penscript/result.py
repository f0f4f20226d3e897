"""The result of reading one source: its lines, sorted by trust, and its way into files and back."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from penscript.document import Barcode, Document, Line, Page
from penscript.errors import PenscriptError, UsageError
from penscript.export.atomic import check_writable, write_bytes
from penscript.export.csv import to_csv
from penscript.export.formats import format_of, render
from penscript.export.json import from_json, to_json
from penscript.export.tables import Table, tables_of
from penscript.options import AcceptPolicy, ReadOptions
from penscript.sources import Image, open_pages


@dataclass(frozen=True, slots=True)
class Summary:
    """What a result comes to. lines: all of them. accepted: by the policy. audited: accepted lines that a person is
    shown all the same. expected_errors: how many of the accepted lines will have a mistake, by their confidence.
    """

    lines: int
    accepted: int
    audited: int
    expected_errors: float

    @property
    def doubtful(self) -> int:
        """The lines that are not accepted."""
        return self.lines - self.accepted

    def __str__(self) -> str:
        return (
            f"{self.lines} lines, {self.accepted} accepted with about {self.expected_errors:.1f} errors among them, "
            f"{self.doubtful} doubtful, {self.audited} to audit"
        )


@dataclass(frozen=True, repr=False)
class OcrResult:
    """What was read. `policy` says which lines are accepted; attachments of a PDF are in `document`.

    original: what it was read from, for a searchable PDF; None where that was neither a file nor an `Image`.
    """

    document: Document
    policy: AcceptPolicy = field(default_factory=AcceptPolicy)
    original: Image | None = field(default=None, compare=False)

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

    @property
    def tables(self) -> list[Table]:
        """The tables of all pages, told by drawn rules or by white space."""
        return tables_of(self.document)

    def accepted(self, threshold: float | None = None) -> list[Line]:
        """The lines at or above `threshold` percent, those that the policy accepts if None."""
        policy = self.policy if threshold is None else AcceptPolicy(threshold)
        return [line for line in self.lines if line.accepted(policy.threshold_of(line.pack))]

    def doubtful(self, threshold: float | None = None) -> list[Line]:
        """The lines that are not accepted: those that a person should see."""
        policy = self.policy if threshold is None else AcceptPolicy(threshold)
        return [line for line in self.lines if not line.accepted(policy.threshold_of(line.pack))]

    def audited(self) -> list[Line]:
        """The accepted lines that a person should see all the same: the share that the policy says, drawn by a hash.

        The same line and seed give the same answer wherever and whenever it is asked.
        """
        return [line for line in self.accepted() if _draw(line, self.policy.seed) < self.policy.audit]

    def summary(self) -> Summary:
        """How many lines there are, how many are accepted, and how many mistakes to expect among those."""
        accepted = self.accepted()
        errors = sum(1 - line.confidence / 100 for line in accepted)
        return Summary(len(self.lines), len(accepted), len(self.audited()), round(errors, 2))

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

    def save(self, path: str | Path, *, format: str | None = None, original: Any = None) -> None:
        """Write by ending: .txt, .md, .json, .csv, .hocr, .alto.xml, .page.xml or .pdf, whole or not at all.

        format: see `render`, where the ending does not say it. original: what was read (whatever `Image.load` takes),
        for a searchable PDF of a result that does not know it. UsageError for another ending and where nothing can be
        written.
        """
        chosen = format or format_of(path)
        check_writable(path)
        write_bytes(path, self.render(chosen, original=original))

    def render(self, format: str, *, original: Any = None) -> bytes:
        """The bytes of a file in a format: text, layout, markdown, json, csv, tables, hocr, alto, page or pdf."""
        if format != "pdf":
            return render(self.document, format)
        from penscript.export.searchable import to_pdf

        with open_pages(self._original(original), ReadOptions()) as opened:
            return to_pdf(self.document, opened)

    def _original(self, given: Any) -> Any:
        if given is not None or self.original is not None:
            return self.original if given is None else given
        if Path(self.source).is_file():
            return self.source
        raise UsageError(
            f"{self.source} is not there any more, and a searchable PDF shows its pages.",
            "Name what was read: result.save(path, original=...).",
        )


def _draw(line: Line, seed: int) -> float:
    """A number from 0 to 1 that a line and a seed always give."""
    box = line.bounds
    told = f"{seed}\n{box.x} {box.y} {box.width} {box.height}\n{line.text}".encode()
    return int.from_bytes(hashlib.sha256(told).digest()[:8], "big") / 2**64


@dataclass(frozen=True)
class Item:
    """One of many sources: its result, or the error that kept it from having one.

    An error of the class PenscriptError itself is a bug of ours.
    """

    source: str
    result: OcrResult | None = None
    error: PenscriptError | None = None
