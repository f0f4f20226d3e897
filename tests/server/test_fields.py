"""Fields over HTTP: at once, and of what is kept."""

import numpy as np
import pytest

from invoice_xml import factur_x, pdf_with_xml
from penscript.api import OcrEngine
from penscript.invoices.values import Invoice
from penscript.server.client import Client
from printed_documents import page_of
from serving import Running, png

PAGE = page_of("Birkenhof GmbH", "Rechnung Nr.: R-18", "Rechnungsdatum: 05.03.2026", "Gesamtbetrag  119,00 EUR")


class PrintedReader:
    def read_page(self, picture, options, **_):
        return PAGE.pages[0]


@pytest.fixture
def printing(start) -> Running:
    engine = OcrEngine()
    engine._reader = PrintedReader()
    return start(engine)


def pdf() -> bytes:
    return pdf_with_xml(np.full((300, 300, 3), 255, np.uint8), factur_x())


def test_fields_at_once(printing: Running) -> None:
    answer = printing.post("/v1/fields", files={"file": ("note.png", png())})
    assert answer.status_code == 200
    invoice = Invoice.from_json(answer.text)
    assert invoice.number is not None
    assert (invoice.number.value, invoice.number.source) == ("R-18", "printed")
    assert printing.notes.documents() == []


def test_xml_in_a_pdf_counts_unless_pixels_alone_are_wanted(printing: Running) -> None:
    told = [printing.post(f"/v1/fields?embedded={one}", files={"file": ("x.pdf", pdf())}) for one in ("true", "false")]
    assert [one.json()["fields"]["number"]["value"] for one in told] == ["R-17", "R-18"]
    assert {one["code"] for one in told[0].json()["problems"]} >= {"printed_differs"}


def test_fields_of_a_kept_document_follow_its_corrections(printing: Running) -> None:
    document = printing.notes.add(PAGE, picture=png()).document
    path = f"/v1/documents/{document}/fields"
    assert printing.get(path).json() == {"fields": []}
    line = next(one for one in printing.notes.pages(document)[0].lines if one.text.startswith("Rechnung Nr"))
    printing.notes.correct(line.id, "Rechnung Nr.: R-19", by="Anna")
    told = {one["name"]: one for one in printing.post(path).json()["fields"]}
    assert (told["number"]["value"], told["number"]["lines"]) == ("R-19", [line.id])
    assert printing.get(path).json()["fields"] == list(told.values())


def test_the_file_of_a_kept_document_is_opened_again(printing: Running) -> None:
    document = printing.notes.add(PAGE, source="x.pdf", picture=pdf()).document
    told = {one["name"]: one["value"] for one in printing.post(f"/v1/documents/{document}/fields").json()["fields"]}
    assert (told["number"], told["order_number"]) == ("R-17", "B-9")
    reasons = [item.reason for item in printing.notes.items()]
    assert any("The XML in the file says R-17, the page says R-18." in reason for reason in reasons)


def test_a_document_without_a_picture(printing: Running) -> None:
    document = printing.notes.add(PAGE).document
    assert printing.post(f"/v1/documents/{document}/fields").status_code == 200
    assert printing.get("/v1/documents/999/fields").status_code == 404


def test_a_job_reads_fields_too_where_that_is_asked_for(printing: Running) -> None:
    client = Client(printing.url)
    plain, wanted = (client.wait(client.submit(png(160 + place), fields=place)) for place in (0, 1))
    assert printing.get(f"/v1/documents/{plain}/fields").json() == {"fields": []}
    assert printing.get(f"/v1/documents/{wanted}/fields").json()["fields"]


def test_the_client(printing: Running) -> None:
    assert Client(printing.url).fields(png()).total is not None
