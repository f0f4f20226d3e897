import json
import re
import shutil
import tomllib
import zipfile
from io import BytesIO

import pytest
from PIL import Image, ImageFont

pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")

from penscript.errors import MissingInput, UsageError
from penscript.packs.metadata import read_card, read_properties
from penscript.packs.ngram import LANGUAGE_KEY, unpack_model
from penscript.training.lines import read_splits
from penscript.training.recipe import credited, load_set, read_config, run


def test_a_config_that_is_missing_or_incomplete_is_refused(tmp_path):
    with pytest.raises(MissingInput):
        read_config(tmp_path / "none.toml")
    (tmp_path / "half.toml").write_text("[pack]\nname = 'x'\n", "utf-8")
    with pytest.raises(UsageError, match="network"):
        read_config(tmp_path / "half.toml")
    (tmp_path / "bad.toml").write_text("[pack", "utf-8")
    with pytest.raises(UsageError, match="TOML"):
        read_config(tmp_path / "bad.toml")


def test_every_set_of_the_shipped_recipe_is_credited(root):
    recipe = read_config(root / "training" / "latin.toml")
    credits = credited(recipe)
    assert set(recipe["sets"]) <= set(credits)
    assert all(entry["licence"] and entry["credit"] for entry in credits.values())


def test_nothing_but_part_train_trains(root, shared, tmp_path):
    recipe = read_config(root / "training" / "latin.toml")
    recipe["real"] = {"folder": shared / "data" / "handwriting", "splits": shared / "data" / "splits.tsv"}
    splits = read_splits(recipe["real"]["splits"])
    for name in ("cremma_mss20_fr", "stanford_memorials_en"):
        train = sum(part == "train" for (of, _), part in splits.items() if of == name)
        assert len(load_set(name, "train", recipe, tmp_path)) == train
    assert not set(recipe["sets"]) & {of for (of, _), part in splits.items() if part == "adapt"}


def small(text):
    """The recipe with four lines where it has thousands, and two steps."""
    text = re.sub(r"count = \d+", "count = 4", text)
    text = re.sub(r"phrases = \{ .* \}", 'phrases = { "" = 20, places = 5, receipt = 5 }', text)
    text = re.sub(r"(?m)^seen = .*$", "seen = [1, 1, 1]", text)
    return re.sub(
        r"(?m)^(steps|warmup|cooling|pixels) = .*$", lambda one: f"{one[1]} = {300 if one[1] == 'pixels' else 2}", text
    )


def project(folder, root):
    """A folder with the recipe in small, sources and real lines made up."""
    training, sources = folder / "project" / "training", folder / "project" / "training" / "sources"
    shutil.copytree(root / "training", training, ignore=shutil.ignore_patterns("sources"))
    (training / "latin.toml").write_text(small((training / "latin.toml").read_text("utf-8")), "utf-8")
    for kind, text in (("words", "ab\nwort\n"), ("sentences", "Ein Satz mit Worten.\n"), ("places", "Zschopau\n")):
        (sources / kind).mkdir(parents=True)
        for code in tomllib.loads((training / "phrases.toml").read_text("utf-8")):
            (sources / kind / f"{code}.txt").write_text(text, "utf-8")
    for kind in ("hand", "print"):
        (sources / kind).mkdir()
        (sources / kind / "one.ttf").write_bytes(ImageFont.load_default(20).font_bytes)
    lines = folder / "shared" / "data" / "handwriting"
    lines.mkdir(parents=True)
    rows = ["set\tfile\tpart"]
    for name in tomllib.loads((training / "latin.toml").read_text("utf-8"))["sets"]:
        with zipfile.ZipFile(lines / f"{name}.zip", "w") as archive:
            for number, part in enumerate(("train", "train", "select", "test")):
                picture = Image.effect_noise((90, 40), 40)
                picture.save(data := BytesIO(), "png")
                archive.writestr(f"{number}.png", data.getvalue())
                rows.append(f"{name}\t{number}.png\t{part}")
            archive.writestr("lines.tsv", "".join(f"{number}.png\tun mot {number}\n" for number in range(4)))
    (folder / "shared" / "data" / "splits.tsv").write_text("\n".join(rows), "utf-8")
    return training / "latin.toml"


def test_the_shipped_recipe_runs_to_a_pack_that_reads(tmp_path, root):
    out = tmp_path / "latin.onnx"
    scores = run(project(tmp_path, root), out)
    card = read_card(out)
    assert (card.info.name, card.stride) == ("latin", 4)
    assert set(scores) == {"copiste_dun_jour_fr", "testaments_poilus_fr", "dhsd_de_words", "cremma_mss19_fr"}
    trained = {entry["name"]: entry for entry in json.loads(read_properties(out)["penscript"])["data"]}
    assert all(entry["licence"] and entry["credit"] and entry["lines"] for entry in trained.values())
    assert trained["copiste_dun_jour_fr"]["lines"] == 2
    assert unpack_model(read_properties(out)[LANGUAGE_KEY]).score("un mo", "t") > -1
