"""Where the words of a corrected text stand: as the read words where they agree, in the room between them elsewhere."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from penscript.document import Bounds, Word


def place_words(text: str, words: Sequence[Word], bounds: Bounds) -> tuple[Word, ...]:
    """The words of `text` with their boxes. words: as read. bounds: of the line, all in pixels of the page."""
    tokens, read = text.split(), [word.text for word in words]
    if tokens == read:
        return tuple(words)
    placed: list[Word] = []
    for tag, start, end, first, last in SequenceMatcher(a=read, b=tokens, autojunk=False).get_opcodes():
        if tag == "equal":
            placed.extend(words[start:end])
        elif first < last:
            room = _room(words[start:end], words[:start], words[end:], bounds)
            placed.extend(_spread(tokens[first:last], room))
    return tuple(placed)


def _room(inside: Sequence[Word], before: Sequence[Word], after: Sequence[Word], bounds: Bounds) -> Bounds:
    """The box of the read words that were replaced, or the gap where words were missing."""
    if inside:
        corners = [(box.x, box.y) for box in (word.bounds for word in inside)]
        ends = [(box.right, box.bottom) for box in (word.bounds for word in inside)]
        return Bounds.around([*corners, *ends])
    left = before[-1].bounds.right if before else bounds.x
    right = after[0].bounds.x if after else bounds.right
    return Bounds(min(left, right), bounds.y, max(1, abs(right - left)), bounds.height)


def _spread(tokens: Sequence[str], room: Bounds) -> list[Word]:
    """Words side by side, each as wide as it is long; one above the other in a box that stands."""
    total, done, placed = sum(map(len, tokens)), 0, []
    standing = room.height > room.width and total > 3
    length = room.height if standing else room.width
    for token in tokens:
        start, size = length * done // total, max(1, length * len(token) // total)
        box = (
            Bounds(room.x, room.y + start, room.width, size)
            if standing
            else Bounds(room.x + start, room.y, size, room.height)
        )
        placed.append(Word(token, 100.0, box))
        done += len(token)
    return placed
