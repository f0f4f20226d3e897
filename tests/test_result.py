"""What a result says of itself: what to audit, and how many mistakes to expect."""

from dataclasses import replace

from fakes import line
from penscript.document import Bounds, Document, Page, Word
from penscript.options import AcceptPolicy
from penscript.result import OcrResult


def _result(count: int, audit: float, seed: int = 0) -> OcrResult:
    lines = tuple(replace(line(f"line {n}", 90.0), bounds=Bounds(0, n, 5, 5)) for n in range(count))
    doubtful = line("doubtful", 40.0)
    return OcrResult(Document("a", (Page(1, 9, 9, (*lines, doubtful)),)), AcceptPolicy(audit=audit, seed=seed))


def test_the_summary_counts_lines_and_expected_mistakes() -> None:
    told = _result(10, audit=0).summary()
    assert (told.lines, told.accepted, told.doubtful, told.audited) == (11, 10, 1, 0)
    assert told.expected_errors == 1.0
    assert "10 accepted" in str(told)


def test_an_audit_draws_about_its_share_of_the_accepted_lines_and_the_same_ones_again() -> None:
    drawn = _result(1000, audit=0.1).audited()
    assert 70 < len(drawn) < 130
    assert drawn == _result(1000, audit=0.1).audited()
    assert drawn != _result(1000, audit=0.1, seed=1).audited()
    assert "doubtful" not in [one.text for one in _result(5, audit=1).audited()]


def test_what_is_audited_depends_on_the_line_alone() -> None:
    result = _result(1000, audit=0.1)
    some = replace(result, document=Document("a", (replace(result.pages[0], lines=result.lines[:500]),)))
    assert some.audited() == [one for one in result.audited() if one in some.lines]


def test_the_doubtful_words_of_a_line_leave_words_that_are_surely_right() -> None:
    words = tuple(
        Word(text, sure, Bounds(0, 0, 1, 1)) for text, sure in (("Buy", 99), ("mi1k", 40), ("now", 95), ("x", 94))
    )
    told = replace(line("Buy mi1k now x", 40.0), words=words)
    assert [word.text for word in told.doubtful_words()] == ["mi1k", "x"]
    assert [word.text for word in told.doubtful_words(0.3)] == []
    assert line().doubtful_words() == ()
