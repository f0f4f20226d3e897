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
