"""What concerns the whole store: opening, migrations, exports, forgetting, CSV, and being killed."""

import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from notes_values import page_of, texts
from penscript.document import Document
from penscript.errors import DamagedInput, LimitExceeded, MissingInput, SchemaTooNew, UsageError
from penscript.notes import Notes, open_notes, schema
from penscript.notes.database import Database
from penscript.notes.schema import REVISIONS, bring_up_to_date
from penscript.notes.tables import metadata
from penscript.notes.values import StoredField


def fill(notes: Notes) -> int:
    """A document with everything that can hang on one."""
    document = notes.add(
        Document("my letter.jpg", (page_of("Dear Zanzibar", "the xylophone"),)), picture=b"jpegbytes", tags=["post"]
    ).document
    first, second = notes.pages(document)[0].lines
    notes.correct(second.id, "the vuvuzela", by="ann")
    notes.offer(first.id, 0.25, "audit")
    notes.set_fields(document, [StoredField("total", "99.95", 88.0, (first.id,))])
    notes.record_training("my-hand@1", [second.id, second.id])
    return document


def tables_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = Database(url)
    with database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def test_a_new_database_is_made(empty_url: str, letter: Document) -> None:
    with open_notes(empty_url) as notes:
        notes.add(letter)
    with open_notes(empty_url) as notes:
        assert notes.search("anna")


def test_the_migrations_make_the_tables_that_are_used(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    database = Database(url)
    own = ("line_index", "vocabulary", "sqlite_", "ix_vocabulary", "ix_line_index")
    with database.read() as connection:
        options = {"include_object": lambda thing, name, *_: not str(name).startswith(own)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert [one.revision for one in reversed(list(scripts.walk_revisions()))] == list(REVISIONS)


def test_an_older_database_is_brought_up_to_date_after_a_copy(empty_url: str, tmp_path: Path) -> None:
    database = Database(empty_url)
    bring_up_to_date(database, REVISIONS[0])
    with database.write() as connection:
        told = "INSERT INTO documents (id, source, added_at) VALUES (1, 'old.jpg', '2025-01-02 03:04:05')"
        connection.execute(sa.text(told))
        told = "INSERT INTO pages (id, document, number, width, height, rotation, status, warnings, barcodes)"
        connection.execute(sa.text(f"{told} VALUES (1, 1, 1, 10, 10, 0, 'read', '[]', '[]')"))
        told = "INSERT INTO lines (id, page, position, text, kind, block, x, y, width, height, polygon, moved)"
        connection.execute(sa.text(f"{told} VALUES (1, 1, 0, 'an old umbrella', 'text', 0, 0, 0, 9, 9, '[]', false)"))
        told = "INSERT INTO readings (line, newest, at, text, confidence, calibrated, raw_score, status, pack, words)"
        values = "(1, true, '2025-01-02 03:04:05', 'an old umbrella', 50, false, 0.5, 'read', '', '[]')"
        connection.execute(sa.text(f"{told} VALUES {values}"))
    database.close()
    with open_notes(empty_url) as notes:
        assert texts([hit.line for hit in notes.search("umbrela")]) == ["an old umbrella"]
    copies = sorted(tmp_path.glob("new.db.before-*"))
    assert [copy.name for copy in copies] == (["new.db.before-0002"] if "sqlite" in empty_url else [])
    for copy in copies:
        found = sqlite3.connect(copy)
        assert found.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[0],)]
        found.close()


def test_a_newer_database_is_refused_by_the_version_that_it_needs(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0099'"))
        connection.execute(sa.text("UPDATE about SET value = '7.8.9' WHERE name = 'penscript'"))
    database.close()
    with pytest.raises(SchemaTooNew, match=r"7\.8\.9.*Update to Penscript 7\.8\.9"):
        open_notes(url)


def test_other_programs_databases_are_left_alone(empty_url: str) -> None:
    database = Database(empty_url)
    with database.write() as connection:
        connection.execute(sa.text("CREATE TABLE songs (title TEXT)"))
    database.close()
    with pytest.raises(UsageError, match="another program"):
        open_notes(empty_url)


@pytest.mark.parametrize("url", ["notes.db", "mysql://host/x", "sqlite://", "sqlite:///:memory:", "", "postgresql+"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UsageError):
        open_notes(url)


def test_addresses_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        open_notes(f"sqlite:///{tmp_path}/nowhere/notes.db")
    (tmp_path / "text.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(DamagedInput):
        open_notes(f"sqlite:///{tmp_path}/text.db")
    pytest.importorskip("psycopg")
    with pytest.raises(UsageError) as told:
        open_notes(f"postgresql://me:secret@/x?host={tmp_path}")
    assert "secret" not in str(told.value)


def test_everything_comes_back_from_an_export(url: str, tmp_path: Path) -> None:
    with open_notes(url) as notes:
        fill(notes)
        notes.export(tmp_path / "all.zip")
        with pytest.raises(UsageError, match="already"):
            notes.restore(tmp_path / "all.zip")
    with open_notes(f"sqlite:///{tmp_path}/other.db") as other:
        assert other.restore(tmp_path / "all.zip") == 1
        assert texts([hit.line for hit in other.search("vuvuzela")]) == ["the vuvuzela"]
        assert other.original(1) == b"jpegbytes"
        assert other.add(Document("x", ()), picture=b"jpegbytes").known
        assert other.add(Document("y", ())).document > 1
    before, after = tables_of(url), tables_of(f"sqlite:///{tmp_path}/other.db")
    kept = {"lines", "readings", "changes", "tags", "fields", "review", "training_uses", "pages", "pictures"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_an_export_goes_into_either_database(url: str, tmp_path: Path) -> None:
    with open_notes(f"sqlite:///{tmp_path}/first.db") as first:
        fill(first)
        first.export(tmp_path / "all.zip")
    with open_notes(url) as notes:
        assert notes.restore(tmp_path / "all.zip") == 1
        assert notes.add(Document("next", (page_of("one"),))).document == 2
        assert len(notes.lines()) == 3


def test_an_export_can_be_read_without_penscript(notes: Notes, tmp_path: Path) -> None:
    fill(notes)
    notes.export(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.read("pictures/1.jpg") == b"jpegbytes"
        lines = [json.loads(row) for row in archive.read("lines.jsonl").decode().splitlines()]
        assert [(line["text"], line["label"]) for line in lines] == [
            ("Dear Zanzibar", None),
            ("the vuvuzela", "corrected"),
        ]
        assert "readings" in archive.read("README.txt").decode()


def test_what_is_no_export_is_refused(notes: Notes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK no")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("about.json", '{"schema": "0001", "penscript": "1"}')
        archive.writestr("documents.jsonl", '{"id": 1, "nonsense": 2}\n')
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("about.json", '{"schema": "0099", "penscript": "7.8.9"}')
    for name, kind in (("a.zip", DamagedInput), ("b.zip", DamagedInput), ("c.zip", SchemaTooNew), ("d", MissingInput)):
        with pytest.raises(kind):
            notes.restore(tmp_path / name)
    assert notes.documents() == []


def test_forgetting_removes_everything_and_names_the_packs(notes: Notes) -> None:
    document = fill(notes)
    kept = notes.add(Document("kept", (page_of("umbrella"),))).document
    waiting = notes.enqueue("read", {}, [("my letter.jpg", b"jpegbytes")])
    done = notes.enqueue("read", {})
    notes.finish_job(done, {"text": "Dear Zanzibar"}, document=document)
    told = notes.forget(document)
    assert (told.source, told.pages, told.lines, told.corrections, told.jobs) == ("my letter.jpg", 1, 2, 1, 2)
    assert told.packs == ("my-hand@1",)
    for job in (waiting, done):
        with pytest.raises(MissingInput):
            notes.job(job)
    assert not notes.search("zanzibar")
    assert not notes.search("vuvuzela")
    assert not notes.search("xylophone")
    assert notes.search("umbrella")[0].line.document == kept
    assert [one.id for one in notes.documents()] == [kept]
    assert notes.undo("ann") is None


def test_forgetting_leaves_no_row_and_no_word(url: str) -> None:
    with open_notes(url) as notes:
        notes.forget(fill(notes))
    left = tables_of(url)
    left.pop("about")
    assert {name: rows for name, rows in left.items() if rows} == {}
    database = Database(url)
    with database.read() as connection:
        for name in ("line_index", "vocabulary"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) == 0


def test_forgetting_leaves_no_byte_in_the_files_of_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/notes.db"
    with open_notes(url) as notes:
        notes.add(Document("kept", (page_of("umbrella"),)))
        document = fill(notes)
        copy = tmp_path / "notes.db.before-0003"
        shutil.copy(tmp_path / "notes.db", copy)
        notes.forget(document)
        assert not copy.exists()
        left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        for secret in (b"Zanzibar", b"zanzibar", b"vuvuzela", b"xylophone", b"jpegbytes", b"my letter", b"99.95"):
            assert secret not in left
        assert b"umbrella" in left


def test_a_zip_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path) -> None:
    with open_notes(f"sqlite:///{tmp_path}/first.db") as notes:
        notes.add(Document("a", (page_of("umbrella"),)))
        notes.export(tmp_path / "bomb.zip")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pictures/1.jpg", bytes(80 * 2**20))
    with open_notes(f"sqlite:///{tmp_path}/second.db") as notes:
        with pytest.raises(LimitExceeded, match="would unpack to 80 MiB"):
            notes.restore(tmp_path / "bomb.zip")
        assert notes.documents() == []


def test_a_zip_of_another_kind_is_no_mistake(tmp_path: Path) -> None:
    with open_notes(f"sqlite:///{tmp_path}/first.db") as notes:
        notes.add(Document("a", (page_of("umbrella"),)))
        notes.export(tmp_path / "good.zip")
    good = (tmp_path / "good.zip").read_bytes()
    entry = good.rindex(b"PK\x01\x02")
    for place, value in ((6, 235), (8, 1), (10, 77), (10, 9)):  # version needed, password, way of packing
        bad = bytearray(good)
        bad[entry + place] = value
        (tmp_path / "bad.zip").write_bytes(bad)
        with open_notes(f"sqlite:///{tmp_path}/second.db") as notes:
            with pytest.raises(DamagedInput, match=r"bad\.zip is not an export"):
                notes.restore(tmp_path / "bad.zip")
            assert notes.documents() == []
