"""A pack with two ends: its file gives what the mixture of the two says, whatever the switch tells."""

from pathlib import Path

import numpy as np
import pytest

from penscript.packs.catalog import Catalog
from penscript.packs.onnx_file import parse, with_outputs
from penscript.packs.tail import put_tail, read_tail
from penscript.packs.two_ends import LOOKED_AT, Switch, add_end, shown

CHANNELS = 192
PICTURE = np.random.default_rng(4).standard_normal((1, 3, 48, 192)).astype(np.float32)


@pytest.fixture(scope="module")
def general():
    return Path(Catalog().recognizer("latin").info.file).read_bytes()


@pytest.fixture(scope="module", params=[False, True], ids=["behind the row", "deep"])
def own(request, general):
    random = np.random.default_rng(1)
    weights = read_tail(parse(general), deep=request.param).weights
    return {name: one + random.standard_normal(one.shape).astype(np.float32) / 100 for name, one in weights.items()}


def run(file, *outputs):
    import onnxruntime

    return onnxruntime.InferenceSession(file).run(list(outputs), {"x": PICTURE})


@pytest.mark.parametrize("bias", [-60.0, -0.7, 60.0])
def test_the_file_mixes_as_the_switch_says(general, own, bias):
    before, planes = run(with_outputs(general, (LOOKED_AT,)), "posteriors", LOOKED_AT)
    learnt, both = parse(general), parse(general)
    put_tail(learnt, own)
    (after,) = run(learnt.SerializeToString(), "posteriors")
    random = np.random.default_rng(2)
    channels = 2 * planes.shape[1]
    switch = Switch(
        random.standard_normal((5, channels)).astype(np.float32) / channels,
        *random.standard_normal((3, 5)).astype(np.float32) / 10,
        bias=bias,
    )
    add_end(both, own, switch)
    (mixed,) = run(both.SerializeToString(), "posteriors")
    chance = switch.chance(shown(planes[0]))
    assert 0 <= chance <= 1
    assert np.abs(mixed - (before + chance * (after - before))).max() < 1e-5
    assert np.abs(after - before).max() > 0.01


def test_it_is_an_onnx_file(general, own):
    onnx = pytest.importorskip("onnx", reason="the extra train is not installed")
    none = np.zeros((3, 2 * CHANNELS), np.float32)
    model = parse(general)
    add_end(model, own, Switch(none, *np.zeros((3, 3), np.float32), bias=0.0))
    onnx.checker.check_model(onnx.load_from_string(model.SerializeToString()))
