"""Reads drawn pages with tables, and pages with tables of known cells, and scores the tables.

python tools/score_tables.py             # 20 pages of every kind
python tools/score_tables.py --pages 5
"""

import argparse

from penscript import OcrEngine
from penscript.evaluation.tables import KINDS, score_drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    engine = OcrEngine(threads=given.threads, barcodes=False)
    for kind in KINDS:
        score = score_drawn(
            kind,
            range(1000, 1000 + given.pages),
            lambda pixels: [table.rows for table in engine.process(pixels).tables],
        )
        print(
            f"{kind:<8} {given.pages:3} pages  F1 {score.f1:.4f}  ({score.found} of {score.truth}, {score.read} read)"
        )


if __name__ == "__main__":
    main()
