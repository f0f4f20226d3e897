"""What speaks for a text that a line may hold."""

import numpy as np
import pytest

from penscript.reading.taste import MEASURES, OF_TEXT, OTHER, OWN, Taste, measures


def _told(text: str) -> dict[str, float]:
    return {name: float(of(text)) for name, of in OF_TEXT.items() if of(text)}


def test_a_text_has_known_words_numbers_and_marks() -> None:
    told = _told("Invoice : 12O,5 \u2190 Relisateur x.")
    assert told == {
        "length": 31,
        "spaces": 5,
        "digits": 3,
        "marks": 4,
        "capitals": 3,
        "strangers": 1,
        "strange_letters": 10,
        "lone_letters": 1,
        "spaced_marks": 1,
        "spaced_colons": 1,
        "tight_marks": 1,
        "like_digits": 1,
        "odd_signs": 1,
        "mark_last": 1,
        "stop_last": 1,
        "capital_first": 1,
    }
    assert _told("(3.50 1,00 1.234")["amounts"] == 2
    assert _told("(3.50 1,00 1.234")["open_brackets"] == 1
    assert _told("-[a")["open_brackets"] == 1
    assert not any(_told("").values())


def test_measures_are_weighed() -> None:
    nats = np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.array([4.0, 8.0])
    values = measures(["a", "b"], ["a", "bc"], *nats)
    assert values.shape == (2, len(MEASURES))
    taste = Taste({"first": 1.0, "second": 0.5, "fluency": 0.25, "kept": 3.0, "named": 5.0, "length": 10.0}, lead=0.0)
    assert taste.scores(values) == pytest.approx([-1 - 1 - 1 + 3 + 10, -2 - 2 - 2 + 20])


@pytest.mark.parametrize("taste", [OWN, OTHER])
def test_a_taste_that_ships_prefers_known_words_and_weighs_measures_there_are(taste: Taste) -> None:
    assert set(taste.weights) <= set(MEASURES)
    texts = ["la toute est longue", "la toude est longue"]
    known, unknown = taste.scores(measures(["", ""], texts, *[np.zeros(2)] * 3))
    assert known > unknown
