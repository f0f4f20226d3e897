from pathlib import Path

import pytest

from notes_values import texts
from penscript.document import Document
from penscript.errors import DamagedInput, InputError, MissingInput, UnsupportedInput
from penscript.notes import Notes
from penscript.notes.values import StoredField


def test_a_csv_of_lines(notes: Notes, tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text(
        'document,page,text,confidence,x,y,width,height\na.jpg,1,"Milk, eggs",91.5,10,20,300,40\n'
        "a.jpg,2,bread,,,,,\nb.jpg,1,Zoë,12,,,,\n",
        "utf-8",
    )
    added = notes.load_csv(file, tags=["old"])
    assert [notes.document(one.document).source for one in added] == ["a.jpg", "b.jpg"]
    line = notes.pages(added[0].document)[0].lines[0]
    assert (line.text, line.confidence, line.bounds.width) == ("Milk, eggs", 91.5, 300)
    assert notes.search("zoe", tag="old")[0].source == "b.jpg"
    notes.correct(line.id, "Milk and eggs")
    assert [one.known for one in notes.load_csv(file)] == [True, True]
    assert notes.line(line.id).text == "Milk and eggs"
    with pytest.raises(MissingInput):
        notes.cutout(notes.search("zoe")[0])


def test_the_csv_that_penscript_writes(notes: Notes, tmp_path: Path, letter: Document) -> None:
    from penscript.result import OcrResult

    for header in (False, True):
        file = tmp_path / f"letter{header}.csv"
        OcrResult(letter).save_as_csv(file, header=header)
        document = notes.load_csv(file)[0].document
        assert texts(notes.pages(document)[0].lines) == ["Dear Anna", "the tégion of Paris"]


def test_a_csv_of_fields(notes: Notes, tmp_path: Path, letter: Document) -> None:
    known = notes.add(letter).document
    file = tmp_path / "fields.csv"
    file.write_text("document;name;value;confidence\nletter.jpg;total;12,50;97\nnew.pdf;total;3;\n", "utf-8-sig")
    added = notes.load_csv(file)
    assert [one.known for one in added] == [True, False]
    assert notes.fields(known) == [StoredField("total", "12,50", 97.0)]
    assert notes.document(added[1].document).source == "new.pdf"


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"text,confidence\nx,high\n", b"text,page\nx,1e300\n"]
)
def test_other_tables_are_refused(notes: Notes, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises((UnsupportedInput, DamagedInput)):
        notes.load_csv(tmp_path / "x.csv")
    with pytest.raises(InputError):
        notes.load_csv(tmp_path / "none.csv")
    assert notes.documents() == []
