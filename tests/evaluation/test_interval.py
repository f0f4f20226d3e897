import math

import numpy as np
import pytest

from penscript.evaluation.interval import bootstrap, by_document, ratio


def test_samples_are_summed_by_document() -> None:
    sums = by_document(["b", "a", "b"], np.array([[1.0, 10], [2, 20], [3, 30]]))
    assert sums.tolist() == [[2, 20], [4, 40]]


def test_the_interval_holds_the_figure_and_repeats() -> None:
    rng = np.random.default_rng(3)
    sums = np.stack([rng.binomial(100, 0.2, 40), np.full(40, 100)], axis=1).astype(float)
    low, high = bootstrap(sums, ratio)
    assert low < ratio(sums.sum(0)) < high
    assert high - low == pytest.approx(2 * 1.96 * math.sqrt(0.2 * 0.8 / 4000), rel=0.35)
    assert (low, high) == bootstrap(sums, ratio)
    assert (low, high) != bootstrap(sums, ratio, seed=1)


def test_few_documents_of_many_lines_give_a_wide_interval() -> None:
    errors = np.array([0, 0, 0, 50.0] * 100)
    rows = np.stack([errors, np.full(400, 100.0)], axis=1)
    narrow = bootstrap(by_document([str(i) for i in range(400)], rows), ratio)
    wide = bootstrap(by_document([str(i % 4) for i in range(400)], rows), ratio)
    assert wide[1] - wide[0] > 3 * (narrow[1] - narrow[0])


def test_one_document_supports_no_interval() -> None:
    assert all(math.isnan(end) for end in bootstrap(np.ones((1, 2)), ratio))
