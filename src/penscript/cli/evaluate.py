"""`penscript evaluate`: how well a folder with known text is read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penscript.cli import console, flags
from penscript.cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from penscript.cli.bar import Bar
    from penscript.evaluation.gate import Verdict
    from penscript.evaluation.report import Report
    from penscript.evaluation.run import Progress

_EXAMPLES = """Examples:

- `penscript evaluate pages/` compares pictures with the `.gt.txt` beside each of them

- `penscript evaluate lines/` compares pictures of lines with `lines.tsv`: `file TAB text`

- `penscript evaluate data/ --part test --set print/sroie --limit 20` takes a part of a collection with splits

- `penscript evaluate data/ --part select --pack new.onnx --gate latin` refuses new.onnx where it reads worse"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("evaluate", epilog=_EXAMPLES, no_args_is_help=True)(evaluate)


def evaluate(  # noqa: PLR0917 - an argument a flag
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Lines or pages beside their true text.")],
    part: Annotated[str, typer.Option("--part", help="Parts of a collection with splits, by comma, or all.")] = "test",
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME", help="Only this set; may be given again.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many samples a set.")] = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FILE", help="Write the report as JSON too.")
    ] = None,
    draw: Annotated[
        list[str] | None,
        typer.Option(
            "--draw", metavar="FILE", help="Draw what confidences are worth, as .png or .html; may be given again."
        ),
    ] = None,
    gate: Annotated[
        str | None,
        typer.Option(
            "--gate",
            metavar="PACK",
            help="Exit with 6 where a set is read worse than by this pack, or than in a report of --out.",
        ),
    ] = None,
    language: flags.LanguageFlag = None,
    pack: flags.PackFlag = None,
    threads: flags.ThreadsFlag = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    quiet: flags.QuietFlag = False,
) -> None:
    """Read what has a known text, and count what is wrong."""
    from penscript.export.atomic import check_writable, write_bytes

    for file in (*([out] if out else ()), *(draw or ())):
        check_writable(file)
    _check_endings(draw or ())

    def read(pack: str | None) -> "Report":
        from penscript.cli.bar import Bar
        from penscript.evaluation.run import evaluate as run

        given = {"language": language, "pack": pack, "threads": threads, "text_layer": "always"}
        engine = Settings.resolve(given).engine()
        with Bar(quiet) as bar:
            return run(folder, engine, part=part, sets=sets or (), limit=limit, progress=_counter(bar))

    shipped = _report(gate) if gate and gate.endswith(".json") else None
    report = read(pack)
    if out:
        write_bytes(out, report.to_json().encode("utf-8"))
    for file in draw or ():
        write_bytes(file, _drawn(report, file))
    console.write_bytes(((report.to_json() if as_json else report.to_text()) + "\n").encode("utf-8"))
    if gate:
        _pass(report, shipped or read(gate), gate, as_json)


def _check_endings(files: "Sequence[str]") -> None:
    from penscript.errors import UsageError

    for file in files:
        if Path(file).suffix.lower() not in (".png", ".html"):
            raise UsageError(f"{file} is no picture to draw into.", "Name a file that ends in .png or .html.")


def _drawn(report: "Report", file: str) -> bytes:
    from penscript.errors import EmptyInput
    from penscript.evaluation.drawing import to_html, to_png

    try:
        return to_png(report) if file.lower().endswith(".png") else to_html(report).encode("utf-8")
    except ValueError:
        raise EmptyInput(f"No line was read, so {file} would be empty.", "Look at what could not be read.") from None


def _report(file: str) -> "Report":
    """The report in a file that `--out` wrote."""
    from penscript.errors import DamagedInput, MissingInput
    from penscript.evaluation.report import Report

    try:
        return Report.from_json(Path(file).read_text("utf-8"))
    except FileNotFoundError:
        raise MissingInput(f"There is no report {file}.", "Give a pack, or what --out wrote.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedInput(f"{file} is not a report.", "Give a pack, or what --out wrote.") from error


def _pass(candidate: "Report", shipped: "Report", name: str, quiet: bool) -> None:
    """Print how the two compare; SomeFilesFailed where a set is read worse."""
    from penscript.errors import SomeFilesFailed
    from penscript.evaluation.gate import gate

    verdict: Verdict = gate(candidate, shipped)
    if not quiet:
        console.write_bytes(f"\n{verdict.to_text()}\n".encode())
    if not verdict.passed:
        worse = ", ".join(one.name for one in verdict.comparisons if one.objection)
        raise SomeFilesFailed(f"Refused: read worse than by {name}: {worse}.", "Keep the pack that ships.")


def _counter(bar: "Bar") -> "Progress":
    """Shows the name of the set that is read and how far it is."""
    shown = ""

    def count(name: str, done: int, total: int) -> None:
        nonlocal shown
        if name != shown:
            bar.begin(name)
            shown = name
        bar.update(done, total)

    return count
