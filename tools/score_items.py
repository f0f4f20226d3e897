"""How many items of real invoices `read_invoice` finds, and how many stand in a row of a table, their name and their
amount in two cells.

    python tools/score_items.py ../shared --part test

What the items are is told by the XML that the invoices carry (Factur-X, ZUGFeRD); the text of the PDF is kept, so this
scores the items and the tables alone. An item whose name or amount is not printed cannot be found.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pikepdf

from penscript.api import OcrEngine
from penscript.errors import PenscriptError
from penscript.evaluation.sets import find_sets
from penscript.invoices import read_invoice

Item = tuple[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", default="test")
    options = parser.parse_args()
    engine = OcrEngine(text_layer="missing", barcodes=False, threads=1)
    found = read = told = 0
    try:
        (invoices,) = find_sets(options.folder, options.part, ["print/zugferd"])
        for sample in invoices.samples:
            items = list(items_of(Path(str(sample.source))))
            if not items:
                continue
            result = engine.process(sample.source)
            rows = [row for table in result.tables for row in table.rows]
            given = [(one.description or "", str(one.amount)) for one in read_invoice(result, embedded=False).items]
            right = sum(any(is_row_of(item, row) for row in rows) for item in items)
            known = sum(any(is_row_of(item, one) for one in given) for item in items)
            found, read, told = found + right, read + known, told + len(items)
            print(f"{known:3} and {right:3} of {len(items):3}  {sample.document}", flush=True)
    except PenscriptError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"{read} of {told} items by read_invoice: {read / max(1, told):.3f}")
    print(f"{found} of {told} items in rows of tables: {found / max(1, told):.3f}")
    return 0


def items_of(path: Path) -> Iterator[Item]:
    """The name and the amount of every item in the XML within a PDF."""
    with pikepdf.open(path) as pdf:
        files = [one.get_file().read_bytes() for name, one in pdf.attachments.items() if name.lower().endswith(".xml")]
    for content in files:
        for line in ElementTree.fromstring(content).iter():
            if line.tag.endswith("}IncludedSupplyChainTradeLineItem"):
                name = next((one.text for one in line.iter() if one.tag.endswith("}Name") and one.text), "")
                amount = next(
                    (one.text for one in line.iter() if one.tag.endswith("}LineTotalAmount") and one.text), ""
                )
                if name and amount:
                    yield name, amount


def is_row_of(item: Item, row: tuple[str, ...]) -> bool:
    """Whether one cell has the beginning of the name and another one the amount, and nothing else."""
    name, amount = letters(item[0])[:12], cents(item[1])
    named = [cell for cell in row if name and name in letters(cell)]
    return bool(named) and any(cents(cell) == amount for cell in row if cell not in named)


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text)).lower()


def cents(text: str) -> int | None:
    """An amount in cents, whichever way its point and its groups are written; None for what is none."""
    bare = re.sub(r"[€$\s]|EUR|USD|CHF", "", text)
    match = re.fullmatch(r"(-?)([\d.,' ]*?)(?:[.,](\d{1,4}))?(-?)", bare)
    if not match or not re.search(r"\d", bare):
        return None
    whole = re.sub(r"\D", "", match[2]) or "0"
    value = int(whole) * 100 + int(((match[3] or "") + "00")[:2])
    return -value if match[1] or match[4] else value


if __name__ == "__main__":
    sys.exit(main())
