"""What is found aside is found once, and its errors are those of whoever asks."""

import threading

import pytest

from penscript.reading.aside import aside


@pytest.mark.parametrize("threads", [1, 2])
def test_the_answer_is_what_was_found(threads: int) -> None:
    assert aside(lambda: 7, threads)() == 7


def test_with_two_threads_it_has_begun_before_anybody_asks() -> None:
    begun = threading.Event()
    answer = aside(begun.set, 2)
    assert begun.wait(20)
    answer()


def test_with_one_thread_nothing_begins_by_itself() -> None:
    found: list[int] = []
    answer = aside(lambda: found.append(1), 1)
    assert found == []
    answer()
    assert found == [1]


@pytest.mark.parametrize("threads", [1, 2])
def test_what_it_raises_is_raised_where_it_is_asked_for(threads: int) -> None:
    def fails() -> None:
        raise ValueError("no page")

    with pytest.raises(ValueError, match="no page"):
        aside(fails, threads)()
