"""Networks are computed in 32 bits, or, for who asks for it, in bfloat16, which reads what they read.

OpenVINO is looked for in `build/openvino` too, where `.ci/run` puts it, so that all other tests run without it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penscript.api import OcrEngine
from penscript.errors import MissingComponent, UsageError
from penscript.options import Runtime
from penscript.packs import openvino
from penscript.packs.catalog import Catalog
from penscript.packs.session import Session

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT / "build" / "openvino"
READING = """
import json, sys
from pathlib import Path
import cv2, numpy as np
from penscript.packs.catalog import Catalog
from penscript.options import Runtime

def line(text):
    picture = np.full((48, 24 * len(text) + 40, 3), 255, np.uint8)
    cv2.putText(picture, text, (16, 35), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2, cv2.LINE_AA)
    return picture

lines = [line(text) for text in json.loads(sys.argv[1])]
found = {}
for runtime, threads in ((Runtime.ONNXRUNTIME, 1), (Runtime.OPENVINO, 1), (Runtime.OPENVINO, 2)):
    catalog = Catalog(threads=threads, runtime=runtime)
    pages = [np.full((96, 320, 3), 255, np.uint8) for _ in range(2)]
    pages[1][24:72, :304] = lines[0][:, :304]
    heat = [catalog.detector().heat(page) for page in pages]
    for pack in ("base", "latin"):
        recognizer = catalog.recognizer(pack)
        readings = recognizer.read(lines) + [recognizer.read([one])[0] for one in lines]
        found[f"{runtime} {threads} {pack}"] = [(one.text, one.score, one.surprise) for one in readings]
    found[f"{runtime} {threads} heat"] = [float(one.max()) for one in heat] + [float(one.sum()) for one in heat]
found["width"] = catalog.session(Path(recognizer.info.file)).width(530)
print(json.dumps(found))
"""
TEXTS = ["Total 12.50", "Invoice no. 4711/B", "A line that is rather longer than the others are"]


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    """What both runtimes read, with one thread and with two."""
    path = os.pathsep.join([str(ROOT / "src"), str(BESIDE), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path}
    asked = [sys.executable, "-c", "from penscript.packs.openvino import computes; print(computes())"]
    if subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout.strip() != "True":
        pytest.skip("OpenVINO is not installed, or this processor does not compute in bfloat16")
    done = subprocess.run(
        [sys.executable, "-c", READING, json.dumps(TEXTS)], env=environment, capture_output=True, text=True, check=True
    )
    assert not done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("pack", ["base", "latin"])
def test_bfloat16_reads_what_32_bits_read(read: dict[str, Any], pack: str) -> None:
    exact, fast = read[f"onnxruntime 1 {pack}"], read[f"openvino 1 {pack}"]
    assert [text for text, _, _ in exact] == [text for text, _, _ in fast] == TEXTS * 2
    assert [score for _, score, _ in fast] == pytest.approx([score for _, score, _ in exact], abs=0.02)
    assert read["openvino 1 heat"] == read["onnxruntime 1 heat"]


@pytest.mark.parametrize("what", ["base", "latin", "heat"])
def test_it_is_the_same_to_the_bit_in_any_company(read: dict[str, Any], what: str) -> None:
    assert read[f"openvino 1 {what}"] == read[f"openvino 2 {what}"]
    if what != "heat":
        together, alone = read[f"openvino 2 {what}"][: len(TEXTS)], read[f"openvino 2 {what}"][len(TEXTS) :]
        assert together == alone


def test_it_knows_few_widths(read: dict[str, Any]) -> None:
    assert read["width"] == 576


def test_without_it_nothing_is_read_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openvino, "computes", lambda: False)
    with pytest.raises(MissingComponent, match="bfloat16"):
        Catalog(runtime=Runtime.OPENVINO)


def test_32_bits_are_the_rule_though_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openvino, "computes", lambda: True)
    assert Catalog().runtime is OcrEngine().runtime is Runtime.ONNXRUNTIME
    assert Catalog(runtime=Runtime.OPENVINO).runtime is Runtime.OPENVINO


def test_a_network_that_it_cannot_open_is_read_by_onnx_runtime(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unable(*_: Any) -> None:
        raise RuntimeError("no such operation")

    monkeypatch.setattr(openvino, "Bfloat16", unable)
    file = Path(Catalog().recognizer("latin").info.file)
    batch = np.zeros((1, 3, 48, 192), np.float32)
    found = Session(file, runtime=Runtime.OPENVINO).run(batch)
    assert "latin.onnx" in caplog.text
    np.testing.assert_array_equal(found, Session(file).run(batch))


def test_lines_are_padded_to_any_width_in_32_bits(tmp_path: Path) -> None:
    assert Session(tmp_path / "none.onnx").width(530) == 530


def test_a_runtime_that_is_none_is_a_mistake_of_the_user() -> None:
    with pytest.raises(UsageError, match="onnxruntime, openvino"):
        Runtime.of("abacus")


def test_an_engine_keeps_its_runtime() -> None:
    with pytest.raises(AttributeError):
        OcrEngine().runtime = "openvino"  # type: ignore[misc, assignment]
