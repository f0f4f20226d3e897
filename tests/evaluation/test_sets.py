import zipfile
from pathlib import Path

import pytest

from penscript.errors import DamagedInput, EmptyInput, MissingInput, UsageError
from penscript.evaluation.sets import Kind, document, find_sets


def lines_folder(folder: Path, count: int = 3) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"page_{i:03}.png\tLine {i}" for i in range(count)]
    (folder / "lines.tsv").write_text("\n".join(rows), "utf-8")
    for i in range(count):
        (folder / f"page_{i:03}.png").write_bytes(b"%d" % i)
    return folder


def pages_folder(folder: Path, truth: str = "Hello\nyou") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("b.jpg", "a.pdf"):
        (folder / name).write_bytes(b"page")
        (folder / name).with_suffix(".gt.txt").write_text(truth, "utf-8")
    (folder / "b.lines.json").write_text("[]", "utf-8")
    (folder / "lost.gt.txt").write_text("its page is not here", "utf-8")
    return folder


def test_a_folder_of_lines(tmp_path: Path) -> None:
    (found,) = find_sets(lines_folder(tmp_path / "mine"))
    assert (found.name, found.kind, found.ignore_case) == ("mine", Kind.LINE, False)
    assert [(one.file, one.truth, one.source) for one in found.samples][1] == ("page_001.png", "Line 1", b"1")
    assert {one.document for one in found.samples} == {"page"}


def test_a_zip_of_lines_is_the_same(tmp_path: Path) -> None:
    folder = lines_folder(tmp_path / "mine")
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert find_sets(tmp_path / "mine.zip") == find_sets(folder)


def test_a_folder_of_pages(tmp_path: Path) -> None:
    (found,) = find_sets(pages_folder(tmp_path / "scans"))
    assert [one.file for one in found.samples] == ["a.pdf", "b.jpg"]
    assert [one.geometry is None for one in found.samples] == [True, False]
    assert found.samples[0].source == tmp_path / "scans" / "a.pdf"
    assert found.kind is Kind.PAGE


def test_truth_in_capitals_ignores_case(tmp_path: Path) -> None:
    assert find_sets(pages_folder(tmp_path, "TOTAL 7.00 €"))[0].ignore_case


def test_a_folder_of_sets(tmp_path: Path) -> None:
    lines_folder(tmp_path / "lines")
    pages_folder(tmp_path / "pages")
    assert [one.name for one in find_sets(tmp_path)] == ["lines", "pages"]
    assert [one.name for one in find_sets(tmp_path, names=["pages"])] == ["pages"]


def test_splits_choose_the_part(tmp_path: Path) -> None:
    lines_folder(tmp_path / "data" / "handwriting" / "hand")
    pages_folder(tmp_path / "data" / "print" / "bills")
    rows = ["set\tfile\tpart", "hand\tpage_000.png\ttrain", "hand\tpage_001.png\ttest", "print/bills\tb.jpg\tadapt"]
    (tmp_path / "data" / "splits.tsv").write_text("\n".join(rows), "utf-8")

    def files(part: str) -> list[str]:
        return [sample.file for one in find_sets(tmp_path, part) for sample in one.samples]

    assert files("test") == ["page_001.png"]
    assert files("test,adapt") == ["page_001.png", "b.jpg"]
    assert len(files("all")) == 5


def test_a_limit_draws_lines_always_the_same(tmp_path: Path) -> None:
    folder = lines_folder(tmp_path, 30)
    drawn = find_sets(folder, limit=5)[0].samples
    assert len(drawn) == 5
    assert drawn == find_sets(folder, limit=5)[0].samples
    assert drawn != find_sets(folder, limit=5, seed=1)[0].samples


def test_the_document_of_a_line() -> None:
    assert document("w01_1_0.webp") == "w01_1"
    assert document("letter-12.png") == "letter"
    assert document("lonely.png") == "lonely"


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="nowhere"):
        find_sets(tmp_path / "nowhere")
    with pytest.raises(EmptyInput, match="no truth"):
        find_sets(tmp_path)
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    with pytest.raises(DamagedInput, match=r"bad\.zip"):
        find_sets(tmp_path / "bad.zip")
    with pytest.raises(UsageError, match="no set scan"):
        find_sets(pages_folder(tmp_path / "scans"), names=["scan"])


def test_lines_tsv_with_a_missing_picture_or_tab(tmp_path: Path) -> None:
    folder = lines_folder(tmp_path / "lines")
    (folder / "page_001.png").unlink()
    with pytest.raises(MissingInput, match="page_001"):
        find_sets(folder)
    (folder / "lines.tsv").write_text("page_000.png Line without tab", "utf-8")
    with pytest.raises(DamagedInput, match="row 1"):
        find_sets(folder)


def test_the_collection_has_the_counts_of_the_baseline(shared: Path) -> None:
    counts = {one.name: len(one.samples) for one in find_sets(shared)}
    assert counts["copiste_dun_jour_fr"] == 689
    assert counts["testaments_poilus_fr"] == 172
    assert counts["pages/copiste_dun_jour_fr"] == 40
    assert counts["print/sroie"] == 82
    assert find_sets(shared, names=["print/sroie"])[0].ignore_case
