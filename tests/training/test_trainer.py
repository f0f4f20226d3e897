import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")

import onnxruntime  # noqa: E402

from penscript.packs.metadata import read_card  # noqa: E402
from penscript.training.batches import Sampler  # noqa: E402
from penscript.training.charset import latin_charset  # noqa: E402
from penscript.training.export import PackCardData, export_pack  # noqa: E402
from penscript.training.lines import store_lines  # noqa: E402
from penscript.training.network import LineNetwork  # noqa: E402
from penscript.training.trainer import Plan, Trainer  # noqa: E402

torch.set_num_threads(1)  # several add up in any order, and these tests compare to the last bit
CHARSET = latin_charset()
PLAN = Plan(steps=4, rate=1e-3, warmup=1, cooling=2, anchor=0.5, half=False)


def trainer(seed=1):
    random = np.random.default_rng(0)
    lines = [(random.integers(0, 255, (64, 120 + 40 * n), dtype=np.uint8), "abc"[: n % 3 + 1]) for n in range(6)]
    sampler = Sampler([store_lines("few", lines)], [1.0], CHARSET, pixels=500, seed=seed)
    torch.manual_seed(5)
    return Trainer(LineNetwork(len(CHARSET), stride=4), CHARSET, sampler, PLAN)


def test_two_steps_and_two_more_are_four_steps(tmp_path):
    whole, half, rest = trainer(), trainer(), trainer()
    for _ in range(4):
        whole.learn()
    for _ in range(2):
        half.learn()
    half.save(tmp_path / "last.pt")
    rest.restore(tmp_path / "last.pt")
    for _ in range(2):
        rest.learn()
    assert rest.step == whole.step
    assert rest.lines == whole.lines
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, rest.network.state_dict()[name]), name
    for name, value in whole.average.state_dict().items():
        assert torch.equal(value, rest.average.state_dict()[name]), name


def test_a_checkpoint_of_another_charset_is_refused(tmp_path):
    first, second = trainer(), trainer()
    first.save(tmp_path / "last.pt")
    second.charset = [*CHARSET, "漢"]
    with pytest.raises(ValueError, match="charset"):
        second.restore(tmp_path / "last.pt")


def test_the_rate_warms_up_and_falls_to_zero():
    learner = trainer()
    rates = []
    for learner.step in range(5):
        rates.append(learner.rate())
    assert max(rates) == PLAN.rate
    assert rates[-1] == 0


def test_the_pack_gives_what_the_network_gives(tmp_path):
    network, file = LineNetwork(len(CHARSET), stride=4).eval(), tmp_path / "tiny.onnx"
    export_pack(network, CHARSET, PackCardData("tiny", "0.0.1", ["en"]), file)
    card = read_card(file)
    assert (card.info.name, card.stride, list(card.charset)) == ("tiny", 4, CHARSET)
    session = onnxruntime.InferenceSession(str(file))
    for lines, width in ((1, 192), (2, 384)):
        picture = np.random.default_rng(0).standard_normal((lines, 3, 48, width)).astype(np.float32)
        posteriors, features = session.run(None, {"x": picture})
        with torch.no_grad():
            expected = network.features(torch.from_numpy(picture))
            chances = network.classifier(expected).softmax(-1)
        assert np.abs(features - expected.numpy()).max() < 1e-3
        assert np.abs(posteriors - chances.numpy()).max() < 1e-4
