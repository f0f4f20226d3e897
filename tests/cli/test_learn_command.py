"""`penscript learn` as a user meets it; what it learns is tested in tests/learning."""

import subprocess
import sys

import pytest


def run(*arguments, cwd):
    command = [sys.executable, "-m", "penscript", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, check=False)


def test_the_sheet_is_written(tmp_path):
    done = run("learn", "--sheet", "sheet.pdf", "--language", "sv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    assert "42 lines on 3 pages" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--name", "latin", "x.jpg"], 2, "comes with Penscript"),
        (["--name", "my-hand", "nothing.jpg"], 3, "does not exist"),
        (["page.txt"], 2, "needs a name"),
        (["--name", "my-hand", "--notes", "sqlite:///empty.db"], 3, "corrected or confirmed"),
        (["--name", "my-hand", "cat.png"], 3, "corner marks"),
        (["--sheet", "sheet.pdf", "--language", "zh"], 2, "no writing sheet"),
        (["--name", "my-hand", "cat.png", "--words", "words.txt"], 3, "words.txt"),
    ],
)
def test_what_goes_wrong_is_told(tmp_path, arguments, code, word, examples):
    (tmp_path / "cat.png").write_bytes((examples / "invoice.png").read_bytes())
    done = run("learn", *arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr
