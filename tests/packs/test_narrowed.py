"""Asked for the characters of alphabets first, the base weights say what they say when asked for all."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from penscript.document import Reading
from penscript.packs.catalog import BASE, Catalog
from penscript.packs.metadata import PackCard
from penscript.packs.narrowed import Narrowed, narrowed
from penscript.packs.onnx_file import add_node, add_weights, parse, weights


class Whole(Catalog):
    """Its networks are asked for all characters at once."""

    def narrowed(self, file: Path, card: PackCard) -> None:
        pass


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(threads=1)


def line(text: str) -> NDArray[np.uint8]:
    picture = np.full((48, 24 * len(text) + 40, 3), 255, np.uint8)
    cv2.putText(picture, text, (16, 35), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2, cv2.LINE_AA)
    return picture


def square() -> NDArray[np.uint8]:
    """A mouth, which is a square."""
    picture = np.full((48, 56, 3), 255, np.uint8)
    cv2.rectangle(picture, (12, 10), (44, 40), (20, 20, 20), 2)
    return picture


def read(catalog: Catalog, crop: NDArray[np.uint8], allowed: frozenset[str] | None = None) -> Reading:
    return catalog.recognizer(BASE).read([crop], allowed)[0]


@pytest.mark.parametrize("text", ["Total 12.50", "Invoice no. 4711/B"])
def test_print_reads_as_by_the_whole_network(catalog: Catalog, text: str) -> None:
    quick, whole = read(catalog, line(text)), read(Whole(threads=1), line(text))
    assert quick.text == whole.text == text
    assert quick.surprise == pytest.approx(whole.surprise, abs=0.05)


def test_what_is_no_letter_of_an_alphabet_is_read_by_the_whole_last_layer(catalog: Catalog) -> None:
    quick, whole = read(catalog, square()), read(Whole(threads=1), square())
    assert quick.text == whole.text
    assert quick.text > "\u20cf"
    assert quick.score == pytest.approx(whole.score, abs=1e-5)


def test_allowed_characters_are_allowed_in_either_half(catalog: Catalog) -> None:
    assert read(catalog, line("Total"), frozenset("0123456789")).text.strip("0123456789") == ""
    assert read(catalog, square(), frozenset("abc")).text.strip("abc") == ""


def test_a_network_of_few_characters_is_not_narrowed() -> None:
    assert Narrowed.of(Path("none.onnx"), ("", "a", "b")) is None


def test_a_character_without_weights_is_narrowed_too() -> None:
    model = parse(b"")
    model.graph.output.add(name="said")
    add_weights(model, "matrix", np.array([[1, 2, 0]], np.float32))
    add_weights(model, "bias", np.zeros(3, np.float32))
    add_node(model, "MatMul", ("x", "matrix"), "product")
    add_node(model, "Add", ("product", "bias"), "scores")
    add_node(model, "Softmax", ("scores",), "said", axis=2)
    found = weights(parse(narrowed(bytes(model.SerializeToString()), np.array([0]))))
    assert (found["others.0.steps"] > 0).all()
