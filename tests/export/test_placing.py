"""Where words stand on lines that run any way."""

import math

import pytest

from fakes import line
from penscript.document import Bounds, Line, Page, Word
from penscript.export.placing import GAP, NEAR, axis, joined, level, leveled, runs


def turned(angle: float, words: list[tuple[str, float, float]], height: float = 20) -> Line:
    """A line from (200, 200) in a direction, degrees clockwise, its words between two places along it."""
    x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def at(along: float, down: float) -> tuple[float, float]:
        return 200 + along * x - down * y, 200 + along * y + down * x

    end = words[-1][2]
    polygon = (at(0, 0), at(end, 0), at(end, height), at(0, height))
    made = [
        Word(text, 90, Bounds.around([at(start, 0), at(stop, 0), at(stop, height), at(start, height)]))
        for text, start, stop in words
    ]
    return Line(" ".join(word.text for word in made), 90, Bounds.around(polygon), polygon, tuple(made))


@pytest.mark.parametrize("angle", [0, 3, -10, 45, 90, 100, 180, 270])
def test_words_are_found_on_lines_of_any_direction(angle):
    one = turned(angle, [("Total", 0, 60), ("42", 80, 110)])
    frame = axis(one)
    assert frame.length == pytest.approx(110)
    assert frame.height == pytest.approx(20)
    for run, (start, end) in zip(runs(one, frame), [(0, 60), (80, 110)], strict=True):
        assert run.start == pytest.approx(start, abs=2.5)
        assert run.end == pytest.approx(end, abs=2.5)


def test_words_that_touch_are_parted():
    one = turned(0, [("a", 0, 50), ("b", 48, 100)])
    first, second = runs(one, axis(one))
    assert second.start - first.end == pytest.approx(GAP * 20)


def test_a_line_without_words_shares_its_length_out():
    one = line("Buy milk")
    assert [(run.text, run.start, run.end) for run in runs(one, axis(one))] == [("Buy", 0, 37.5), ("milk", 50, 100)]


def test_words_that_do_not_make_the_text_are_not_used():
    one = Line("Buy milk", 90, Bounds(0, 0, 80, 10), (), (Word("Bye", 90, Bounds(0, 0, 30, 10)),))
    assert [run.text for run in runs(one, axis(one))] == ["Buy", "milk"]


def test_a_wide_gap_belongs_to_the_letter_before():
    one = turned(0, [("SR", 0, 40), ("6", 200, 218), ("78", 230, 270)])
    first, second, third = joined(runs(one, axis(one)), axis(one))
    assert (first.after, second.before, second.after) == (pytest.approx(160 - NEAR * 20), 0, pytest.approx(3))
    assert (first.end, third.start) == (pytest.approx(40), pytest.approx(230))


def test_a_wide_gap_behind_a_lone_first_letter_belongs_to_the_one_behind():
    one = turned(0, [("2", 0, 18), ("Tea", 200, 260)])
    first, second = joined(runs(one, axis(one)), axis(one))
    assert (first.after, second.before) == (0, pytest.approx(182 - NEAR * 20))


@pytest.mark.parametrize(("angle", "snapped"), [(0, 0), (2, 0), (-2, 0), (91, 90), (178, 180), (-92, -90)])
def test_what_hardly_leans_is_made_level(angle, snapped):
    frame = axis(turned(angle, [("Total", 0, 60), ("42", 80, 110)]))
    found = leveled(frame)
    wanted = (math.cos(math.radians(snapped)), math.sin(math.radians(snapped)))
    assert found.along == pytest.approx(wanted, abs=1e-9)
    assert found.at(55, 10) == pytest.approx(frame.at(55, 10))


def test_what_leans_stays_as_it_is():
    frame = axis(turned(12, [("Total", 0, 60), ("42", 80, 110)]))
    assert leveled(frame) == frame


@pytest.mark.parametrize(("rotation", "start"), [(0, (10, 30)), (90, (110, 30)), (180, (110, 10)), (270, (10, 10))])
def test_a_line_without_outline_runs_as_its_page_is_turned(rotation, start):
    one = Line("text", 90, Bounds(10, 10, 100, 20), ())
    assert axis(one, rotation).at(0) == pytest.approx(start)


def test_a_page_askew_is_levelled():
    lines = (turned(5, [("one", 0, 100), ("two", 120, 300)]),)
    frame, words = level(Page(1, 600, 600, lines))
    assert words[0].middle == pytest.approx(words[1].middle, abs=1)
    assert frame.back(frame.to((123, 45))) == pytest.approx((123, 45))


def test_a_bent_line_has_the_frame_of_its_ends():
    top, bottom = [(10, 20), (60, 24), (110, 20)], [(110, 40), (60, 44), (10, 40)]
    frame = axis(Line("bent", 90, Bounds(10, 20, 100, 24), (*top, *bottom)))
    assert (frame.origin, frame.length, frame.height) == ((10, 40), 100, 20)
