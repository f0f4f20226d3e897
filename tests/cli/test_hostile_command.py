"""Damaged, odd and malicious files through `penscript read`: what is read ends with 0, what is not with its code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

READ_ALL = """
import contextlib, io, json, sys
import penscript.reading.reader
import fakes
from penscript.cli import main

fakes._fail = lambda pixels: None
penscript.reading.reader.Reader = fakes.FakeReader
for line in sys.stdin:
    told, code = io.StringIO(), 0
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        try:
            main(["read", "--format", "json", line.rstrip("\\n")])
        except SystemExit as end:
            code = end.code or 0
    print(json.dumps([line.rstrip("\\n"), code, told.getvalue()]), file=sys.__stdout__, flush=True)
"""
READ, REFUSED = (0, 6), (3, 4)
"""6: some pages could not be read."""


@pytest.mark.slow
def test_all_hostile_files(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "hostile"
    told = [row.split("\t") for row in (folder / "manifest.tsv").read_text("utf-8").splitlines()[1:]]
    wanted = {str(folder / path): expected for path, _, expected in told}
    tests = Path(__file__).resolve().parent.parent
    environment = os.environ | {"PYTHONPATH": f"{tests}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", READ_ALL],
        input="\n".join(wanted),
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=environment,
        timeout=600,
        check=False,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(wanted), f"it stopped at file {len(results)}: {done.stderr[-2000:]}"
    assert [one for one in results if is_wrong(wanted[one[0]], one[1], one[2])] == []
    assert list(tmp_path.iterdir()) == []


def is_wrong(expected: str, code: int, told: str) -> bool:
    if "Traceback" in told or (code in REFUSED and "Error: " not in told):
        return True
    good = {"ok": READ, "error": REFUSED, "either": READ + REFUSED}[expected]
    return code not in good
