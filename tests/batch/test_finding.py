import os
import sys
import zipfile
from pathlib import Path

import pytest

from fakes import picture
from penscript.batch.finding import find, in_list
from penscript.errors import (
    DamagedInput,
    EmptyInput,
    InputError,
    LimitExceeded,
    MissingInput,
    PasswordNeeded,
    UnsupportedInput,
)
from penscript.options import Limits
from penscript.sources import Image


def places(*told, avoid=None):
    return [one.place for one in find([str(one) for one in told], avoid)]


def test_a_folder_holds_what_lies_below(scans):
    assert places(scans) == ["post/in/one", "top", "unnamed", "a/x", "b/x", "b/x", "b/deep/er/y"]


def test_of_several_each_has_a_folder(scans):
    assert places(scans / "a", scans / "b" / "deep") == ["a/x", "deep/er/y"]
    assert places(scans / "post.zip") == ["in/one"]
    assert places(scans / "post.zip", scans / "top.png") == ["post/in/one", "top"]


def test_a_pattern_keeps_what_lies_below_its_fixed_part(scans):
    assert places(scans / "*" / "x.*") == ["a/x", "b/x", "b/x"]
    assert places(scans / "**" / "*.png") == ["a/x", "b/deep/er/y", "b/x", "top"]
    with pytest.raises(MissingInput, match="Nothing matches"):
        places(scans / "*.gif")


def test_a_file_with_the_letters_of_a_pattern_is_a_file(tmp_path):
    picture().save(tmp_path / "page[1].png")
    assert places(tmp_path / "page[1].png") == ["page[1]"]


def test_what_is_not_there_is_an_input_that_fails(tmp_path):
    (one,) = find([str(tmp_path / "none.png")])
    assert (one.place, one.fingerprint) == ("none", "")
    with pytest.raises(MissingInput):
        Image.load(one.source(Limits()))


def test_a_folder_of_results_is_left_out(scans):
    picture().save(scans / "a" / "result.png")
    assert "a/x" not in places(scans, avoid=scans / "a")
    assert "a/result" in places(scans, avoid=scans.parent)


def test_the_same_file_is_the_same_input_however_it_is_named(scans, monkeypatch):
    monkeypatch.chdir(scans)
    keys = {one.key for one in find(["top.png", "./a/../top.png", str(scans / "top.png")])}
    assert len(keys) == 1
    assert [one.name for one in find(["./top.png"])] == ["top.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_to_folders_are_not_followed(scans):
    os.symlink(scans, scans / "a" / "round")
    os.symlink(scans / "top.png", scans / "a" / "link.png")
    assert [place for place in places(scans) if place.startswith("a/")] == ["a/link", "a/x"]


def test_a_changed_file_has_another_fingerprint(scans):
    (before,) = find([str(scans / "top.png")])
    os.utime(scans / "top.png", ns=(1, 1))
    (after,) = find([str(scans / "top.png")])
    assert (before.key, before.place) == (after.key, after.place)
    assert before.fingerprint != after.fingerprint


def test_lists():
    assert in_list(b"\xef\xbb\xbfa b.png\r\n\n  \nc.png") == ["a b.png", "c.png"]
    assert in_list(b"a\nb.png\0c.png\0") == ["a\nb.png", "c.png"]


def test_members_come_out_under_their_names(scans):
    (one,) = find([str(scans / "post.zip")])
    source = one.source(Limits())
    assert source.name == one.name == f"{scans / 'post.zip'}/in/one.png"
    assert source.getvalue() == (scans / "top.png").read_bytes()


def test_a_bomb_is_unpacked_no_further_than_the_limit(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.png", bytes(50_000_000))
    (one,) = find([str(tmp_path / "bomb.zip")])
    with pytest.raises(LimitExceeded, match="1000000 bytes"):
        one.source(Limits(file_bytes=1_000_000))


def test_names_in_an_archive_do_not_lead_out_of_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for name in ("../../up.png", "/root.png", "C:\\windows.png", "same.png"):
            archive.writestr(name, b"x")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("same.png", b"y")
    found = list(find([str(tmp_path / "evil.zip")]))
    assert [one.place for one in found] == ["../../up", "root", "C:/windows", "same", "same"]
    assert len({one.key for one in found}) == 5
    assert [one.source(Limits()).getvalue() for one in found[3:]] == [b"x", b"y"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")
def test_a_pipe_among_the_pages_holds_nobody_up(scans):
    for name in ("pipe", "pipe.png"):
        os.mkfifo(scans / name)
    os.symlink("/dev/zero", scans / "zeros")
    names = [Path(one.name).name for one in find([str(scans)])]
    assert "pipe" not in names
    assert "zeros" not in names
    (pipe,) = find([str(scans / "pipe.png")])
    with pytest.raises(UnsupportedInput, match="is a device or a pipe"):
        Image.load(pipe.source(Limits()))


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights")
def test_a_link_to_what_nobody_may_look_at_is_passed_over(scans):
    before = list(find([str(scans)]))
    (scans / "link").symlink_to("x" * 300)  # looking at it is an error, as in a folder without rights
    assert list(find([str(scans)])) == before


def test_broken_archives_say_what_is_wrong(tmp_path):
    good = tmp_path / "good.zip"
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("page.png", b"0123456789" * 100)
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:200])
    data = good.read_bytes()
    (tmp_path / "crc.zip").write_bytes(data.replace(b"0123456789", b"9876543210", 1))
    locked = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[data.index(sign) + place] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    for name, error in (("cut", UnsupportedInput), ("crc", DamagedInput), ("locked", PasswordNeeded)):
        (one,) = find([str(tmp_path / f"{name}.zip")])
        with pytest.raises(error):
            Image.load(one.source(Limits()))
    good.unlink()
    (tmp_path / "empty.zip").write_bytes(b"")
    (one,) = find([str(tmp_path / "empty.zip")])
    with pytest.raises(EmptyInput):
        Image.load(one.source(Limits()))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights do not bind everybody")
def test_a_folder_that_may_not_be_opened_is_told(scans):
    (scans / "a").chmod(0)
    with pytest.raises(InputError, match="cannot be looked into"):
        places(scans)
