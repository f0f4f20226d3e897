import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from penscript.errors import DamagedInput, SchemaTooNew, UsageError
from penscript.journal import Entry, Journal, State


def numbered(wanted, is_taken):
    number, place = 1, wanted
    while is_taken(place):
        number += 1
        place = f"{wanted}-{number}"
    return place


def entered(journal, *keys, place="x", fingerprint="1"):
    return journal.enter([Entry(key, key.upper(), place, fingerprint) for key in keys], numbered)


def test_every_input_has_a_place_of_its_own(tmp_path):
    with Journal(tmp_path) as journal:
        entered(journal, "a", "b")
        assert [one.place for one in entered(journal, "c", "a", place="X")] == ["X-3", "x"]
        assert [one.place for one in entered(journal, "d", place="é")] == ["é"]
        assert [one.place for one in entered(journal, "e", place="e\u0301")] == ["e\u0301-2"]


def test_what_was_finished_is_known_to_the_next(tmp_path):
    with Journal(tmp_path) as journal:
        a, b, c, _ = entered(journal, "a", "b", "c", "d")
        journal.finish(a, State.DONE, pages=3)
        journal.finish(b, State.FAILED, "It is red.")
        journal.finish(c, State.PARTLY, "Page 2 is red.", 1)
    with Journal(tmp_path) as journal:
        assert [(one.state, one.reason, one.pages) for one in entered(journal, "a", "b", "c", "d")] == [
            (State.DONE, "", 3),
            (State.FAILED, "It is red.", 0),
            (State.PARTLY, "Page 2 is red.", 1),
            (State.OPEN, "", 0),
        ]
        assert [one.key for one in journal.unfinished()] == ["b", "c", "d"]


def test_what_has_changed_is_open_again_at_its_place(tmp_path):
    with Journal(tmp_path) as journal:
        (one,) = entered(journal, "a")
        journal.finish(one, State.DONE, pages=1)
        (again,) = entered(journal, "a", fingerprint="2", place="y")
        assert again == replace(one, fingerprint="2")


def test_settings_stay_what_they_were(tmp_path):
    def changed(name, before, now):
        return UsageError(f"{name} {before} {now}")

    with Journal(tmp_path) as journal:
        journal.agree({"format": "pdf"}, changed)
        entered(journal, "a")
        journal.agree({"format": "text"}, changed)  # nothing was finished, so all begins anew
        assert journal.entry("a") is None
        journal.finish(entered(journal, "a")[0], State.DONE)
        journal.agree({"format": "text", "pack": "latin"}, changed)
        journal.agree({"format": "text"}, changed)  # a setting that there is no longer changes nothing
        with pytest.raises(UsageError, match="format text json"):
            journal.agree({"format": "json"}, changed)


def test_one_program_at_a_time(tmp_path):
    with Journal(tmp_path):
        with pytest.raises(UsageError, match=f"Another batch is at work in .*process {os.getpid()} on"):
            Journal(tmp_path)
        other = subprocess.run(
            [sys.executable, "-c", f"from penscript.journal import Journal; Journal({str(tmp_path)!r})"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Another batch is at work" in other.stderr
    Journal(tmp_path).close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_one_that_was_killed_holds_nothing(tmp_path):
    code = f"""
import os, signal
from penscript.journal import Entry, Journal, State
journal = Journal({str(tmp_path)!r})
(one, two) = journal.enter([Entry("a", "a", "a", ""), Entry("b", "b", "b", "")], lambda place, taken: place)
journal.finish(one, State.DONE)
journal._database.execute("BEGIN")
journal._set(two, "", State.DONE, "", 0)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    with Journal(tmp_path) as journal:
        assert [journal.entry(key).state for key in "ab"] == [State.DONE, State.OPEN]


def test_what_is_no_journal_is_refused(tmp_path):
    (tmp_path / "journal.db").write_bytes(b"no database " * 1000)
    with pytest.raises(DamagedInput, match="damaged"):
        Journal(tmp_path)
    newer = tmp_path / "newer"
    Journal(newer).close()
    with sqlite3.connect(newer / "journal.db") as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(SchemaTooNew):
        Journal(newer)
    with pytest.raises(UsageError, match="in the way"):
        Journal(tmp_path / "journal.db")


def test_a_full_disk_is_told_and_loses_nothing(tmp_path):
    with Journal(tmp_path) as journal:
        entered(journal, "a")
        (pages,) = journal._database.execute("PRAGMA page_count").fetchone()
        journal._database.execute(f"PRAGMA max_page_count = {pages}")
        many = [f"{number}{'x' * 500}" for number in range(100)]
        with pytest.raises(UsageError, match=r"full.*Make room"):
            entered(journal, *many)
        journal._database.execute("PRAGMA max_page_count = 10000")
        assert [one.key for one in journal.unfinished()] == ["a"]
        assert len(entered(journal, *many)) == 100


@pytest.mark.parametrize("place", [18, 44])
def test_a_journal_of_an_unknown_format_is_told(tmp_path, place):
    with Journal(tmp_path) as journal:
        entered(journal, "a")
    data = bytearray((tmp_path / "journal.db").read_bytes())
    data[place : place + 4] = b"\x77\x77\x77\x77"
    (tmp_path / "journal.db").write_bytes(data)
    with pytest.raises((DamagedInput, UsageError), match=r"journal\.db"), Journal(tmp_path) as journal:
        entered(journal, "b")
