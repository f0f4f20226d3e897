import csv
import io

import pytest

from fakes import document, line
from penscript.document import Document, Kind, LineStatus, Page
from penscript.errors import UsageError
from penscript.export.csv import to_csv
from penscript.export.formats import ENDINGS, format_of, render
from penscript.export.markdown import to_markdown
from penscript.export.text import to_text
from penscript.result import OcrResult


def of(*lines):
    return Document("a", (Page(1, 10, 10, lines),))


def test_csv_is_text_in_quotes_and_a_number():
    assert (
        to_csv(of(line('Say "hi", twice', 97.5), line("Total", 60.0))) == '"Say ""hi"", twice",97.5\r\n"Total",60.0\r\n'
    )


def test_csv_reads_back_as_it_was():
    rows = list(csv.reader(io.StringIO(to_csv(document()), newline="")))
    assert rows == [[one.text, str(one.confidence)] for one in document().lines]


def test_csv_has_a_header_only_when_asked():
    assert to_csv(of(line()), header=True).splitlines()[0] == '"text","confidence"'
    assert to_csv(of()) == ""


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5.00", "@SUM(A1)", "\t=1", "  =1"])
def test_csv_keeps_spreadsheets_from_running_text(text):
    (row,) = csv.reader(io.StringIO(to_csv(of(line(text)), escape_formulas=True), newline=""))
    assert row[0] == "'" + text
    (row,) = csv.reader(io.StringIO(to_csv(of(line(text))), newline=""))
    assert row[0] == text


def test_text_tells_what_could_not_be_read():
    assert to_text(document()) == (
        'Shopping\nCrème "brûlée"\n[unreadable]\n\n[page 2 could not be read: page 2 is damaged.]\n'
    )


def test_markdown_has_headings_lists_and_rows():
    made = of(
        line("Plan", kind=Kind.HEADING),
        line("• first", kind=Kind.LIST_ITEM, block=1),
        line("- second", kind=Kind.LIST_ITEM, block=1),
        line("one", block=2),
        line("two", block=2),
        line("other", block=3),
    )
    assert to_markdown(made) == "### Plan\n\n- first\n- second\n\none\\\ntwo\n\nother\n"
    assert to_markdown(document()).startswith("## Page 1\n\n### Shopping\n\n")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# 1 in the list", r"\# 1 in the list"),
        ("1. first", r"1\. first"),
        ("- 5 apples", r"\- 5 apples"),
        ("--- cut ---", r"\--- cut ---"),
        ("a * b_c <d>", r"a \* b\_c \<d\>"),
        ("=====", r"\====="),
        ("-5 degrees", "-5 degrees"),
        ('<img src=x onerror="alert(1)">', r'\<img src=x onerror="alert(1)"\>'),
        ("[here](javascript:alert(1))", r"\[here\](javascript:alert(1))"),
        ("    print()", "print()"),
        ("3.50 + 1.20", "3.50 + 1.20"),
    ],
)
def test_markdown_shows_text_as_it_is(text, written):
    assert to_markdown(of(line(text))) == written + "\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("☐ call", "- [ ] call"),
        ("☑ Book *now*", r"- [x] Book \*now\*"),
        ("- [ ] mow", "- [ ] mow"),
        ("[x] <b>", r"- [x] \<b\>"),
        ("• first", "- first"),
        ("2) second", "2. second"),
        ("- 3. third", r"- 3\. third"),
    ],
)
def test_items_keep_their_boxes_and_numbers(text, written):
    assert to_markdown(of(line(text, kind=Kind.LIST_ITEM))) == written + "\n"


def test_every_ending_is_written_in_utf8(tmp_path):
    for ending, format in ENDINGS.items():
        if format in ("pdf", "page", "tables"):
            continue
        path = tmp_path / f"out{ending.upper()}"
        OcrResult(document()).save(path)
        assert path.read_bytes() == render(document(), format)
        assert "Crème" in path.read_text("utf-8")


def test_another_ending_names_the_possible_ones():
    for name in ("out.docx", "out", "out.xml"):
        with pytest.raises(UsageError, match=r"\.txt, \.md, \.json, \.csv, \.hocr, \.pdf"):
            format_of(name)


def test_a_result_saves_itself(tmp_path):
    result = OcrResult(document())
    result.save(tmp_path / "out.json")
    assert OcrResult.from_json((tmp_path / "out.json").read_bytes()).document == document()
    result.save_as_csv(tmp_path / "out.csv", header=True)
    assert (tmp_path / "out.csv").read_bytes() == to_csv(document(), header=True).encode()


def test_a_line_that_was_not_read_is_never_accepted():
    assert OcrResult(of(line("", 100.0, status=LineStatus.FAILED))).accepted(0) == []
