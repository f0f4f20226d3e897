"""What `penscript invoice` does: files -> bookings -> a listing, files, a database."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rich.text import Text

from penscript.cli import console
from penscript.cli.outputs import refuse_sources
from penscript.cli.settings import Settings
from penscript.document import PageStatus
from penscript.errors import InputError, MissingInput, PenscriptError, SomeFilesFailed, UsageError
from penscript.export.atomic import check_writable, make_folder, write_bytes
from penscript.invoices.bookings import Booking, mark_duplicates, plain, reasons
from penscript.invoices.values import ProblemCode, Source

if TYPE_CHECKING:
    from penscript.api import Item, OcrEngine
    from penscript.cli.bar import Bar
    from penscript.invoices.values import Invoice
    from penscript.notes import Notes
    from penscript.result import OcrResult

SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".heic", ".heif"})
SUFFIXES |= {".avif", ".jp2", ".j2k", ".jpx", ".pbm", ".pgm", ".ppm", ".pnm"}
"""The files that are taken out of a folder."""


_READ = (Source.PRINTED, Source.TEMPLATE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to come out. path: of a file. database: the notes of the settings keep it. teach: corrected JSON.

    again: read what the notes know already.
    """

    path: Path | None
    database: bool
    teach: str | None
    embedded: bool
    lines: bool
    as_json: bool
    again: bool
    quiet: bool


def run(engine: "OcrEngine", settings: Settings, files: Sequence[str], wanted: Wanted) -> None:
    """Read the files and put out what is wanted. Raises SomeFilesFailed at the end where some could not be read."""
    sources, threshold = sources_in(files), settings["threshold"].value
    if wanted.teach is not None:
        teach_supplier(engine, sources, Path(wanted.teach), Path(settings["suppliers"].value).expanduser())
        return
    shown = Shown(wanted, threshold)
    shown.check(sources)
    job = Job(engine, settings, wanted)
    with Books(settings.open_notes() if wanted.database else None, threshold) as books:
        if wanted.database and wanted.path is None and not (wanted.as_json or wanted.again):
            sources = books.new(sources)
        shown.take(job.run(sources, books))
    job.tell_failures(sources)


def sources_in(files: Sequence[str]) -> list[str]:
    """The files, and those of the folders, each once. Raises UsageError where a folder holds none."""
    found: dict[str, None] = {}
    for file in files:
        path = Path(file)
        if not path.is_dir():
            found[file] = None
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and one.is_file())
        shown = [one for one in inside if not any(part.startswith(".") for part in one.relative_to(path).parts)]
        if not shown:
            raise UsageError(f"The folder {file} holds no pictures or PDFs.", "Name another one, or the files.")
        found |= dict.fromkeys(str(one) for one in shown)
    return list(found)


class Books:
    """What is in the books already, and the notes that keep what comes, where there are any."""

    def __init__(self, notes: "Notes | None", threshold: float) -> None:
        self._notes, self._threshold = notes, threshold
        self._before: list[Booking] = []
        self._kept: set[str] = set()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self._notes is not None:
            from penscript.notes.booking import bookings_in

            self._stack.enter_context(self._notes)
            self._before = list(bookings_in(self._notes))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def new(self, sources: Sequence[str]) -> list[str]:
        """The files that are not in the books yet, by their content."""
        known = {one.sha256 for one in self._before}
        left = [source for source in sources if not Path(source).is_file() or _digest(source) not in known]
        if len(left) < len(sources):
            console.note(f"{len(sources) - len(left)} documents are in the books already.")
        return left

    def take(self, booking: Booking, result: "OcrResult | None") -> Booking:
        """The booking, marked where it is in the books already; kept in the notes."""
        known = self._notes is not None and booking.sha256 not in self._kept
        earlier = [one for one in self._before if not known or one.sha256 != booking.sha256]
        (booking,) = mark_duplicates([booking], earlier)
        self._before.append(booking)
        if self._notes is not None and result is not None and booking.invoice is not None and known:
            from penscript.notes.booking import book

            added = self._notes.add(result, picture=Path(booking.source).read_bytes(), tags=("invoice",))
            book(self._notes, added.document, booking.invoice, self._threshold)
            self._kept.add(booking.sha256)
        return booking


class Job:
    """Files on their way through an engine into the books."""

    def __init__(self, engine: "OcrEngine", settings: Settings, wanted: Wanted) -> None:
        from penscript.invoices.suppliers import load_suppliers

        self._engine, self._workers = engine, settings["workers"].value
        self._suppliers = load_suppliers(Path(settings["suppliers"].value).expanduser())
        self._embedded, self._quiet = wanted.embedded, wanted.quiet
        self._failed: list[str] = []

    def run(self, sources: Sequence[str], books: Books) -> Iterator[Booking]:
        """The bookings in order. The only file that is asked for raises its error; others become bookings with it."""
        from penscript.cli.bar import Bar

        with Bar(self._quiet) as bar:
            for source, item in zip(sources, self._items(sources, bar), strict=True):
                bar.pause()
                booking = self._booked(source, item, alone=len(sources) == 1)
                yield books.take(booking, item.result)
                bar.resume()

    def _items(self, sources: Sequence[str], bar: "Bar") -> Iterator["Item"]:
        bar.begin("documents")
        workers = max(1, min(self._workers, len(sources)))
        return iter(self._engine.process_many(sources, workers=workers, progress=bar.update))

    def _booked(self, source: str, item: "Item", *, alone: bool) -> Booking:
        from penscript.invoices import read_invoice

        if item.result is None:
            error = item.error or PenscriptError("nothing came back")
            if alone:
                raise error
            console.complain(error.message, error.advice)
            self._failed.append(source)
            return Booking(source, error=error.message)
        for page in item.result.pages:
            if page.status is PageStatus.FAILED:
                console.complain(f"Page {page.number} of {source} could not be read: {page.error}")
                self._failed.append(f"{source} page {page.number}")
        invoice = read_invoice(item.result, embedded=self._embedded, suppliers=self._suppliers)
        return Booking(source, _digest(source), invoice)

    def tell_failures(self, sources: Sequence[str]) -> None:
        """SomeFilesFailed where some could not be read."""
        if self._failed:
            read = len(sources) - len(self._failed)
            raise SomeFilesFailed(f"Not everything could be read: {', '.join(self._failed)}.", f"{read} were read.")


def _digest(source: str) -> str:
    with Path(source).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Shown:
    """Where the bookings go besides the notes: a file, or the screen."""

    def __init__(self, wanted: Wanted, threshold: float) -> None:
        self._path, self._threshold = wanted.path, threshold
        self._lines, self._json = wanted.lines, wanted.as_json
        self._short = wanted.path is None and wanted.database

    def check(self, sources: Sequence[str]) -> None:
        """Raise now what would be raised when all is read."""
        from penscript.invoices.files import check_ending

        if self._path is not None:
            check_ending(self._path)
            refuse_sources(self._path, sources)
            check_writable(self._path)

    def take(self, bookings: Iterator[Booking]) -> None:
        """Write or show them."""
        from penscript.invoices.files import to_json, write_bookings

        done = []
        for booking in bookings:
            done.append(booking)
            if self._path is None and not self._json:
                _show(booking, self._threshold, short=self._short)
        if self._json:
            console.write_bytes(to_json(done, self._threshold))
        if self._path is not None:
            written = write_bookings(self._path, done, self._threshold, lines=self._lines)
            console.note(f"{_counts(done, self._threshold)} Written to {', '.join(str(one) for one in written)}.")


def _counts(done: Sequence[Booking], threshold: float) -> str:
    read = [one.invoice for one in done if one.invoice is not None]
    doubtful = sum(bool(reasons(invoice, threshold)) for invoice in read)
    return f"{len(read)} documents, {doubtful} for a person to look at."


def _show(booking: Booking, threshold: float, *, short: bool) -> None:
    """A document for a person: its fields with their percentages, doubtful ones with `?`, then what does not fit."""
    out, invoice = console.stdout(), booking.invoice
    if invoice is None:
        return
    told = reasons(invoice, threshold)
    verdict = f"{len(told)} to look at" if told else "nothing to look at"
    out.print(Text.assemble((console.clean(booking.source), "bold"), f"  {verdict}"))
    doubtful = {name for reason in told if reason.code is ProblemCode.DOUBTFUL for name in reason.fields}
    for name, field in () if short else invoice.found():
        sure = f"{field.confidence:.1f}%" if field.source in _READ else str(field.source)
        mark = ("? ", "yellow") if name in doubtful else "  "
        out.print(Text.assemble(mark, f"{name:<16}{sure:>9}  {console.clean(plain(field.value))}"))
    for number, item in enumerate(() if short else invoice.items, start=1):
        what = " ".join(plain(one) for one in (item.quantity, item.unit, item.amount) if one is not None)
        out.print(Text(f"  {f'item {number}':<16}{item.confidence:>8.1f}%  {console.clean(item.description)}  {what}"))
    for reason in told if short else (one for one in told if one.code is not ProblemCode.DOUBTFUL):
        out.print(Text.assemble("  ", ("! ", "yellow"), console.clean(reason.message)))


def teach_supplier(engine: "OcrEngine", sources: Sequence[str], corrected: Path, folder: Path) -> None:
    """Make a template from one document and its corrected fields, and put it into the folder."""
    from penscript.invoices.suppliers import file_name, to_toml
    from penscript.invoices.teaching import learn_supplier

    if len(sources) != 1:
        raise UsageError("--teach learns from one document.", "Name one file, and the JSON with its corrected fields.")
    invoice = _corrected(corrected)
    result = engine.process(sources[0])
    supplier = learn_supplier(invoice, result.document)
    path = make_folder(folder) / file_name(supplier)
    write_bytes(path, to_toml(supplier).encode("utf-8"))
    console.stdout().print(
        f"{supplier.name}: {len(supplier.fields)} fields learned, written to {path}", markup=False, soft_wrap=True
    )


def _corrected(path: Path) -> "Invoice":
    from penscript.invoices.json import from_dict

    try:
        told = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise MissingInput(f"There is no file {path}.", "Write one with --out fields.json, and correct it.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is no JSON: {error}.", "Write one with --out fields.json, and correct it.") from None
    documents = told.get("documents") if isinstance(told, dict) else None
    if documents is not None:
        if len(documents) != 1:
            raise UsageError(f"{path} holds {len(documents)} documents.", "Leave the one that was corrected.")
        told = documents[0].get("invoice")
    return from_dict(told)
