"""The command as a whole: help, exit codes, streams, signals, what it loads."""

import os
import signal
import subprocess
import sys

import pytest

from fakes import BLUE, picture
from penscript import __version__

COMMANDS = ("read", "demo", "packs", "config", "evaluate", "train")


def penscript(*arguments, **more):
    command = [sys.executable, "-m", "penscript", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, **more)


def test_help_names_every_command_and_every_command_gives_examples(run):
    shown = run("--help")
    assert shown.code == 0
    assert all(command in shown.out for command in COMMANDS)
    for command in COMMANDS:
        assert "Examples" in run(command, "--help").out


def test_the_version_is_told(run):
    assert run("--version").out == f"penscript {__version__}\n"


def test_nothing_heavy_is_loaded_for_help():
    heavy = ("cv2", "onnxruntime", "pydantic", "torch", "numpy", "PIL")
    code = f"""
import sys
from penscript.cli import main
try:
    main(["--help"])
except SystemExit:
    print([name for name in {heavy} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr.strip() == "[]"


def test_a_wrong_command_or_flag_is_a_mistake_of_usage(run):
    assert run("raed").code == 2
    assert run("read", "--colour", "a.jpg").code == 2
    assert "Traceback" not in run("read").err


def test_a_mistake_of_the_program_asks_for_a_report_and_debug_shows_it(run, tmp_path, monkeypatch):
    path = tmp_path / "blue.png"
    picture(BLUE).save(path)
    told = run("read", path)
    assert told.code == 1
    assert "report it" in told.err
    assert "Traceback" not in told.err
    monkeypatch.setenv("PENSCRIPT_DEBUG", "1")
    assert "KeyError: 'blue'" in run("read", path).err


def test_any_other_mistake_too(run, note, monkeypatch):
    from penscript.cli import listing

    monkeypatch.setattr(listing, "show", lambda *_: 1 / 0)
    told = run("read", note)
    assert told.code == 1
    assert "ZeroDivisionError" in told.err
    assert "Traceback" not in told.err


def test_debug_shows_what_happens(run, note, monkeypatch):
    monkeypatch.setenv("PENSCRIPT_DEBUG", "0")
    assert "Traceback" in run("--debug", "read", "missing.jpg").err


def test_ctrl_c_ends_with_130_and_no_traceback(run, note, monkeypatch):
    from fakes import FakeReader

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeReader, "read_page", interrupted)
    ended = run("read", note)
    assert ended.code == 130
    assert ended.err.strip() == "Interrupted."


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent as on POSIX")
def test_a_real_ctrl_c_too():
    code = f"""
import os, time
from penscript.cli import main, read
def wait(engine):
    os.kill(os.getpid(), {int(signal.SIGINT)})
    time.sleep(60)
read._piped = wait
main(["read", "-"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 130
    assert done.stderr.strip() == "Interrupted."


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break as on POSIX")
def test_a_pipe_that_closes_is_no_error():
    command = [sys.executable, "-m", "penscript", "packs", "show", "base", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert errors == b""


def test_the_output_is_utf8_whatever_the_console_says(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('pack = "Hände ✓"\n', encoding="utf-8")
    more = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PENSCRIPT_CONFIG": str(file)}
    done = penscript("config", env=os.environ | more)
    assert done.returncode == 0
    assert "Hände ✓".encode() in done.stdout


def test_module_and_command_are_the_same():
    assert penscript("--version").stdout.decode().split() == ["penscript", __version__]


def test_completion_can_be_shown():
    done = penscript("--show-completion", env=os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert done.returncode in (0, 2)
    assert b"Traceback" not in done.stderr


def test_languages_complete():
    from penscript.cli.flags import _languages

    assert _languages("fr") == ["fr", "french"]
