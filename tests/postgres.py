"""A real PostgreSQL in a folder of its own, for as long as the tests run."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_PLACES = [Path("/usr/lib/postgresql"), Path("/opt/homebrew/opt"), Path("/usr/local/opt")]


def _program(name: str) -> str | None:
    inside = [file for place in _PLACES if place.is_dir() for file in sorted(place.glob(f"*/bin/{name}"))]
    return shutil.which(name) or (str(inside[-1]) if inside else None)


class Cluster:
    """A server that listens on a socket in its folder and nowhere else."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0
        self._user = "postgres" if os.getuid() == 0 else getpass.getuser()
        if os.getuid() == 0:
            shutil.chown(folder, self._user)
        self._run("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-k {folder} -c listen_addresses= -F -c max_connections=60"
        self._run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")

    def _run(self, program: str, *arguments: str) -> None:
        user = self._user if os.getuid() == 0 else None
        command = [_program(program) or program, *arguments]
        subprocess.run(command, check=True, user=user, cwd=self._folder, stdout=subprocess.DEVNULL, timeout=120)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def create(self, template: str | None = None) -> str:
        """A new database, a copy of another one if that is named."""
        self._made += 1
        name = f"notes{self._made}"
        of = ["-T", template] if template else []
        self._run("createdb", "-h", str(self._folder), "-U", "postgres", *of, name)
        return name

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "stop")


def running_cluster() -> Iterator[Cluster]:
    """What a fixture yields from; the test skips where there is none."""
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    if not (_program("initdb") and _program("pg_ctl")):
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # pytest's own folders are closed to the server's user
    try:
        running = Cluster(folder)
        yield running
        running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
