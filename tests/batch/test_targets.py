from functools import partial

import pytest

from fakes import picture, save_pages
from penscript.batch import targets
from penscript.batch.finding import find
from penscript.batch.run import Batch
from penscript.batch.targets import Database, Folder
from penscript.batch.work import Work, lost
from penscript.errors import MissingInput, UsageError
from penscript.executors import in_processes, serial
from penscript.journal import Journal
from penscript.notes import open_notes
from penscript.options import ReadOptions
from penscript.result import OcrResult
from tasks import Glance


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("a/b", "a/b"),
        ("../../etc/passwd", "etc/passwd"),
        ("a/./b", "a/b"),
        ("C:/x", "C/x"),
        ("..", "result"),
        ("con/nul.old", "_con/_nul.old"),
        ("a. /b?", "a/b"),
        ("x" * 300, "x" * 200),
        ("é" * 150, "é" * 100),
        ("\udce9t", "?t".replace("?", "")),
    ],
)
def test_places_are_possible_everywhere(tmp_path, wanted, place):
    assert Folder(tmp_path, {}).wish("key", wanted).replace("?", "") == place


def test_several_formats_share_one_free_name(runs, tmp_path):
    page = tmp_path / "page.png"
    picture().save(page)
    writers = {f".{name}": partial(OcrResult.render, format=name) for name in ("json", "pdf", "csv")}
    runs.target = Folder(runs.folder, writers)
    runs.folder.mkdir()
    (runs.folder / "page.csv").touch()
    runs(page)
    assert sorted(path.name for path in runs.folder.glob("page-2.*")) == ["page-2.csv", "page-2.json", "page-2.pdf"]
    assert (runs.folder / "page-2.pdf").read_bytes().startswith(b"%PDF")


def test_a_result_that_cannot_be_made_leaves_nothing_half(runs, tmp_path):
    page = tmp_path / "page.png"
    picture().save(page)
    runs.target = Folder(runs.folder, {".txt": partial(OcrResult.render, format="text"), ".x": refuse})
    assert list(runs(page).values()) == ["failed"]
    assert not list(runs.folder.glob("page*"))


def refuse(result):
    return result.render("nothing")


@pytest.fixture
def kept(tmp_path):
    """Batches into a database: the names of what was done."""
    url = f"sqlite:///{tmp_path / 'notes.db'}"

    def batch(*told, retry=False, **more):
        target = Database(url, ("scanned",), **more)
        with Journal(tmp_path / "journal") as journal:
            batch = Batch(journal, target, retry=retry)
            jobs = batch.plan(find([str(one) for one in told]))
            work = Work(Glance(str(tmp_path / "log")), target, ReadOptions())
            return {outcome.entry.name: outcome.state for outcome in batch.run(jobs, lambda some: serial(work, some))}

    batch.url = url
    batch.log = tmp_path / "log"
    return batch


def test_a_database_knows_a_file_by_its_content(kept, scans):
    kept(scans / "a", scans / "post.zip")
    picture(size=(90, 40)).save(scans / "a" / "x.png")
    kept(scans / "a")
    with open_notes(kept.url) as notes:
        assert sorted(notes.pages(one.id)[0].width for one in notes.documents()) == [60, 90]
        assert all(one.tags == ("scanned",) for one in notes.documents())
    assert kept.log.read_text().split() == ["x", "x"]  # the page in the archive is the same as the first


def test_what_was_kept_before_a_kill_is_not_read_again(kept, scans, red, tmp_path):
    done = kept(red, scans / "a")
    assert sorted(done.values()) == ["done", "partly"]
    for file in (tmp_path / "journal").iterdir():
        file.unlink()
    assert kept(red, scans / "a") == done
    assert len(kept.log.read_text().split()) == 2


def test_what_failed_in_part_is_read_again_on_demand(kept, red, tmp_path):
    kept(red)
    kept(red, retry=True)
    assert len(kept.log.read_text().split()) == 2
    with open_notes(kept.url) as notes:
        assert len(notes.documents()) == 1


def test_a_linked_file_stays_where_it_is(kept, scans):
    kept(scans / "a", link=True)
    with open_notes(kept.url) as notes:
        (document,) = notes.documents()
        assert document.path == str(scans / "a" / "x.png")
        (scans / "a" / "x.png").unlink()
        with pytest.raises(MissingInput):
            notes.original(document.id)


def test_what_was_forgotten_stays_forgotten(kept, scans):
    kept(scans / "a")
    with open_notes(kept.url) as notes:
        notes.forget(notes.documents()[0].id)
    assert kept(scans / "a") == {}


def test_a_database_on_a_full_disk_stops_the_batch_and_loses_nothing(kept, scans):
    kept(scans / "a")
    for number in range(40):
        picture(size=(600, 400 + number)).save(scans / "b" / f"{number}.bmp")
    with targets._notes(kept.url)._database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 200}")
    with pytest.raises(UsageError, match=r"full.*Make room"):
        kept(scans / "b")
    targets._notes.cache_clear()
    assert set(kept(scans / "b").values()) == {"done"}
    with open_notes(kept.url) as notes:
        assert len(notes.documents()) == 42  # the page that both folders hold, another file of it, and the forty


def test_several_processes_write_into_one_postgres(postgres, scans, tmp_path):
    target = Database(postgres.url(postgres.create()), ("scanned",))
    picture(size=(90, 40)).save(scans / "a" / "x.png")
    with Journal(tmp_path / "journal") as journal:
        batch = Batch(journal, target)
        jobs = batch.plan(find([str(scans)]))
        work = Work(Glance(), target, ReadOptions())
        list(batch.run(jobs, lambda some: in_processes(work, some, 2, lost, ordered=False)))
        assert (batch.counts.done, batch.counts.failed) == (7, 0)
    with open_notes(target.url) as notes:
        # the pages are the same bytes but for one, and but for the file in another format
        assert sorted(notes.pages(one.id)[0].width for one in notes.documents(tag="scanned")) == [60, 60, 90]


def test_pages_of_several(kept, tmp_path):
    save_pages(tmp_path / "two.tif", [(255, 255, 255), (255, 255, 255)])
    kept(tmp_path / "two.tif")
    with open_notes(kept.url) as notes:
        assert [one.pages for one in notes.documents()] == [2]
