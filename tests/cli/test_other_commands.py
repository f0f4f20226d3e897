"""demo, packs, evaluate and train."""

import hashlib
import importlib.util
import json

import pytest

from fakes import picture

PACK = {
    "schema": 1,
    "name": "my-hand",
    "version": "1.2",
    "charset": ["", "a", "b"],
    "height": 48,
    "stride": 8,
    "script": "Latn",
    "languages": ["en"],
    "licence": "CC-BY-4.0",
}


def number(value):
    """A protobuf varint."""
    if value < 128:
        return bytes([value])
    return bytes([value & 127 | 128]) + number(value >> 7)


def field(tag, data):
    return number(tag << 3 | 2) + number(len(data)) + data


@pytest.fixture
def pack(tmp_path):
    """A file that says of itself what a pack says, with no network in it."""
    file = tmp_path / "any name.onnx"
    file.write_bytes(field(14, field(1, b"penscript") + field(2, json.dumps(PACK).encode())))
    return file


def test_packs_are_listed_added_shown_and_removed(run, pack):
    assert "base" in run("packs", "list").out
    added = run("packs", "add", pack)
    assert added.code == 0
    assert "my-hand@1.2" in added.out
    assert "my-hand" in run("packs", "list").out
    told = json.loads(run("packs", "show", "my-hand", "--json").out)
    assert told["sha256"] == hashlib.sha256(pack.read_bytes()).hexdigest()
    assert "CC-BY-4.0" in run("packs", "show", "my-hand@1.2").out
    assert run("packs", "remove", "my-hand").out == "Removed my-hand.\n"
    assert "my-hand" not in run("packs", "list").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "none"], 2, "There are"),
        (["remove", "none"], 2, "none"),
        (["remove", "base"], 2, "stays"),
        (["add", "missing.onnx"], 3, "missing.onnx"),
        (["add", "{tmp}/no.onnx"], 3, "no.onnx"),
    ],
)
def test_wrong_packs_are_refused_in_a_sentence(run, tmp_path, arguments, code, said):
    (tmp_path / "no.onnx").write_bytes(b"no network")
    done = run("packs", *(one.format(tmp=tmp_path) for one in arguments))
    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


def test_the_demo_reads_every_example_and_draws_it(run, examples, tmp_path):
    done = run("demo", "--out", tmp_path / "demo")
    assert done.code == 0
    for example in examples.glob("*.jpg"):
        assert example.name in done.out
        assert (tmp_path / "demo" / f"{example.stem}.png").exists()
    assert f"The boxes are drawn in {tmp_path / 'demo'}" in done.out


def test_a_folder_with_known_text_is_evaluated(run, tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    picture().save(folder / "a.png")
    (folder / "a.gt.txt").write_text("page 1\n60 x 40\n", encoding="utf-8")
    done = run("evaluate", folder, "--out", tmp_path / "report.json")
    assert done.code == 0
    assert "0.0000" in done.out
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["sets"][0]["figures"]["cer"] == 0


@pytest.fixture
def misread(tmp_path):
    """Six pages whose truth is not quite what is read."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in "abcdef":
        picture().save(folder / f"{name}.png")
        (folder / f"{name}.gt.txt").write_text("page 1\n60 x 4O\n", encoding="utf-8")
    return folder


def test_a_pack_that_reads_worse_is_refused(run, misread, tmp_path):
    same = run("evaluate", misread, "--pack", "base", "--gate", "base", "--out", tmp_path / "now.json")
    assert same.code == 0
    assert "passed" in same.out
    report = json.loads((tmp_path / "now.json").read_text("utf-8"))
    for outcome in report["sets"][0]["outcomes"]:
        outcome["tally"]["edits"] = 0
    (tmp_path / "better.json").write_text(json.dumps(report), "utf-8")
    worse = run("evaluate", misread, "--gate", tmp_path / "better.json")
    assert worse.code == 6
    assert "worse beyond its interval" in worse.out
    assert "pages" in worse.err


def test_a_gate_that_is_not_there_or_no_report_is_refused(run, misread, tmp_path):
    (tmp_path / "no.json").write_text("{}", "utf-8")
    assert [run("evaluate", misread, "--gate", tmp_path / name).code for name in ("none.json", "no.json")] == [3, 3]


def test_a_folder_without_truth_says_so(run, tmp_path):
    (tmp_path / "none").mkdir()
    for folder, code in ((tmp_path / "none", 3), (tmp_path / "missing", 3)):
        assert run("evaluate", folder).code == code
    assert run("evaluate", tmp_path / "none", "--out", tmp_path / "no" / "x.json").code == 2


def test_training_without_pytorch_names_what_to_install(run, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else found(name, *rest)
    )
    done = run("train", "any.toml")
    assert done.code == 5
    assert "penscript[train]" in done.err
