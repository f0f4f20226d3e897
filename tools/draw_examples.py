"""Draws the example pictures of src/penscript/examples and writes what stands on them beside each.

    make examples          fetches the fonts with npm and runs this

The fonts (SIL Open Font License) are not part of the project; NOTICE credits them.
Drawn twice, the pictures are the same.
"""

import io
from itertools import pairwise
from pathlib import Path

import camera
import numpy as np
import zxingcpp
from PIL import Image
from sheet import BLACK, BLUE, RULE, Hand, Sheet, font

FOLDER = Path(__file__).resolve().parent.parent / "src" / "penscript" / "examples"
NOTES = """Garden meeting, Tuesday 14 April
Present: Anna, Tom, Mrs. Evans, me
1. The shed roof drips again. Tom will
call his brother for a price.
2. Seeds: order before the 20th, last
year the beans came too late.
3. Water: the barrel holds 200 litres.
We share it, two cans a day each.
4. Open day on Saturday 6 June, 10 to 4.
Apple pie for all, please no nuts!
Next meeting: 12 May, 18:30, at Anna's.
Bring 15 pounds for the compost."""
TODO = """To do this week
Call the dentist (before Thursday)
Book train to York, 8:15
Milk, eggs, brown bread, coffee
Pay the electricity bill by Friday
Birthday card for Leila
Fix the bike light
Return 3 books to the library"""
LETTER = """Dear Ms Hartwell,
thank you for your enquiry of 2 March. We are glad to
offer you the restoration of your walnut writing desk.
The work would take about three weeks and includes:
- repair of the left drawer and its lock,
- a new leather top in dark green,
- cleaning and waxing of all surfaces.
We collect the desk from your home and bring it back.
The price is £640.00 including VAT and transport. This
offer is valid until 30 April 2026.
With kind regards,"""
REPLY = """Phone call with Ms Hartwell, 19 March
She would like black leather, not green.
Collection on Monday the 30th, 9 am.
Second floor, no lift - bring Peter!
The small key is in the top drawer.
She pays half now, half afterwards."""


def save_jpeg(pixels: camera.Pixels, name: str, quality: int) -> None:
    Image.fromarray(pixels).save(FOLDER / name, quality=quality, optimize=True, dpi=(200, 200))


def save_truth(name: str, text: str) -> None:
    (FOLDER / name).with_suffix(".gt.txt").write_text(text.strip() + "\n", "utf-8", newline="\n")


def ruled(width: int, height: int, seed: int, first: int, step: int) -> Sheet:
    """A sheet of a writing pad."""
    sheet = Sheet(width, height, seed)
    for y in range(first, height - 40, step):
        sheet.rule((0, y), (width, y), RULE)
    sheet.rule((130, 0), (130, height), (226, 150, 150))
    return sheet


def draw_notes() -> None:
    """A page of notes, photographed with a phone."""
    sheet = ruled(1250, 1620, seed=4, first=210, step=108)
    lines = NOTES.split("\n")
    indent = [40 if line[0].isdigit() or index < 2 or index > 9 else 105 for index, line in enumerate(lines)]
    sheet.write(
        Hand("nothing-you-could-do", 50), [(130 + indent[i], 200 + 108 * i, line) for i, line in enumerate(lines)]
    )
    corners = [(0.055, 0.035), (0.965, 0.06), (0.985, 0.975), (0.03, 0.955)]
    save_jpeg(camera.photograph(sheet, 1200, 1560, corners, (0.16, 0.22)), "handwritten_notes.jpg", 72)
    save_truth("handwritten_notes.jpg", NOTES)


def draw_todo() -> None:
    """A to-do list on a yellow note, in felt pen."""
    sheet = Sheet(920, 960, seed=9, paper=(250, 238, 158))
    heading, *entries = TODO.split("\n")
    pen = Hand("covered-by-your-grace", 56, BLACK, wobble=0.8)
    sheet.write(pen, [(250, 130, heading)])
    sheet.rule((245, 152), (570, 146), BLACK, 4)
    sheet.write(pen, [(150, 240 + 98 * i, entry) for i, entry in enumerate(entries)])
    for i in range(len(entries)):
        _tick_box(sheet, 82, 200 + 98 * i, ticked=i in (1, 4))
    corners = [(0.09, 0.05), (0.94, 0.09), (0.92, 0.955), (0.06, 0.93)]
    save_jpeg(camera.photograph(sheet, 1000, 1040, corners, (-0.1, 0.25)), "todo_list.jpg", 72)
    save_truth("todo_list.jpg", TODO)


def _tick_box(sheet: Sheet, x: int, y: int, ticked: bool) -> None:
    corners = [(x, y + 3), (x + 36, y), (x + 38, y + 38), (x + 2, y + 40), (x, y + 3)]
    for start, end in pairwise(corners):
        sheet.rule(start, end, BLACK, 3)
    if ticked:
        sheet.rule((x + 6, y + 18), (x + 18, y + 32), BLUE, 5)
        sheet.rule((x + 18, y + 32), (x + 50, y - 12), BLUE, 5)


def draw_invoice() -> None:
    """A printed invoice, scanned at 150 dpi."""
    sheet = Sheet(1240, 1754, seed=2, paper=(253, 253, 252))
    truth = [*_invoice_head(sheet), *_invoice_items(sheet), *_invoice_foot(sheet)]
    grey = Image.fromarray(camera.scan(sheet, degrees=0.5)).quantize(16)
    grey.save(FOLDER / "invoice.png", optimize=True, dpi=(150, 150))
    save_truth("invoice.png", "\n".join(truth))


def _invoice_head(sheet: Sheet) -> list[str]:
    text, bold, big = font("arimo", 25), font("arimo", 25, 700), font("arimo", 50, 700)
    sheet.type(100, 150, "Larkfield Joinery Ltd", font("arimo", 38, 700))
    sheet.type(100, 190, "Unit 4, Mill Lane, Sheffield S3 8GH", text)
    sheet.type(100, 224, "VAT no. GB 365 4127 54", text)
    sheet.type(1140, 160, "INVOICE", big, anchor="rs")
    left = ["Bill to", "Hartwell & Sons", "17 Castle Street", "York YO1 9RN"]
    right = [
        ("Invoice no.", "LJ-2026-0417"),
        ("Invoice date", "14/04/2026"),
        ("Due date", "14/05/2026"),
        ("Order", "PO 88213"),
    ]
    for i, line in enumerate(left):
        sheet.type(100, 340 + 36 * i, line, bold if i == 0 else text)
    for i, (label, value) in enumerate(right):
        sheet.type(760, 340 + 36 * i, label, text)
        sheet.type(1140, 340 + 36 * i, value, bold, anchor="rs")
    rows = [f"{one} {label} {value}" for one, (label, value) in zip(left, right, strict=True)]
    return ["Larkfield Joinery Ltd INVOICE", "Unit 4, Mill Lane, Sheffield S3 8GH", "VAT no. GB 365 4127 54", *rows]


def _invoice_items(sheet: Sheet) -> list[str]:
    rows = [
        ("Description", "Qty", "Unit price", "Amount"),
        ("Oak shelf, 120 cm, oiled", "4", "86.50", "346.00"),
        ("Wall bracket, steel", "8", "7.25", "58.00"),
        ("Desk top, walnut veneer", "1", "415.00", "415.00"),
        ("Fitting on site (hours)", "6", "38.00", "228.00"),
    ]
    for i, row in enumerate(rows):
        y, face = 580 + 56 * i, font("arimo", 25, 700 if i == 0 else 400)
        sheet.type(100, y, row[0], face)
        for x, value in zip((740, 930, 1140), row[1:], strict=True):
            sheet.type(x, y, value, face, anchor="rs")
        sheet.rule((100, y + 20), (1140, y + 20), (120, 120, 120), 3 if i == 0 else 1)
    return [" ".join(row) for row in rows]


def _invoice_foot(sheet: Sheet) -> list[str]:
    totals = [("Net total", "1,047.00"), ("VAT 20%", "209.40"), ("Total due GBP", "1,256.40")]
    for i, (label, value) in enumerate(totals):
        face = font("arimo", 25 + 5 * (i == 2), 700 if i == 2 else 400)
        sheet.type(720, 890 + 50 * i, label, face)
        sheet.type(1140, 890 + 50 * i, value, face, anchor="rs")
    notes = [
        "Please pay within 30 days to",
        "IBAN GB33 BUKB 2020 1555 5555 55",
        "BIC BUKBGB22",
        "Thank you for your business!",
    ]
    for i, line in enumerate(notes):
        sheet.type(100, 1180 + 40 * i, line, font("arimo", 25))
    code = zxingcpp.create_barcode("LJ-2026-0417;GBP 1256.40", zxingcpp.BarcodeFormat.QRCode)
    _paste_code(sheet, np.asarray(code.to_image(scale=7, add_quiet_zones=False)), 930, 1160)
    sheet.type(620, 1660, "Larkfield Joinery Ltd - registered in England no. 07412588", font("arimo", 20), anchor="ms")
    return [*(" ".join(row) for row in totals), *notes, "Larkfield Joinery Ltd - registered in England no. 07412588"]


def _paste_code(sheet: Sheet, code: camera.Pixels, x: int, y: int) -> None:
    height, width = code.shape[:2]
    sheet.pixels[y : y + height, x : x + width][code < 128] = 40


def draw_receipt() -> None:
    """A shop's receipt on thermal paper, photographed on a table."""
    sheet = Sheet(620, 1040, seed=21, paper=(246, 245, 243))
    rows = _receipt_rows()
    for i, (left, right, size) in enumerate(rows):
        face = font("inconsolata", size, 700 if size > 32 else 400)
        y = 90 + 48 * i
        if right:
            sheet.type(45, y, left, face, colour=(70, 70, 84))
            sheet.type(575, y, right, face, colour=(70, 70, 84), anchor="rs")
        else:
            sheet.type(310, y, left, face, colour=(70, 70, 84), anchor="ms")
    corners = [(0.19, 0.02), (0.83, 0.035), (0.80, 0.985), (0.15, 0.97)]
    save_jpeg(camera.photograph(sheet, 900, 1120, corners, (0.2, 0.05)), "receipt.jpg", 72)
    save_truth("receipt.jpg", "\n".join(f"{left} {right}".strip() for left, right, _ in rows if left.strip("-")))


def _receipt_rows() -> list[tuple[str, str, int]]:
    """(left, right, size): a row with no right part is centred."""
    head = [
        ("CORNER BAKERY", "", 46),
        ("9 Station Road, Leeds LS1 4DY", "", 30),
        ("VAT GB 219 8834 28", "", 30),
        ("-" * 34, "", 30),
    ]
    items = [
        ("2 x Croissant", "3.60"),
        ("1 x Rye bread 750 g", "4.25"),
        ("1 x Carrot cake", "3.90"),
        ("2 x Flat white", "6.40"),
    ]
    sums = [("VAT 20% on 10.00", "1.67"), ("Paid by card", "18.15")]
    foot = [
        ("-" * 34, "", 30),
        ("21/03/2026 08:47 Till 2", "", 30),
        ("Receipt no. 004518", "", 30),
        ("Thank you, see you soon!", "", 30),
    ]
    total = [("-" * 34, "", 30), ("TOTAL GBP", "18.15", 44)]
    return [*head, *((a, b, 30) for a, b in items), *total, *((a, b, 30) for a, b in sums), *foot]


def draw_letter() -> None:
    """A PDF of two pages: a scanned letter with a signature, and handwritten notes of a phone call."""
    pages = [_letter_page(), _reply_page()]
    jpegs = []
    for pixels in pages:
        stored = io.BytesIO()
        Image.fromarray(pixels).save(stored, "JPEG", quality=55, optimize=True)
        jpegs.append(Image.open(stored))
    jpegs[0].save(
        FOLDER / "two_pages.pdf",
        "PDF",
        save_all=True,
        append_images=jpegs[1:],
        resolution=120,
        creationDate=None,
        modDate=None,
    )
    letter = LETTER.replace("With kind regards,", "With kind regards,\nR. Moreno\nRosa Moreno, Larkfield Joinery Ltd")
    save_truth("two_pages.pdf", f"{letter}\n\f\n{REPLY}")


def _letter_page() -> camera.Pixels:
    sheet = Sheet(992, 1403, seed=5)
    for i, line in enumerate(LETTER.split("\n")):
        sheet.type(110, 220 + 52 * i + (40 if i else 0), line, font("arimo", 27))
    sheet.write(Hand("la-belle-aurore", 64), [(130, 930, "R. Moreno")])
    sheet.type(110, 1010, "Rosa Moreno, Larkfield Joinery Ltd", font("arimo", 27))
    return camera.scan(sheet, degrees=-0.4, levels=256)


def _reply_page() -> camera.Pixels:
    sheet = Sheet(992, 1403, seed=6)
    pen = Hand("kalam", 42, BLACK, wobble=1.2)
    sheet.write(pen, [(90, 200 + 92 * i, line) for i, line in enumerate(REPLY.split("\n"))])
    return camera.scan(sheet, degrees=0.7, levels=256)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for draw in (draw_notes, draw_todo, draw_invoice, draw_receipt, draw_letter):
        draw()
    for path in sorted(FOLDER.iterdir()):
        print(f"{path.stat().st_size / 1000:7.1f} kB  {path.name}")
