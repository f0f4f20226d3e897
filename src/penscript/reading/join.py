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
UNEVEN = 0.25
"""Rows are level, but for so many line heights; on a page whose rows are not, four times as much as is usual there."""
FAR_OFF = 0.45


def join(pieces: Sequence[Piece], is_written: bool = False) -> list[Row]:
    """The lines, each of its pieces in order, the lines themselves from the top down.

    No line runs out of the shape that is drawn around it. is_written: the page is in a hand, whose columns may hold
    single words.
    """
    if not pieces:
        return []
    frame = frame_of([piece.quad for piece in pieces])
    prose = np.array([piece.is_prose or (is_written and piece.is_wordy) for piece in pieces])
    follower = _followers(frame, prose, [piece.shape for piece in pieces])
    rows = [_walk(index, follower) for index in range(len(pieces)) if index not in follower.values()]
    rows.sort(key=lambda row: float(np.mean(frame.middle[row])))
    return [tuple(pieces[index] for index in row) for row in rows]


def cells(row: Row) -> int:
    """Into how many pieces a line falls that stand far apart, like the cells of a table."""
    frame = frame_of([piece.quad for piece in row])
    far = frame.left[1:] - frame.right[:-1] > NEAR * np.maximum(frame.height[1:], frame.height[:-1])
    return 1 + int(far.sum())


def _followers(frame: Frame, prose: NDArray[np.bool_], shapes: Sequence[int]) -> dict[int, int]:
    """For pieces that have one, the piece that continues their line."""
    links = [(i, j) for i, j in neighbours(frame) if shapes[i] == shapes[j]]
    parted = _parted(frame, prose, links) | _uneven(frame, [link for link in links if _gap(frame, link) > NEAR])
    return {i: j for i, j in links if (i, j) not in parted}


def _parted(frame: Frame, prose: NDArray[np.bool_], links: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The links that cross a gutter; one that is found goes on above and below while it looks half as much like one."""
    found = {link for link in links if _gap(frame, link) > NEAR and _is_gutter(frame, prose, link)}
    open_links = [link for link in links if link not in found and _gap(frame, link) > CLOSE]
    fresh = list(found)
    while fresh:
        anchor = fresh.pop()
        more = [link for link in open_links if link not in found and _goes_on(frame, anchor, link)]
        grown = [link for link in more if _is_gutter(frame, prose, link, 0.5)]
        found.update(grown)
        fresh.extend(grown)
    return found


def _gap(frame: Frame, link: tuple[int, int]) -> float:
    """Between two pieces, in heights of the larger one."""
    left, right = link
    return float((frame.left[right] - frame.right[left]) / max(frame.height[left], frame.height[right]))


def _is_gutter(frame: Frame, prose: NDArray[np.bool_], link: tuple[int, int], ease: float = 1.0) -> bool:
    """Whether the gap between two pieces is free of text above and below, and sentences stand on both its sides.

    Outlines reach a little beyond their text, so that much is cut off them.
    """
    around = _near(frame, link[0])
    left, right = frame.left + SLACK * frame.height, frame.right - SLACK * frame.height
    places = [place for place in np.unique(right[around]) if right[link[0]] <= place < left[link[1]]]
    return any(_parts(left[around], right[around], prose[around], place, ease) for place in places)


def _parts(left: Numbers, right: Numbers, prose: NDArray[np.bool_], place: float, ease: float) -> bool:
    """Whether no piece reaches over a place, and sentences stand on both its sides."""
    if np.any((left < place) & (right > place)):
        return False
    return all(
        np.sum(prose & side) >= ease * max(SENTENCES, SHARE * np.sum(side)) for side in (right <= place, left >= place)
    )


def _uneven(frame: Frame, wide: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The wide links between texts that are set apart: their lines stand at heights of their own.

    One link off the level may be a ragged row, so most links of its gap have to be, or it is far off.
    """
    offsets = {link: _offset(frame, link) for link in wide}
    limit = max(UNEVEN, 4 * float(np.median(list(offsets.values())))) if wide else 0.0
    off = {link for link in wide if offsets[link] > limit}
    return {link for link in off if offsets[link] > FAR_OFF or _is_most(off, _along(frame, link, wide))}


def _is_most(some: set[tuple[int, int]], links: set[tuple[int, int]]) -> bool:
    """Whether several of the links are among `some`, and more than half."""
    return len(some & links) > max(1, len(links) / 2)


def _along(frame: Frame, link: tuple[int, int], wide: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The links across the same gap, little above or below this one; itself too."""
    return {other for other in wide if _goes_on(frame, link, other)}


def _offset(frame: Frame, link: tuple[int, int]) -> float:
    """How far a right piece stands off the left one's line, in heights of the lower one."""
    i, j = link
    step = (frame.left[j] + frame.right[j] - frame.left[i] - frame.right[i]) / 2
    off = frame.middle[j] - frame.middle[i] - (frame.slope[i] + frame.slope[j]) / 2 * step
    return float(abs(off) / min(frame.height[i], frame.height[j]))


def _goes_on(frame: Frame, anchor: tuple[int, int], link: tuple[int, int]) -> bool:
    """Whether a link's gap is the same as the anchor's, little above or below."""
    shared = min(frame.left[anchor[1]], frame.left[link[1]]) - max(frame.right[anchor[0]], frame.right[link[0]])
    return bool(shared > 0 and _near(frame, anchor[0])[link[0]])


def _near(frame: Frame, index: int) -> NDArray[np.bool_]:
    """The pieces that stand little above or below this one."""
    return np.asarray(np.abs(frame.middle - frame.middle[index]) < REACH * frame.height[index])


def _walk(index: int, follower: dict[int, int]) -> list[int]:
    row = [index]
    while row[-1] in follower:
        row.append(follower[row[-1]])
    return row
