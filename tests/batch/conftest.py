"""A folder of small pages, and a batch over it that reads nothing."""

import zipfile
from functools import partial

import pytest

from fakes import picture, save_pages
from penscript.batch.finding import find
from penscript.batch.run import Batch
from penscript.batch.targets import Folder
from penscript.batch.work import Work, lost
from penscript.executors import in_processes, serial
from penscript.journal import Journal
from penscript.options import ReadOptions
from penscript.result import OcrResult
from postgres import running_cluster
from tasks import Glance


@pytest.fixture
def scans(tmp_path):
    """Seven pages in three folders and an archive, of which two want the same name, and what is none of them."""
    folder = tmp_path / "scans"
    for name in ("a/x.png", "b/x.png", "b/x.bmp", "b/deep/er/y.png", "top.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        picture().save(folder / name)
    (folder / "notes.txt").write_text("no page")
    (folder / ".hidden.png").write_bytes(b"")
    (folder / ".cache").mkdir()
    picture().save(folder / ".cache" / "z.png")
    picture().save(folder / "unnamed", "PNG")
    with zipfile.ZipFile(folder / "post.zip", "w") as archive:
        archive.write(folder / "top.png", "in/one.png")
        archive.writestr("__MACOSX/in/one.png", b"")
        archive.writestr("readme.txt", b"")
    return folder


class Runs:
    """Batches into one folder, one after the other."""

    def __init__(self, folder, log, writers=None):
        self.log = log
        self.folder = folder
        self.target = Folder(folder, writers or {".json": partial(OcrResult.render, format="json")})
        self.counts = None

    def __call__(self, *told, retry=False, workers=0, options=None):
        """The states of what was done now, by name; what was read is in `read`."""
        self.log.unlink(missing_ok=True)
        work = Work(Glance(str(self.log)), self.target, options or ReadOptions())

        def execute(jobs):
            if not workers:
                return serial(work, jobs)
            return in_processes(work, jobs, workers, lost, ordered=False)

        with Journal(self.folder / ".penscript") as journal:
            batch = Batch(journal, self.target, retry=retry)
            jobs = batch.plan(find([str(one) for one in told], self.folder))
            done = {outcome.entry.name: outcome.state for outcome in batch.run(jobs, execute)}
            self.failures = batch.write_failures(self.folder)
            self.counts = batch.counts
        return done

    @property
    def read(self):
        return self.log.read_text().split() if self.log.exists() else []

    @property
    def results(self):
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.json"))


@pytest.fixture
def runs(tmp_path):
    return Runs(tmp_path / "results", tmp_path / "log")


@pytest.fixture
def red(tmp_path):
    """Three pages, of which the second cannot be read."""
    path = tmp_path / "red.tif"
    save_pages(path, [(255, 255, 255), (255, 0, 0), (255, 255, 255)])
    return path


@pytest.fixture(scope="session")
def postgres():
    yield from running_cluster()
