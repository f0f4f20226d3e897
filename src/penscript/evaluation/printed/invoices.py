"""Printed invoices, credit notes and receipts in nine languages with all that is on them: for tests, and for what real
papers at hand do not cover.

    from penscript.evaluation.printed.invoices import draw_invoice, drawn_invoices

    one = draw_invoice("de", "develop", seed=3)            # an invoice, a receipt or a credit note
    one.pixels, one.fields["total"], one.lines             # what to read, what must come out
    for one in drawn_invoices("fr", "test", 50): ...       # kinds and wear in turn
    one.to_pdf()                                           # the same as a PDF of one scanned page

`fields` has the names of `penscript.invoices.values.Invoice`: text, money and rates as text ("12.50"), days as in
ISO 8601, `taxes` and `items` as lists; what is not on the paper is None. Rules are written on part `develop`. Part
`test` has other sellers, other layouts and further words for its labels, and is for figures alone (see `sellers.py`).
A page is drawn from language, part and seed alone, but with the fonts that the machine has: Nimbus, Noto, DejaVu and
Noto CJK are looked for first (see `paper.FACES`).
All names, numbers and accounts are invented; check digits are right.
"""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from penscript.document import Bounds, Document, Line, Page, Word
from penscript.evaluation.printed.bill import make_bill
from penscript.evaluation.printed.codes import payment_text
from penscript.evaluation.printed.paper import Paper, Pixels, Printed
from penscript.evaluation.printed.rolls import print_roll
from penscript.evaluation.printed.sellers import SELLERS, Part, seller
from penscript.evaluation.printed.sheets import print_sheet
from penscript.evaluation.printed.wear import WEAR, Move, worn

KINDS = ("invoice", "receipt", "invoice", "receipt", "invoice", "credit_note")
"""In turn by seed."""
DPI = 150
_SHARE_OF_ROW = 0.5


@dataclass(frozen=True, slots=True)
class DrawnInvoice:
    """One paper. pixels: RGB, uint8. fields: see the module. lines: rows of text from top to bottom, parts in order.

    pieces: every text that was printed by itself, and its outline (four corners, pixels). code: what its QR code says.
    """

    language: str
    kind: str
    wear: str
    seed: int
    seller: str
    pixels: Pixels
    fields: dict[str, Any]
    lines: tuple[str, ...]
    pieces: tuple[tuple[str, list[tuple[float, float]]], ...]
    code: str | None

    def document(self, confidence: float = 95.0) -> Document:
        """What a reader without any error would read: a line for each text that was printed by itself."""
        height, width = self.pixels.shape[:2]
        lines = tuple(line_of(text, Bounds.around(outline), confidence) for text, outline in self.pieces)
        return Document(f"{self.seller}.png", (Page(1, width, height, lines),))

    def to_pdf(self) -> bytes:
        """A PDF of one page that is a picture."""
        stored = io.BytesIO()
        Image.fromarray(self.pixels).save(stored, "PDF", resolution=DPI)
        return stored.getvalue()


def draw_invoice(
    language: str, part: Part, seed: int, kind: str | None = None, wear: str | None = None
) -> DrawnInvoice:
    """One paper. language: one of LANGUAGES; kind: invoice, receipt or credit_note; wear: one of WEAR; in turn if None.

    Raises MissingComponent for Chinese where the machine has no font with its letters.
    """
    kind = kind or KINDS[seed % len(KINDS)]
    wear = wear or WEAR[seed // len(KINDS) % len(WEAR)]
    by = seller(language, part, seed % SELLERS)
    bill = make_bill(by, kind, random.Random(f"{part} {language} {kind} {seed}"))
    paper = print_roll(bill) if kind == "receipt" else print_sheet(bill)
    pixels, move = worn(paper.pixels(), wear, seed, by.words["stamp"])
    return DrawnInvoice(
        language,
        kind,
        wear,
        seed,
        by.name,
        pixels,
        bill.truth(),
        tuple(rows(paper)),
        _moved(paper.pieces, move),
        payment_text(bill),
    )


def drawn_invoices(language: str, part: Part, count: int, first: int = 0) -> Iterator[DrawnInvoice]:
    """Papers of the seeds from `first` on, with all kinds and all wear."""
    for seed in range(first, first + count):
        yield draw_invoice(language, part, seed)


def line_of(text: str, box: Bounds, confidence: float) -> Line:
    """A line with its words, whose letters are taken to be equally wide."""
    step, words, at = box.width / max(len(text), 1), [], 0
    for word in text.split():
        at = text.index(word, at)
        place = Bounds(round(box.x + at * step), box.y, max(1, round(len(word) * step)), box.height)
        words.append(Word(word, confidence, place))
        at += len(word)
    corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
    return Line(text, confidence, box, corners, tuple(words))


def rows(paper: Paper) -> Iterator[str]:
    """What stands side by side, from left to right, the rows from top to bottom."""
    found: list[list[Printed]] = []
    for piece in sorted(paper.pieces, key=lambda piece: piece.box[1] + piece.box[3]):
        if found and _beside(found[-1][0], piece):
            found[-1].append(piece)
        else:
            found.append([piece])
    for row in found:
        yield " ".join(piece.text for piece in sorted(row, key=lambda piece: piece.box[0]))


def _beside(one: Printed, other: Printed) -> bool:
    """Whether the two share at least half of the lower one's height."""
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return shared > _SHARE_OF_ROW * min(one.box[3] - one.box[1], other.box[3] - other.box[1])


def _moved(pieces: list[Printed], move: Move) -> tuple[tuple[str, list[tuple[float, float]]], ...]:
    found = []
    for piece in pieces:
        left, top, right, bottom = piece.box
        found.append((piece.text, move([(left, top), (right, top), (right, bottom), (left, bottom)])))
    return tuple(found)
