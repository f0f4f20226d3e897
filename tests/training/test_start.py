from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")

import onnxruntime  # noqa: E402

import penscript  # noqa: E402
from penscript.errors import MissingInput, UsageError  # noqa: E402
from penscript.training.charset import latin_charset  # noqa: E402
from penscript.training.recipe import start  # noqa: E402
from penscript.training.weights import base_file, load_pack  # noqa: E402

SHIPPED = Path(penscript.__file__).parent / "packs" / "weights" / "latin.onnx"


def test_training_goes_on_from_exactly_what_a_pack_reads():
    picture = np.random.default_rng(0).uniform(-1, 1, (2, 3, 48, 320)).astype(np.float32)
    network, charset = load_pack(SHIPPED, 4)
    expected = onnxruntime.InferenceSession(str(SHIPPED)).run(["posteriors"], {"x": picture})[0]
    with torch.inference_mode():
        found = network.eval()(torch.from_numpy(picture)).softmax(-1).numpy()
    assert charset == latin_charset()
    assert np.abs(found - expected).max() < 1e-4


def test_the_base_weights_are_no_pack_to_start_from():
    with pytest.raises(ValueError, match="no pack"):
        load_pack(base_file(), 4)


def test_a_start_that_is_missing_or_writes_other_letters_is_refused():
    with pytest.raises(MissingInput, match="no pack"):
        start({"network": {"stride": 4, "start": Path("nowhere.onnx")}}, latin_charset())
    with pytest.raises(UsageError, match="other letters"):
        start({"network": {"stride": 4, "start": SHIPPED}}, latin_charset()[:-1])
