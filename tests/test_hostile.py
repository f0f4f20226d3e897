"""Damaged, odd and malicious files: read or refused as expected; no crash, no hang, no leak, nothing left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

LOAD_ALL = """
import json, os, sys, time
from penscript.errors import PenscriptError
from penscript.reading.load import open_source

def handles():
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0

for line in sys.stdin:
    path, before, start, failures, pages = line.rstrip("\\n"), handles(), time.monotonic(), [], 0
    try:
        with open_source(path) as source:
            for number in range(1, min(source.page_count, 5) + 1):
                try:
                    source.load(number)
                    pages += 1
                except PenscriptError as error:
                    failures.append(str(error))
            source.attachments
    except PenscriptError as error:
        failures.append(str(error))
    took = time.monotonic() - start
    print(json.dumps([path, pages, failures, took, handles() - before]), flush=True)
"""

COMMAND_ALL = r"""
import contextlib, io, json, os, sys, time
sys.path.insert(0, sys.argv[1])
import fakes, penscript.reading.reader
fakes._fail = lambda pixels: None
penscript.reading.reader.Reader = fakes.FakeReader  # everything is real but the networks
from penscript.cli import main

def handles():
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0

for line in sys.stdin:
    path, before, start = line.rstrip("\n"), handles(), time.monotonic()
    said, code = io.StringIO(), 0
    sys.argv = ["penscript", "read", path, "--format", "json", "--out", "result.json", "--quiet"]
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    pages = 0
    if os.path.exists("result.json"):
        pages = sum(one["status"] != "failed" for one in json.load(open("result.json", encoding="utf-8"))["pages"])
        os.remove("result.json")
    took, left = time.monotonic() - start, os.listdir(".")
    print(json.dumps([path, pages, code, said.getvalue(), took, handles() - before, left]), flush=True)
"""


def test_hostile_files_behave_as_their_manifest_says(shared, tmp_path):
    folder = shared / "data" / "hostile"
    rows = [row.split("\t") for row in (folder / "manifest.tsv").read_text("utf-8").splitlines()[1:]]
    names = "\n".join(str(folder / row[0]) for row in rows)
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", LOAD_ALL],
        input=names,
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "PYTHONUTF8": "1"},
        timeout=400,
        check=False,
    )
    results = {Path(one[0]): one[1:] for one in map(json.loads, done.stdout.splitlines())}
    assert len(results) == len(rows), f"it stopped at file {len(results)}: {done.stderr[-2000:]}"
    assert list(tmp_path.iterdir()) == []
    wrong = [fault for row in rows for fault in faults(row[2], folder / row[0], results[folder / row[0]])]
    assert wrong == []


def faults(expected: str, path: Path, result: tuple[int, list[str], float, int]) -> list[str]:
    pages, failures, took, leaked = result
    found = []
    if (expected == "ok" and not pages) or (expected == "error" and pages):
        found.append(f"{path}: {pages} pages, {failures}")
    if any(path.name not in one or "\n" in one or len(one.split(". ")) < 2 for one in failures):
        found.append(f"{path}: no clear sentence: {failures}")
    if took > 20 or leaked:
        found.append(f"{path}: {took:.0f} s, {leaked} files left open")
    return found


def test_the_command_reads_or_refuses_every_hostile_file(shared, tmp_path):
    folder = shared / "data" / "hostile"
    rows = [row.split("\t") for row in (folder / "manifest.tsv").read_text("utf-8").splitlines()[1:]]
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", COMMAND_ALL, str(Path(__file__).parent)],
        input="\n".join(str(folder / row[0]) for row in rows),
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "PYTHONUTF8": "1", "COLUMNS": "1000"},
        timeout=400,
        check=False,
    )
    results = {Path(one[0]): one[1:] for one in map(json.loads, done.stdout.splitlines())}
    assert len(results) == len(rows), f"it stopped at file {len(results)}: {done.stderr[-2000:]}"
    wrong = [fault for row in rows for fault in said_wrongly(row[2], folder / row[0], results[folder / row[0]])]
    assert wrong == []


def said_wrongly(expected: str, path: Path, result: tuple[int, int, str, float, int, list[str]]) -> list[str]:
    """What is wrong with one run of the command: its exit code, what it said, what it left."""
    pages, code, said, took, leaked, left = result
    found = []
    if code not in {"ok": (0, 6), "error": (3, 4), "either": (0, 3, 4, 6)}[expected]:
        found.append(f"{path}: exit {code}: {said}")
    if expected == "ok" and not pages:
        found.append(f"{path}: nothing was read: {said}")
    if "Traceback" in said or "mistake" in said:
        found.append(f"{path}: {said}")
    if code in (3, 4) and (path.name not in said or len(said.split(".\n")) < 3):
        found.append(f"{path}: no clear sentence: {said}")
    if took > 20 or leaked or left:
        found.append(f"{path}: {took:.0f} s, {leaked} files left open, {left} left behind")
    return found
