from notes_values import line_of
from penscript.document import Document, Page
from penscript.notes import open_notes
from penscript.options import AcceptPolicy
from penscript.review import offer_all, order_by_teaching
from penscript.teaching import expected_errors, teaching_order


def kept(tmp_path, *texts, confidence=40.0):
    notes = open_notes(f"sqlite:///{tmp_path / 'notes.db'}")
    lines = [line_of(text, 20 + 60 * place, confidence) for place, text in enumerate(texts)]
    notes.add(Document("a.png", (Page(1, 800, 600, tuple(lines)),)))
    return notes


def lines_of(notes):
    return [line for page in notes.pages(1) for line in page.lines]


def test_a_line_that_shows_new_pairs_comes_before_one_that_repeats(tmp_path):
    notes = kept(tmp_path, "banana banana", "xylophon quiz", "banana banana")
    order = teaching_order(lines_of(notes), ["banana", "bananas"])
    assert order[0].text == "xylophon quiz"


def test_a_longer_doubtful_line_teaches_more_than_a_short_or_a_sure_one(tmp_path):
    notes = kept(tmp_path, "of it", "something quite long")
    short, long = lines_of(notes)
    assert expected_errors(long) > expected_errors(short)
    assert teaching_order([short, long], [])[0] is long


def test_twins_are_not_asked_for_one_after_the_other(tmp_path):
    notes = kept(tmp_path, "quizzical jumble", "quizzical jumble", "over the wharf x")
    assert [line.text for line in teaching_order(lines_of(notes), [])][1] == "over the wharf x"


def test_the_queue_keeps_why_and_how_probably_a_line_was_chosen(tmp_path):
    notes = kept(tmp_path, "banana banana", "xylophon quiz")
    offer_all(notes, AcceptPolicy())
    before = {item.line.id: (item.reason, item.probability) for item in notes.items()}
    assert order_by_teaching(notes) == 2
    assert {item.line.id: (item.reason, item.probability) for item in notes.items()} == before
    first = notes.claim("anna")
    assert first is not None
    notes.confirm(first.line.id, "anna")
    assert order_by_teaching(notes) == 1
