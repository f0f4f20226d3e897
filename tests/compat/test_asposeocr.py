"""The opt-in distribution in compat/asposeocr: installed into a folder of its own, then used as a script would."""

import csv
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import penscript

TUTORIAL_NAMES = ("handwritten_notes.jpg", "invoice.png")


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the distribution as pip installs it."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("installed")
    source = shutil.copytree(root / "compat" / "asposeocr", tmp_path_factory.mktemp("source") / "asposeocr")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(source)], check=True)
    return folder


def run(arguments: list[str], installed: Path, folder: Path) -> str:
    """Standard output of a Python that has the distribution; fails with what it complained of."""
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def desk(examples: Path, tmp_path: Path) -> Path:
    """A folder as the tutorials want it."""
    pictures = tmp_path / "YOUR_DIRECTORY"
    pictures.mkdir()
    for name in TUTORIAL_NAMES:
        shutil.copy(examples / name, pictures / name)
    return tmp_path


def test_every_name_is_the_one_of_penscript(installed: Path, tmp_path: Path) -> None:
    same = "all(getattr(asposeocr, name) is getattr(penscript, name) for name in penscript.__all__)"
    code = f"import asposeocr, penscript; print({same})"
    assert run(["-c", code], installed, tmp_path).split() == ["True"]


def test_it_is_as_light_as_penscript(installed: Path, tmp_path: Path) -> None:
    loaded = run(["-c", "import sys, asposeocr; print(*sys.modules)"], installed, tmp_path).split()
    assert not {"cv2", "numpy", "onnxruntime", "PIL"} & set(loaded)


def test_star_import_and_version(installed: Path, tmp_path: Path) -> None:
    code = "from asposeocr import *; import asposeocr; print(Language.ENGLISH.value, asposeocr.__version__)"
    assert run(["-c", code], installed, tmp_path).split() == ["en", penscript.__version__]


def test_unknown_names_are_refused(installed: Path, tmp_path: Path) -> None:
    code = "import asposeocr\ntry: asposeocr.License\nexcept AttributeError as error: print(error)"
    assert "no attribute 'License'" in run(["-c", code], installed, tmp_path)


def test_nothing_else_installs_it(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    assert "asposeocr" not in json.dumps(project["project"])
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/penscript"]


def test_tutorial_on_handwriting_runs_unmodified(installed: Path, desk: Path, shared: Path) -> None:
    printed = run([str(shared / "tutorials" / "handwritten_ocr.py")], installed, desk)
    assert "--- OCR Results ---" in printed
    rows = [line for line in printed.splitlines() if line.startswith(("Accepted (", "Low‑confidence line ("))]
    assert len(rows) == 12
    assert any("Garden meeting" in row for row in rows)


def test_tutorial_on_invoices_runs_unmodified(installed: Path, desk: Path, shared: Path) -> None:
    printed = run([str(shared / "tutorials" / "run_ocr.py")], installed, desk)
    data, _ = json.JSONDecoder().raw_decode(printed.removeprefix("=== OCR JSON Output ===").lstrip())
    regions = [region for page in data["pages"] for region in page["regions"]]
    with (desk / "YOUR_DIRECTORY" / "invoice_output.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [(text, float(confidence)) for text, confidence in rows] == [
        (one["text"], one["confidence"]) for one in regions
    ]
    assert any("LJ-2026-0417" in text for text, _ in rows)
    sure = json.loads(printed.partition("=== High‑Confidence Regions ===")[2])
    assert sure == [region for region in regions if region["confidence"] >= 95]
