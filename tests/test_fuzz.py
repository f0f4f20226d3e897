"""The fuzzing tool runs; what it once found stays mended."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_the_seeds_are_right_and_a_few_mutations_find_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="the extra `fuzz` is not installed")
    command = [sys.executable, str(ROOT / "tools/fuzz.py"), "json", "--seconds", "1", "--keep", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "json: nothing found, number_of_executed_units" in done.stdout


def test_a_finding_is_told(tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(b'{"schema_version": 1, "pages": 7}')
    command = [sys.executable, str(ROOT / "tools/fuzz.py"), "json", "--again", str(tmp_path / "input")]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0


def test_every_target_takes_its_seeds() -> None:
    code = "import fuzz\nfor name, target in fuzz.TARGETS.items():\n    [target[0](seed) for seed in fuzz.seeds(name)]"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tools", check=True, timeout=120)
