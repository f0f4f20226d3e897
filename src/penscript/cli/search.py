"""`penscript search`: lines of the notes that say something, misread ones too."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from penscript.cli import console, flags
from penscript.cli.settings import Settings
from penscript.errors import MissingInput

if TYPE_CHECKING:
    from penscript.notes import Notes
    from penscript.notes.values import Hit

_EXAMPLES = """Examples:

- `penscript search region` finds *région* and the misread *tégion* as well

- `penscript search '"compost heap" bring*'` finds the phrase, and words that begin with *bring*

- `penscript search Anna --cutouts found/` writes the lines as pictures, the word marked"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("search", epilog=_EXAMPLES, no_args_is_help=True)(search)


def search(  # noqa: PLR0917 - an argument a flag
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")],
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, help="At most so many lines.")] = 20,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only in documents with this tag.")] = None,
    cutouts: Annotated[
        str | None, typer.Option("--cutouts", metavar="FOLDER", help="Write each line as a picture there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    notes: flags.NotesFlag = None,
) -> None:
    """Look for words in your notes: the best lines first, misread words too."""
    with Settings.resolve({"notes": notes}).open_notes(make=False) as opened:
        hits = opened.search(" ".join(words), limit=limit, tag=tag)
        if as_json:
            told = json.dumps([_as_json(hit) for hit in hits], ensure_ascii=False, indent=2)
            console.write_bytes((told + "\n").encode())
        else:
            for hit in hits:
                console.stdout().print(_row(hit))
        if not hits:
            console.note("Nothing was found.")
        if cutouts:
            _cut_out(opened, hits, cutouts)


def _row(hit: "Hit") -> Text:
    where = f"{console.clean(hit.source)} page {hit.line.page}"
    text = Text(console.clean(hit.line.text))
    for start, end in hit.spans:
        text.stylize("bold yellow", start, end)
    return Text.assemble((f"{hit.line.document:>5}  {where}  ", "dim"), text)


def _as_json(hit: "Hit") -> dict[str, Any]:
    line, box = hit.line, hit.line.bounds
    return {
        "score": hit.score,
        "document": line.document,
        "source": hit.source,
        "page": line.page,
        "line": line.id,
        "text": line.text,
        "spans": [list(span) for span in hit.spans],
        "confidence": line.confidence,
        "bounds": {"x": box.x, "y": box.y, "width": box.width, "height": box.height},
    }


def _cut_out(notes: "Notes", hits: "list[Hit]", folder: str) -> None:
    from penscript.export.atomic import make_folder, write_bytes

    place: Path = make_folder(folder)
    for number, hit in enumerate(hits, 1):
        try:
            write_bytes(place / f"{number:03}-line-{hit.line.id}.png", notes.cutout(hit))
        except MissingInput as error:
            console.warn(error.message)
