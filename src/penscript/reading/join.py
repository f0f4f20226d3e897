"""Pieces -> whole lines as a person would copy them.

Two pieces are one line where the right one stands on the left one's extended baseline with nothing between. A wide gap
is crossed in tables and receipts, whose rows run across the page, but not between columns of running text.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from penscript.reading.frame import Frame, Numbers, frame_of, neighbours
from penscript.reading.piece import Piece, Row

NEAR = 1.5
"""A gap of so many line heights is crossed unless a gutter above or below it goes on there."""
CLOSE = 0.7
"""A gap of so many is always crossed."""
REACH = 8.0
"""So many line heights above and below a gap say whether it parts columns."""
SENTENCES = 3
SHARE = 0.4
"""Columns have so many pieces, and this share of their pieces, that look like sentences."""
SLACK = 0.3


def join(pieces: Sequence[Piece]) -> list[Row]:
    """The lines, each of its pieces in order, the lines themselves from the top down."""
    if not pieces:
        return []
    frame = frame_of([piece.quad for piece in pieces])
    follower = _followers(frame, pieces)
    rows = [_walk(index, follower) for index in range(len(pieces)) if index not in follower.values()]
    rows.sort(key=lambda row: float(np.mean(frame.middle[row])))
    return [tuple(pieces[index] for index in row) for row in rows]


def cells(row: Row) -> int:
    """Into how many pieces a line falls that stand far apart, like the cells of a table."""
    frame = frame_of([piece.quad for piece in row])
    far = frame.left[1:] - frame.right[:-1] > NEAR * np.maximum(frame.height[1:], frame.height[:-1])
    return 1 + int(far.sum())


def _followers(frame: Frame, pieces: Sequence[Piece]) -> dict[int, int]:
    """For pieces that have one, the piece that continues their line."""
    links = neighbours(frame)
    wordy = np.array([_is_wordy(piece.reading.text) for piece in pieces])
    parted = _parted(frame, wordy, links)
    return {i: j for i, j in links if (i, j) not in parted}


def _parted(frame: Frame, wordy: NDArray[np.bool_], links: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The links that cross a gutter; one that is found goes on above and below while it looks half as much like one."""
    found = {link for link in links if _gap(frame, link) > NEAR and _is_gutter(frame, wordy, link)}
    open_links = [link for link in links if link not in found and _gap(frame, link) > CLOSE]
    fresh = list(found)
    while fresh:
        anchor = fresh.pop()
        more = [link for link in open_links if link not in found and _goes_on(frame, anchor, link)]
        grown = [link for link in more if _is_gutter(frame, wordy, link, 0.5)]
        found.update(grown)
        fresh.extend(grown)
    return found


def _gap(frame: Frame, link: tuple[int, int]) -> float:
    """Between two pieces, in heights of the larger one."""
    left, right = link
    return float((frame.left[right] - frame.right[left]) / max(frame.height[left], frame.height[right]))


def _is_gutter(frame: Frame, wordy: NDArray[np.bool_], link: tuple[int, int], ease: float = 1.0) -> bool:
    """Whether the gap between two pieces is free of text above and below, and sentences stand on both its sides.

    Outlines reach a little beyond their text, so that much is cut off them.
    """
    around = _near(frame, link[0])
    left, right = frame.left + SLACK * frame.height, frame.right - SLACK * frame.height
    places = [place for place in np.unique(right[around]) if right[link[0]] <= place < left[link[1]]]
    return any(_parts(left, right, wordy, around, place, ease) for place in places)


def _parts(
    left: Numbers, right: Numbers, wordy: NDArray[np.bool_], around: NDArray[np.bool_], place: float, ease: float
) -> bool:
    """Whether no piece reaches over a place, and sentences stand on both its sides."""
    if np.any(around & (left < place) & (right > place)):
        return False
    sides = (around & (right <= place), around & (left >= place))
    return all(np.sum(wordy & side) >= ease * max(SENTENCES, SHARE * np.sum(side)) for side in sides)


def _goes_on(frame: Frame, anchor: tuple[int, int], link: tuple[int, int]) -> bool:
    """Whether a link's gap is the same as the anchor's, little above or below."""
    shared = min(frame.left[anchor[1]], frame.left[link[1]]) - max(frame.right[anchor[0]], frame.right[link[0]])
    return bool(shared > 0 and _near(frame, anchor[0])[link[0]])


def _near(frame: Frame, index: int) -> NDArray[np.bool_]:
    """The pieces that stand little above or below this one."""
    return np.asarray(np.abs(frame.middle - frame.middle[index]) < REACH * frame.height[index])


def _is_wordy(text: str) -> bool:
    """Whether a text looks like a part of a sentence and not like a cell of a table."""
    words = [word for word in text.split() if sum(map(str.isalpha, word)) * 2 > len(word)]
    return len(words) >= 3 and sum(map(len, words)) > 0.7 * len(text.replace(" ", ""))


def _walk(index: int, follower: dict[int, int]) -> list[int]:
    row = [index]
    while row[-1] in follower:
        row.append(follower[row[-1]])
    return row
