import os
import stat
import sys
import threading

import pytest

from penscript.errors import UsageError
from penscript.export import atomic
from penscript.export.atomic import check_writable, make_folder, write_bytes

posix = pytest.mark.skipif(sys.platform == "win32", reason="rights and devices are those of POSIX")


def test_a_file_is_written_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "out.txt"
    write_bytes(path, b"one")
    write_bytes(str(path), b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "out.txt"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.txt"]


@posix
def test_rights_of_an_old_file_are_kept_and_new_ones_follow_the_mask(tmp_path):
    path, fresh = tmp_path / "out.txt", tmp_path / "fresh.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_bytes(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    write_bytes(fresh, b"new")
    other = tmp_path / "other.txt"
    other.touch()
    assert fresh.stat().st_mode == other.stat().st_mode


@posix
def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@posix
def test_a_pipe_is_written_straight(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_bytes(pipe, b"data")
    reader.join(timeout=20)
    assert got == [b"data"]
    write_bytes("/dev/null", b"data")


def test_where_nothing_can_be_written_a_sentence_says_why(tmp_path):
    (tmp_path / "file").touch()
    for write in (lambda path: write_bytes(path, b""), check_writable):
        with pytest.raises(UsageError, match="no folder"):
            write(tmp_path / "missing" / "out.txt")
        with pytest.raises(UsageError, match="it is a folder"):
            write(tmp_path)
        with pytest.raises(UsageError, match="Cannot write"):
            write(tmp_path / "file" / "out.txt")
        with pytest.raises(UsageError, match="Cannot write"):
            write(str(tmp_path / "a\0b"))
    with pytest.raises(UsageError, match="in the way"):
        make_folder(tmp_path / "file")
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_says_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="no permission"):
        write_bytes(tmp_path / "out.txt", b"")


def test_a_file_that_is_read_only_stays(tmp_path, monkeypatch):
    (tmp_path / "out.txt").write_bytes(b"old")
    monkeypatch.setattr(atomic.os, "access", lambda *_: False)
    with pytest.raises(UsageError, match="no permission"):
        write_bytes(tmp_path / "out.txt", b"new")
    assert (tmp_path / "out.txt").read_bytes() == b"old"


def test_a_disk_is_never_written(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic.stat, "S_ISBLK", lambda mode: True)
    (tmp_path / "sda").touch()
    with pytest.raises(UsageError, match="it is a disk"):
        write_bytes(tmp_path / "sda", b"")


def test_checking_leaves_no_trace(tmp_path):
    check_writable(tmp_path / "out.txt")
    assert os.listdir(tmp_path) == []
