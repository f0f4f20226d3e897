import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")

import onnxruntime  # noqa: E402

from penscript.training.charset import latin_charset  # noqa: E402
from penscript.training.network import LineNetwork  # noqa: E402
from penscript.training.weights import base_charset, base_file, load_base  # noqa: E402


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(0).standard_normal((2, 3, 48, 320)).astype(np.float32)


@pytest.fixture(scope="module")
def base_posteriors(picture):
    return onnxruntime.InferenceSession(str(base_file())).run(None, {"x": picture})[0]


def posteriors(network, picture):
    with torch.inference_mode():
        return network.eval()(torch.from_numpy(picture)).softmax(-1).numpy()


def test_the_rebuilt_network_gives_what_the_base_weights_give(picture, base_posteriors):
    network = load_base(base_file(), base_charset(base_file()), stride=8)
    assert np.abs(posteriors(network, picture) - base_posteriors).max() < 1e-4


def test_a_cut_classifier_keeps_the_rows_of_its_characters(picture, base_posteriors):
    charset, base = latin_charset(), base_charset(base_file())
    kept = [(number, base.index(character)) for number, character in enumerate(charset) if character in base]
    ours = posteriors(load_base(base_file(), charset, stride=8), picture)
    a, b = np.log(ours[..., [n for n, _ in kept]]), np.log(base_posteriors[..., [n for _, n in kept]])
    assert np.abs((a - a[..., :1]) - (b - b[..., :1])).max() < 2e-2


def test_a_stride_of_four_has_twice_the_columns(picture):
    network = load_base(base_file(), latin_charset(), stride=4)
    assert posteriors(network, picture).shape == (2, 80, len(latin_charset()))


def test_other_strides_are_refused():
    with pytest.raises(ValueError, match="stride"):
        LineNetwork(10, stride=3)
