"""How much of a result's text do programs find in its searchable PDF? Lines that come out as they are, by program.

python tools/score_pdf.py RESULT.json... [--sources FOLDER] [--show PROGRAM]

The results are what `penscript batch FOLDER --format json` wrote; --sources is where their files lie. pdftotext without
a flag joins words that are hyphened at the end of a line: such lines count where they come out joined.
"""

import argparse
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from penscript.result import OcrResult

PROGRAMS = {"pdftotext": [], "pdftotext -raw": ["-raw"]}


def lines_of(text: str) -> list[str]:
    """Lines that hold something, with single spaces."""
    return [" ".join(line.split()) for line in text.replace("\f", "\n").splitlines() if line.strip()]


def found(path: Path) -> dict[str, list[str]]:
    """What each program finds in a PDF."""
    with pypdfium2.PdfDocument(path) as pdf:
        pages = [page.get_textpage().get_text_range().replace("\ufffe", "-\n") for page in pdf]
    told = {"PDFium": lines_of("\n".join(pages))}
    for name, flags in PROGRAMS.items():
        done = subprocess.run(["pdftotext", *flags, str(path), "-"], capture_output=True, check=True)
        told[name] = lines_of(done.stdout.decode())
    return told


def stretches(lines: list[str], start: int) -> Iterator[int]:
    """Where stretches of hyphened lines from `start` on may end, the longest first."""
    end = start
    while end + 1 < len(lines) and lines[end].endswith("-"):
        end += 1
    yield from range(end + 1, start, -1)


def kept(lines: list[str], text: list[str]) -> list[bool]:
    """Whether each line comes out, by itself or joined to those that its hyphen connects it with."""
    left, told = Counter(text), [False] * len(lines)
    start = 0
    while start < len(lines):
        for end in stretches(lines, start):
            joined = "".join(line[:-1] for line in lines[start : end - 1]) + lines[end - 1]
            if left[joined]:
                left[joined] -= 1
                told[start:end] = [True] * (end - start)
                break
        start = end
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="+", type=Path)
    parser.add_argument("--sources", type=Path, default=Path())
    parser.add_argument("--show", help="a program, to see which lines it does not find")
    options = parser.parse_args()
    right: Counter[str] = Counter()
    total = pages = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in options.results:
            result = OcrResult.from_json(path.read_text(encoding="utf-8"))
            lines = [" ".join(line.text.split()) for line in result.lines if line.text]
            result.save(Path(folder, "out.pdf"), original=options.sources / result.document.source)
            for name, text in found(Path(folder, "out.pdf")).items():
                told = kept(lines, text)
                right[name] += sum(told)
                if name == options.show:
                    print(*(f"{path.name}: {line}" for line, ok in zip(lines, told, strict=True) if not ok), sep="\n")
            total, pages = total + len(lines), pages + len(result.document.pages)
    print(f"{total} lines of {pages} pages:", ", ".join(f"{name} {count}" for name, count in right.items()))


if __name__ == "__main__":
    main()
