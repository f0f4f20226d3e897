import pytest

pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")

from penscript.errors import MissingInput, UsageError
from penscript.training.lines import read_splits
from penscript.training.recipe import credited, load_set, read_config


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
