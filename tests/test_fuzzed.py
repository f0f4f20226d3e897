"""What tools/fuzz.py once found stays mended: an error of the house, where a traceback came out."""

import io
import sqlite3
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest

from fakes import document
from pack_files import write_pack
from penscript.batch.finding import find
from penscript.errors import DamagedInput, UsageError
from penscript.export.searchable import to_pdf
from penscript.invoices.suppliers import read_supplier
from penscript.journal import Entry, Journal, State
from penscript.options import Limits, ReadOptions
from penscript.packs.catalog import Catalog
from penscript.packs.hocr import parse
from penscript.packs.ngram import LANGUAGE_KEY, unpack_model
from penscript.reading.reader import Reader

TOOLS = Path(__file__).resolve().parent.parent / "tools"


def seeds(name: str) -> list[bytes]:
    """The inputs that are right, from which mutations start."""
    sys.path.insert(0, str(TOOLS))
    try:
        import fuzz_seeds

        return list(fuzz_seeds.seeds(name))
    finally:
        sys.path.remove(str(TOOLS))


def test_a_member_whose_packing_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(10_000))
    data = bytearray(file.read_bytes())
    data[35:37] = b"\xff\xff"
    file.write_bytes(data)
    (one,) = find([str(file)])
    with pytest.raises(DamagedInput, match="cannot be unpacked"):
        one.source(Limits())


def test_a_member_without_a_name_is_no_page(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", b"")
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"x", b"\0"))
    assert list(find([str(tmp_path / "a.zip")])) == []


@pytest.mark.parametrize("told", [{"stride": 0}, {"height": 0}, {"height": 10**9}, {"room": -1}, {"charset": ["", 7]}])
def test_a_pack_of_impossible_measures(told: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DamagedInput, match="describes itself wrongly"):
        Catalog([tmp_path / "packs"]).add(write_pack(tmp_path, **told))


def test_a_pack_whose_calibration_is_none(tmp_path: Path) -> None:
    write_pack(tmp_path, calibration={"lines": {"names": 7}})
    reader = Reader(Catalog([tmp_path], threads=1))
    with pytest.raises(DamagedInput, match=r"calibration of my-hand@1\.2\.0 is damaged"):
        reader.calibrations(ReadOptions(pack="my-hand"))


@pytest.mark.parametrize("cut", [3, 12, 30, 60])
def test_a_language_model_that_is_cut_short(cut: int) -> None:
    properties = _properties(seeds("pack")[2])
    with pytest.raises(ValueError, match=r".+"):
        unpack_model(properties[LANGUAGE_KEY][:cut])


def test_a_language_model_that_would_unpack_for_ever() -> None:
    import base64
    import struct

    head = struct.pack("<4sBI", b"PNG2", 1, 5) + struct.pack("<II", 2**31, 5)
    with pytest.raises(ValueError, match="more than 33554432 runs"):
        unpack_model(base64.b64encode(head + b"12345").decode())


@pytest.mark.parametrize("change", [(b"ReduceMean", b"ReduceXean"), (b'["", "a", "b"]', b'["", "a"     ]')])
def test_a_pack_whose_network_is_another(change: tuple[bytes, bytes], tmp_path: Path) -> None:
    file = tmp_path / "a.onnx"
    file.write_bytes(seeds("pack")[0].replace(*change))
    catalog = Catalog([tmp_path / "packs"], threads=1)
    catalog.add(file)
    with pytest.raises(DamagedInput, match=r"a\.onnx|a@1"):
        catalog.recognizer("a").read([np.full((40, 60), 255, np.uint8)])


def test_the_pack_that_mutations_start_from_reads(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(seeds("pack")[0])
    catalog = Catalog([tmp_path / "packs"], threads=1)
    assert catalog.add(tmp_path / "a.onnx").name == "a"
    assert catalog.recognizer("a").read([np.full((40, 60), 255, np.uint8)])[0].pack == "a@1"


def _properties(data: bytes) -> dict[str, str]:
    from penscript.packs import onnx_file

    return {entry.key: entry.value for entry in onnx_file.parse(data).metadata_props}


class Original:
    """A PDF that was read."""

    format, password = "PDF", None

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._file = io.BytesIO()
        pdf.save(self._file)

    def file(self) -> io.BytesIO:
        return io.BytesIO(self._file.getvalue())

    def load(self, number: int) -> Any:
        raise AssertionError("nothing is to be drawn")


def _damaged(entry: str, value: Any) -> Original:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 100))
        pdf.pages[0].obj.Resources = pikepdf.Dictionary()
        node: Any = pdf.pages[0].obj
        *way, last = entry.split(".")
        for name in way:
            node = node[name]
        node[last] = value
        return Original(pdf)


@pytest.mark.parametrize(("entry", "value"), [("/Resources./Font", 7), ("/Resources", 7), ("/Rotate", 360)])
def test_a_pdf_whose_fonts_are_none_gets_its_text(entry: str, value: Any) -> None:
    made = to_pdf(document(), _damaged(entry, value))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/PenscriptText" in pdf.pages[0].obj.Resources.Font


@pytest.mark.parametrize(("entry", "value"), [("/Rotate", pikepdf.Name.Up), ("/CropBox", pikepdf.Array([1, 2]))])
def test_a_pdf_that_is_not_put_together_as_such_is_damaged(entry: str, value: Any) -> None:
    with pytest.raises(DamagedInput, match="too damaged to be copied"):
        to_pdf(document(), _damaged(entry, value))


def test_a_journal_that_is_damaged_inside(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.enter([Entry(str(number) * 50, "a", str(number), "1") for number in range(200)], lambda one, _: one)
    data = bytearray((tmp_path / "journal.db").read_bytes())
    for page in range(3 * 4096, len(data), 4096):
        data[page : page + 2000] = bytes(2000)
    (tmp_path / "journal.db").write_bytes(data)
    with pytest.raises(DamagedInput, match="is not a journal"), Journal(tmp_path) as journal:
        list(journal.unfinished())
    with pytest.raises(DamagedInput, match="is not a journal"), Journal(tmp_path) as journal:
        journal.entry("7" * 50)


@pytest.mark.parametrize(("column", "value"), [("state", "gone"), ("reason", b"\xff"), ("pages", "many")])
def test_a_journal_with_an_entry_that_nobody_wrote(column: str, value: Any, tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.finish(*journal.enter([Entry("a", "a", "a", "1")], lambda one, _: one), State.FAILED)
    with sqlite3.connect(tmp_path / "journal.db") as database:
        database.execute(f"UPDATE inputs SET {column} = ?", [value])
    database.close()
    with pytest.raises((DamagedInput, UsageError), match=r"journal\.db"), Journal(tmp_path) as journal:
        list(journal.unfinished())


@pytest.mark.parametrize("pattern", ["a{99999999999}", "(" * 3000 + ")" * 3000])
def test_a_template_whose_pattern_is_too_much(pattern: str, tmp_path: Path) -> None:
    text = f"name = 'a'\n[recognise]\ntexts = ['a']\n[fields.number]\nlabel = 'No'\npattern = '{pattern}'\n"
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.toml cannot be used"):
        read_supplier(tmp_path / "a.toml")


@pytest.mark.parametrize("place", ["bbox 5 5", "bbox 5 5 6 1-2", "bbox 5 5 60 50 7"])
def test_hocr_whose_places_are_none(place: str) -> None:
    (text,) = seeds("hocr")
    assert parse(text.decode())
    with pytest.raises(ValueError, match=r".+"):
        parse(text.decode().replace("bbox 5 5 60 50", place))
