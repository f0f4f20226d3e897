import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fakes import picture, save_pages

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

TESTS = Path(__file__).resolve().parent.parent
PAGES = 12


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "scans"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        for number in range(PAGES // 2 - 1):
            picture(size=(60 + number, 40)).save(folder / name / f"{number}.png")
    (folder / "broken.png").write_bytes(b"no page")
    save_pages(folder / "red.tif", [(255, 255, 255), (255, 0, 0)])
    return folder


def run(folder, results, where="nowhere", step=0):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *(one for one in sys.path if one)])}
    command = [sys.executable, TESTS / "batch" / "interrupted.py", folder, results, f"{results}.log", where, str(step)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done


def written(results):
    """Everything below a folder but the journal, with its bytes."""
    files = [path for path in results.rglob("*") if path.is_file() and ".penscript" not in path.parts]
    return {path.relative_to(results).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    "drawn", [(7, 2, 3, 3), pytest.param((11, 18, 5, 50), marks=pytest.mark.slow)], ids=["few", "fifty"]
)
def test_whatever_is_killed_nothing_is_lost_and_nothing_doubled(folder, tmp_path, drawn):
    seed, rounds, kills, least = drawn
    steps = int(run(folder, tmp_path / "whole").stdout)
    whole = written(tmp_path / "whole")
    assert len(whole) == 2 * (PAGES - 1) + 1
    chance = random.Random(seed)
    killed = 0
    for number in range(rounds):
        results = tmp_path / f"results-{number}"
        for _ in range(kills):
            where = chance.choice(["parent", "parent", "worker"])
            step = chance.randrange(1, steps if where == "parent" else 150)
            ended = run(folder, results, where, step).returncode
            killed += ended != 0
            assert (where, ended) != ("worker", -signal.SIGKILL)
        assert run(folder, results).returncode == 0
        assert written(results) == whole
        read = Path(f"{results}.log").read_text().split()
        assert len(read) <= PAGES + 2 * kills, "no more is read again than what was under way"
        assert run(folder, results).returncode == 0
        assert Path(f"{results}.log").read_text().split() == read
    assert killed >= least
