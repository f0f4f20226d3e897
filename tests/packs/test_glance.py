"""What a crop may hold besides what is read of it."""

import numpy as np
import pytest

from penscript.packs.beam import BeamSearch
from penscript.packs.ctc import Lattice
from penscript.packs.glance import Decoder, Glance
from penscript.packs.metadata import PackCard
from penscript.packs.ngram import NgramModel
from penscript.packs.protocol import PackInfo
from penscript.training.language import learn_language

CHARSET = ("", "c", "a", "o", "t", " ")


def _model() -> NgramModel:
    return learn_language(["a cat", "the cat sat", "a cat at", "cat"] * 3, 40)


def _decoder(model: NgramModel | None, search: bool = True) -> Decoder:
    card = PackCard(PackInfo("fake", "1", "Latn", ("en",), "", 48), CHARSET, 8)
    return Decoder(card, BeamSearch(CHARSET, model) if model and search else None, lambda: model)


def _glance(decoder: Decoder, middle: tuple[float, float] = (0.45, 0.55)) -> Glance:
    """c, then a or o, then t."""
    rows = np.full((6, len(CHARSET)), 0.001, np.float32)
    rows[[1, 3, 5], 0] = 0.97
    rows[0, 1] = rows[4, 4] = 0.97
    rows[2, 2], rows[2, 3] = middle
    return Glance(Lattice(np.arange(len(CHARSET)), rows), 48, decoder)


def test_a_search_tips_a_reading_and_keeps_what_else_was_possible() -> None:
    reading = _glance(_decoder(_model())).reading
    assert reading.text == "cat"
    assert {one.text for one in reading.candidates} >= {"cat", "cot"}
    assert reading.fluency == pytest.approx(sum(reading.hints))
    assert tuple(one.hint for one in reading.characters) == reading.hints
    assert len(reading.hints) == 3


def test_a_borrowed_model_weighs_and_does_not_tip() -> None:
    reading = _glance(_decoder(_model(), search=False)).reading
    assert reading.text == "cot"
    fluency = {one.text: one.fluency for one in reading.candidates}
    assert fluency["cat"] < fluency["cot"]


def test_a_reading_beyond_doubt_has_no_candidates() -> None:
    assert _glance(_decoder(_model()), (0.005, 0.97)).reading.candidates == ()


def test_without_a_model_nothing_else_is_told() -> None:
    glance = _glance(_decoder(None))
    assert glance.reading.text == "cot"
    assert (glance.reading.hints, glance.reading.candidates, glance.searched()) == ((), (), ())
    assert glance.fluencies(["cat"]) == [0]


def test_other_texts_are_weighed_and_spelled() -> None:
    glance = _glance(_decoder(_model()))
    cot, cat, dog = glance.surprises(["cot", "cat", "dog"])
    assert cot < cat < dog
    assert {"cat", "cot"} <= set(glance.searched())
    spelled = glance.spelled("cot")
    assert spelled is not None
    assert [one.text for one in spelled.characters] == ["c", "o", "t"]
    assert glance.spelled("dog") is None


@pytest.mark.parametrize("text", ["a cat", "a cart", "at", "", "the cat sat", "cat", "a cat at a cat", "xa cat"])
def test_texts_that_are_alike_are_as_likely_together_as_alone(text: str) -> None:
    decoder = _decoder(_model())
    texts = ["a cat sat at", text, "a cot sat at", "cat sat at"]
    assert decoder.fluencies(texts) == [sum(decoder.hints(one)) for one in texts]
    assert decoder.fluencies([]) == []
