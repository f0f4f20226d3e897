import errno
import os
import sys
import zipfile
from functools import partial

import pytest

from fakes import picture, save_pages
from penscript.batch.inputs import file_input
from penscript.batch.run import Batch
from penscript.batch.targets import Folder
from penscript.batch.work import Work
from penscript.errors import UsageError
from penscript.executors import NOTHING_YET, serial
from penscript.journal import Journal
from penscript.options import Limits, ReadOptions
from penscript.result import OcrResult
from tasks import Glance

SEVEN = ["a/x.json", "b/deep/er/y.json", "b/x-2.json", "b/x.json", "post/in/one.json", "top.json", "unnamed.json"]


def test_every_input_gets_one_result_that_overwrites_no_other(runs, scans):
    done = runs(scans)
    assert runs.results == SEVEN
    assert set(done.values()) == {"done"}
    told = {file: OcrResult.from_json((runs.folder / file).read_text()).source for file in SEVEN}
    assert {told["b/x.json"], told["b/x-2.json"]} == {str(scans / "b" / "x.png"), str(scans / "b" / "x.bmp")}
    assert told["post/in/one.json"] == f"{scans / 'post.zip'}/in/one.png"


def test_what_is_done_is_not_read_again(runs, scans):
    runs(scans)
    assert runs(scans) == {}
    assert runs.read == []
    assert (runs.counts.before, runs.counts.done) == (7, 0)
    picture().save(scans / "new.png")
    assert list(runs(scans)) == [str(scans / "new.png")]


def test_an_input_that_is_named_twice_is_read_once(runs, scans):
    runs(scans / "a", scans / "a" / "x.png", f"{scans}/a/../a/x.png", scans / "*" / "x.png")
    assert sorted(runs.read) == ["x", "x"]


def test_a_result_that_is_gone_is_made_again(runs, scans):
    runs(scans)
    before = (runs.folder / "b" / "x.json").read_bytes()
    (runs.folder / "b" / "x.json").unlink()
    assert len(runs(scans)) == 1
    assert (runs.folder / "b" / "x.json").read_bytes() == before
    assert runs.results == SEVEN


def test_what_has_changed_gets_a_new_result_in_the_old_place(runs, scans):
    runs(scans)
    picture(size=(99, 40)).save(scans / "b" / "x.png")
    assert list(runs(scans)) == [str(scans / "b" / "x.png")]
    assert runs.results == SEVEN
    changed = [file for file in ("b/x.json", "b/x-2.json") if "99 x 40" in (runs.folder / file).read_text()]
    assert len(changed) == 1


def test_files_of_others_are_not_overwritten(runs, scans):
    (runs.folder / "a").mkdir(parents=True)
    (runs.folder / "a" / "x.json").write_text("mine")
    runs(scans / "a", scans / "b")
    assert (runs.folder / "a" / "x.json").read_text() == "mine"
    assert "a/x-2.json" in runs.results


def test_failures_are_listed_with_their_reason_and_read_again_on_demand(runs, scans, red):
    (scans / "bad.png").write_text("no page")
    done = runs(scans, red, scans / "none.png")
    assert (done[str(scans / "bad.png")], done[str(red)]) == ("failed", "partly")
    rows = dict(row.split("\t") for row in runs.failures.read_text().splitlines())
    assert rows.keys() == {str(scans / "bad.png"), str(red), str(scans / "none.png")}
    assert rows[str(scans / "bad.png")].startswith(f"{scans / 'bad.png'} is a text file")
    assert rows[str(red)] == "Page 2: The page is red."
    assert runs(scans, red, scans / "none.png") == {}
    assert (runs.counts.failed, runs.counts.before, runs.read) == (3, 7, [])
    assert len(runs(scans, red, scans / "none.png", retry=True)) == 3
    picture().save(scans / "bad.png")
    picture().save(scans / "none.png")
    save_pages(red, [(255, 255, 255)])
    assert set(runs(scans, red, scans / "none.png").values()) == {"done"}
    assert runs.failures is None
    assert not (runs.folder / "failed.tsv").exists()


def test_a_failure_whose_file_is_gone_is_told_no_more(runs, scans, tmp_path):
    (scans / "bad.png").write_text("no page")
    with zipfile.ZipFile(scans / "more.zip", "w") as archive:
        archive.writestr("in/bad.png", b"no page")
    runs(scans, tmp_path / "none.png")
    assert len(runs.failures.read_text().splitlines()) == 3
    (scans / "bad.png").unlink()
    runs(scans, tmp_path / "none.png")
    rows = [row.split("\t")[0] for row in runs.failures.read_text().splitlines()]
    assert sorted(rows) == sorted([str(tmp_path / "none.png"), f"{scans / 'more.zip'}/in/bad.png"])
    runs(scans)
    assert runs.failures.read_text().startswith(f"{scans / 'more.zip'}/in/bad.png\t")
    (scans / "more.zip").unlink()
    runs(scans)
    assert runs.failures is None


def test_what_failed_and_is_mended_while_the_batch_runs_has_not_failed(tmp_path):
    page = tmp_path / "page.png"
    page.write_text("no page")
    target = Folder(tmp_path / "out", {".json": partial(OcrResult.render, format="json")})
    do = Work(Glance(), target, ReadOptions())()
    with Journal(tmp_path / "journal") as journal:
        batch = Batch(journal, target)
        for failed in (1, 0):
            jobs = batch.plan([file_input(page, "page")])
            list(batch.run(jobs, lambda some: map(do, some)))
            assert (batch.counts.total, batch.counts.failed, batch.counts.finished) == (1, failed, 1)
            assert (batch.write_failures(tmp_path, ended=False) is None) == (not failed)
            picture().save(page)


def test_a_name_that_would_break_the_list_of_failures_is_escaped(runs, tmp_path):
    name = "a\tb.png" if sys.platform == "win32" else "a\tb\nc.png"
    runs(tmp_path / name)
    (row,) = runs.failures.read_text().splitlines()
    assert row.split("\t")[0].endswith(name.translate({9: "\\t", 10: "\\n"}))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_text_go_through(runs, tmp_path):
    name = os.fsdecode(b"caf\xe9.png")
    picture().save(tmp_path / name)
    assert list(runs(tmp_path / name).values()) == ["done"]
    assert runs.results == ["cafudce9.json"]


def test_workers_that_die_lose_their_file_alone(runs, scans):
    picture().save(scans / "dies.png")
    picture().save(scans / "bug.png")
    done = runs(scans, workers=2)
    assert sorted(done.values()) == ["done"] * 7 + ["failed"] * 2
    assert sorted(runs.read) == sorted(["one", "top", "unnamed", "x", "x", "x", "y", "dies", "dies", "bug"])
    rows = dict(row.split("\t") for row in runs.failures.read_text().splitlines())
    assert rows[str(scans / "dies.png")] == "The process that read it ended with code 9, twice."
    assert "KeyError('bug')" in rows[str(scans / "bug.png")]


def test_limits_count_for_members_too(runs, scans):
    done = runs(scans / "post.zip", options=ReadOptions(limits=Limits(file_bytes=10)))
    assert list(done.values()) == ["failed"]
    assert "limit of 10 bytes" in runs.failures.read_text()


class Full(Folder):
    """A disk on which nothing more can be written, after the first."""

    def write(self, *given):
        if self.path.exists() and list(self.path.rglob("*.json")):
            raise UsageError("Cannot write: no space.") from OSError(errno.ENOSPC, "no space")
        return super().write(*given)


def test_a_full_disk_stops_the_batch_and_loses_nothing(runs, scans):
    runs.target = Full(runs.folder, runs.target.writers)
    with pytest.raises(UsageError, match="no space"):
        runs(scans)
    assert len(runs.read) == 2
    runs.target = Folder(runs.folder, runs.target.writers)
    runs(scans)
    assert runs.results == SEVEN
    assert len(runs.read) == 6


def test_results_among_what_is_read_are_not_read(scans, tmp_path):
    def execute(jobs):
        return serial(Work(Glance(), target, ReadOptions()), jobs)

    target = Folder(scans, {".pdf": partial(OcrResult.render, format="pdf")})
    from penscript.batch.finding import find

    for expected in (7, 0):
        with Journal(scans / ".penscript") as journal:
            batch = Batch(journal, target)
            assert len(list(batch.run(batch.plan(find([str(scans)], scans)), execute))) == expected
    assert len(list(scans.rglob("*.pdf"))) == 7


def test_what_changes_while_it_is_read_comes_again(tmp_path):
    page = tmp_path / "page.png"
    picture().save(page)
    target = Folder(tmp_path / "out", {".json": partial(OcrResult.render, format="json")})
    first = file_input(page, "page")

    def inputs():
        yield first
        picture(size=(99, 40)).save(page)
        yield file_input(page, "page")  # while the first is under way
        yield NOTHING_YET
        yield NOTHING_YET

    with Journal(tmp_path / "journal") as journal:
        batch = Batch(journal, target)
        jobs = batch.jobs(inputs())
        begun = next(jobs)
        assert next(jobs) is NOTHING_YET
        do = Work(Glance(), target, ReadOptions())()
        list(batch.run([begun], lambda some: map(do, some)))
        again = next(jobs)
        assert again.entry.fingerprint != first.fingerprint
        list(batch.run([again], lambda some: map(do, some)))
        assert journal.entry(first.key).fingerprint == again.entry.fingerprint
    assert "99 x 40" in (tmp_path / "out" / "page.json").read_text()
