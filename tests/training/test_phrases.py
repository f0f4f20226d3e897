import numpy as np
import pytest

from penscript.training.charset import latin_charset
from penscript.training.phrases import PhraseBook, Tongue

WORDS = ["tree", "house", "window", "river"]


@pytest.fixture
def book():
    phrases = ["Call {N} at {t} on {d}: {p}", "{n} x {w} = {m}", "{s}dorf {c} {e}"]
    return PhraseBook(
        [Tongue("en", phrases, ["the", "of"], WORDS), Tongue("xx", ["{W}"], ["o"], ["žluťoučký"])], ["A free text."]
    )


def test_texts_are_of_the_charset_and_short(book):
    allowed, random = set(latin_charset()), np.random.default_rng(0)
    for _ in range(300):
        text = book.text(random)
        assert text
        assert set(text) <= allowed
        assert len(text) <= 75


def test_one_language_can_be_asked_for(book):
    random = np.random.default_rng(1)
    texts = [book.text(random, "xx") for _ in range(60)]
    assert any("luťoučk" in text.lower() for text in texts)
    assert not any(word in text for text in texts for word in WORDS)
