"""Document -> Markdown (CommonMark): a heading a page where there are several, a paragraph a block, rows kept."""

import re
from itertools import groupby

from penscript.document import Document, Kind, Line, Page, PageStatus
from penscript.export.text import failure, shown

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&])")
_ORDERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_RULE = re.compile(r"^([-+=])(?=\s|$|\1)")
_BULLET = re.compile(r"^\s*(?:[-+*•–‣·]|\\\*)\s+")


def to_markdown(document: Document) -> str:
    """The text with its headings and lists; whatever Markdown would take for a sign of its own is escaped."""
    several = len(document.pages) > 1
    pages = [_page(page, several) for page in document.pages]
    return "\n\n".join(page for page in pages if page) + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = _SPECIAL.sub(r"\\\1", text)
    return _RULE.sub(r"\\\1", _ORDERED.sub(r"\1\\\2", text))


def _page(page: Page, several: bool) -> str:
    parts = [f"## Page {page.number}"] if several else []
    if page.status is PageStatus.FAILED:
        parts.append(escape(failure(page)))
    groups = groupby(page.lines, key=lambda line: (line.block, line.kind))
    parts += [_block(kind, list(lines)) for (_, kind), lines in groups]
    return "\n\n".join(parts)


def _block(kind: Kind, lines: list[Line]) -> str:
    rows = [escape(shown(line)) for line in lines]
    if kind is Kind.HEADING:
        return "### " + " ".join(rows)
    if kind is Kind.LIST_ITEM:
        return "\n".join(_item(row) for row in rows)
    return "\\\n".join(rows)


def _item(row: str) -> str:
    return "- " + _BULLET.sub("", row.removeprefix("\\") if row.startswith(("\\-", "\\+")) else row)
