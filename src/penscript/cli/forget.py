"""`penscript forget`: delete documents from the notes, and say what still knows them."""

from typing import Annotated

import typer

from penscript.cli import console, flags
from penscript.cli.settings import Settings

_EXAMPLES = """Examples:

- `penscript forget 12` removes document 12 with its picture, text, corrections and jobs

- `penscript notes list` shows the numbers"""

_COUNTED = ("page", "line", "correction", "job")


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("forget", epilog=_EXAMPLES, no_args_is_help=True)(forget)


def forget(
    numbers: Annotated[list[int], typer.Argument(metavar="NUMBERS", help="As `penscript notes list` shows them.")],
    notes: flags.NotesFlag = None,
) -> None:
    """Delete documents for good. Packs that were trained on them are named: they keep what they learned."""
    with Settings.resolve({"notes": notes}).open_notes(make=False) as opened:
        for number in numbers:
            gone = opened.forget(number)
            told = ", ".join(console.counted(getattr(gone, f"{what}s"), what) for what in _COUNTED)
            console.stdout().print(f"Forgot {console.clean(gone.source)}: {told}.", markup=False)
            if gone.packs:
                console.warn(f"These packs were trained on it: {', '.join(gone.packs)}.")
