"""Does memory stay flat over many pages? Reads them one at a time and prints how the resident memory grows.

python tools/flat_memory.py FILE_OR_FOLDER... [--pages 300] [--skip 30]
"""

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import penscript as ocr

ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".webp", ".pdf")


def resident() -> float:
    """MiB of this process in memory now; Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def sources(places: list[Path]) -> list[Path]:
    found = [[place] if place.is_file() else sorted(place.rglob("*")) for place in places]
    return [path for path in itertools.chain(*found) if path.suffix.lower() in ENDINGS]


def growth(engine: ocr.OcrEngine, paths: list[Path]) -> Iterator[float]:
    """The memory after every page, over and over the files."""
    for path in itertools.cycle(paths):
        for _ in engine.pages(path):
            yield resident()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--skip", type=int, default=30, help="pages to read before measuring")
    parser.add_argument("--most", type=float, default=10.0, help="MiB a hundred pages that are still flat")
    options = parser.parse_args()
    memory = list(itertools.islice(growth(ocr.OcrEngine(), sources(options.places)), options.pages))
    after = memory[options.skip :]
    slope = float(np.polyfit(np.arange(len(after)), after, 1)[0]) * 100
    first, last, most = memory[0], memory[-1], max(memory)
    print(f"{len(memory)} pages: {first:.0f} MiB after the first, {last:.0f} after the last, {most:.0f} at most")
    print(f"after page {options.skip} memory grows by {slope:.1f} MiB a hundred pages")
    return 1 if slope > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
