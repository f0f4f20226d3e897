"""What light and flattening are worth: every page read as it lies and from its best view, side by side.

    python tools/make_variants.py ../shared OUT --kinds perspective curled waved photo
    python tools/measure_paper.py OUT
    python tools/measure_paper.py ../shared --part test --sets print/sroie    pages that are flat already

CER by set, as `penscript evaluate` counts it; `changed` are the pages that were read from another view.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import cv2

from penscript.api import OcrEngine
from penscript.errors import PenscriptError
from penscript.evaluation.scores import Tally, tally, total
from penscript.evaluation.sets import Kind, Sample, find_sets


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", default="test")
    parser.add_argument("--sets", nargs="+", default=())
    parser.add_argument("--limit", type=int, default=None, help="pages a set")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    engine = OcrEngine(threads=1)
    try:
        for found in find_sets(options.folder, options.part, options.sets, options.limit):
            if found.kind is Kind.PAGE:
                print(row(found.name, [both(engine, one, found.ignore_case) for one in found.samples]), flush=True)
    except PenscriptError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def both(engine: OcrEngine, sample: Sample, ignore_case: bool) -> tuple[Tally, Tally]:
    """The page as it lies, and from its best view."""
    found = []
    for flatten in (False, True):
        engine.options = replace(engine.options, flatten=flatten)
        found.append(tally(sample.truth, engine.process(sample.source).text, ignore_case))
    return found[0], found[1]


def row(name: str, pages: list[tuple[Tally, Tally]]) -> str:
    """The scores of a set, and the most that a page of it lost."""
    lying, best = (total(one) for one in zip(*pages, strict=True))
    worst = max(best.cer - lying.cer for lying, best in pages)
    changed = sum(lying != best for lying, best in pages)
    return (
        f"{name:36} {len(pages):3} pages, {changed:3} changed   CER as it lies {lying.cer:.4f}"
        f"   best view {best.cer:.4f}   ratio {best.cer / max(1e-9, lying.cer):.2f}   worst page {worst:+.4f}"
    )


if __name__ == "__main__":
    sys.exit(main())
