"""How far the gain on one page of a hand tells that on its other pages: `BETWEEN_PAGES` of the gate.

    python tools/fit_pages.py ../shared

Sixteen lines of each page of two single hands are learnt from, as `penscript learn` does, with fewer copies and one
stop; none of them is read for a figure. The gain on the page itself is that of its folds, as the gate sees it; then
five lines of each other page are read. What chance explains of the differences is taken off.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from judge_learning import HOOKER, PERAIRE, SINGLE, lines_of, pictures, single
from threadpoolctl import threadpool_limits

from penscript.learning.characters import grown_charset, grown_weights, numbers
from penscript.learning.course import Start, plan_for
from penscript.learning.features import Front
from penscript.learning.fitting import Learner, Lesson
from penscript.learning.judging import Ends, surprise
from penscript.learning.trial import folds_of
from penscript.learning.writer import Whose
from penscript.packs.catalog import Catalog
from penscript.training.lines import read_splits

LINES, COPIES, OTHERS, DRAWS = 16, 4, 5, 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    shared = parser.parse_args().shared
    start = Start.open(Path(Catalog().recognizer("latin").info.file), threads=1)
    variances = []
    for name in (HOOKER, PERAIRE):
        with threadpool_limits(1):
            found = np.array(list(pages(shared, name, start)))
        variances.append(max(0.0, float((found[:, 0] ** 2 - found[:, 1]).mean())))
        print(f"{name}: {len(found)} pages, {variances[-1] ** 0.5:.3f}", flush=True)
    print(f"BETWEEN_PAGES {np.mean(variances) ** 0.5:.3f}")


def pages(shared: Path, name: str, start: Start):
    """For each page by how much the relative gains differ, and the variance that chance gives to that."""
    hand = single(name, lines_of(shared, name), read_splits(shared / "data/splits.tsv"), *SINGLE[name])
    charset = grown_charset(start.card.charset, (text for _, text in hand.taught))
    weights = grown_weights(start.tail.weights, start.card.charset, charset)
    front, plan = Front(start.file, start.tail.entry, start.card.info.height), plan_for(LINES)[0]
    seen, by_page = pictures(shared, hand, hand.taught), defaultdict(list)
    for place, (file, _) in enumerate(hand.taught):
        by_page[file.rsplit("_", 1)[0]].append(place)
    texts = [numbers(text, charset) for _, text in hand.taught]

    def look(one: int, copies: int):
        return front.views(seen[one], copies, seen, one)

    dilation = start.tail.dilation
    for page, places in by_page.items():
        if len(places) >= LINES:
            own = [Lesson(views, texts[one], told) for one in places[:LINES] for views, told in [look(one, COPIES)]]
            far = [one for other, some in by_page.items() if other != page for one in some[:OTHERS]]
            others = [Lesson(views, texts[one], told) for one in far for views, told in [look(one, 0)]]
            whose, ends = Whose.of([one.shown for one in own]), {}
            for left_out in folds_of(LINES):
                rest = [one for place, one in enumerate(own) if place not in left_out]
                learnt = Learner(weights, dilation, rest, plan).run()
                ends |= dict.fromkeys(left_out, Ends(dilation, weights, learnt, whose.switch(left_out)))
            here = change([(own[place], ends[place]) for place in range(LINES)])
            both = Ends(dilation, weights, Learner(weights, dilation, own, plan).run(), whose.switch())
            there = change([(one, both) for one in others])
            print(f"  {page}: {here[0]:+.3f} on it, {there[0]:+.3f} on others", flush=True)
            yield there[0] - here[0], here[1] + there[1]


def change(lines: list[tuple[Lesson, Ends]]) -> tuple[float, float]:
    """The relative change of the surprise, and its variance by the bootstrap."""
    told = [
        [surprise(some.posteriors(one), one.text) for some in (Ends(ends.dilation, ends.general), ends)]
        for one, ends in lines
    ]
    both = np.array(told)
    drawn = np.random.default_rng(0).multinomial(len(both), np.full(len(both), 1 / len(both)), DRAWS) @ both
    return both[:, 1].sum() / both[:, 0].sum() - 1, float(np.var(drawn[:, 1] / drawn[:, 0]))


if __name__ == "__main__":
    main()
