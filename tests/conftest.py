"""What every test may ask for."""

import os
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Programs started in the background ignore Ctrl-C, and so would all that the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data sets: PENSCRIPT_SHARED or the folder `shared` beside the project; the test skips where it is missing."""
    folder = Path(os.environ.get("PENSCRIPT_SHARED") or ROOT.parent / "shared")
    if not (folder / "data" / "splits.tsv").is_file():
        pytest.skip(f"no data sets in {folder}: set PENSCRIPT_SHARED")
    return folder


@pytest.fixture(scope="session")
def examples() -> Path:
    """The example pictures that come with the package."""
    return ROOT / "src" / "penscript" / "examples"
