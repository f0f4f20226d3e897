import hashlib

import pytest

from pack_files import write_pack
from penscript.errors import UsageError
from penscript.packs.catalog import Catalog
from penscript.packs.metadata import read_card
from penscript.packs.versions import KEPT, next_version, publish, roll_back, sidecar, versions


def learn(folder, version):
    """Publish `my-hand` of that version in `folder`/packs."""
    made = write_pack(folder, sidecar=False, version=version)
    file = folder / "packs" / "my-hand.onnx"
    publish(made, hashlib.sha256(made.read_bytes()).hexdigest(), file)
    return file


def in_use(file):
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sidecar(file).read_text().strip()
    return read_card(file).info.version


def test_a_new_version_takes_the_place_and_the_old_one_stays(tmp_path):
    file = learn(tmp_path, "1")
    learn(tmp_path, "2")
    assert in_use(file) == "2"
    assert versions(file) == ["2", "1"]
    assert next_version(file) == "3"


def test_rolling_back_goes_one_back_each_time_and_forward_by_name(tmp_path):
    file = learn(tmp_path, "1")
    learn(tmp_path, "2")
    learn(tmp_path, "3")
    assert [roll_back(file), in_use(file)] == ["2", "2"]
    assert [roll_back(file), in_use(file)] == ["1", "1"]
    assert [roll_back(file, "3"), in_use(file)] == ["3", "3"]
    assert next_version(file) == "4"


def test_there_is_nothing_before_the_first(tmp_path):
    file = learn(tmp_path, "1")
    with pytest.raises(UsageError, match="earlier version"):
        roll_back(file)
    with pytest.raises(UsageError, match="my-hand@7"):
        roll_back(file, "7")


def test_only_so_many_are_kept(tmp_path):
    for version in range(1, KEPT + 4):
        file = learn(tmp_path, str(version))
    assert len(versions(file)) == KEPT + 1


def test_a_version_can_be_read_with_by_name(tmp_path):
    learn(tmp_path, "1")
    file = learn(tmp_path, "2")
    catalog = Catalog([file.parent])
    assert catalog._find("my-hand@1", catalog._entries()).card().info.version == "1"
    assert catalog._find("my-hand", catalog._entries()).card().info.version == "2"


def test_removing_a_pack_removes_all_of_it(tmp_path):
    learn(tmp_path, "1")
    file = learn(tmp_path, "2")
    Catalog([file.parent]).remove("my-hand")
    assert [one for one in file.parent.rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("name", ["latin", "base", "tesseract", "../up", "", "a b"])
def test_names_that_cannot_be_used(tmp_path, name):
    with pytest.raises(UsageError, match="name"):
        Catalog([tmp_path]).place(name)
