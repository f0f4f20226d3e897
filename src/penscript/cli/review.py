"""`penscript review`: the lines that a person should see, in the browser or as a list."""

import json
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from penscript.cli import console, flags
from penscript.cli.serve import check_extra, run
from penscript.cli.settings import Settings

if TYPE_CHECKING:
    from penscript.notes import Notes
    from penscript.notes.values import ReviewItem

_EXAMPLES = """Examples:

- `penscript review` opens the review page in your browser

- `penscript review --list` shows the queue, the costliest line first

- `penscript review --teach` begins with the lines whose correction teaches most

- `penscript review --list --json` shows it with the probability with which each line was chosen"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("review", epilog=_EXAMPLES)(review)


def review(  # noqa: PLR0917 - an argument a flag
    listed: Annotated[bool, typer.Option("--list", help="Show the queue here, and open nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --list: as JSON.")] = False,
    teach: Annotated[
        bool, typer.Option("--teach", help="First the lines whose correction teaches most, for `penscript learn`.")
    ] = False,
    notes: flags.NotesFlag = None,
    threshold: flags.ThresholdFlag = None,
    precision: flags.PrecisionFlag = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Go through the doubtful lines of your notes, and a share of the others."""
    from penscript.review import audited, offer_all, order_by_teaching

    settings = Settings.resolve({"notes": notes, "threshold": threshold, "precision": precision})
    with settings.open_notes(make=False) as opened:
        offer_all(opened, settings.engine().policy)
        if teach:
            order_by_teaching(opened)
        if listed:
            _show(opened, as_json)
            found = audited(opened.items())
    if not listed:
        _serve(settings, browser)
    elif not as_json and found.exact is not None:
        told = f"{found.lines} spot checks: {found.exact} % of the accepted lines are exactly right."
        console.stdout().print(told, markup=False)


def _serve(settings: Settings, browser: bool) -> None:
    check_extra()
    from penscript.server.running import Address, free_port

    address = Address("127.0.0.1", free_port())

    def ready(*_: object) -> None:
        url = address.root("127.0.0.1") + "/review"
        console.stderr().print(f"Review at {url} (Ctrl-C ends it).", markup=False)
        if browser:
            webbrowser.open(url)

    run(settings, address, ready)


def _show(notes: "Notes", as_json: bool) -> None:
    waiting = [item for item in notes.items() if item.done_at is None]
    if as_json:
        told = json.dumps([_plain(item) for item in waiting], ensure_ascii=False, indent=2)
        console.write_bytes((told + "\n").encode())
        return
    table = Table(box=None, pad_edge=False)
    for column in ("Line", "Sure", "Why", "Text"):
        table.add_column(column)
    for item in waiting:
        cells = (str(item.line.id), f"{item.line.confidence:.1f}%", item.reason, console.clean(item.line.text))
        table.add_row(*(Text(cell) for cell in cells))
    console.print_table(table)
    progress = notes.progress()
    console.stdout().print(f"{progress.done} of {progress.offered} lines looked at.", markup=False)


def _plain(item: "ReviewItem") -> dict[str, object]:
    line = item.line
    return {
        "line": line.id,
        "document": line.document,
        "page": line.page,
        "text": line.text,
        "confidence": line.confidence,
        "reason": item.reason,
        "probability": item.probability,
        "cost": item.priority,
    }
