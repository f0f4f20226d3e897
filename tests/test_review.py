"""Which lines go to a person, how likely, in which order; what the answers say of all lines."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from penscript.document import Bounds, Document, Kind, Line, LineStatus, Page
from penscript.notes import Notes, open_notes
from penscript.notes.values import ConflictError, Label, ReviewItem, StoredLine
from penscript.options import AcceptPolicy
from penscript.review import AUDIT, DOUBTFUL, answer, audited, choose, expected_cost, offer_all, offer_lines


def stored(number: int, confidence: float = 90.0, text: str = "Buy milk", **more: object) -> StoredLine:
    box = Bounds(10, 10 * number, 100, 8)
    return StoredLine(
        number,
        1,
        1,
        number,
        text,
        text,
        confidence,
        LineStatus.READ,
        Kind.TEXT,
        0,
        box,
        **more,  # type: ignore[arg-type]
    )


def never(line: StoredLine) -> float:
    return 1.0


def always(line: StoredLine) -> float:
    return 0.0


def test_every_doubtful_line_is_chosen_the_costliest_first() -> None:
    lines = [stored(1, 70.0), stored(2, 30.0), stored(3, 90.0), stored(4, 60.0, "Pay 40 pounds")]
    chosen = choose(lines, AcceptPolicy(75), never)
    assert [choice.line.id for choice in chosen] == [4, 2, 1]
    assert {(choice.reason, choice.probability) for choice in chosen} == {(DOUBTFUL, 1.0)}


def test_a_number_costs_twice() -> None:
    assert expected_cost(stored(1, 80.0, "Room 4")) == pytest.approx(2 * expected_cost(stored(1, 80.0, "Room four")))


def test_ink_that_gave_no_letter_is_doubtful() -> None:
    unreadable = replace(stored(1, 99.0, ""), status=LineStatus.UNREADABLE)
    assert [choice.reason for choice in choose([unreadable], AcceptPolicy(75), never)] == [DOUBTFUL]


def test_what_a_person_has_seen_is_not_chosen_again() -> None:
    seen = [stored(1, 10.0, label=Label.CONFIRMED), stored(2, 99.0, label=Label.CORRECTED)]
    assert choose(seen, AcceptPolicy(75), always) == []


def test_accepted_lines_are_audited_with_a_probability_that_is_kept() -> None:
    lines = [stored(number, 76.0 + number / 10) for number in range(200)]
    chosen = choose(lines, AcceptPolicy(75, audit=0.1), always)
    assert len(chosen) == 200
    assert {choice.reason for choice in chosen} == {AUDIT}
    assert all(0.025 <= choice.probability <= 1 for choice in chosen)
    assert sum(choice.probability for choice in chosen) == pytest.approx(20, rel=0.02)
    assert chosen[0].probability > chosen[-1].probability


def test_certain_lines_are_audited_too() -> None:
    assert [choice.probability for choice in choose([stored(1, 100.0)], AcceptPolicy(75, audit=0.1), always)] == [0.1]


def test_no_audit_where_none_is_wanted() -> None:
    assert choose([stored(1, 90.0)], AcceptPolicy(75, audit=0.0), always) == []


def test_the_estimate_is_unbiased_although_doubtful_lines_are_drawn_more_often() -> None:
    dice = random.Random(7)
    lines = [stored(number, dice.uniform(75, 100)) for number in range(20_000)]
    wrong = {line.id for line in lines if dice.random() > (line.confidence - 10) / 100}
    chosen = choose(lines, AcceptPolicy(75, audit=0.1), lambda line: dice.random())
    items = [
        ReviewItem(
            replace(
                choice.line,
                label=Label.CORRECTED if choice.line.id in wrong else Label.CONFIRMED,
                text="else" if choice.line.id in wrong else choice.line.text,
            ),
            choice.probability,
            choice.reason,
            choice.cost,
        )
        for choice in chosen
    ]
    true = 100 * (1 - len(wrong) / len(lines))
    plain = 100 * sum(item.line.label is Label.CONFIRMED for item in items) / len(items)
    assert audited(items).lines == len(items)
    assert abs(audited(items).exact - true) < 2.5
    assert plain < true - 2.5


def test_the_estimate_waits_for_answers() -> None:
    assert audited([ReviewItem(stored(1), 0.1, AUDIT, 0.1)]).exact is None


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    with open_notes(f"sqlite:///{tmp_path / 'notes.db'}") as opened:
        yield opened


def page(*confidences: float) -> Document:
    lines = tuple(
        Line(f"line {number}", confidence, Bounds(10, 40 * number, 100, 20), ())
        for number, confidence in enumerate(confidences)
    )
    return Document("note.jpg", (Page(1, 600, 800, lines),))


def test_offering_fills_the_queue_once(notes: Notes) -> None:
    document = notes.add(page(40.0, 95.0, 60.0)).document
    assert offer_lines(notes, document, AcceptPolicy(75, audit=0.0)) == 2
    assert offer_all(notes, AcceptPolicy(75, audit=0.0)) == 2
    assert notes.progress().offered == 2
    first = notes.claim("anna")
    assert first is not None
    assert (first.line.text, first.probability, first.reason) == ("line 0", 1.0, DOUBTFUL)


def test_a_document_read_again_is_drawn_the_same(notes: Notes) -> None:
    document = notes.add(page(*[95.0] * 60)).document
    policy = AcceptPolicy(75, audit=0.3)
    offer_lines(notes, document, policy)
    before = {item.line.id for item in notes.items()}
    offer_lines(notes, document, policy)
    assert {item.line.id for item in notes.items()} == before
    assert 5 < len(before) < 40


def test_an_answer_is_a_correction_or_a_confirmation(notes: Notes) -> None:
    document = notes.add(page(40.0, 50.0)).document
    offer_all(notes, AcceptPolicy(75, audit=0.0))
    first, second = notes.page(document, 1).lines
    assert answer(notes, first.id, "lime 0", "anna", first.text).label is Label.CORRECTED
    assert answer(notes, second.id, second.text, "anna", second.text).label is Label.CONFIRMED
    assert notes.line(first.id).text == "lime 0"
    assert notes.claim("anna") is None
    with pytest.raises(ConflictError):
        answer(notes, first.id, "else", "tom", first.text)
