"""A few small inputs that are right, for every target of tools/fuzz.py."""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from fuzz_files import INVOICE, document_of

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "PDF", "JPEG2000", "AVIF")
RESULT = (
    b'{"schema_version":1,"source":"a.jpg","pages":[{"number":1,"width":9,"height":9,"regions":[{"text":"a",'
    b'"confidence":91.5,"bounds":{"x":1,"y":1,"width":5,"height":5},"words":[{"text":"a","confidence":9,'
    b'"bounds":{"x":1,"y":1,"width":5,"height":5},"alternatives":["o"]}]}],"barcodes":[]}]}'
)
TEMPLATE = rb"""name = "Larkfield Joinery"
order = "dmy"
[recognise]
vat_id = "GB365412754"
texts = ["Larkfield Joinery"]
[values]
currency = "GBP"
[fields.number]
label = "Invoice no."
pattern = 'LJ-\d{4}-\d+'
[fields.total]
label = "Total"
where = "below"
"""
XML = b"""<CrossIndustryInvoice><ExchangedDocument><ID>R-17</ID><TypeCode>380</TypeCode><IssueDateTime>
<DateTimeString format="102">20260305</DateTimeString></IssueDateTime></ExchangedDocument><SupplyChainTradeTransaction>
<IncludedSupplyChainTradeLineItem><SpecifiedTradeProduct><Name>Regal</Name></SpecifiedTradeProduct>
<SpecifiedLineTradeDelivery><BilledQuantity unitCode="H87">2</BilledQuantity></SpecifiedLineTradeDelivery>
<SpecifiedLineTradeSettlement><SpecifiedTradeSettlementLineMonetarySummation><LineTotalAmount>100.00</LineTotalAmount>
</SpecifiedTradeSettlementLineMonetarySummation></SpecifiedLineTradeSettlement></IncludedSupplyChainTradeLineItem>
<ApplicableHeaderTradeAgreement><SellerTradeParty><Name>Eichler</Name><SpecifiedTaxRegistration>
<ID schemeID="VA">DE136695976</ID></SpecifiedTaxRegistration></SellerTradeParty></ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><ApplicableTradeTax>
<CalculatedAmount>19.00</CalculatedAmount><RateApplicablePercent>19</RateApplicablePercent></ApplicableTradeTax>
<SpecifiedTradeSettlementHeaderMonetarySummation><TaxTotalAmount currencyID="EUR">19.00</TaxTotalAmount>
<GrandTotalAmount>119.00</GrandTotalAmount></SpecifiedTradeSettlementHeaderMonetarySummation>
</ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction></CrossIndustryInvoice>"""
SWISS = (
    "SPC\n0200\n1\nCH4431999123000889012\nS\nMax Muster\nWeg\n1\n8000\nZug\nCH\n\n\n\n\n\n\n\n119.00\nCHF\nS\n"
    "Anna\nWeg\n2\n9000\nBern\nCH\nQRR\n210000000003139471430009017\n\nEPD\n//S1/10/R-1/11/260305/30/106017086/32/8.1:553.39"
)
EPC = "BCD\n002\n1\nSCT\nBFSWDE33BER\nEichler\nDE89370400440532013000\nEUR119.00\n\n\nR-17"
HOCR = b"""<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="ocr_page"><span class="ocrx_word"
title="bbox 5 5 60 50; x_wconf 90"><span class="ocrx_cinfo" title="x_bboxes 5 5 20 50; x_conf 98.5">a</span>
<span class="ocrx_cinfo" id="lstm_choices_1_1"><span title="x_confs 5">o</span></span></span></div></body></html>"""
CONFIG = (
    b'language = ["en", "fr"]\nthreshold = 80\nthreads = 2\nmax_bytes = "200M"\nmax_seconds = "none"\nport = 8001\n'
)
REQUESTS = (
    b"POST /v1/read?pages=1-2&language=en&name=a.png application/json\n"
    b'{"files":[{"name":"../b*.jpg","content":"iVBOR"}]}',
    b"POST /v1/jobs multipart/form-data; boundary=b\n--b\r\nContent-Disposition: form-data; name=file; "
    b'filename="a.png"\r\nContent-Type: image/png\r\n\r\nhello\r\n--b--\r\n',
    b"POST /v1/fields application/octet-stream\n%PDF-1.4",
    b"GET /v1/search?q=milk&limit=3 text/plain\n",
    b'PUT /v1/lines/1 application/json\n{"text":"Buy silk","was":"Buy milk and bread"}',
    b'POST /v1/review/claim application/json\n{"by":"me","seat":"a","skip":[1]}',
    b'POST /v1/tokens application/json\n{"role":"capture","name":"scanner","days":3}',
    b"GET /v1/documents/1/result?format=alto text/plain\n",
    b"GET /v1/documents?tag=a&limit=2&offset=1 text/plain\n",
)


def seeds(name: str) -> Iterator[bytes]:
    """Those of one target."""
    yield from _MADE[name]()


def _pictures() -> Iterator[bytes]:
    from PIL import Image

    picture = Image.radial_gradient("L").resize((40, 30)).convert("RGB")
    for form in FORMATS:
        file = io.BytesIO()
        picture.save(file, form)
        yield file.getvalue()


def _pdf() -> Iterator[bytes]:
    """A page with text and a picture, plainly stored, with an invoice attached."""
    import pikepdf

    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.add_blank_page(page_size=(200, 100))
        (page,) = pdf.pages
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = pdf.make_stream(b"BT /F 12 Tf 20 50 Td (Buy milk) Tj 3 Tr (bread) Tj ET 9 9 40 5 re f")
        pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, XML, filename="factur-x.xml")
        file = io.BytesIO()
        pdf.save(file, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        yield file.getvalue()


def _packs() -> Iterator[bytes]:
    """ONNX files of a description alone, with a calibration, and with a language model and a graph."""
    from penscript.packs.metadata import KEY
    from penscript.packs.ngram import LANGUAGE_KEY

    card = {"schema": 1, "name": "a", "version": "1", "height": 48, "stride": 1, "charset": ["", "a", "b"]}
    lists = {"names": ["a"], "centre": [0], "scale": [1], "weights": [1], "knots": [[]]}
    maps = {"lines": lists | {"bias": 0, "lines": 1, "kinds": ""}, "accepted": [[3, 2]]}
    yield _pack({KEY: json.dumps(card)})
    yield _pack({KEY: json.dumps(card | {"calibration": maps})})
    yield _pack({KEY: json.dumps(card), LANGUAGE_KEY: _language_model()})


def _pack(properties: dict[str, str]) -> bytes:
    """A network that takes the three colours of every column for its three classes."""
    from penscript.packs import onnx_file

    model = onnx_file.parse(b"\x08\x08\x42\x02\x10\x0d")  # the versions of the format and of its operators
    model.graph.input.add(name="x").type.tensor_type.elem_type = 1
    model.graph.output.add(name="p").type.tensor_type.elem_type = 1
    onnx_file.add_node(model, "ReduceMean", ("x",), "m", axes=(2,), keepdims=0)
    onnx_file.add_node(model, "Transpose", ("m",), "t", perm=(0, 2, 1))
    onnx_file.add_node(model, "Softmax", ("t",), "p", axis=2)
    onnx_file.put_properties(model, properties)
    return onnx_file.with_outputs(bytes(model.SerializeToString()), ())


def _language_model() -> str:
    import numpy as np

    from penscript.packs.ngram import NgramModel, key, pack_model

    tables = []
    for run in ("a", "ab"):
        keys = np.array([key(run)], np.uint32)
        tables.append((keys, np.array([9], np.uint8), np.array([3], np.uint8)))
    return pack_model(NgramModel(tables, -8.0))


def _archive() -> Iterator[bytes]:
    from penscript.notes import open_notes

    with tempfile.TemporaryDirectory() as folder, open_notes(f"sqlite:///{folder}/n.db") as notes:
        (Path(folder) / "a.csv").write_text("text,confidence\nmilk,90\n", "utf-8")
        notes.load_csv(Path(folder) / "a.csv")
        notes.export(Path(folder) / "a.zip")
        with zipfile.ZipFile(Path(folder) / "a.zip") as packed:
            yield _stored({name: packed.read(name) for name in packed.namelist()})


def _stored(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as plain:
        for name, data in members.items():
            plain.writestr(name, data)
    return file.getvalue()


def _posts() -> Iterator[bytes]:
    picture = next(_pictures())
    yield _stored({"in/one.jpg": picture, "../two.png": picture, "C:\\aux.tif": picture, "__MACOSX/in/one.jpg": b""})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.png", bytes(100_000))
    yield file.getvalue()


def _database() -> Iterator[bytes]:
    from penscript.notes import open_notes

    with tempfile.TemporaryDirectory() as folder:
        with open_notes(f"sqlite:///{folder}/n.db") as notes:
            notes.add(document_of(["Buy milk"]), tags=["a"])
        yield (Path(folder) / "n.db").read_bytes()


def _journal() -> Iterator[bytes]:
    from penscript.journal import Entry, Journal, State

    with tempfile.TemporaryDirectory() as folder:
        with Journal(folder) as journal:
            entries = journal.enter([Entry("a", "a", "a", "1"), Entry("b", "b", "b", "2")], lambda one, _: one)
            journal.finish(entries[0], State.FAILED, "It is none.")
        yield (Path(folder) / "journal.db").read_bytes()


def _invoice() -> Iterator[bytes]:
    from penscript.invoices.read import read_invoice

    yield read_invoice(document_of(INVOICE)).to_json().encode()


_MADE = {
    "load": _pictures,
    "pdf": _pdf,
    "pack": _packs,
    "zip": _posts,
    "names": lambda: iter([b"scans/a.jpg\n\xc3\xa9 b/../c.png\r\nC:\\aux\\con.tif\n", b"a\0b\nc\0" + b"x" * 300]),
    "archive": _archive,
    "database": _database,
    "journal": _journal,
    "template": lambda: iter([TEMPLATE]),
    "config": lambda: iter([CONFIG]),
    "json": lambda: iter([RESULT]),
    "csv": lambda: iter(
        [
            b'document,page,text,confidence,x,y,width,height\na.jpg,1,"Milk, eggs",91,1,2,3,4\n',
            b"document;name;value\na.jpg;total;9,50\n",
            b'"Milk",91.5\n',
        ]
    ),
    "invoice": _invoice,
    "xml": lambda: iter([XML]),
    "codes": lambda: iter([SWISS.encode(), EPC.encode()]),
    "fields": lambda: iter(["\n".join(INVOICE).encode()]),
    "export": lambda: iter(["Milk, eggs\n=1+1\n<b>&amp;\nשלום 12\n".encode()]),
    "hocr": lambda: iter([HOCR]),
    "search": lambda: iter([b"milk bread", b'"buy milk" -silk OR z*', "zürich 买".encode()]),
    "request": lambda: iter([b'{"files":[{"name":"../\xc3\xa9 b* 1-3.jpg","content":"/9j/4AAQ"}]}']),
    "server": lambda: iter(REQUESTS),
}
