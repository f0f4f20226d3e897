"""Words beside the truth."""

from dataclasses import dataclass

from penscript.document import Bounds, Word
from penscript.evaluation.sets import Kind, Sample
from penscript.evaluation.words import WordTally, partners, right_words, word_tally


@dataclass(frozen=True)
class Read:
    text: str
    confidence: float = 50.0
    words: tuple[Word, ...] = ()


def _words(**confidence: float) -> tuple[Word, ...]:
    return tuple(Word(text, value, Bounds(0, 0, 1, 1)) for text, value in confidence.items())


def test_a_word_is_right_in_its_place() -> None:
    assert right_words("Buy the milk", ["Buy", "milk"]) == [True, True]
    assert right_words("Buy the milk", ["Bny", "the", "milks"]) == [False, True, False]
    assert right_words("TOTAL 5", ["Total", "5"], ignore_case=True) == [True, True]
    assert right_words(None, ["ink"]) == [False]


def test_the_mistakes_of_a_doubtful_line_and_those_that_doubtful_words_hold() -> None:
    line = Read("Bny the milks", 40.0, _words(Bny=30.0, the=60.0, milks=95.0))
    assert word_tally("Buy the milk", line) == WordTally(mistakes=2, held=1, words=3, doubtful=2)
    assert word_tally("Buy the milk", Read("Bny", 90.0, _words(Bny=30.0))) == WordTally()


def test_without_places_a_line_goes_with_the_row_it_is_most_like() -> None:
    sample = Sample("a.jpg", "a", "Milk 1.20\nBread 2.40\nThank you", b"")
    lines = [Read("Bread 2.4O"), Read("Milk 1.20"), Read("#")]
    assert partners(sample, lines, Kind.PAGE) == ["Bread 2.40", "Milk 1.20", None]
