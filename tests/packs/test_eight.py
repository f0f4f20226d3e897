"""Networks in eight bits say nearly what they say in 32, and a patch never ends up in another network."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest

from penscript.errors import MissingComponent
from penscript.packs import eight
from penscript.packs.catalog import BASE, LATIN, Catalog, _base_folder
from penscript.packs.eight import in_eight, patched
from penscript.packs.metadata import network_of
from penscript.packs.onnx_file import MICROSOFT, add_node, keep, needed, parse, put_weights, weights
from penscript.packs.session import Session
from penscript.packs.tail import read_tail
from penscript.packs.two_ends import Switch, add_end

LATIN_FILE = Path(Catalog().recognizer(LATIN).info.file)
FILES = {
    "finder.eight": _base_folder() / "PP-OCRv6_det_small.onnx",
    "base.eight": Path(Catalog().recognizer(BASE).info.file),
    "latin.eight": LATIN_FILE,
}
NO_SWITCH = Switch(np.zeros((1, 384)), np.zeros(1), np.zeros(1), np.zeros(1), -60.0)


def line(text: str) -> np.ndarray:
    """As a network sees it."""
    picture = np.full((48, 24 * len(text) + 40, 3), 235, np.uint8)
    cv2.putText(picture, text, (16, 35), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (30, 40, 60), 2, cv2.LINE_AA)
    planes = picture.transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
    return planes[..., : planes.shape[3] // 8 * 8]


def said(network: bytes, batch: np.ndarray) -> np.ndarray:
    return onnxruntime.InferenceSession(network).run(None, {"x": batch})[0]


def spelt(posteriors: np.ndarray) -> list[int]:
    """The best path without repetitions and blanks."""
    path = posteriors[0].argmax(1)
    return [int(one) for one, before in zip(path, [0, *path[:-1]], strict=True) if one and one != before]


@pytest.mark.parametrize(("patch", "file"), FILES.items())
def test_every_shipped_network_has_its_patch(patch: str, file: Path) -> None:
    operations = {node.op_type for node in parse(in_eight(file)).graph.node}
    assert "MatMulIntegerToFloat" in operations
    assert "Erf" not in operations
    assert (eight.FOLDER / patch).stat().st_size < 4_000_000


@pytest.mark.parametrize("patch", ["base.eight", "latin.eight"])
@pytest.mark.parametrize("text", ["Total 12.50", "Invoice no. 4711/B", "Dear Anna,"])
def test_lines_are_read_alike(patch: str, text: str) -> None:
    file, batch = FILES[patch], line(text)
    exact, rough = said(network_of(file), batch), said(in_eight(file), batch)
    assert spelt(exact) == spelt(rough)
    assert np.abs(exact - rough).mean() < 0.001


def test_text_is_found_alike() -> None:
    file = FILES["finder.eight"]
    page = np.full((320, 480, 3), 240, np.uint8)
    for row, text in enumerate(("Milk 1.20", "Bread, dark", "Total 12.50")):
        cv2.putText(page, text, (40, 80 + 80 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30, 30, 30), 2, cv2.LINE_AA)
    batch = page.transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
    exact, rough = said(network_of(file), batch) > 0.3, said(in_eight(file), batch) > 0.3
    assert exact.sum() > 5000
    assert (exact & rough).sum() / (exact | rough).sum() > 0.95


def test_a_network_of_other_weights_stays_as_it_is() -> None:
    network = network_of(LATIN_FILE)
    model = parse(network)
    name, array = next((name, array) for name, array in weights(model).items() if name.endswith("expand.weight"))
    put_weights(model, {name: array * 1.01})
    other = bytes(model.SerializeToString())
    assert patched(other, (eight.FOLDER / "latin.eight").read_bytes()) == other


@pytest.mark.parametrize("deep", [False, True])
def test_what_has_learnt_a_hand_gets_the_patch_of_the_pack_that_it_has_learnt_from(tmp_path: Path, deep: bool) -> None:
    model = parse(network_of(LATIN_FILE))
    add_end(model, read_tail(model, deep=deep).weights, NO_SWITCH)
    file = tmp_path / "anna.onnx"
    file.write_bytes(bytes(model.SerializeToString()))
    assert "MatMulIntegerToFloat" in {node.op_type for node in parse(in_eight(file)).graph.node}
    batch = line("Dear Anna,")
    assert np.abs(said(in_eight(file), batch) - said(in_eight(LATIN_FILE), batch)).max() < 1e-4


def test_a_session_computes_in_eight_bits() -> None:
    batch = line("Total 12.50")
    assert (Session(LATIN_FILE).run(batch) == said(in_eight(LATIN_FILE), batch)).all()


@pytest.mark.parametrize(
    ("change", "told"), [("gone", "missing"), ("no digest", "damaged"), ("cut", "damaged"), ("a bit", "damaged")]
)
def test_a_patch_that_is_not_whole_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, told: str
) -> None:
    patch, digest = (Path(shutil.copy(eight.FOLDER / name, tmp_path)) for name in ("latin.eight", "latin.eight.sha256"))
    data = bytearray(patch.read_bytes())
    if change == "gone":
        patch.unlink()
    elif change == "no digest":
        digest.unlink()
    elif change == "cut":
        patch.write_bytes(data[:1_000_000])
    else:
        data[len(data) // 2] ^= 1
        patch.write_bytes(data)
    monkeypatch.setattr(eight, "FOLDER", tmp_path)
    with pytest.raises(MissingComponent, match=rf"latin\.eight, are .*{told}"):
        Session(LATIN_FILE).run(line("Total"))


def test_nodes_that_need_each_other_are_taken_once() -> None:
    model = parse(b"")
    model.graph.output.add(name="b")
    add_node(model, "Relu", ("b",), "a")
    add_node(model, "Relu", ("a",), "b")
    assert [list(node.output) for node in needed(model, later=0)[0]] == [["a"], ["b"]]


def test_an_input_that_is_left_out_needs_nothing() -> None:
    model = parse(b"")
    model.graph.output.add(name="b")
    add_node(model, "Split", ("x",), ("y", ""))
    add_node(model, "Clip", ("a", "", "most"), "b")
    assert [list(node.output) for node in needed(model, later=0)[0]] == [["b"]]


def test_later_nodes_take_the_place_of_earlier_ones_and_what_nothing_asks_for_goes() -> None:
    model = parse(b"")
    model.graph.output.add(name="c")
    add_node(model, "Relu", ("x",), "a")
    add_node(model, "Relu", ("a",), "b")
    add_node(model, "Relu", ("b",), "c")
    add_node(model, "Neg", ("d",), "b")
    add_node(model, "Gelu", ("x",), "d", domain=MICROSOFT)
    keep(model, *needed(model, later=2))
    assert [(node.op_type, *node.output) for node in model.graph.node] == [("Gelu", "d"), ("Neg", "b"), ("Relu", "c")]
    assert [(one.domain, one.version) for one in model.opset_import] == [(MICROSOFT, 1)]
