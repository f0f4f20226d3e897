"""A result for a person at a terminal: every line with its verdict and its percentage."""

from rich.console import Console
from rich.text import Text

from penscript.cli import console
from penscript.document import Line, LineStatus, Page, PageStatus
from penscript.options import AcceptPolicy
from penscript.result import OcrResult

_WIDTH = len("Low-confidence")


def show(result: OcrResult, out: Console) -> None:
    """The lines of all pages in reading order, with a heading a page where there are several."""
    for page in result.pages:
        if len(result.pages) > 1:
            out.print(Text(f"Page {page.number}", style="bold"))
        _show_page(page, result.policy, out)


def heading(name: str, out: Console) -> None:
    """The name of a file above its lines."""
    out.print(Text(console.clean(name), style="bold underline"))


def counts(result: OcrResult) -> str:
    """One sentence on how many lines a person should see."""
    lines, doubtful = len(result.lines), len(result.doubtful())
    return f"{console.counted(lines, 'line')}: {lines - doubtful} accepted, {doubtful} low-confidence."


def _show_page(page: Page, policy: AcceptPolicy, out: Console) -> None:
    if page.status is PageStatus.FAILED:
        out.print(Text(f"Not read: {console.clean(page.error or '')}", style="red"))
    elif page.status is PageStatus.BLANK and not page.barcodes:
        out.print(Text("No text was found.", style="dim"))
    for line in page.lines:
        out.print(_row(line, policy.threshold_of(line.pack)))
    for code in page.barcodes:
        out.print(_cells("Barcode", code.format, console.clean(code.text), "blue"))


def _row(line: Line, threshold: float) -> Text:
    percent = f"{line.confidence:.1f}%"
    if line.status is not LineStatus.READ:
        return _cells(line.status.value.capitalize(), percent, "", "red")
    accepted = line.accepted(threshold)
    verdict, style = ("Accepted", "green") if accepted else ("Low-confidence", "yellow")
    return _cells(verdict, percent, console.clean(line.text), style)


def _cells(verdict: str, figure: str, text: str, style: str) -> Text:
    return Text.assemble((f"{verdict:<{_WIDTH}} {figure:>6}", style), f"  {text}")
