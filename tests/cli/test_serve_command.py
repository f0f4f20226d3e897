"""`penscript serve` and `penscript review` as processes and as commands."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
import requests

from penscript.document import Bounds, Document, Line, Page
from penscript.notes import open_notes
from penscript.server.running import free_port


@contextmanager
def serving(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "penscript", "serve", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def test_it_serves_and_ends(config: Path, tmp_path: Path) -> None:
    port = free_port()
    with serving("--port", str(port), "--notes", f"sqlite:///{tmp_path / 'notes.db'}") as process:
        assert process.stderr is not None
        assert f"http://127.0.0.1:{port}" in process.stderr.readline()
        assert requests.get(f"http://127.0.0.1:{port}/health", timeout=20).json()["status"] == "ok"
    assert process.returncode in (0, -15, 1)


def test_lan_shows_a_code_that_lets_a_phone_in(config: Path, tmp_path: Path) -> None:
    port = free_port()
    with serving("--lan", "--port", str(port), "--notes", f"sqlite:///{tmp_path / 'notes.db'}") as process:
        assert process.stderr is not None
        told = ""
        while "/devices" not in told:
            told += process.stderr.readline()
        assert "█" in told
        code = re.search(r"/pair#([\w-]+)", told)
        assert code
        phone = {"Host": "192.168.7.7:8000"}
        url = f"http://127.0.0.1:{port}"
        assert requests.get(f"{url}/v1/documents", headers=phone, timeout=20).status_code == 401
        paired = requests.post(f"{url}/v1/pair", json={"code": code[1]}, headers=phone, timeout=20)
        assert paired.json()["role"] == "review"


def test_a_place_that_is_taken_is_told(run: object, tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("serve", "--port", str(port), "--notes", f"sqlite:///{tmp_path / 'notes.db'}")  # type: ignore[operator]
    assert (ran.code, "--port" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "flags",
    [("--lan", "--host", "1.2.3.4"), ("--tls-cert", "a.pem"), ("--port", "99999"), ("--cors", "example.org")],
)
def test_flags_that_make_no_sense(run: object, flags: tuple[str, ...], tmp_path: Path) -> None:
    ran = run("serve", *flags, "--notes", f"sqlite:///{tmp_path / 'notes.db'}")  # type: ignore[operator]
    assert ran.code == 2


def test_review_lists_the_queue(run: object, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'notes.db'}"
    lines = tuple(
        Line(f"line {number}", confidence, Bounds(0, 40 * number, 9, 9), ())
        for number, confidence in enumerate((30.0, 99.0, 20.0))
    )
    with open_notes(url) as notes:
        notes.add(Document("note.jpg", (Page(1, 600, 800, lines),)))
    listed = run("review", "--list", "--notes", url)  # type: ignore[operator]
    assert listed.code == 0
    assert listed.out.index("line 2") < listed.out.index("line 0")
    assert "0 of 2 lines looked at." in listed.out
    told = json.loads(run("review", "--list", "--json", "--notes", url).out)  # type: ignore[operator]
    assert [(item["text"], item["probability"]) for item in told] == [("line 2", 1.0), ("line 0", 1.0)]
