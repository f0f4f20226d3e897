"""The gradients by hand against PyTorch's, in double precision there, and against a small change of every weight."""

import math
from pathlib import Path

import numpy as np
import pytest

from penscript.learning.blocks import gelu
from penscript.learning.ctc_loss import ctc, log_softmax
from penscript.learning.neck import scores
from penscript.packs.catalog import Catalog
from penscript.packs.onnx_file import parse
from penscript.packs.tail import FIRST, is_deep, read_tail

TEXTS = [(5, 9, 9, 30, 12), (7, 7, 7)]
SPANS = [(0, 100), (100, 160)]


@pytest.fixture(scope="module", params=[False, True], ids=["behind the row", "deep"])
def tail(request):
    return read_tail(parse(latin()), deep=request.param)


def latin():
    return Path(Catalog().recognizer("latin").info.file).read_bytes()


@pytest.fixture(scope="module")
def seen(tail):
    shape = (6, 160, 192) if is_deep(tail.weights) else (160, 384)
    return np.random.default_rng(3).standard_normal(shape).astype(np.float32) * 0.5


def loss(seen, weights, dilation):
    found, back = scores(seen, SPANS, weights, dilation)
    losses, slope = ctc(log_softmax(found), SPANS, TEXTS)
    return losses, slope, back


def test_every_gradient_is_pytorchs(tail, seen):
    torch = pytest.importorskip("torch", reason="the extra train is not installed")
    losses, slope, back = loss(seen, tail.weights, tail.dilation)
    ours = back(slope)
    total, named = in_pytorch(torch, tail, seen)
    total.backward()
    assert losses.sum() == pytest.approx(total.item(), rel=1e-4)
    for name, (parameter, shape) in named.items():
        theirs = shape(parameter.grad.numpy())
        assert np.abs(theirs - ours[name]).max() < 1e-4 * np.abs(theirs).max(), name
    assert set(named) == set(ours)


def in_pytorch(torch, tail, seen):
    """The loss, and every parameter with the way from its shape to ours."""
    from penscript.training.network import LineNetwork

    network = LineNetwork(471, 8 // tail.dilation).double().eval()
    neck, body = network.neck, network.body[FIRST:]
    named = {}
    for name, parameter in neck.named_parameters():
        first = name.split(".")[0]
        if first not in ("reduce", "shortcut", "local"):
            named[name] = (parameter, np.transpose)
        elif name.endswith("conv.weight"):
            named[f"{first}.weight"] = (parameter, np.asarray)
        elif name.endswith("norm.bias"):
            named[f"{first}.bias"] = (parameter, np.asarray)
    named |= {f"classifier.{name}": (one, np.transpose) for name, one in network.classifier.named_parameters()}
    if is_deep(tail.weights):
        named |= {f"body.{name}": (one, np.asarray) for name, one in body.named_parameters()}
    with torch.no_grad():
        for module in (neck.reduce, neck.shortcut, neck.local):
            module.norm.weight.fill_((1 + module.norm.eps) ** 0.5)
        for name, (parameter, shape) in named.items():
            parameter.copy_(torch.tensor(shape(np.array(tail.weights[name], np.float64))))
    total = 0
    for (start, stop), text in zip(SPANS, TEXTS, strict=True):
        line = torch.tensor(np.moveaxis(seen[..., start:stop, :], -1, 0)[None].astype(np.float64))
        row = network.pool(body(line)) if is_deep(tail.weights) else line[:, :, None]
        chances = network.classifier(neck(row))[0].log_softmax(-1)[:, None]
        total = total + torch.nn.functional.ctc_loss(
            chances, torch.tensor([text]), [stop - start], [len(text)], reduction="sum"
        )
    return total, named


def test_a_small_step_down_the_gradient_lowers_the_loss(tail, seen):
    losses, slope, back = loss(seen, tail.weights, tail.dilation)
    gradients = back(slope)
    norm = np.sqrt(sum(float((one**2).sum()) for one in gradients.values()))
    moved = {name: array - np.float32(0.0001 / norm) * gradients[name] for name, array in tail.weights.items()}
    assert losses.sum() - loss(seen, moved, tail.dilation)[0].sum() == pytest.approx(0.0001 * norm, rel=0.1)


def test_the_end_in_numpy_gives_what_the_pack_gives(tail):
    import onnxruntime

    from penscript.packs.onnx_file import with_outputs

    session = onnxruntime.InferenceSession(with_outputs(latin(), (tail.entry,)))
    picture = np.random.default_rng(1).standard_normal((1, 3, 48, 320)).astype(np.float32)
    posteriors, _, given = session.run(None, {"x": picture})
    seen = given[0].transpose(1, 2, 0) if is_deep(tail.weights) else given[0, :, 0].T
    found, _ = scores(seen, [(0, 80)], tail.weights, tail.dilation)
    assert np.abs(np.exp(log_softmax(found)) - posteriors[0]).max() < 1e-4


def test_a_text_that_does_not_fit_teaches_nothing():
    chances = log_softmax(np.random.default_rng(0).standard_normal((6, 10)).astype(np.float32))
    losses, slope = ctc(chances, [(0, 2), (2, 6)], [(1, 2, 3, 4), (5,)])
    assert losses[0] == 0
    assert not slope[:2].any()
    assert losses[1] > 0
    assert slope[2:].sum(axis=1) == pytest.approx(np.zeros(4), abs=1e-5)


def test_the_slope_of_gelu_is_that_of_the_error_function():
    x = np.linspace(-6, 6, 241, dtype=np.float32)
    bent, slope = gelu(x)
    exact = np.array([value * (1 + math.erf(value / math.sqrt(2))) / 2 for value in x.tolist()])
    assert np.abs(bent - exact).max() < 2e-6
    assert np.abs(slope - np.gradient(exact, x.astype(float))).max() < 2e-3
