"""`penscript train`: a data set -> a pack. Needs the extra `train`."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from penscript.cli import console, flags
from penscript.errors import MissingComponent

_EXAMPLES = """Examples:

- `penscript train my-hand.toml --out my-hand.onnx` trains as the file says and writes a pack

- `penscript packs add my-hand.onnx` then makes it usable by name"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("train", epilog=_EXAMPLES, no_args_is_help=True)(train)


def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="What to train on and how, a TOML file.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The pack to write.")] = Path("pack.onnx"),
    quiet: flags.QuietFlag = False,
) -> None:
    """Train a pack of weights from lines of text and their pictures."""
    if importlib.util.find_spec("torch") is None:
        raise MissingComponent("Training needs PyTorch, which is not installed.", "Run: pip install 'penscript[train]'")
    from penscript import training
    from penscript.cli.bar import Bar

    with Bar(quiet) as bar:
        bar.begin("training")
        training.run(config, out, bar.update)
    console.hush(quiet)
    console.note(f"Written to {out}.")
