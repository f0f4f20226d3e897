"""Targets of tools/fuzz.py that are files: pictures, PDFs, packs, archives, databases, templates, settings."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from penscript.document import Bounds, Document, Line, Page
from penscript.options import Limits

SMALL = Limits(file_bytes=10_000_000, pixels=2_000_000, pages=5, seconds=10)
_FOLDERS: list[Path] = []


def folder() -> Path:
    """One folder a process."""
    if not _FOLDERS:
        _FOLDERS.append(Path(tempfile.mkdtemp(prefix="fuzz-")))
    return _FOLDERS[0]


def as_file(data: bytes, name: str) -> Path:
    file = folder() / name
    file.write_bytes(data)
    return file


def document_of(texts: list[str], **more: Any) -> Document:
    """A page with a line a text, one below the other."""
    lines = []
    for number, text in enumerate(texts):
        box = Bounds(40, 40 + 30 * number, 12 * min(60, max(1, len(text))), 20)
        corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
        lines.append(Line(text, 90.0, box, corners, pack="fake@1"))
    page = Page(1, 900, 80 + 30 * len(texts), tuple(lines))
    return Document("a.png", (replace(page, **more),))


def load(data: bytes) -> None:
    """Pictures and PDFs, by their content."""
    from penscript.reading.load import open_source

    with open_source(data, limits=SMALL) as source:
        source.load(1)
        source.load(source.page_count)


def pdf(data: bytes) -> None:
    """PDFs with their text, the invoice inside, and written again with text to be found."""
    from penscript.export.searchable import to_pdf
    from penscript.invoices.cii import read_xml
    from penscript.reading.load import open_source

    with open_source(data, limits=SMALL) as source:
        words = [word.text for word in source.load(1).words]
        read_xml(source.attachments)
        if source.format == "PDF":
            assert to_pdf(document_of(["milk", *words[:20]]), source).startswith(b"%PDF")


def pack(data: bytes) -> None:
    """A pack: its description, its calibration, its language model, and its network."""
    import numpy as np

    from penscript.options import ReadOptions
    from penscript.packs.catalog import Catalog
    from penscript.packs.metadata import network_of
    from penscript.reading.reader import Reader

    file = as_file(data, "a.onnx")
    network_of(file)
    catalog = Catalog([folder() / "packs"], threads=1)
    info = catalog.add(file)
    try:
        Reader(catalog).calibrations(ReadOptions(pack=info.name))
        catalog.recognizer(info.name).read([np.full((40, 60), 255, np.uint8)])
    finally:
        catalog.remove(info.name)


def zip_batch(data: bytes) -> None:
    """A zip archive of pages, for a batch."""
    from penscript.batch.finding import find
    from penscript.batch.targets import Folder

    target = Folder(folder() / "out", {".txt": bytes})
    for one in find([str(as_file(data, "post.zip"))]):
        _stays_below(target, target.wish(one.key, one.place))
        source = one.source(SMALL)
        assert isinstance(source, str) or len(source.getvalue()) <= 10_000_000


def names(data: bytes) -> None:
    """A list of files, and what their results are called."""
    from penscript.batch.finding import in_list
    from penscript.batch.inputs import file_input
    from penscript.batch.targets import Folder

    target = Folder(folder() / "out", {".txt": bytes})
    for name in in_list(data)[:50]:
        one = file_input(name, os.path.splitext(name)[0])
        one.name.encode()
        _stays_below(target, target.wish(one.key, one.place))


def _stays_below(target: Any, place: str) -> None:
    """Whether a result lies in its folder, under a name that every file system takes."""
    parts = place.split("/")
    assert all(part.strip(". ") and len(part.encode()) <= 200 for part in parts), place
    file = os.path.normpath(target.file(place, ".txt"))
    assert file.startswith(os.path.normpath(target.path) + os.sep), place


def archive(data: bytes) -> None:
    """Notes that were exported."""
    from penscript.notes import open_notes

    place = folder()
    with open_notes(f"sqlite:///{place}/notes.db") as notes:
        empty = not notes.documents(limit=1)
    if not empty:
        (place / "notes.db").unlink()
    with open_notes(f"sqlite:///{place}/notes.db") as notes:
        notes.restore(as_file(data, "notes.zip"))


def database(data: bytes) -> None:
    """Notes in a file of SQLite that somebody else wrote."""
    from penscript.notes import open_notes

    for rest in folder().glob("theirs.db*"):
        rest.unlink()
    file = as_file(data, "theirs.db")
    with open_notes(f"sqlite:///{file}", make=False) as notes:
        for one in notes.documents(limit=3):
            notes.pages(one.id)
            notes.result(one.id)
        notes.lines(limit=10)
        notes.search("milk")
        notes.tags()


def journal(data: bytes) -> None:
    """The journal of a batch, damaged."""
    from penscript.errors import UsageError
    from penscript.journal import Entry, Journal, State

    for rest in folder().glob("journal.db*"):
        rest.unlink()
    as_file(data, "journal.db")
    with Journal(folder()) as opened:
        list(opened.unfinished())
        opened.agree({"format": "json"}, lambda name, before, now: UsageError(name, before + now))
        (entered,) = opened.enter([Entry("a", "a", "a", "1")], lambda wanted, taken: wanted + "-2" * taken(wanted))
        opened.finish(entered, State.DONE)
        assert opened.entry("a")


def template(data: bytes) -> None:
    """The template of a supplier, and what it makes of an invoice."""
    from penscript.invoices.read import read_invoice
    from penscript.invoices.suppliers import read_supplier, to_toml

    supplier = read_supplier(as_file(data, "supplier.toml"))
    again = read_supplier(as_file(to_toml(supplier).encode(), "again.toml"))
    assert again == supplier, (again, supplier)
    read_invoice(document_of(INVOICE), suppliers=[supplier])


def config(data: bytes) -> None:
    """The file of settings."""
    from penscript.cli.settings import Settings

    os.environ["PENSCRIPT_CONFIG"] = str(as_file(data, "config.toml"))
    settings = Settings.resolve()
    if settings["precision"].value is None:
        settings.engine()


INVOICE = [
    "Larkfield Joinery, 4 Mill Lane, Leeds LS1 4AP, VAT GB365412754",
    "Invoice no. LJ-2026-117          Date 31/03/2026",
    "2 Oak shelves at 50.00                 100.00",
    "Net 100.00",
    "VAT 20% 20.00",
    "Total GBP 120.00",
]
