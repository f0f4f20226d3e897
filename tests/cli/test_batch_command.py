import csv
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from fakes import picture
from penscript.api import OcrEngine
from penscript.export.atomic import make_folder
from penscript.journal import Journal
from penscript.notes import open_notes
from penscript.result import OcrResult
from tasks import Glance, Unmade


@pytest.fixture
def run(run, monkeypatch, tmp_path):
    monkeypatch.setattr(OcrEngine, "spec", lambda engine, threads, ready: Glance(str(tmp_path / "log")))
    monkeypatch.setattr("penscript.cli.batch._end_like_ctrl_c", lambda: None)
    return run


@pytest.fixture
def scans(tmp_path):
    for name in ("a", "b"):
        picture().save(make_folder(tmp_path / "scans" / name) / "x.png")
    return tmp_path / "scans"


def below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if ".penscript" not in path.parts)


def test_a_folder_becomes_a_folder_of_texts(run, scans, tmp_path):
    done = run("batch", scans, "--out", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("2 files: 2 read. 2 pages in 0:00:0")
    assert below(tmp_path / "out") == ["a/x.txt", "b/x.txt"]
    assert (tmp_path / "out" / "a" / "x.txt").read_text() == "60 x 40\n"
    again = run("batch", scans, "--out", tmp_path / "out")
    assert (again.code, again.out) == (0, "2 files: 0 read, 2 read before. 0 pages in 0:00:00.\n")


def test_several_formats_at_once(run, scans, tmp_path):
    formats = [part for name in ("json", "pdf", "csv", "lines") for part in ("-f", name)]
    done = run("batch", scans / "a", "--out", tmp_path / "out", *formats, "--header", "--quiet")
    assert (done.code, done.out) == (0, "")
    assert below(tmp_path / "out") == ["x.csv", "x.json", "x.pdf", "x.txt"]
    assert next(iter(csv.reader((tmp_path / "out" / "x.csv").open())))[0] == "text"
    assert OcrResult.from_json((tmp_path / "out" / "x.json").read_text()).source == str(scans / "a" / "x.png")
    assert "Accepted" in (tmp_path / "out" / "x.txt").read_text()
    assert run("batch", scans, "--out", tmp_path / "two", "-f", "lines", "-f", "text").code == 2


def test_failures_are_told_and_retried(run, scans, tmp_path):
    (scans / "bad.png").write_text("no page")
    out = tmp_path / "out"
    done = run("batch", scans, "--out", out)
    assert done.code == 6
    assert f"Error: {scans / 'bad.png'} is a text file" in done.err
    assert "1 of 3 files failed" in done.err
    assert "--retry" in done.err
    assert f"The failures are in {out / 'failed.tsv'}." in done.out
    assert run("batch", scans, "--out", out).code == 6
    picture().save(scans / "bad.png")
    assert run("batch", scans, "--out", out, "--retry").code == 0
    assert not (out / "failed.tsv").exists()


def test_lists(run, scans, tmp_path, monkeypatch):
    (tmp_path / "list.txt").write_text(f"{scans / 'a' / 'x.png'}\n{scans / 'b'}\n")
    assert run("batch", "--list", tmp_path / "list.txt", "--out", tmp_path / "out").code == 0
    assert below(tmp_path / "out") == ["b/x.txt", "x.txt"]
    assert run("batch", "--list", tmp_path / "none.txt", "--out", tmp_path / "out").code == 3


def test_a_list_that_is_piped_in(scans, tmp_path):
    command = [sys.executable, "-m", "penscript", "batch", "--list", "-", "--out", tmp_path / "out"]
    done = subprocess.run(command, input=b"none\0", capture_output=True, check=False)
    assert done.returncode == 6
    assert "There is no file none" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Nothing is named"),
        (("-",), "--list -"),
        (("SCANS", "--tag", "a"), "--tag and --link are for databases"),
        (("SCANS", "--out", "sqlite:///notes.db", "--ray", "auto"), "cannot write into one SQLite"),
        (("EMPTY",), "There are no pages in"),
    ],
)
def test_what_cannot_be(run, scans, tmp_path, arguments, told):
    places = {"SCANS": str(scans), "EMPTY": str(make_folder(tmp_path / "empty"))}
    given = [places.get(one, one) for one in arguments]
    done = run("batch", *given, *([] if "--out" in given else ["--out", tmp_path / "out"]))
    assert done.code == 2
    assert told in done.err


def test_flags_that_change_results_stay_the_same(run, scans, tmp_path):
    assert run("batch", scans, "--out", tmp_path / "out").code == 0
    for flags, told in ((["-f", "json"], "format text"), (["-l", "fr"], "language auto"), (["--pages", "1"], "pages")):
        done = run("batch", scans, "--out", tmp_path / "out", *flags)
        assert done.code == 2
        assert f"was begun with {told}" in done.err
    assert run("batch", scans, "--out", tmp_path / "out", "--workers", "2", "--max-pages", "9").code == 0


def test_one_batch_at_a_time(run, scans, tmp_path):
    with Journal(tmp_path / "out" / ".penscript"):
        done = run("batch", scans, "--out", tmp_path / "out")
    assert done.code == 2
    assert "Another batch is at work in" in done.err


def test_what_would_fail_every_file_is_told_once(run, scans, tmp_path, monkeypatch):
    monkeypatch.setattr(OcrEngine, "spec", lambda engine, threads, ready: Unmade())
    done = run("batch", scans, "--out", tmp_path / "out")
    assert done.code == 2
    assert "There is no pack 'none'" in done.err
    assert "2 files: 0 read, 2 left." in done.out


def test_a_database(run, scans, tmp_path):
    url = f"sqlite:///{tmp_path / 'notes.db'}"
    picture(size=(90, 40)).save(scans / "a" / "x.png")
    assert run("batch", scans, "--out", url, "--tag", "scans").code == 0
    with open_notes(url) as notes:
        assert sorted(one.source for one in notes.documents(tag="scans")) == sorted(map(str, scans.rglob("*.png")))
    assert (tmp_path / "notes.db.batch" / "journal.db").exists()


def environment(**more):
    tests = Path(__file__).resolve().parent.parent
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), *(one for one in sys.path if one)])} | more


SLOW = """
import sys, time
from penscript.api import OcrEngine
from penscript.cli import main
from tasks import Glance

class Slow(Glance):
    def attempt(self, source):
        item = super().attempt(source)
        if "slow" in str(source):
            time.sleep(60)
        return item

if __name__ == "__main__":
    OcrEngine.spec = lambda engine, threads, ready: Slow(sys.argv[1])
    main(sys.argv[2:])
"""


def started(tmp_path, *arguments):
    """The command with a reader that takes long for files named slow, and what it writes to its log."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    command = [sys.executable, script, tmp_path / "log", "batch", *arguments, "--workers", "1"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())


def wait_for(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_batch_says_how_to_go_on(scans, tmp_path, sent):
    picture().save(scans / "b" / "y slow.png")
    out = tmp_path / "out"
    process = started(tmp_path, scans, "--out", out)
    wait_for(lambda: (tmp_path / "log").exists() and "slow" in (tmp_path / "log").read_text())
    process.send_signal(sent)
    told, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "The same command goes on where it stopped." in errors
    assert "3 files: 2 read, 1 left." in told
    assert below(out) == ["a/x.txt", "b/x.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")
def test_an_inbox_is_watched_until_it_is_interrupted(tmp_path):
    inbox, out = make_folder(tmp_path / "inbox"), tmp_path / "out"
    picture().save(inbox / "first.png")
    process = started(tmp_path, inbox, "--out", out, "--watch", "--poll", "0.1", "--settle", "0.2")
    lines = []
    threading.Thread(target=lambda: lines.extend(process.stderr), daemon=True).start()
    wait_for((out / "first.txt").exists)
    data = (inbox / "first.png").read_bytes()
    (inbox / "second.png").write_bytes(data[:30])
    (inbox / "second.png").write_bytes(data)
    (inbox / "bad.png").write_text("no page")
    wait_for(lambda: (out / "second.txt").exists() and "bad" in (tmp_path / "log").read_text())
    wait_for((out / "failed.tsv").exists)
    assert "bad.png" in (out / "failed.tsv").read_text()
    picture().save(inbox / "bad.png")
    wait_for(lambda: not (out / "failed.tsv").exists())
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert [line for line in lines if "bad.png is a text file" in line]
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell")
def test_results_are_the_bytes_of_read(tmp_path, examples):
    with Image.open(examples / "receipt.jpg") as receipt:
        receipt.crop((0, 0, receipt.width, receipt.height // 4)).save(tmp_path / "top.png")
    penscript = [sys.executable, "-m", "penscript"]
    more = {"cwd": tmp_path, "env": environment(PENSCRIPT_THREADS="1")}
    subprocess.run([*penscript, "batch", "top.png", "--out", "out", "-f", "json", "-f", "pdf"], check=True, **more)
    subprocess.run([*penscript, "read", "top.png", "--out", "top.json"], check=True, **more)
    read = (tmp_path / "top.json").read_bytes()
    assert len(OcrResult.from_json(read).lines) > 2
    assert (tmp_path / "out" / "top.json").read_bytes() == read
    original = (tmp_path / "top.png").read_bytes()
    assert OcrResult.from_json(read).render("pdf", original=original) == (tmp_path / "out" / "top.pdf").read_bytes()
