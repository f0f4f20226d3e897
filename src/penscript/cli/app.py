"""The command as a whole: its subcommands, its exit codes, and what is said when something goes wrong."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from penscript import __version__
from penscript.cli import (
    batch,
    config,
    console,
    demo,
    evaluate,
    forget,
    invoice,
    learn,
    notes,
    packs,
    read,
    review,
    search,
    serve,
    train,
)
from penscript.errors import PenscriptError

_INTERRUPTED = 130
_HOW_TO_REPORT = "Please report it to the project, with what the same command shows under PENSCRIPT_DEBUG=1."


class _Group(TyperGroup):
    """Ends quietly where the user stops the command or the program that it writes to."""

    def invoke(self, ctx: Any) -> Any:
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except KeyboardInterrupt:
            console.stderr().print("Interrupted.")
            sys.exit(_INTERRUPTED)
        except BrokenPipeError:
            console.forget_stdout()
            sys.exit(0)


app = typer.Typer(
    cls=_Group,
    name="penscript",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with `penscript demo`, then `penscript read YOUR_PHOTO.jpg`.",
)


def _version(wanted: bool) -> None:
    if wanted:
        console.stdout().print(f"penscript {__version__}")
        raise typer.Exit


@app.callback()
def penscript(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show what happens, and the whole of an error.")] = False,
) -> None:
    """Reads handwritten notes and printed invoices, offline, and says how sure it is of every line."""
    if debug:
        _log_everything()


read.register(app)
batch.register(app)
demo.register(app)
invoice.register(app)
notes.register(app)
search.register(app)
forget.register(app)
review.register(app)
learn.register(app)
serve.register(app)
packs.register(app)
config.register(app)
evaluate.register(app)
train.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code: see `penscript.errors`, 130 when it is interrupted."""
    console.prepare()
    try:
        app(args=None if arguments is None else list(arguments), prog_name="penscript")
    except PenscriptError as error:
        _report(error)
        sys.exit(error.exit_code)
    except Exception as error:
        _report_bug(error)
        sys.exit(1)


def _report(error: PenscriptError) -> None:
    advice = error.advice if error.exit_code != 1 or _debugging() else _HOW_TO_REPORT
    console.complain(error.message, advice)
    if _debugging():
        traceback.print_exception(error)


def _report_bug(error: Exception) -> None:
    console.complain(f"Penscript made a mistake: {type(error).__name__}: {error}")
    if _debugging():
        traceback.print_exception(error)
    else:
        console.stderr().print(_HOW_TO_REPORT)


def _debugging() -> bool:
    return os.environ.get("PENSCRIPT_DEBUG", "") not in ("", "0")


def _log_everything() -> None:
    import logging

    os.environ["PENSCRIPT_DEBUG"] = "1"
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("penscript").setLevel(logging.DEBUG)
