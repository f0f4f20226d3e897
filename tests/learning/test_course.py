"""Learning as a whole, on lines that are drawn for the test: the gate both ways, the pack that comes of it."""

import signal
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from threadpoolctl import threadpool_limits

from penscript.api import OcrEngine
from penscript.calibration import PackCalibration
from penscript.errors import UsageError
from penscript.learning import course, recalibrating
from penscript.learning.characters import MOST, grown_charset, grown_weights, numbers
from penscript.learning.example import Example, guard_lines
from penscript.learning.features import Front
from penscript.learning.fitting import Lesson, Plan
from penscript.learning.judging import Comparison, Decoder, Ends, Surprise
from penscript.learning.publishing import publish_pack
from penscript.learning.succession import behind
from penscript.learning.trial import try_out
from penscript.learning.work import Progress, Work
from penscript.packs.catalog import Catalog
from penscript.packs.metadata import read_card
from penscript.packs.two_ends import LOOKED_AT
from penscript.packs.versions import versions

WORDS = ["minimum", "noon in", "moon omi", "onion", "union no", "mini on", "no union", "in noon", "unimono", "moon min"]
CIPHER = str.maketrans("mniou", "qzxjw")


def drawn(text):
    picture = Image.new("L", (34 + 25 * len(text), 56), 235)
    ImageDraw.Draw(picture).text((14, 4), text, fill=40, font=ImageFont.load_default(40))
    return np.asarray(picture)


@pytest.fixture(scope="module")
def start():
    return course.Start.open(Path(Catalog().recognizer("latin").info.file))


@pytest.fixture
def small(monkeypatch):
    """A few guard lines, a few steps: seconds instead of minutes."""
    monkeypatch.setattr(course, "guard_lines", lambda: guard_lines()[:4])
    plan = Plan(steps=30, rate=4e-3, drop=0, mask=0)
    monkeypatch.setattr(course, "plan_for", lambda count: (plan, 1))


def learn(start, truth):
    told = []
    examples = [Example(drawn(word), truth(word), word) for word in WORDS]
    return course.learn(examples, start, told.append), told


def test_a_hand_that_is_read_wrongly_is_learnt_and_read_by_the_pack(start, small, tmp_path, monkeypatch):
    """Every letter means another one: only who has learnt that can read it."""
    learned, told = learn(start, lambda word: word.translate(CIPHER))
    before, after = learned.own.rates
    assert before > 0.7
    assert after < before - 0.2
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert told[-1].done == pytest.approx(1, abs=0.25)
    assert told[-1].left is not None
    learned = replace(learned, guard=learned.own)  # four guard lines say nothing; of forgetting see below
    assert learned.objection == ""
    assert publish_pack(learned, start, "cipher", tmp_path) == ("1", False)
    engine = OcrEngine(pack="cipher", packs=[tmp_path], threads=1)
    line = engine.process_line(np.stack([drawn("onion")] * 3, axis=2))
    assert set(line.text) & set("jzx")
    assert line.pack == "cipher@1"
    file = tmp_path / "cipher.onnx"
    assert behind(learned, file) == "", "it has seen these lines"
    others = tuple(replace(one, picture=np.flipud(one.picture)[::-1] - 1) for one in learned.examples)
    worse = replace(learned, examples=others, own=replace(learned.own, after=learned.own.characters))
    assert "cipher@1 reads 10 lines that it had not seen better" in behind(worse, file)
    assert behind(worse, tmp_path / "other.onnx") == ""
    monkeypatch.setattr(recalibrating, "AUDITED", 5)
    checked = [replace(one, line=place, probability=0.5, accepted=True) for place, one in enumerate(learned.examples)]
    assert publish_pack(replace(learned, examples=tuple(checked)), start, "cipher", tmp_path) == ("2", True)
    assert versions(tmp_path / "cipher.onnx") == ["2", "1"]
    card = read_card(tmp_path / "cipher.onnx")
    assert card.info.data[-1]["lines"] == len(WORDS)
    told = PackCalibration.from_dict(card.info.calibration)
    assert told.words == PackCalibration.from_dict(start.card.info.calibration).words
    assert told.accepted[0][0] == len(WORDS)
    assert told.lines != PackCalibration.from_dict(start.card.info.calibration).lines


def test_what_learns_nothing_is_refused(start, small, monkeypatch):
    monkeypatch.setattr(course, "plan_for", lambda count: (Plan(steps=2, rate=0.0), 0))
    learned, _ = learn(start, lambda word: word)
    assert "better beyond chance" in learned.objection


def test_the_last_convolutions_learn_too_where_the_plan_says_so(start, small, tmp_path, monkeypatch):
    plan = Plan(steps=8, rate=4e-3, deep=0.5, drop=0, mask=0)
    monkeypatch.setattr(course, "plan_for", lambda count: (plan, 0))
    learned, _ = learn(start, lambda word: word.translate(CIPHER))
    moved = [name for name, array in learned.first.items() if np.abs(learned.weights[name] - array).max() > 0]
    assert {name.split(".")[1] for name in moved if name.startswith("body.")} == {"10", "11", "12"}
    assert learned.surprise.after.sum() < learned.surprise.before.sum()
    publish_pack(learned, start, "deep", tmp_path)
    engine = OcrEngine(pack="deep", packs=[tmp_path], threads=1)
    picture = np.stack([drawn("onion")] * 3, axis=2)
    front = Front(start.file, LOOKED_AT, start.card.info.height)
    rows, told = front.of(picture)
    ends = Ends(start.tail.dilation, learned.first, learned.weights, learned.whose.switch())
    language = start.language.search(learned.charset, learned.language)
    assert engine.process_line(picture).text == Decoder(learned.charset, language).read(
        ends.posteriors(Lesson((rows,), (), told))
    )


def compared(before, after):
    return Comparison(np.array(before), np.array(after), np.full(len(before), 20))


LESS, FEW = [1, 2, 1, 2, 1, 1], [3, 4, 2, 5, 3, 4]
"""Surprise that fell for every line, and mistakes."""


@pytest.mark.parametrize(
    ("wrong", "since", "surprise", "guard", "word"),
    [
        (FEW, [1, 1, 1, 2, 0, 1], LESS, [1] * 10, ""),
        (FEW, FEW, LESS, [1] * 10, "beyond chance"),
        (FEW, [3, 4, 2, 5, 3, 3], LESS, [1] * 10, ""),
        (FEW, [4, 4, 3, 5, 3, 4], LESS, [1] * 10, "beyond chance"),
        (FEW, [0, 9, 0, 5, 2, 0], [0, 9, 0, 5, 2, 0], [1] * 10, "beyond chance"),
        (FEW, [1, 1, 1, 2, 0, 1], [3, 4, 2, 5, 3, 3], [1] * 10, "beyond chance"),
        (FEW, [1, 1, 1, 2, 0, 1], LESS, [1] * 9 + [2], "other hands"),
    ],
)
def test_the_gate(wrong, since, surprise, guard, word):
    none = dict.fromkeys(("first", "weights", "charset", "language", "trial", "part", "whose", "examples"))
    told = Surprise(np.array(FEW, float), np.array(surprise, float), ("a", "b") * 3)
    learned = course.Learned(**none, own=compared(wrong, since), surprise=told, guard=compared([1] * 10, guard))
    assert word in learned.objection
    assert bool(word) == bool(learned.objection)


def test_lines_of_one_page_must_gain_more_than_those_of_several():
    random = np.random.default_rng(0)
    before = random.uniform(3, 6, 40)
    after = before * (0.95 + random.uniform(-0.03, 0.03, 40))
    assert Surprise(before, after, ("a",) * 40).is_less(between=0)
    assert not Surprise(before, after, ("a",) * 40).is_less()
    assert Surprise(before, after, tuple("abcdefgh") * 5).is_less()
    assert Surprise(before, 0.7 * before, ("a",) * 40).is_less()
    assert not Surprise(np.zeros(4), np.zeros(4), ("a", "b") * 2).is_less()
    none = dict.fromkeys(("first", "weights", "charset", "language", "trial", "part", "whose", "examples"))
    few, fewer = compared([1] * 10, [1] * 10), compared([1] * 10, [0] * 10)
    learned = course.Learned(**none, own=fewer, surprise=Surprise(before, after, ("a",) * 40), guard=few)
    assert "a second one" in learned.objection


def test_too_few_lines_are_refused(start):
    with pytest.raises(UsageError, match="too few"):
        course.learn([Example(drawn("no"), "no", "a")] * 3, start, print)


def test_what_the_report_raises_ends_the_learning(start, small, tmp_path):
    def stop(progress):
        if progress.done > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        course.learn([Example(drawn(word), word, word) for word in WORDS], start, stop)


def test_an_interruption_ends_the_folds_at_their_next_step(start):
    """Otherwise Ctrl-C would wait for minutes where the last convolutions learn."""
    random = np.random.default_rng(0)
    lessons = [Lesson((random.standard_normal((12, 384)).astype(np.float16),), (3, 4)) for _ in range(8)]
    told = []

    def advance(latest):
        told.append(latest)
        if len(told) == 3:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    with threadpool_limits(1), pytest.raises(KeyboardInterrupt):
        try_out(lessons, start.tail.weights, start.tail.dilation, Plan(steps=2000), advance=advance, threads=2)
    assert len(told) < 1000


def test_new_characters_grow_the_last_layer(start):
    known = start.card.charset
    charset = grown_charset(known, ["ab∮", "ḁ"])
    assert charset[len(known) :] == ("ḁ", "∮")
    weights = grown_weights(start.tail.weights, known, charset)
    assert weights["classifier.weight"].shape == (120, len(known) + 2)
    column, a = weights["classifier.weight"][:, len(known)], weights["classifier.weight"][:, known.index("a")]
    assert np.array_equal(column, a)
    assert numbers("ḁ", charset) == (len(known),)
    with pytest.raises(UsageError, match="cannot write"):
        grown_charset(known, ["".join(chr(0x4E00 + place) for place in range(MOST + 1))])


def test_the_drawn_lines_are_small_and_can_all_be_written(start):
    lines = guard_lines()
    assert len(lines) >= 150
    assert grown_charset(start.card.charset, (one.text for one in lines)) == start.card.charset
    sizes = [file.stat().st_size for end in ("zip", "npz") for file in Path(course.__file__).parent.glob(f"*.{end}")]
    assert sum(sizes) < 4_000_000


def test_the_time_that_is_left_is_told():
    told: list[Progress] = []
    work = Work(100, told.append)
    work.begin("first")
    work.advance(50)
    assert [one.stage for one in told] == ["first", "first"]
    assert told[0].left is None
    assert told[1].left == pytest.approx(0, abs=1)


def test_many_lines_take_no_more_memory_and_time_than_there_is():
    plan, copies = course.plan_for(256)
    assert (plan.steps, plan.deep, copies) == (200, 0.5, 6)
    for count in (200, 300, 900, 1800, 1801, 5000):
        plan, copies = course.plan_for(count)
        held = count * (copies + 1) * (3 if plan.deep else 1)
        assert held <= max(3 * 1800, count)
        assert 200 <= plan.steps <= 800
