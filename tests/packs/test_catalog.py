import pickle
from pathlib import Path

import pytest

from pack_files import write_pack
from penscript.errors import DamagedInput, MissingInput, UsageError
from penscript.language import Language
from penscript.packs.catalog import Catalog


def test_the_base_weights_are_there_first_and_read_han() -> None:
    catalog = Catalog(threads=1)
    assert catalog.packs()[0].name == "base"
    assert "zh" in catalog.packs()[0].languages
    assert "ru" not in catalog.packs()[0].languages
    assert catalog.recognizer(languages=(Language.CHINESE,)).info.name == "base"


def test_one_recognizer_serves_all_callers() -> None:
    catalog = Catalog(threads=1)
    assert catalog.recognizer("base") is catalog.recognizer("base")
    assert catalog.detector() is catalog.detector()


def test_a_pack_is_added_listed_found_and_removed(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    file = write_pack(tmp_path / "from", sidecar=False)
    catalog = Catalog([tmp_path / "to"])
    info = catalog.add(file)
    assert (info.id, Path(info.file)) == ("my-hand@1.2.0", tmp_path / "to" / "my-hand.onnx")
    assert "my-hand" in [pack.name for pack in catalog.packs()]
    assert catalog.recognizer("my-hand@1.2.0").info.name == "my-hand"
    catalog.remove("my-hand")
    assert "my-hand" not in [pack.name for pack in catalog.packs()]
    assert not list((tmp_path / "to").iterdir())


def test_a_pack_can_be_named_by_its_file(tmp_path: Path) -> None:
    assert Catalog().recognizer(str(write_pack(tmp_path))).info.name == "my-hand"


def test_a_pack_may_have_the_name_of_the_file_of_the_base_weights(tmp_path: Path) -> None:
    name = Path(Catalog().packs()[0].file).stem
    catalog = Catalog([tmp_path / "to"])
    catalog.add(write_pack(tmp_path, name=name))
    assert [pack.version for pack in catalog.packs() if pack.name == name] == ["1.2.0"]
    assert catalog.recognizer(name).info.name == name


def test_a_changed_file_is_never_opened(tmp_path: Path) -> None:
    file = write_pack(tmp_path)
    with file.open("ab") as stream:
        stream.write(b"\x00")
    with pytest.raises(DamagedInput, match="digest"):
        Catalog([tmp_path]).recognizer("my-hand")


def test_a_file_without_a_digest_spoils_nothing_else(tmp_path: Path) -> None:
    write_pack(tmp_path, sidecar=False)
    catalog = Catalog([tmp_path])
    assert catalog.packs()[0].name == "base"
    assert catalog.recognizer("base").info.name == "base"
    with pytest.raises(DamagedInput, match="packs add"):
        catalog.recognizer("my-hand")


def test_unknown_names_and_files_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="base"):
        Catalog().recognizer("nothing")
    with pytest.raises(MissingInput):
        Catalog([tmp_path]).add(tmp_path / "nothing.onnx")


def test_what_ships_with_penscript_stays(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="stays"):
        Catalog([tmp_path]).remove("base")
    with pytest.raises(UsageError, match="another name"):
        Catalog([tmp_path / "to"]).add(write_pack(tmp_path, name="base"))


def test_sessions_are_never_pickled() -> None:
    catalog = Catalog(threads=1)
    catalog.detector()
    with pytest.raises(TypeError):
        pickle.dumps(catalog)
