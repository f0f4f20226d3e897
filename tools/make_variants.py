"""Turned, skewed, shadowed, pale and photographed pages with their truth: python tools/make_variants.py FOLDER OUT

Every kind of every set becomes a folder of its own in OUT; `penscript evaluate OUT` then shows what each costs. The
seed of a page is its place in its set.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from penscript.errors import PenscriptError
from penscript.evaluation.camera import VIEWS, photograph, view_of
from penscript.evaluation.matching import truth_lines
from penscript.evaluation.sets import Kind, Sample, find_sets
from penscript.evaluation.variants import KINDS, make_variant


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="pages with .gt.txt beside them, or a collection with splits")
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", default="test")
    parser.add_argument("--sets", nargs="+", default=())
    parser.add_argument("--limit", type=int, default=8, help="pages a set")
    parser.add_argument("--kinds", nargs="+", choices=[*KINDS, *VIEWS], default=[*KINDS, *VIEWS])
    options = parser.parse_args()
    try:
        sets = find_sets(options.folder, options.part, options.sets, options.limit)
        for found in (one for one in sets if one.kind is Kind.PAGE):
            for kind in options.kinds:
                for seed, sample in enumerate(found.samples):
                    write(sample, kind, seed, options.out / f"{Path(found.name).name}-{kind}")
    except PenscriptError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def write(sample: Sample, kind: str, seed: int, folder: Path) -> None:
    """One copy of a page: NAME.png, NAME.gt.txt and, where the page has places, NAME.lines.json."""
    if not isinstance(sample.source, Path) or sample.source.suffix.lower() == ".pdf":
        return
    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(sample.source) as image:
        pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    variant = photograph(pixels, view_of(kind, seed), seed) if kind in VIEWS else make_variant(pixels, kind, seed)
    Image.fromarray(variant.pixels).save(folder / f"{sample.document}.png")
    (folder / f"{sample.document}.gt.txt").write_text(sample.truth, "utf-8")
    if sample.geometry:
        places = [{"text": text, "polygon": variant.move(outline)} for text, outline in truth_lines(sample.geometry)]
        (folder / f"{sample.document}.lines.json").write_text(json.dumps(places, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
