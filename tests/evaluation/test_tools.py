"""The scripts of tools/ that belong to the evaluation, run as a user runs them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from penscript.evaluation.sets import find_sets


def run(root: Path, tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "tools" / tool), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """A folder with a set of one page and a set of one line."""
    page, line = tmp_path / "truth" / "page", tmp_path / "truth" / "line"
    font = ImageFont.load_default(size=32)
    for folder, size in ((page, (600, 300)), (line, (600, 60))):
        folder.mkdir(parents=True)
        image = Image.new("RGB", size, "white")
        ImageDraw.Draw(image).text((20, 10), "Buy bread and milk", fill="black", font=font)
        image.save(folder / "one.png")
    (page / "one.gt.txt").write_text("Buy bread and milk", "utf-8")
    outline = [[20, 10], [320, 10], [320, 50], [20, 50]]
    (page / "one.lines.json").write_text(json.dumps([{"text": "Buy bread and milk", "polygon": outline}]), "utf-8")
    (line / "lines.tsv").write_text("one.png\tBuy bread and milk", "utf-8")
    return tmp_path / "truth"


def test_variants_of_a_folder_are_sets_of_their_own(root: Path, truth: Path, tmp_path: Path) -> None:
    done = run(root, "make_variants.py", truth, tmp_path / "out", "--kinds", "rotated-90", "pale")
    assert done.returncode == 0, done.stderr
    sets = find_sets(tmp_path / "out")
    assert [one.name for one in sets] == ["page-pale", "page-rotated-90"]
    turned = Image.open(tmp_path / "out" / "page-rotated-90" / "one.png")
    assert turned.size == (300, 600)
    places = json.loads((tmp_path / "out" / "page-rotated-90" / "one.lines.json").read_text("utf-8"))
    assert np.ptp(np.array(places[0]["polygon"]), axis=0).tolist() == [40, 300]


def test_variants_of_nothing_say_so(root: Path, tmp_path: Path) -> None:
    done = run(root, "make_variants.py", tmp_path / "nowhere", tmp_path / "out")
    assert done.returncode == 3
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_bench_compares_on_the_same_samples(root: Path, truth: Path, tmp_path: Path) -> None:
    done = run(root, "bench.py", truth, "--no-tesseract", "--threads", "1", "--stages", "--json", tmp_path / "report")
    assert done.returncode == 0, done.stderr
    assert "our time over it" in done.stdout
    assert "recognize" in done.stdout
    for engine in ("penscript", "rapidocr"):
        report = json.loads((tmp_path / f"report.{engine}.json").read_text("utf-8"))
        assert [one["figures"]["samples"] for one in report["sets"]] == [1, 1]
        assert max(one["figures"]["cer"] for one in report["sets"]) < 0.2
