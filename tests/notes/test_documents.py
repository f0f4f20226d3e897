import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notes_values import line_of, page_of, texts
from penscript.document import Barcode, Bounds, Document, Kind, LineStatus, Page, PageStatus
from penscript.errors import MissingInput, UsageError
from penscript.notes import Notes, open_notes
from penscript.notes.values import StoredField
from penscript.result import OcrResult


def test_what_is_added_comes_back(notes: Notes, letter: Document) -> None:
    added = notes.add(letter, tags=["post"])
    assert not added.known
    stored = notes.document(added.document)
    assert (stored.source, stored.pages, stored.lines, stored.tags) == ("letter.jpg", 1, 2, ("post",))
    assert abs(stored.added_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert notes.result(added.document) == letter


def test_every_value_of_a_page_is_kept(notes: Notes) -> None:
    code = Barcode("4006381333931", "EAN13", Bounds(1, 2, 3, 4), 2)
    lost = line_of("?", 300)
    lost = type(lost)(
        "", 3.5, lost.bounds, lost.polygon, (), LineStatus.UNREADABLE, False, 0.125, 4, Kind.MARGIN, "x@1"
    )
    pages = (
        Page(1, 10, 20, status=PageStatus.BLANK),
        Page(2, 30, 40, (line_of("日本 and “quotes”"), lost), (code,), warnings=("dark",), dpi=200.0, rotation=90),
        Page(7, 0, 0, status=PageStatus.FAILED, error="broken"),
    )
    document = Document("many.pdf", pages)
    assert notes.result(notes.add(OcrResult(document)).document) == document


def test_documents_come_newest_first_and_by_tag(notes: Notes, letter: Document) -> None:
    ids = [notes.add(letter, source=f"{number}.jpg").document for number in range(4)]
    assert [one.id for one in notes.documents(limit=2)] == ids[:1:-1]
    assert [one.id for one in notes.documents(limit=2, offset=2)] == ids[1::-1]
    notes.tag(ids[0], "bills", "2024", "bills")
    notes.tag(ids[2], "bills")
    notes.untag(ids[2], "nothing", "bills")
    assert [one.id for one in notes.documents(tag="bills")] == [ids[0]]
    assert notes.tags() == {"2024": 1, "bills": 1}


def test_the_same_file_is_known(notes: Notes, letter: Document, tmp_path: Path) -> None:
    file = tmp_path / "letter.jpg"
    file.write_bytes(b"picture")
    first = notes.add(letter, picture=file)
    again = notes.add(letter, picture=b"picture", tags=["post"])
    assert (again.document, again.known) == (first.document, True)
    stored = notes.documents()
    assert [(one.lines, one.tags, one.path) for one in stored] == [(2, ("post",), str(file))]
    assert notes.find_document(stored[0].sha256 or "") == stored[0]
    assert notes.find_document("0" * 64) is None
    line = notes.pages(first.document)[0].lines[0]
    assert len(notes.readings(line.id)) == 2


def test_the_same_file_at_once_from_many_threads_is_one_document(url: str, letter: Document) -> None:
    with open_notes(url) as notes:
        found = []
        threads = [
            threading.Thread(target=lambda: found.append(notes.add(letter, picture=b"the same"))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({one.document for one in found}) == 1
        assert sorted(one.known for one in found) == [False] + [True] * 7
        assert notes.document(found[0].document).lines == 2


def test_a_new_reading_never_loses_a_correction(notes: Notes) -> None:
    document = notes.add(Document("a", (page_of("Hullo wrld", "second lime", "third"),)), picture=b"x").document
    hello, second, third = notes.pages(document)[0].lines
    notes.correct(hello.id, "Hello world", by="ann")
    again = Page(1, 800, 600, (line_of("Hella World", 24), line_of("second line", 78), line_of("new", 300)))
    assert notes.add(Document("a", (again,)), picture=b"x").known
    lines = notes.pages(document)[0].lines
    assert [(line.text, line.read_text, line.label) for line in lines] == [
        ("Hello world", "Hella World", "corrected"),
        ("second line", "second line", None),
        ("new", "new", None),
    ]
    assert [line.id for line in lines[:2]] == [hello.id, second.id]
    with pytest.raises(MissingInput):
        notes.line(third.id)
    assert [one.text for one in notes.readings(hello.id)] == ["Hella World", "Hullo wrld"]


def test_a_labelled_line_that_is_not_found_again_keeps_its_place(notes: Notes) -> None:
    document = notes.add(Document("a", (page_of("one", "a pale line", "three"),)), picture=b"x").document
    pale = notes.pages(document)[0].lines[1]
    notes.confirm(pale.id, by="ann")
    halves = [line_of("one", 20), line_of("a", 80), line_of("three", 140)]
    notes.add(Document("a", (Page(1, 800, 600, tuple(halves)),)), picture=b"x")
    assert texts(notes.pages(document)[0].lines) == ["one", "a pale line", "three"]
    assert notes.line(pale.id).label == "confirmed"


def test_a_page_that_fails_later_takes_nothing_away(notes: Notes, letter: Document) -> None:
    document = notes.add(letter, picture=b"x").document
    notes.add(Document("letter.jpg", (Page(1, 0, 0, status=PageStatus.FAILED, error="no"),)), picture=b"x")
    assert notes.result(document) == letter


def test_a_moved_line_stays_where_it_was_put(notes: Notes, letter: Document) -> None:
    document = notes.add(letter, picture=b"x").document
    line = notes.pages(document)[0].lines[0]
    put = Bounds(5, 15, 300, 50)
    assert notes.move(line.id, put, by="ann").bounds == put
    notes.add(letter, picture=b"x")
    assert notes.line(line.id).bounds == put
    assert notes.undo("ann") is not None
    assert notes.line(line.id).bounds == line.bounds
    assert notes.line(line.id).polygon == line.polygon
    with pytest.raises(UsageError):
        notes.move(line.id, Bounds(0, 0, 0, 5))


def test_fields_are_kept_in_order(notes: Notes, letter: Document) -> None:
    document = notes.add(letter).document
    fields = [StoredField("total", "12.50", 97.5, (1, 2)), StoredField("item", "tea"), StoredField("item", "milk")]
    notes.set_fields(document, fields)
    assert notes.fields(document) == fields
    notes.set_fields(document, fields[:1])
    assert notes.fields(document) == fields[:1]


def test_lines_are_listed_by_id(notes: Notes, letter: Document) -> None:
    notes.add(letter)
    first, second = notes.lines()
    notes.confirm(second.id)
    assert [line.id for line in notes.lines(after=first.id)] == [second.id]
    assert [line.id for line in notes.lines(label=True)] == [second.id]
    assert [line.id for line in notes.lines(label=False)] == [first.id]


def test_what_is_not_there_is_said(notes: Notes, letter: Document) -> None:
    calls = [
        lambda: notes.document(5),
        lambda: notes.pages(5),
        lambda: notes.line(5),
        lambda: notes.tag(5, "x"),
        lambda: notes.fields(5),
        lambda: notes.correct(5, "x"),
        lambda: notes.history(5),
        lambda: notes.original(5),
        lambda: notes.forget(5),
        lambda: notes.job("5"),
        lambda: notes.page(notes.add(letter).document, 3),
        lambda: notes.picture(notes.add(letter).document),
        lambda: notes.add(letter, picture=Path("nowhere.jpg")),
    ]
    for call in calls:
        with pytest.raises(MissingInput):
            call()


def test_a_cipher_seals_pictures_and_files_of_jobs(url: str, letter: Document) -> None:
    class Turned:
        def seal(self, data: bytes) -> bytes:
            return data[::-1]

        def open(self, data: bytes) -> bytes:
            return data[::-1]

    with open_notes(url, cipher=Turned()) as notes:
        document = notes.add(letter, picture=b"picture").document
        job = notes.enqueue("read", {}, [("a.jpg", b"file")])
        assert notes.original(document) == b"picture"
        assert notes.job_files(job) == [("a.jpg", b"file")]
    with open_notes(url) as notes:
        assert notes.original(document) == b"erutcip"
        assert notes.job_files(job) == [("a.jpg", b"elif")]
