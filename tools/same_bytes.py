"""Do pages read the same, byte by byte, from one thread and from eight, alone and in workers?

python tools/same_bytes.py FOLDER... [--pages 100] [--threads 8] [--workers 2]
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import penscript as ocr

ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".webp", ".pdf")


def read(engine: ocr.OcrEngine, path: Path) -> str:
    item = engine.attempt(path)
    return item.result.to_json() if item.result else f"{path}: {item.error}"


def different(paths: list[Path], one: list[str], other: list[str]) -> list[Path]:
    return [path for path, first, second in zip(paths, one, other, strict=True) if first != second]


def spread(folders: list[Path], count: int) -> list[Path]:
    """Pages from everywhere in the folders, always the same ones."""
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    step = max(1, len(found) // count)
    return found[::step][:count]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--workers", type=int, default=0, help="also read in so many processes")
    options = parser.parse_args()
    engine = ocr.OcrEngine()
    paths = spread(options.folders, options.pages)
    alone = [read(engine, path) for path in paths]
    with ThreadPoolExecutor(options.threads) as pool:
        wrong = different(paths, alone, list(pool.map(lambda path: read(engine, path), paths)))
    print(f"{len(paths)} pages, 1 and {options.threads} threads: {len(wrong)} differ {[str(path) for path in wrong]}")
    if options.workers:
        items = engine.process_many(paths, workers=options.workers)
        read_there = [item.result.to_json() if item.result else f"{item.source}: {item.error}" for item in items]
        off = different(paths, alone, read_there)
        print(f"{len(paths)} pages, 1 and {options.workers} processes: {len(off)} differ {[str(path) for path in off]}")
        wrong += off
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
