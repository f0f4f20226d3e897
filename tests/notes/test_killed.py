import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from penscript.notes import open_notes
from penscript.notes.database import Database

WRITER = """
import sys
from notes_values import page_of
from penscript.document import Document
from penscript.notes import open_notes
notes = open_notes(sys.argv[1])
for number in range(10_000):
    document = Document(f"{number}", (page_of("alpha beta", f"number {number}", "gamma"),))
    added = notes.add(document, picture=b"%d" % number * 5000, tags=["t"]).document
    job = notes.enqueue("read", {"number": number}, [("a", b"%d" % number)])
    line = notes.pages(added)[0].lines[0].id
    notes.correct(line, f"corrected {number}", by="ann")
    print(added, job, line, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_writer_that_is_killed_loses_nothing_and_leaves_nothing_half(url: str) -> None:
    tests = Path(__file__).resolve().parent.parent
    path = os.pathsep.join([str(tests), *(one for one in sys.path if one)])
    environment = os.environ | {"PYTHONPATH": path}
    told: list[list[str]] = []
    for lines in (3, 5, 8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert writer.stdout
        told += [writer.stdout.readline().split() for _ in range(lines)]
        writer.send_signal(signal.SIGKILL)
        told += [row.split() for row in writer.stdout.read().splitlines() if row.count(" ") == 2]
        writer.wait()
        writer.stdout.close()
    with open_notes(url) as notes:
        for added, job, line in told:
            document = notes.document(int(added))
            assert (document.pages, document.lines, document.tags) == (1, 3, ("t",))
            assert notes.original(int(added)) == document.source.encode() * 5000
            assert notes.line(int(line)).text == f"corrected {document.source}"
            assert notes.job(job).payload == {"number": int(document.source)}
            assert [hit.line.id for hit in notes.search(f'"corrected {document.source}"')][:1] == [int(line)]
        assert all(one.lines == 3 for one in notes.documents(limit=1000))
    database = Database(url)
    with database.read() as connection:
        orphans = (
            "SELECT count(*) FROM lines WHERE NOT EXISTS (SELECT 1 FROM readings WHERE line = lines.id AND newest)"
        )
        assert connection.scalar(sa.text(orphans)) == 0
        indexed = connection.scalar(sa.text("SELECT count(*) FROM line_index"))
        assert indexed == connection.scalar(sa.text("SELECT count(*) FROM lines"))
        if database.is_sqlite:
            assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
