"""Which pack reads a page, and which way up it stands, from one trial of a few crops.

The base weights, which know print and every script, read the beginnings of two crops, and five crops to their ends
where these are hardly any surprise: print that is read so surely stands upright and needs no second look. Else the
Latin pack, which knows hands, reads the crops, on their heads as well where it is in doubt, and the base weights what
they have not read of them yet, the way up that was found. What the chosen pack read of whole crops is known when the
page is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from penscript.document import Reading
from penscript.reading.image import Pixels
from penscript.reading.script import disagreement, is_east_asian, surprise
from penscript.reading.turn import is_better, is_doubtful, sureness

Read = Callable[[Sequence[Pixels]], list[Reading]]

SAMPLES = 5
USUAL = 7.0
"""Crops of so many line heights are tried rather than longer or shorter ones."""
REACH = 6.0
"""So many line heights of a long crop are read: enough for six characters of Chinese."""
WHOLE = 9.0
"""A crop of at most so many line heights is read to its end."""
FIRST = 2
"""So many samples are turned over, or read by the base weights, before the others."""
PRINT = 0.045
"""Nats a character by which the base weights are surprised, at the most, by the sampled lines of a page that is surely
print: a third of the printed pages of parts calibrate and develop. The surest of 61 hands of parts train and calibrate
has .073, the surest page that the Latin pack should read .048.
"""
NEAR = 0.1
"""The same of the first samples, from which the others are looked at for it."""
LETTERS = 12
"""Surely print has so many letters: numbers may be read on their heads."""
HAND = -0.15
"""The margin of each of the first samples below which the base weights read no more of them: no printed page of parts
train, calibrate and develop has two such samples at its top, and three hands of five have.
"""
MOST_LEAD = -0.02
"""The lead that is asked for where the worst sample is left out."""
ACCENTS = 2
"""A text has accents where the Latin pack read so many letters with one."""
LOST = 0.75
"""Mean probability below which the Latin pack may be lost in another script, and says nothing about the way up."""


@dataclass(frozen=True, slots=True)
class Choice:
    """is_base: the base weights read the page. is_turned: it stands on its head. known: readings by number of crop.

    is_eastern: what the chosen pack read of the samples is Chinese, Japanese or Korean.
    """

    is_base: bool
    is_turned: bool
    known: dict[int, Reading] = field(default_factory=dict)
    is_eastern: bool = False


@dataclass(frozen=True, slots=True)
class _Tried:
    """Readings of the samples by one pack, and whether they are better upside down."""

    readings: list[Reading]
    is_turned: bool


def choose(crops: Sequence[Pixels], latin: Read, base: Read, lead: float) -> Choice:
    """The choice for a page. latin, base: what each pack reads of crops.

    lead: by how much (nats a character) the base weights must be less surprised by their reading than the Latin pack by
    its own, beside their disagreement.
    """
    places = sampled(crops)
    views, whole = [beginning(crops[place]) for place in places], [crops[place] for place in places]
    base = _once(base)
    if _is_surely_print(views, whole, base):
        is_base, best = True, _Tried(base(whole), False)
    else:
        is_base, best = _better(views, latin, base, lead)
    if is_base and not best.is_turned:  # which will be read to their ends anyway
        known = dict(zip(places, base(whole), strict=True))
    else:
        known = {
            place: one for place, one, view in zip(places, best.readings, views, strict=True) if view is crops[place]
        }
    return Choice(is_base, best.is_turned, known, is_east_asian(best.readings))


def _once(read: Read) -> Read:
    """The same, but what was read before is not read again."""
    known: dict[int, tuple[Pixels, Reading]] = {}  # with the picture, so that no other one gets its number

    def again(views: Sequence[Pixels]) -> list[Reading]:
        new = [view for view in views if id(view) not in known]
        known.update({id(view): (view, one) for view, one in zip(new, read(new), strict=True)})
        return [known[id(view)][1] for view in views]

    return again


def _is_surely_print(views: Sequence[Pixels], whole: Sequence[Pixels], base: Read) -> bool:
    """Whether the base weights leave no doubt that the page is print and stands upright."""
    if not surprise(base(views[:FIRST])) < NEAR:
        return False
    readings = base(whole)
    letters = sum(map(str.isalpha, chain.from_iterable(one.text for one in readings)))
    return surprise(readings) < PRINT and letters >= LETTERS


def _better(views: Sequence[Pixels], latin: Read, base: Read, lead: float) -> tuple[bool, _Tried]:
    """Whether the base weights read the page, and the readings of the pack that does."""
    first = _tried(views, latin)
    second = _tried(views, base) if sureness(first.readings) < LOST else _compared(views, base, first)
    is_hand = len(second.readings) < len(views)
    is_base = not is_hand and (is_east_asian(second.readings) or _is_print(first.readings, second.readings, lead))
    return is_base, second if is_base else first


def _compared(views: Sequence[Pixels], base: Read, latin: _Tried) -> _Tried:
    """The readings of the base weights, the way up that was found; only the first where these leave no doubt that the
    page is in a hand.
    """
    few = _as_turned(views[:FIRST], base, latin.is_turned).readings
    pairs = list(zip(latin.readings, few, strict=False))
    if pairs and all(a.characters and b.characters and _margin([a], [b]) < HAND for a, b in pairs):
        return _Tried(few, latin.is_turned)
    return _Tried(few + _as_turned(views[FIRST:], base, latin.is_turned).readings, latin.is_turned)


def _is_print(latin: Sequence[Reading], base: Sequence[Reading], lead: float) -> bool:
    """Whether the base weights are less surprised: by all samples together, or by most, whatever the worst one says.

    A number written upon a receipt by hand is one sample of five, and says nothing about the rest. Where the text
    has accents, the Latin pack knows them better, and the worst sample counts.
    """
    if _margin(latin, base) > lead:
        return True
    if _accents(latin) >= ACCENTS:
        return False
    each = sorted(_margin([a], [b]) for a, b in zip(latin, base, strict=True) if a.characters and b.characters)
    return len(each) > FIRST and sum(each[1:]) / len(each[1:]) > MOST_LEAD


def _accents(readings: Sequence[Reading]) -> int:
    """How many letters are none of the 26."""
    return sum(one.isalpha() and not one.isascii() for reading in readings for one in reading.text)


def _margin(latin: Sequence[Reading], base: Sequence[Reading]) -> float:
    """By how much the base weights are less surprised, beside how far the readings differ, in nats a character."""
    return surprise(latin) - surprise(base) - disagreement(base, latin)


def sampled(crops: Sequence[Pixels]) -> list[int]:
    """The numbers of up to five crops of usual length, spread over the page."""
    shapes = np.array([crop.shape[1] / crop.shape[0] for crop in crops])
    usual = np.argsort(np.abs(np.log(shapes / USUAL)), kind="stable")
    candidates = np.sort(usual[: max(SAMPLES, len(crops) // 2)])
    if not len(candidates):
        return []
    return [
        int(candidates[place]) for place in np.unique(np.linspace(0, len(candidates) - 1, SAMPLES).round().astype(int))
    ]


def beginning(crop: Pixels) -> Pixels:
    """A crop that is short enough itself, or its beginning."""
    height, width = crop.shape[:2]
    return crop if width <= WHOLE * height else crop[:, : max(1, round(REACH * height))]


def _tried(views: Sequence[Pixels], read: Read) -> _Tried:
    """The readings one way up or the other; where the first of them clearly stand as they are, no more are turned."""
    upright = read(views)
    if not is_doubtful(upright):
        return _Tried(upright, False)
    turned = _as_turned(views[:FIRST], read, True).readings
    if not is_better(upright[:FIRST], turned):
        turned += _as_turned(views[FIRST:], read, True).readings
    is_turned = len(turned) == len(upright) and is_better(turned, upright)
    return _Tried(turned if is_turned else upright, is_turned)


def _as_turned(views: Sequence[Pixels], read: Read, is_turned: bool) -> _Tried:
    seen = [np.ascontiguousarray(view[::-1, ::-1]) for view in views] if is_turned else views
    return _Tried(read(seen), is_turned)
