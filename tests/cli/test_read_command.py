import csv
import io
import json
import sys

import pytest
from PIL import Image

from fakes import FakeReader, picture
from penscript.result import OcrResult

LISTING = "Accepted        90.0%  page 1\nLow-confidence  60.0%  60 x 40\n"


def test_every_line_has_its_verdict_and_its_percentage(run, note):
    done = run("read", note)
    assert (done.code, done.out, done.err) == (0, LISTING, "")


def test_the_threshold_decides(run, note):
    assert run("read", note, "--threshold", "60").out.count("Accepted") == 2
    assert run("read", note, "-t", "90.1").out.count("Low-confidence") == 2


def test_several_files_have_headings(run, note, tmp_path):
    other = tmp_path / "other.png"
    picture(size=(70, 40)).save(other)
    done = run("read", note, other)
    assert done.out == f"{note}\n{LISTING}\n{other}\n{LISTING.replace('60 x', '70 x')}"
    rows = run("read", note, other, "--format", "json").out.splitlines()
    assert [OcrResult.from_json(row).source for row in rows] == [str(note), str(other)]


def test_pages_have_headings_and_a_failed_one_says_why(run, broken):
    done = run("read", broken)
    assert done.code == 6
    assert "Page 2\nNot read: The page is red. Use another one.\nPage 3\nAccepted" in done.out
    assert f"{broken} page 2" in done.err


def test_only_some_pages(run, broken):
    done = run("read", broken, "--pages", "3,1-1")
    assert done.code == 0
    assert [row for row in done.out.splitlines() if row.startswith("Page")] == ["Page 3", "Page 1"]


@pytest.mark.parametrize("told", ["0", "3-1", "a", "1-", "", "1,,2", "-1", "1-99999999999"])
def test_pages_that_are_none(run, broken, told):
    done = run("read", broken, f"--pages={told}")
    assert done.code == 2
    assert "--pages" in done.err


def test_formats_on_stdout(run, note):
    assert run("read", note, "-f", "text").out == "page 1\n60 x 40\n"
    assert run("read", note, "-f", "csv").bytes == b'"page 1",90.0\r\n"60 x 40",60.0\r\n'
    assert run("read", note, "-f", "markdown").out == "page 1\\\n60 x 40\n"
    assert json.loads(run("read", note, "-f", "json").out)["source"] == str(note)


def test_csv_can_have_a_header_and_harmless_formulas(run, note, tmp_path, monkeypatch):
    from fakes import line
    from penscript.document import Page

    monkeypatch.setattr(FakeReader, "read_page", lambda *_, **__: Page(1, 60, 40, (line("=1+1"),)))
    done = run("read", note, note, "-f", "csv", "--header", "--escape-formulas")
    assert done.bytes == b'"text","confidence"\r\n"\'=1+1",90.0\r\n"\'=1+1",90.0\r\n'
    run("read", note, note, "-f", "csv", "--header", "-o", tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        assert path.read_bytes() == b'"text","confidence"\r\n"=1+1",90.0\r\n'


def test_warnings_are_told_on_stderr(run, note, monkeypatch):
    from penscript.document import Page

    page = Page(1, 60, 40, warnings=("The end is missing.",))
    monkeypatch.setattr(FakeReader, "read_page", lambda *_, **__: page)
    for format in ("json", "lines"):
        assert "Warning: page 1" in run("read", note, "-f", format).err
    assert run("read", note, "--quiet").err == ""


def test_the_ending_of_the_file_is_its_format(run, note, tmp_path):
    for ending in ("txt", "md", "json", "csv"):
        out = tmp_path / f"out.{ending}"
        done = run("read", note, "--out", out)
        assert (done.code, done.out, done.err) == (0, "", "")
        assert "page 1" in out.read_text("utf-8")
    run("read", note, "--out", tmp_path / "out.any", "--format", "lines")
    assert (tmp_path / "out.any").read_text("utf-8") == LISTING


def test_a_folder_gets_a_file_each_and_none_is_lost(run, note, tmp_path):
    (tmp_path / "more").mkdir()
    picture(size=(70, 40)).save(tmp_path / "more" / "note.jpg")
    out = tmp_path / "new" / "results"
    assert run("read", note, tmp_path / "more" / "note.jpg", "-o", out, "-f", "csv").code == 0
    assert sorted(path.name for path in out.iterdir()) == ["note-2.csv", "note.csv"]
    rows = list(csv.reader(io.StringIO((out / "note-2.csv").read_text("utf-8"))))
    assert rows[1] == ["70 x 40", "60.0"]
    assert run("read", note, "-o", f"{out}/").code == 0
    assert (out / "note.txt").exists()


def test_a_picture_with_boxes(run, note, broken, tmp_path):
    assert run("read", note, "--picture", tmp_path / "boxes.png").code == 0
    with Image.open(tmp_path / "boxes.png") as drawn:
        assert drawn.size == (60, 40)
    run("read", broken, "--picture", tmp_path / "p.jpg")
    assert {path.name for path in tmp_path.glob("p-*")} == {"p-1.jpg", "p-3.jpg"}
    run("read", note, broken, "--picture", tmp_path / "boxes")
    assert {path.name for path in (tmp_path / "boxes").iterdir()} == {"note.png", "broken-1.png", "broken-3.png"}


def test_nothing_that_is_read_is_overwritten(run, note, tmp_path):
    before = note.read_bytes()
    assert run("read", note, "--picture", tmp_path).code == 2
    named_text = tmp_path / "other.txt"
    named_text.write_bytes(before)
    assert run("read", named_text, "--out", f"{tmp_path}/").code == 2
    assert note.read_bytes() == named_text.read_bytes() == before


def test_what_is_piped_in_is_read(run, note, monkeypatch):
    file = note.open("rb")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
    done = run("read", "-", "-f", "json")
    assert done.code == 0
    assert json.loads(done.out)["pages"][0]["width"] == 60


def test_nothing_piped_in_says_so(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    assert run("read", "-").code == 3
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)


def test_some_files_failed(run, note, tmp_path):
    (tmp_path / "empty.jpg").touch()
    done = run("read", tmp_path / "missing.jpg", note, tmp_path / "empty.jpg")
    assert done.code == 6
    assert LISTING in done.out
    assert "no file" in done.err
    assert "empty" in done.err
    assert done.err.count("Error:") == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.jpg"], 3, "There is no file missing.jpg"),
        (["{tmp}"], 3, "is a folder"),
        (["{tmp}/empty.jpg"], 3, "empty"),
        (["{tmp}/text.jpg"], 3, "text.jpg"),
        (["{note}", "--threshold", "200"], 2, "percentage from 0 to 100"),
        (["{note}", "--threshold", "high"], 2, "Give a number"),
        (["{note}", "--language", "klingon"], 2, "klingon"),
        (["{note}", "--pages", "9"], 2, "1 page, and page 9"),
        (["{note}", "--out", "{tmp}/out.docx"], 2, ".txt, .md, .json, .csv"),
        (["{note}", "--out", "{tmp}/no/out.json"], 2, "no folder"),
        (["{note}", "--out", "{note}", "--format", "json"], 2, "to be read and to be written"),
        (["{note}", "--picture", "{note}"], 2, "to be read and to be written"),
        (["{note}", "--picture", "{tmp}/out.pdf"], 2, ".png"),
        (["{note}", "{note}", "--out", "{tmp}/out.json"], 2, "one file, and several"),
        (["{note}", "{note}", "--picture", "{tmp}/out.png"], 2, "one picture, and several"),
        (["{note}", "--format", "xml"], 2, "xml"),
        (["{note}", "--workers", "0"], 2, "whole number from 1"),
        (["{note}", "{note}", "--workers", "2", "--timings"], 2, "one process"),
        (["{note}", "--max-pixels", "lots"], 2, "none for no limit"),
        (["{note}", "--max-pixels", "1k"], 4, "note.png"),
        (["{note}", "--max-bytes", "10"], 4, "note.png"),
        (["{note}", "--password-file", "{tmp}/none"], 3, "password file"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(run, note, tmp_path, arguments, code, said):  # noqa: PLR0917
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("just words")
    before = sorted(path.name for path in tmp_path.iterdir())
    done = run("read", *(one.format(tmp=tmp_path, note=note) for one in arguments))
    assert done.code == code
    assert said in " ".join(done.err.split())
    assert done.out == ""
    assert "Traceback" not in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_password_comes_from_a_file(run, tmp_path):
    pikepdf = pytest.importorskip("pikepdf")
    locked, key = tmp_path / "locked.pdf", tmp_path / "key"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 100))
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="pässword"))
    assert run("read", locked).code == 3
    key.write_text("wrong\n", encoding="utf-8")
    assert run("read", locked, "--password-file", key).code == 3
    key.write_bytes("pässword\r\nsecond line".encode())
    assert run("read", locked, "--password-file", key, "--picture", tmp_path / "p.png").code == 0


def test_timings_are_told_on_stderr(run, note):
    done = run("read", note, "--timings")
    assert done.out == LISTING
    assert "load" in done.err
    assert "read            1.000 s" in done.err


def test_flags_reach_the_reader(run, note, monkeypatch):
    asked = []
    seen = FakeReader.read_page

    def look(self, picture, options, **more):
        asked.append(options)
        return seen(self, picture, options, **more)

    monkeypatch.setattr(FakeReader, "read_page", look)
    run("read", note, "-l", "fr", "-l", "German", "--pack", "hand", "--no-barcodes", "--max-pixels", "2M")
    (options,) = asked
    assert (options.languages, options.pack, options.barcodes) == (("fr", "de"), "hand", False)
    assert options.limits.pixels == 2_000_000
    run("read", note, "--max-pixels", "none", "--max-seconds", "60")
    assert (asked[1].limits.pixels, asked[1].limits.seconds) == (None, 60.0)


def test_control_characters_never_reach_the_terminal(run, note, monkeypatch):
    from fakes import line
    from penscript.document import Page

    page = Page(1, 60, 40, (line("red \x1b[31m alert"),))
    monkeypatch.setattr(FakeReader, "read_page", lambda *_, **__: page)
    assert "\x1b" not in run("read", note).out


def test_long_lines_are_not_broken(run, note, monkeypatch):
    from fakes import line
    from penscript.document import Page

    text = "word " * 100 + "[end]"
    monkeypatch.setattr(FakeReader, "read_page", lambda *_, **__: Page(1, 60, 40, (line(text),)))
    assert text in run("read", note).out
