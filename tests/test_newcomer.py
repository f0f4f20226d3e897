"""Somebody who has only Python: the README's first commands in a copy of the project, in empty environments."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "build", "site", "node_modules", "__pycache__")
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


def run(command: list[str], folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """The project as a stranger has it."""
    asked = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(tmp_path / "asked"),
        "mdurl",
    ]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("no package index can be reached")
    return Path(shutil.copytree(root, tmp_path / "penscript", ignore=LEFT_BEHIND))


def check_demo(printed: str) -> None:
    assert "penscript read YOUR_PHOTO.jpg" in printed
    for words in ("handwritten_notes.jpg", "Garden meeting", "invoice.png", "LJ-2026-0417", "1,256.40"):
        assert words in printed


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_demo(copy: Path) -> None:
    check_demo(run(["make", f"PYTHON={sys.executable}", "demo"], copy))
    activated = ". .venv/bin/activate && cd src/penscript/examples && penscript read todo_list.jpg"
    if sys.platform != "win32":
        assert "To do this week" in run(["sh", "-ec", activated], copy)
    assert not (copy / ".venv-test").exists()


def test_pip_install_and_demo(copy: Path) -> None:
    run([sys.executable, "-m", "venv", "own"], copy)
    programs = copy / "own" / SCRIPTS
    run([str(programs / "python"), "-m", "pip", "install", "--quiet", "."], copy)
    shutil.rmtree(copy / "src")
    check_demo(run([str(programs / "penscript"), "demo"], copy))
    installed = run([str(programs / "python"), "-m", "pip", "list", "--format", "freeze"], copy).lower()
    assert not [name for name in ("torch", "asposeocr", "opencv-python=", "fastapi") if f"\n{name}" in installed]


def test_every_wheel_exists(root: Path) -> None:
    pytest.importorskip("uv")
    rows = run([sys.executable, "tools/check_wheels.py"], root)
    assert rows.count(" ok") == 16
