"""Whether a new personal pack is behind the one that it would replace: learnt from fewer lines, it may well be."""

import hashlib
import json
from pathlib import Path

import numpy as np

from penscript.learning.course import Learned
from penscript.learning.example import Example
from penscript.learning.judging import Comparison, edits
from penscript.packs.catalog import Catalog
from penscript.packs.metadata import KEY, read_properties


def mark(example: Example) -> str:
    """Twelve hexadecimal digits by which a line is known again."""
    return hashlib.sha256(example.text.encode() + np.ascontiguousarray(example.picture).tobytes()).hexdigest()[:12]


def behind(learned: Learned, file: Path) -> str:
    """Why the pack in `file` should stay: it reads the lines that neither had seen better, beyond chance. Empty
    otherwise, and where there is no such pack or no such line.
    """
    if not file.is_file():
        return ""
    told = json.loads(read_properties(file)[KEY])
    seen = set(told.get("learned", {}).get("marks", ()))
    fresh = [place for place, one in enumerate(learned.examples) if mark(one) not in seen]
    if not fresh:
        return ""
    readings = Catalog().recognizer(str(file)).read([learned.examples[place].picture for place in fresh])
    old = [edits(learned.examples[place].text, one.text) for place, one in zip(fresh, readings, strict=True)]
    compared = Comparison(learned.own.after[fresh], np.array(old), learned.own.characters[fresh])
    if not compared.is_gain():
        return ""
    new, present = compared.rates
    return (
        f"{told['name']}@{told['version']} reads {len(fresh)} lines that it had not seen better:"
        f" {present:.1%} of characters wrong, not {new:.1%}"
    )
