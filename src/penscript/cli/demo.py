"""`penscript demo`: reads the pictures that come with Penscript and shows what it is about."""

import shutil
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penscript.cli import console, flags, listing
from penscript.cli.settings import Settings
from penscript.errors import MissingComponent

if TYPE_CHECKING:
    from penscript.api import OcrEngine
    from penscript.cli.bar import Bar

_ENDINGS = (".jpg", ".png", ".pdf")
_EXAMPLES = """Examples:

- `penscript demo` reads the examples and draws their boxes into a new folder

- `penscript demo --out demo/` draws them into that one"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("demo", epilog=_EXAMPLES)(demo)


def demo(
    out: Annotated[str | None, typer.Option("--out", "-o", metavar="FOLDER", help="Where to draw the boxes.")] = None,
    quiet: flags.QuietFlag = False,
) -> None:
    """Read the example notes, list, invoice and receipt, and draw what was found."""
    from penscript.cli.bar import Bar
    from penscript.export.atomic import make_folder

    console.hush(quiet)
    engine = Settings.resolve().engine()
    with as_file(files("penscript") / "examples") as folder:
        examples = _examples(folder)
        target = make_folder(out) if out else Path(tempfile.mkdtemp(prefix="penscript-demo-"))
        with Bar(quiet) as bar:
            for example in examples:
                _show(engine, example, target, bar)
    shown = console.stdout()
    shown.print(f"The boxes are drawn in {target}")
    shown.print(f"Next: {_command()} read YOUR_PHOTO.jpg --picture boxes.png", markup=False)


def _command() -> str:
    """How this command is called here: by its name where the shell finds it, as after an activation."""
    if shutil.which("penscript"):
        return "penscript"
    called = Path(sys.argv[0])
    return str(called) if called.stem == "penscript" else "python -m penscript"


def _examples(folder: Path) -> list[Path]:
    found = sorted(file for file in folder.glob("*") if file.suffix in _ENDINGS) if folder.is_dir() else []
    if not found:
        raise MissingComponent("The example pictures are not installed.", "Install Penscript again.")
    return found


def _show(engine: "OcrEngine", example: Path, target: Path, bar: "Bar") -> None:
    from penscript.cli.pictures import draw

    bar.begin(example.name)
    result = engine.process(example, progress=bar.update)
    bar.pause()
    out = console.stdout()
    listing.heading(example.name, out)
    listing.show(result, out)
    out.print(listing.counts(result))
    draw(example, result, engine.options, target / f"{example.stem}.png")
    out.print()
