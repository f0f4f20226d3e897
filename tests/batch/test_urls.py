import pytest

from fakes import picture
from penscript.batch.finding import find
from penscript.errors import InputError, LimitExceeded, MissingInput, UsageError
from penscript.options import Limits

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def memory():
    system = fsspec.filesystem("memory")
    for name in ("/scans/a/x.png", "/scans/y.png", "/scans/readme.txt"):
        system.pipe(name, b"a page")
    yield system
    system.rm("/scans", recursive=True)


def found(url, *more):
    return [(one.name, one.place) for one in find([url, *more])]


def test_a_folder_a_pattern_and_a_file(memory):
    pages = [("memory:///scans/a/x.png", "a/x"), ("memory:///scans/y.png", "y")]
    assert [(name.replace("///", "//"), place) for name, place in found("memory://scans")] == [
        (name.replace("///", "//"), place) for name, place in pages
    ]
    assert [place for _, place in found("memory://scans/*.png")] == ["y"]
    assert [place for _, place in found("memory://scans/**/*.png")] == ["a/x", "y"]
    assert found("memory://scans/y.png") == [("memory://scans/y.png", "y")]
    assert [place for _, place in found("memory://scans", "memory://scans/y.png")] == ["scans/a/x", "scans/y", "y"]


def test_what_is_there_is_fetched_within_the_limit(memory):
    one = next(iter(find(["memory://scans/y.png"])))
    assert one.source(Limits()).getvalue() == b"a page"
    with pytest.raises(LimitExceeded):
        one.source(Limits(file_bytes=3))
    memory.pipe("/scans/y.png", b"another")
    assert next(iter(find(["memory://scans/y.png"]))).fingerprint != one.fingerprint


def test_files_and_archives(scans, tmp_path):
    assert [place for _, place in found(f"file://{scans}/b")] == ["deep/er/y", "x", "x"]
    chain = f"zip://in/*.png::file://{scans}/post.zip"
    (one,) = find([chain])
    assert (one.name, one.place) == (f"zip://in/one.png::file://{scans}/post.zip", "one")
    assert one.source(Limits()).getvalue() == (scans / "top.png").read_bytes()


def test_what_is_not_there(memory, tmp_path):
    with pytest.raises(MissingInput, match="no pages"):
        found("memory://scans/*.gif")
    (one,) = find(["memory://scans/none.png"])
    with pytest.raises(MissingInput, match="nothing at memory"):
        one.source(Limits())
    with pytest.raises(UsageError, match="kind that is not known"):
        found("gopher+x://there/a.png")
    with pytest.raises((MissingInput, InputError)):
        found(f"zip://*.png::file://{tmp_path}/none.zip")


def test_a_page_at_a_url_is_read(memory, runs):
    with memory.open("/scans/y.png", "wb") as file:
        picture().save(file, "PNG")
    assert list(runs("memory://scans/y.png").values()) == ["done"]
    assert runs.results == ["y.json"]
