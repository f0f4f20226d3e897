import zipfile

import cv2
import numpy as np
import pytest

from penscript.training.lines import load_zip, open_store, read_splits, save_store, store_lines


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "hand.zip"
    picture = cv2.imencode(".png", np.full((90, 300), 200, np.uint8))[1].tobytes()
    with zipfile.ZipFile(path, "w") as written:
        for name in ("a.png", "b.png", "c.png", "d.png"):
            written.writestr(name, picture)
        written.writestr("lines.tsv", "a.png\tone\nb.png\ttwo\nc.png\tthree\nd.png\t^\n")
    splits = tmp_path / "splits.tsv"
    rows = ("set\tfile\tpart", "hand\ta.png\ttrain", "hand\tb.png\ttest", "hand\tc.png\tadapt", "hand\td.png\ttrain")
    splits.write_text("\n".join(rows), "utf-8")
    return path, read_splits(splits)


def test_only_the_asked_part_is_loaded(archive):
    store = load_zip(*archive, "train")
    assert store.texts == ["one"]
    assert store.picture(0).shape == (64, 213)


def test_a_line_that_no_split_names_is_never_loaded(archive):
    path, _ = archive
    assert len(load_zip(path, {}, "train")) == 0


def test_a_saved_store_opens_the_same(tmp_path):
    pictures = [(np.arange(60, dtype=np.uint8).reshape(6, 10), "é"), (np.ones((4, 3), np.uint8), "b")]
    store = store_lines("few", pictures)
    save_store(store, tmp_path)
    opened = open_store("few", tmp_path)
    assert opened.texts == ["é", "b"]
    assert all(np.array_equal(opened.picture(number), picture) for number, (picture, _) in enumerate(pictures))
