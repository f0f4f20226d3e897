"""`penscript invoice`: a folder in, tables or notes out. The reader knows pages by their width."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from fakes import FakeReader
from invoice_xml import factur_x, pdf_with_xml
from penscript.document import Document
from penscript.notes import open_notes
from printed_documents import page_of

PAGES = {
    300: page_of(
        "Birkenhof GmbH",
        "Rechnung Nr.: R-17",
        "Rechnungsdatum: 05.03.2026",
        "Nettobetrag  100,00 EUR",
        "MwSt. 19 %  19,00 EUR",
        "Gesamtbetrag  119,00 EUR",
    ),
    310: page_of("Hansa KG", "Rechnung Nr.: 88", "Rechnungsdatum: 06.03.2026", "Gesamtbetrag  59,50 EUR"),
}


class PrintedReader(FakeReader):
    def read_page(self, picture, options, *, timings=None, check=lambda: None):
        page = super().read_page(picture, options, timings=timings, check=check)
        known: Document | None = PAGES.get(page.width)
        return page if known is None else known.pages[0]


@pytest.fixture
def run(run, monkeypatch):
    import penscript.reading.reader

    monkeypatch.setattr(penscript.reading.reader, "Reader", PrintedReader)
    return run


@pytest.fixture
def inbox(tmp_path):
    """Two invoices, the first one twice with other pixels, and a text that is none."""
    folder = tmp_path / "inbox"
    (folder / "march").mkdir(parents=True)
    for name, width, grey in (("a.png", 300, 255), ("march/b.png", 310, 255), ("march/c.png", 300, 250)):
        Image.new("RGB", (width, 400), (grey,) * 3).save(folder / name)
    (folder / "notes.txt").write_text("nothing", "utf-8")
    (folder / ".hidden.png").write_bytes(b"x")
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_becomes_a_table(run, inbox, tmp_path):
    ran = run("invoice", inbox, "--out", tmp_path / "fields.csv")
    assert (ran.code, ran.out) == (0, "")
    told = {row["file"].rpartition("inbox")[2][1:].replace("\\", "/"): row for row in rows(tmp_path / "fields.csv")}
    assert list(told) == ["a.png", "march/b.png", "march/c.png"]
    assert (told["a.png"]["number"], told["a.png"]["date"], told["a.png"]["total"]) == ("R-17", "2026-03-05", "119.00")
    assert told["march/b.png"]["total"] == "59.50"
    assert "The same seller and number as" in told["march/c.png"]["review"]
    assert any(row["code"] == "duplicate" for row in rows(tmp_path / "fields.review.csv"))


def test_what_fails_is_told_and_the_others_are_written(run, inbox, tmp_path):
    Image.new("RGB", (40, 40), (255, 0, 0)).save(inbox / "red.png")
    (inbox / "broken.jpg").write_bytes(b"no picture")
    ran = run("invoice", inbox, "--out", tmp_path / "fields.json")
    assert ran.code == 6
    assert "broken.jpg" in ran.err
    assert "red.png" in ran.err
    documents = json.loads((tmp_path / "fields.json").read_text("utf-8"))["documents"]
    assert [bool(one["error"]) for one in documents] == [False, True, False, False, True]
    assert documents[0]["invoice"]["fields"]["total"]["value"] == "119.00"


def test_one_file_that_fails_writes_nothing(run, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    ran = run("invoice", tmp_path / "broken.png", "--out", tmp_path / "fields.csv")
    assert ran.code == 3
    assert not (tmp_path / "fields.csv").exists()


def test_the_screen_shows_fields_and_reasons(run, inbox):
    ran = run("invoice", inbox / "a.png", inbox / "march" / "c.png")
    assert ran.code == 0
    assert "R-17" in ran.out
    assert "119.00" in ran.out
    assert "! The same seller and number as" in ran.out


def test_json_on_the_screen(run, inbox):
    told = json.loads(run("invoice", inbox / "a.png", "--json").out)
    assert told["documents"][0]["invoice"]["fields"]["number"]["value"] == "R-17"


def test_a_database_keeps_documents_fields_and_doubts(run, inbox, tmp_path):
    url = f"sqlite:///{tmp_path / 'books.db'}"
    for _ in range(2):  # the second time nothing is new
        assert run("invoice", inbox, "--out", url).code == 0
    with open_notes(url) as notes:
        found = notes.documents()
        assert len(found) == 3
        fields = [{field.name: field.value for field in notes.fields(one.id)} for one in reversed(found)]
        reasons = [item.reason for item in notes.items()]
    assert [one["total"] for one in fields] == ["119.00", "59.50", "119.00"]
    assert any(reason.startswith("invoice: The same seller and number") for reason in reasons)


def test_only_what_is_new_is_read_for_a_database(run, inbox, tmp_path):
    url = f"sqlite:///{tmp_path / 'books.db'}"

    def read(*arguments):
        told = run("invoice", *arguments, "--out", url).out.splitlines()
        return [line.partition(".png")[0][-1] for line in told if not line.startswith(" ")]

    assert read(inbox / "a.png") == ["a"]
    assert read(inbox) == ["b", "c"]
    assert read(inbox) == []
    assert read(inbox, "--again") == ["a", "b", "c"]


def test_earlier_books_are_looked_through(run, inbox, tmp_path):
    url = f"sqlite:///{tmp_path / 'books.db'}"
    assert run("invoice", inbox / "a.png", "--out", url).code == 0
    ran = run("invoice", inbox / "march", "--notes", url, "--out", tmp_path / "new.csv")
    assert ran.code == 0
    assert [bool(row["review"].count("as ")) for row in rows(tmp_path / "new.csv")] == [False, True]


def test_xml_in_a_pdf_counts_unless_pixels_alone_are_wanted(run, tmp_path):
    file = tmp_path / "x.pdf"
    file.write_bytes(pdf_with_xml(np.full((300, 300, 3), 255, np.uint8), factur_x()))
    told = json.loads(run("invoice", file, "--json").out)["documents"][0]["invoice"]["fields"]
    assert (told["number"]["value"], told["number"]["source"]) == ("R-17", "embedded")
    pixels = json.loads(run("invoice", file, "--json", "--no-embedded").out)["documents"][0]["invoice"]["fields"]
    assert pixels["order_number"] is None


def test_a_corrected_document_teaches_its_supplier(run, inbox, tmp_path):
    corrected, folder = tmp_path / "corrected.json", tmp_path / "suppliers"
    assert run("invoice", inbox / "a.png", "--out", corrected).code == 0
    taught = run("invoice", inbox / "a.png", "--teach", corrected, "--suppliers", folder)
    assert taught.code == 0
    assert "Birkenhof GmbH" in taught.out
    (template,) = folder.iterdir()
    assert template.name == "birkenhof-gmbh.toml"
    told = json.loads(run("invoice", inbox / "march" / "c.png", "--json", "--suppliers", folder).out)
    assert told["documents"][0]["invoice"]["fields"]["number"]["source"] == "template"


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("{inbox}", "--out", "fields.pdf"), 2, ".csv, .json, .xlsx"),
        (("{inbox}/march", "--out", "sqlite:///a.db", "--notes", "sqlite:///b.db"), 2, "name a database"),
        (("{empty}",), 2, "holds no pictures"),
        (("{inbox}", "--teach", "x.json"), 2, "learns from one document"),
        (("{inbox}/a.png", "--teach", "x.json"), 3, "There is no file x.json"),
        (("{inbox}/a.png", "--suppliers", "{inbox}/bad"), 2, "cannot be used"),
        (("{inbox}/a.png", "--suppliers", "{inbox}/missing"), 2, "There is no folder"),
        (("{inbox}/none.png",), 3, "none.png"),
    ],
)
def test_mistakes_are_told(run, inbox, tmp_path, monkeypatch, arguments, code, why):  # noqa: PLR0917
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (inbox / "bad").mkdir()
    (inbox / "bad" / "x.toml").write_text("name = 1", "utf-8")
    ran = run("invoice", *(one.format(inbox=inbox, empty=tmp_path / "empty") for one in arguments))
    assert ran.code == code
    assert why in ran.err
    assert "Traceback" not in ran.err
