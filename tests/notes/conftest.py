"""The same tests over SQLite and over a real PostgreSQL, which is started in a folder of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notes_values import page_of
from penscript.document import Document
from penscript.notes import Notes, open_notes
from postgres import Cluster, running_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    yield from running_cluster()


MakeUrl = Callable[[], str]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_notes(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster) -> str:
    name = cluster.create()
    open_notes(cluster.url(name)).close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "notes.db")
        return f"sqlite:///{tmp_path / 'notes.db'}"
    cluster = request.getfixturevalue("cluster")
    return str(cluster.url(cluster.create(request.getfixturevalue("postgres_template"))))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    cluster = request.getfixturevalue("cluster")
    return str(cluster.url(cluster.create()))


@pytest.fixture
def notes(url: str) -> Iterator[Notes]:
    """An empty store of either kind."""
    with open_notes(url) as opened:
        yield opened


@pytest.fixture
def letter() -> Document:
    """A document of two lines, one of them misread."""
    return Document("letter.jpg", (page_of("Dear Anna", "the tégion of Paris"),))
