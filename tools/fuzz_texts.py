"""Targets of tools/fuzz.py that are texts: results, tables, XML, codes, queries, what is read, what clients send."""

import asyncio
import csv as csv_format
import io
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from fuzz_files import as_file, document_of, folder

from penscript.document import Attachment, Barcode, Bounds, Document, Word

_KEPT: dict[str, Any] = {}
_SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
    "scheme": "http",
    "root_path": "",
}


def json_result(data: bytes) -> None:
    """A result that was kept as JSON."""
    from penscript.export.json import from_json, to_json

    document = from_json(data)
    assert from_json(to_json(document)) == document


def csv(data: bytes) -> None:
    """A CSV of lines or fields."""
    from penscript.notes.csv_files import Table

    table = Table(as_file(data, "table.csv"))
    for document, _ in () if table.holds_fields else table.documents():
        assert document.pages
    if table.holds_fields:
        table.fields()


def invoice(data: bytes) -> None:
    """The fields of an invoice as JSON."""
    from penscript.invoices.bookings import Booking, mark_duplicates, reasons
    from penscript.invoices.values import Invoice

    found = Invoice.from_json(data)
    assert Invoice.from_json(found.to_json()) == found
    reasons(found, 75)
    mark_duplicates([Booking("a", "", found), Booking("b", "", found)])


def xml(data: bytes) -> None:
    """The XML in an invoice, held against what is printed."""
    from penscript.invoices.read import read_invoice
    from penscript.invoices.values import Invoice

    document = replace(document_of(["Rechnung R-17 vom 05.03.2026", "Gesamt 119,00 EUR"]), **_attached(data))
    found = read_invoice(document)
    assert Invoice.from_json(found.to_json()) == found


def _attached(data: bytes) -> dict[str, Any]:
    return {"attachments": (Attachment("factur-x.xml", data),)}


def codes(data: bytes) -> None:
    """The code for payment on an invoice."""
    from penscript.invoices.read import read_invoice
    from penscript.invoices.values import Invoice

    code = Barcode(_text(data), "QRCode", Bounds(1, 2, 30, 30), 1)
    found = read_invoice(document_of(["Total CHF 119.00"], barcodes=(code,)))
    assert Invoice.from_json(found.to_json()) == found


def fields(data: bytes) -> None:
    """Whatever may be printed on an invoice."""
    from penscript.invoices.read import read_invoice
    from penscript.invoices.values import Invoice

    found = read_invoice(document_of(_read_lines(data)))
    assert Invoice.from_json(found.to_json()) == found


def export(data: bytes) -> None:
    """Whatever may be read, in every form that is written."""
    from penscript.export.formats import render
    from penscript.export.json import from_json

    document = _with_words(document_of(_read_lines(data)))
    assert from_json(render(document, "json")) == document
    for form in ("hocr", "alto", "page"):
        ElementTree.fromstring(render(document, form))
    rows = list(csv_format.reader(io.StringIO(render(document, "csv").decode(), newline="")))
    assert len(rows) == len(document.lines)
    for form in ("text", "layout", "markdown", "tables"):
        render(document, form)


def hocr(data: bytes) -> None:
    """What Tesseract says of a line."""
    import numpy as np

    from penscript.packs.hocr import parse
    from penscript.packs.tesseract import _Line, _reading

    line = _Line(np.zeros((58, 110), np.uint8), 0.1, 0.9)
    try:
        found = parse(_text(data))
    except ValueError:
        return
    for words in found:
        reading = _reading(line, words, "Buy milk", "tesseract@5")
        assert all(0 <= one.start <= 1 and 0 <= one.end <= 1 for one in reading.characters)


def search(data: bytes) -> None:
    """What somebody looks for in the notes."""
    from penscript.notes import open_notes
    from penscript.vocabulary import strangers

    if "notes" not in _KEPT:
        _KEPT["notes"] = open_notes(f"sqlite:///{folder()}/searched.db")
        _KEPT["notes"].add(document_of(["Buy milk and bread", "Zürich 1905", "买牛奶"]))
    text = _text(data)[:2000]
    for hit in _KEPT["notes"].search(text):
        assert all(0 <= start < end <= len(hit.line.text) for start, end in hit.spans)
    strangers(text)


def request(data: bytes) -> None:
    """What a client sends: base64 in JSON, names of files, pages, queries."""
    from penscript.notes.folding import fold_with_places
    from penscript.notes.query import parse
    from penscript.server import uploads

    text = data.decode("utf-8", "replace")
    name = uploads.bare_name(text)
    assert not {"/", "\\"} & set(name)
    assert all(text[start:end] for start, end, _ in fold_with_places(text))
    parse(text)
    uploads._in_json(data)


def server(data: bytes) -> None:
    """A whole request, from its method to its form, to the server of this machine.

    The first line: method, path with query, and kind of content; behind it the body.
    """
    head, _, body = data.partition(b"\n")
    method, path, kind = [*head.split(b" ", 2), b"", b"", b""][:3]
    if not path.startswith(b"/") or b"/events" in path:
        return
    if "app" not in _KEPT:
        _KEPT["app"], _KEPT["loop"] = _server(), asyncio.new_event_loop()
    scope = _SCOPE | {"method": method.decode("latin-1").upper() or "GET", "raw_path": path}
    path, _, scope["query_string"] = path.partition(b"?")
    scope |= {"path": path.decode("utf-8", "replace"), "headers": [(b"host", b"localhost"), (b"content-type", kind)]}
    status = _KEPT["loop"].run_until_complete(_ask(_KEPT["app"], scope, body))
    assert status != 500, head


def _server() -> Any:
    """The application over a reader that reads nothing."""
    from penscript.api import OcrEngine
    from penscript.notes import open_notes
    from penscript.server.app import create_app
    from penscript.server.options import ServerOptions

    engine = OcrEngine()
    engine._reader = _Reader()  # type: ignore[assignment]
    notes = open_notes(f"sqlite:///{folder()}/server.db")
    notes.add(document_of(["Buy milk and bread", "Zürich 1905"]))
    return create_app(engine, notes, ServerOptions(rate=None, decode_seconds=5, jobs=100_000))


class _Reader:
    """Reads a line of every page."""

    def read_page(self, picture: Any, options: Any, **_: Any) -> Any:
        height, width = picture.pixels.shape[:2]
        page = document_of([f"{width} x {height}"]).pages[0]
        return replace(page, number=picture.number, width=width, height=height)


async def _ask(app: Any, scope: dict[str, Any], body: bytes) -> int:
    """The status of an answer."""
    told: list[int] = []
    sent = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message.get("status", 0))

    await app(scope, receive, send)
    return told[0] if told else 0


def _read_lines(data: bytes) -> list[str]:
    """Texts as a recogniser may give them: no halves of characters, some lines."""
    return [line[:300] for line in _text(data).split("\n")[:60]]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _with_words(document: Document) -> Document:
    """The same with a word for every part of its lines."""
    (page,) = document.pages
    lines = tuple(
        replace(line, words=tuple(Word(part, 50.0, line.bounds, (part[::-1],)) for part in line.text.split()))
        for line in page.lines
    )
    return replace(document, pages=(replace(page, lines=lines),))
