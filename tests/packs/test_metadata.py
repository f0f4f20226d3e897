from pathlib import Path

import pytest

from pack_files import onnx_bytes, write_pack
from penscript.errors import DamagedInput, SchemaTooNew
from penscript.packs.line_image import padded_width
from penscript.packs.metadata import network_of, read_card, read_properties


def test_a_card_says_what_the_pack_is(tmp_path: Path) -> None:
    card = read_card(write_pack(tmp_path), "abc")
    assert card.info.id == "my-hand@1.2.0"
    assert (card.charset, card.stride, card.info.height) == (("", "a", "b", " "), 4, 48)
    assert card.info.languages == ("fr",)
    assert card.info.error == {"notes": {"lines": 10, "cer": 0.1}}
    assert card.info.sha256 == "abc"
    assert card.room == 0


def test_a_card_may_ask_for_empty_room(tmp_path: Path) -> None:
    room = read_card(write_pack(tmp_path, room=32)).room
    assert [padded_width(width, room) for width in (20, 40, 90, 192, 193)] == [128, 72, 128, 224, 232]


def test_properties_stand_behind_a_graph_of_any_size(tmp_path: Path) -> None:
    file = tmp_path / "a.onnx"
    file.write_bytes(onnx_bytes({"one": "1", "two": "zwei" * 100}))
    assert read_properties(file) == {"one": "1", "two": "zwei" * 100}


def test_a_network_is_opened_without_what_the_file_says_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "a.onnx"
    file.write_bytes(onnx_bytes({"one": "1", "two": "2" * 2**20}))
    assert network_of(file) == onnx_bytes({})


@pytest.mark.parametrize("data", [b"", b"not a pack at all", b"\x72\xff\xff\xff\x7f", b"\x08" + b"\xff" * 20])
def test_what_is_no_pack_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "odd.onnx"
    file.write_bytes(data)
    with pytest.raises(DamagedInput, match=r"odd\.onnx"):
        read_card(file)


def test_a_later_schema_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SchemaTooNew, match="newer Penscript"):
        read_card(write_pack(tmp_path, schema=2))


@pytest.mark.parametrize("changes", [{"charset": ["a", "b"]}, {"charset": []}, {"height": "tall"}])
def test_a_wrong_card_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(DamagedInput, match="wrongly"):
        read_card(write_pack(tmp_path, **changes))
