import pytest

from penscript.document import Document
from penscript.errors import UsageError
from penscript.notes import Notes
from penscript.notes.values import ConflictError, Label


@pytest.fixture
def line(notes: Notes, letter: Document) -> int:
    document = notes.add(letter, picture=b"x").document
    return notes.pages(document)[0].lines[1].id


def test_a_correction_is_kept_with_person_and_time(notes: Notes, line: int) -> None:
    change = notes.correct(line, "the région of Paris", by="ann", was="the tégion of Paris")
    assert (change.text, change.previous, change.label, change.by) == (
        "the région of Paris",
        "the tégion of Paris",
        Label.CORRECTED,
        "ann",
    )
    stored = notes.line(line)
    assert (stored.text, stored.read_text) == ("the région of Paris", "the tégion of Paris")
    assert (stored.label, stored.corrected_by, stored.corrected_at) == (Label.CORRECTED, "ann", change.at)
    assert notes.history(line) == [change]


def test_corrected_lines_are_sure_in_the_result_and_have_words(notes: Notes, line: int) -> None:
    notes.correct(line, "the old région of Paris")
    told = notes.result(notes.line(line).document).lines[1]
    assert (told.text, told.confidence) == ("the old région of Paris", 100.0)
    assert [word.text for word in told.words] == ["the", "old", "région", "of", "Paris"]
    assert [word.bounds.x for word in told.words] == sorted(word.bounds.x for word in told.words)


def test_who_saw_another_text_is_told(notes: Notes, line: int) -> None:
    notes.correct(line, "first", by="ann")
    with pytest.raises(ConflictError) as told:
        notes.correct(line, "second", by="bob", was="the tégion of Paris")
    assert (told.value.was, told.value.now, told.value.line) == ("the tégion of Paris", "first", line)
    assert told.value.http_status == 409
    with pytest.raises(ConflictError):
        notes.confirm(line, by="bob", was="the tégion of Paris")
    assert notes.line(line).text == "first"


def test_undo_goes_back_step_by_step(notes: Notes, line: int) -> None:
    other = line - 1
    notes.correct(line, "one", by="ann")
    notes.correct(other, "two", by="ann")
    notes.correct(line, "three", by="ann")
    back = notes.undo("ann")
    assert back is not None
    assert (back.line, back.text, back.label) == (line, "one", Label.CORRECTED)
    assert notes.line(line).corrected_by == "ann"
    assert notes.undo("bob") is None
    assert [change.line for change in (notes.undo("ann"), notes.undo("ann")) if change] == [other, line]
    assert notes.undo("ann") is None
    stored = notes.line(line)
    assert (stored.text, stored.label, stored.corrected_by) == ("the tégion of Paris", None, None)
    assert len(notes.history(line)) == 4


def test_undo_does_not_take_back_what_another_person_said_since(notes: Notes, line: int) -> None:
    notes.correct(line, "one", by="ann")
    notes.correct(line, "two", by="bob")
    with pytest.raises(ConflictError):
        notes.undo("ann")
    notes.undo("bob")
    assert notes.line(line).text == "one"
    notes.undo("ann")
    assert notes.line(line).label is None


def test_undo_after_a_new_reading_gives_that(notes: Notes, line: int, letter: Document) -> None:
    from notes_values import page_of

    notes.correct(line, "one", by="ann")
    notes.add(Document("letter.jpg", (page_of("Dear Anna", "the région of Paris"),)), picture=b"x")
    notes.undo("ann")
    assert notes.line(line).text == "the région of Paris"


def test_confirmed_lines_are_labels_too(notes: Notes, line: int) -> None:
    assert notes.confirm(line, by="ann").label is Label.CONFIRMED
    assert notes.result(notes.line(line).document).lines[1].confidence == 100.0
    notes.correct(line, "other", by="ann")
    assert notes.confirm(line, by="bob").label is Label.CORRECTED


def test_a_line_of_nothing_is_left_out_of_the_result(notes: Notes, line: int) -> None:
    notes.correct(line, "  ")
    assert [one.text for one in notes.result(notes.line(line).document).lines] == ["Dear Anna"]


def test_text_is_one_row_of_characters(notes: Notes, line: int) -> None:
    notes.correct(line, "  e\u0301te\u0301\nand\x00more ")
    assert notes.line(line).text == "été and more"
    with pytest.raises(UsageError):
        notes.correct(line, "\ud800")
