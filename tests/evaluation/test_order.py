import pytest

from penscript.evaluation.order import OrderTally, line_tally, matched, order_tally, words

PAGE = "the cat sat on the mat\nand the dog lay\nby the old door"


def test_the_same_text_is_perfect() -> None:
    tally = order_tally(PAGE, PAGE)
    assert (tally.order, tally.row_f1) == (1, 1)


def test_misread_words_cost_no_order() -> None:
    tally = order_tally(PAGE, "the eat set on the mot\nend the dag lay\nby tho old doar")
    assert tally.order == 1
    assert 0.2 < tally.row_f1 < 0.8


def test_missed_and_invented_rows_cost_no_order() -> None:
    assert order_tally(PAGE, "the cat sat on the mat\nxyzzy plugh\nby the old door").order == 1


def test_swapped_rows_cost_their_seams() -> None:
    assert order_tally(PAGE, "and the dog lay\nthe cat sat on the mat\nby the old door").order == pytest.approx(11 / 13)


def test_row_breaks_are_of_no_account_to_order() -> None:
    assert order_tally(PAGE, PAGE.replace("\n", " ")).order == 1
    assert order_tally(PAGE, PAGE.replace("\n", " ")).row_f1 < 1


def test_a_row_in_pieces() -> None:
    row = "PENCIL 2 3.50 7.00"
    whole, cut, swapped = (order_tally(row, read) for read in (row, "PENCIL 2\n3.50 7.00", "3.50 7.00 PENCIL 2"))
    assert whole.row_f1 > cut.row_f1 > swapped.row_f1
    assert cut.order == 1
    assert swapped.order < 1


def test_columns_read_across() -> None:
    columns = "one two\nthree four\nfive six\nseven eight"
    assert order_tally(columns, "one two five six\nthree four seven eight").order == pytest.approx(4 / 7)


def test_repeated_words_follow_their_neighbours() -> None:
    pairs = matched(["red", "ink", "big", "ink"], ["big", "ink", "red", "ink"])
    assert pairs == [(0, 2), (1, 3), (2, 0), (3, 1)]


def test_equal_rows_in_another_place_are_found() -> None:
    rows = "tea\n1 x 2.20\ncocoa\n1 x 2.20\nplum cake"
    apart = "tea\ncocoa\nplum cake\n1 x 2.20\n1 x 2.20"
    assert order_tally(rows, apart).order < 0.8


def test_a_short_word_that_nothing_vouches_for_has_no_partner() -> None:
    assert matched(["a", "tree"], ["tree", "far", "from", "a", "hut"]) == [(1, 0)]


def test_matching_is_one_to_one() -> None:
    pairs = matched(["the"] * 5, ["the"] * 3)
    assert len(pairs) == len({j for _, j in pairs}) == 3


def test_words_of_scripts_without_spaces() -> None:
    assert words("東京へ Go 12") == ["東", "京", "へ", "go", "12"]


def test_marks_inside_a_word_belong_to_it() -> None:
    assert words("Total: 12,50 € (7:30) l’eau.") == ["total", "12,50", "7:30", "l'eau"]


def test_nothing_to_order() -> None:
    assert order_tally("", "").order == 1
    assert order_tally("a b", "").row_f1 == 0


def test_tallies_add_up() -> None:
    both = order_tally(PAGE, PAGE) + order_tally("left down above", "above down left")
    assert isinstance(both, OrderTally)
    assert both.neighbours == 15
    assert both.kept == 13


def test_the_order_of_lines_by_place_counts_neighbours_that_stay_neighbours() -> None:
    assert line_tally([(0, 3), (1, 4), (3, 9)]).line_order == 1
    swapped = line_tally([(0, 1), (1, 0), (2, 2), (3, 3)])
    assert (swapped.lines_kept, swapped.lines) == (1, 3)
    assert line_tally([]).line_order == 1
