"""`penscript notes`, `search`, `review --list` and `forget`: who makes a database, and how the numbers are told."""

import pytest

from fakes import document
from penscript.notes import open_notes

READING = (
    ("notes", "list"),
    ("notes", "show", "1"),
    ("notes", "correct", "1", "milk"),
    ("notes", "export", "all.zip"),
    ("search", "milk"),
    ("review", "--list"),
    ("forget", "1"),
)


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_command_that_only_looks_makes_no_database(run, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    ran = run(*command, "--notes", "sqlite:///notes.db")
    assert ran.code == 3
    assert "There are no notes at notes.db yet." in ran.err
    assert "penscript notes add" in ran.err
    assert [file.name for file in tmp_path.iterdir()] == ["settings"]


def test_an_empty_file_holds_no_notes_either(run, tmp_path):
    file = tmp_path / "notes.db"
    file.touch()
    assert run("notes", "list", "--notes", f"sqlite:///{file}").code == 3
    assert file.stat().st_size == 0


def test_add_and_load_begin_notes(run, note, tmp_path):
    assert run("notes", "add", note, "--notes", f"sqlite:///{tmp_path / 'new.db'}").code == 0
    table = tmp_path / "lines.csv"
    table.write_text("text,confidence\nmilk,90\n", encoding="utf-8")
    loaded = run("notes", "load", table, "--notes", f"sqlite:///{tmp_path / 'other.db'}")
    assert (loaded.code, loaded.out.split()) == (0, ["1", "1", "line", "lines.csv"])


def test_forget_counts_as_people_do(run, tmp_path):
    url = f"sqlite:///{tmp_path / 'notes.db'}"
    with open_notes(url) as notes:
        first = notes.add(document()).document
        line = notes.pages(first)[0].lines[0]
        notes.correct(line.id, "Shopping list", by="Anna")
        notes.correct(line.id, "Shopping lists", by="Anna")
    assert run("notes", "list", "--notes", url).code == 0
    assert run("forget", first, "--notes", url).out == "Forgot note.jpg: 3 pages, 3 lines, 2 corrections, 0 jobs.\n"
