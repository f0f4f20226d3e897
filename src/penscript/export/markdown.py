"""Document -> Markdown (CommonMark, tables and to-do boxes as GitHub has them): blocks as paragraphs, rows kept."""

import re
from collections.abc import Iterator
from itertools import groupby

from penscript.document import Document, Kind, Line, Page, PageStatus
from penscript.export.tables import Table, page_tables
from penscript.export.text import failure, shown

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&])")
_ORDERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_RULE = re.compile(r"^([-+=])(?=\s|$|\1)")
_BULLET = re.compile(r"^\s*[-+*•◦▪–—‣·➢►]\s*(?=\S)")
_NUMBERED = re.compile(r"^\s*\(?(\d{1,9})[.)]\s+(?=\S)")
_OPEN_BOX = re.compile(r"^\s*(?:[☐□▢❏❐◻◽⬜▫]|\[\s?\]|\(\s\))\s*(?=\S)")
_TICKED_BOX = re.compile(r"^\s*(?:[☑☒✓✔✗✘■▣◼⊠✅]|\[[xXvV✓✔]\]|\([xX]\))\s*(?=\S)")


def to_markdown(document: Document) -> str:
    """The text with its headings, lists and tables; what Markdown or HTML would take for a sign is escaped."""
    several = len(document.pages) > 1
    pages = [_page(page, several) for page in document.pages]
    return "\n\n".join(page for page in pages if page) + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = _SPECIAL.sub(r"\\\1", text)
    return _RULE.sub(r"\\\1", _ORDERED.sub(r"\1\\\2", text))


def table_to_markdown(table: Table) -> str:
    """The rows, the first one as the head that Markdown asks for."""
    head, *rows = [_row([_SPECIAL.sub(r"\\\1", cell) for cell in row]) for row in table.rows]
    return "\n".join([head, _row(["---"] * len(table.rows[0])), *rows])


def _page(page: Page, several: bool) -> str:
    parts = [f"## Page {page.number}"] if several else []
    if page.status is PageStatus.FAILED:
        parts.append(escape(failure(page)))
    return "\n\n".join([*parts, *_blocks(page)])


def _blocks(page: Page) -> Iterator[str]:
    """The blocks in reading order, each table where its first line stands."""
    tables = {line: table for table in page_tables(page) for line in table.lines}
    told: list[Table] = []

    def key(numbered: tuple[int, Line]) -> tuple[int, int, Kind | str]:
        number, line = numbered
        table = tables.get(number)
        return (id(table), 0, "") if table else (0, line.block, _kind(line))

    for _, group in groupby(enumerate(page.lines), key=key):
        numbered = list(group)
        table = tables.get(numbered[0][0])
        if table is None:
            yield _block(_kind(numbered[0][1]), [line for _, line in numbered])
        elif not any(table is one for one in told):
            told.append(table)
            yield table_to_markdown(table)


def _kind(line: Line) -> Kind:
    """Boxes to tick make an item, whatever else the line is taken for."""
    return Kind.LIST_ITEM if _OPEN_BOX.match(line.text) or _TICKED_BOX.match(line.text) else line.kind


def _block(kind: Kind, lines: list[Line]) -> str:
    if kind is Kind.LIST_ITEM:
        return "\n".join(_item(line) for line in lines)
    rows = [escape(shown(line).strip()) for line in lines]
    return "### " + " ".join(rows) if kind is Kind.HEADING else "\\\n".join(rows)


def _item(line: Line) -> str:
    """An item with a box, a number or a bullet; its text once more escaped, for it begins anew there."""
    text = shown(line)
    bare = _BULLET.sub("", text)
    for sign, box in ((_OPEN_BOX, "- [ ] "), (_TICKED_BOX, "- [x] ")):
        if sign.match(bare):
            return box + escape(sign.sub("", bare))
    number = _NUMBERED.match(text)
    if number:
        return f"{number[1]}. {escape(text[number.end() :])}"
    return "- " + escape(bare)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
