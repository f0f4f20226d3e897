"""Document -> plain text: a row a line, an empty row between pages."""

from penscript.document import Document, Line, LineStatus, Page, PageStatus


def to_text(document: Document) -> str:
    """The text for a person; what could not be read says so in brackets instead of leaving a gap."""
    pages = [_page(page) for page in document.pages]
    return "\n".join(page for page in pages if page)


def shown(line: Line) -> str:
    """The text of a line, or what is to be said in its place."""
    return line.text if line.status is LineStatus.READ else f"[{line.status.value}]"


def failure(page: Page) -> str:
    """What is to be said in place of a page that failed."""
    return f"[page {page.number} could not be read: {page.error}]"


def _page(page: Page) -> str:
    rows = [failure(page)] if page.status is PageStatus.FAILED else [shown(line) for line in page.lines]
    return "".join(f"{row}\n" for row in rows)
