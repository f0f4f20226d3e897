import zipfile

import pytest

from fakes import picture
from penscript.batch.inbox import Inbox
from penscript.executors import NOTHING_YET


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def box(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def looks(box):
    """Looks into the inbox after some seconds: the places of what is handed on."""
    clock = Clock()
    inputs = iter(Inbox([str(box)], poll=1.0, settle=2.0, clock=clock))

    def look(seconds):
        clock.now += seconds
        found = []
        for one in inputs:
            if one is NOTHING_YET:
                return found
            found.append(one.place)
        raise AssertionError("it never ends")

    return look


def test_a_file_is_taken_once_when_it_has_stopped_growing(box, looks):
    picture().save(box / "a.png")
    data = (box / "a.png").read_bytes()
    assert looks(0) == []
    (box / "b.png").write_bytes(data[:10])
    assert looks(1) == []
    assert looks(1) == ["a"]
    (box / "b.png").write_bytes(data[:40])
    assert looks(1) == []
    (box / "b.png").write_bytes(data)
    assert looks(1) == []
    assert looks(1) == []
    assert looks(1) == ["b"]
    assert looks(9) == []


def test_it_does_not_look_before_its_time(box, looks):
    assert looks(0) == []
    picture().save(box / "a.png")
    assert [looks(0.3) for _ in range(3)] == [[], [], []]
    assert looks(0.5) == []  # seen now
    assert looks(2) == ["a"]


def test_what_changes_comes_again_and_what_is_gone_is_forgotten(box, looks):
    picture().save(box / "a.png")
    looks(0)
    assert looks(2) == ["a"]
    picture(size=(90, 90)).save(box / "a.png")
    looks(1)
    assert looks(2) == ["a"]
    data = (box / "a.png").read_bytes()
    (box / "a.png").unlink()
    assert looks(1) == []
    (box / "a.png").write_bytes(data)
    looks(1)
    assert looks(2) == ["a"]


def test_an_archive_is_opened_when_it_is_whole(box, looks, tmp_path):
    picture().save(tmp_path / "page.png")
    with zipfile.ZipFile(tmp_path / "post.zip", "w") as archive:
        archive.write(tmp_path / "page.png", "one.png")
        archive.write(tmp_path / "page.png", "two.png")
    data = (tmp_path / "post.zip").read_bytes()
    (box / "post.zip").write_bytes(data[:50])
    looks(0)
    (box / "post.zip").write_bytes(data)
    assert looks(1) == []
    assert looks(2) == ["post/one", "post/two"]


def test_a_folder_that_is_away_for_a_while_is_no_end(box, looks):
    picture().save(box / "a.png")
    looks(0)
    box.rename(box.parent / "away")
    assert looks(1) == []
    (box.parent / "away").rename(box)
    looks(1)
    assert looks(2) == ["a"]
