"""`penscript notes`: what was read, kept in a database, listed, corrected, taken out and put back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from penscript.cli import console, flags
from penscript.cli.settings import Settings
from penscript.errors import PenscriptError, SomeFilesFailed

if TYPE_CHECKING:
    from penscript.notes import Notes
    from penscript.notes.values import StoredLine

_EXAMPLES = """Examples:

- `penscript notes add *.jpg --tag kitchen` reads pictures and keeps them

- `penscript notes show 1` shows a document with the numbers of its lines

- `penscript notes correct 3 "call Anna"` corrects line 3

- `penscript notes export notes.zip` takes everything along, `penscript notes import notes.zip` puts it back

- `penscript notes load lines.csv` keeps lines or fields of a table

Then `penscript search Anna` finds, and `penscript forget 1` deletes."""

_MOST = 1_000_000

FilesArgument = Annotated[list[str], typer.Argument(metavar="FILES", help="Pictures and PDFs.")]
NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="As `penscript notes list` shows it.")]
TagFlag = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="A tag; may be given again.")]
JsonFlag = Annotated[bool, typer.Option("--json", help="As JSON.")]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="The file.")]


def register(app: typer.Typer) -> None:
    """Add the subcommands."""
    notes = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", epilog=_EXAMPLES)
    for name, command in (
        ("add", add),
        ("list", list_documents),
        ("show", show),
        ("correct", correct),
        ("export", export),
        ("import", restore),
        ("load", load),
    ):
        notes.command(name)(command)
    app.add_typer(notes, name="notes", help="Keep what was read in a database: SQLite or PostgreSQL.")


def add(  # noqa: PLR0917 - an argument a flag
    files: FilesArgument,
    tag: TagFlag = None,
    again: Annotated[bool, typer.Option("--again", help="Read files once more that are known already.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Remember where the file lies, and keep no copy.")] = False,
    language: flags.LanguageFlag = None,
    pack: flags.PackFlag = None,
    threads: flags.ThreadsFlag = None,
    notes: flags.NotesFlag = None,
    quiet: flags.QuietFlag = False,
) -> None:
    """Read pictures and PDFs and keep them. Corrections of a known file stay when it is read again."""
    console.hush(quiet)
    settings = Settings.resolve({"notes": notes, "language": language, "pack": pack, "threads": threads})
    failed: list[str] = []
    with settings.open_notes() as opened:
        for file, told in _kept(settings, opened, files, again=again, link=link, tags=tag or []):
            if isinstance(told, PenscriptError):
                if len(files) == 1:
                    raise told
                console.complain(told.message, told.advice)
                failed.append(file)
            else:
                console.stdout().print(f"{told}  {console.clean(file)}", markup=False)
    if failed:
        raise SomeFilesFailed(f"Not everything could be read: {', '.join(failed)}.")


def _kept(
    settings: Settings, notes: "Notes", files: list[str], *, again: bool, link: bool, tags: list[str]
) -> Iterator[tuple[str, str | PenscriptError]]:
    """Each file with what to tell of it: the number of its document and how many lines it has, or why it has none."""
    from penscript.cli.bar import Bar

    engine = settings.engine()
    with Bar(quiet=False) as bar:
        for file in files:
            known = None if again else _known(notes, Path(file))
            if known is not None:
                notes.tag(known, *tags)
                yield file, f"{known:>5}  known"
                continue
            bar.begin(Path(file).name)
            item = engine.attempt(file, progress=bar.update)
            bar.pause()
            if item.result is None:
                yield file, item.error or PenscriptError(f"{file}: nothing came back.")
                continue
            added = notes.add(item.result, picture=Path(file) if link else Path(file).read_bytes(), tags=tags)
            yield file, f"{added.document:>5}  {console.counted(notes.document(added.document).lines, 'line')}"


def _known(notes: "Notes", file: Path) -> int | None:
    """The document of a file that was added before."""
    import hashlib

    try:
        with file.open("rb") as opened:
            found = notes.find_document(hashlib.file_digest(opened, "sha256").hexdigest())
    except OSError:
        return None
    return found.id if found else None


def list_documents(
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only those with this tag.")] = None,
    as_json: JsonFlag = False,
    notes: flags.NotesFlag = None,
) -> None:
    """Show what is kept, the newest first."""
    with Settings.resolve({"notes": notes}).open_notes(make=False) as opened:
        found = opened.documents(tag=tag, limit=_MOST)
    if as_json:
        rows = [{"number": one.id, "source": one.source, "added_at": one.added_at.isoformat()} for one in found]
        for row, one in zip(rows, found, strict=True):
            row |= {"pages": one.pages, "lines": one.lines, "tags": list(one.tags), "sha256": one.sha256 or ""}
        console.write_bytes((json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode())
        return
    table = Table(box=None, pad_edge=False)
    for column in ("Number", "Added", "Pages", "Lines", "Tags", "Source"):
        table.add_column(column, overflow="fold")
    for one in found:
        cells = (f"{one.id}", f"{one.added_at:%Y-%m-%d %H:%M}", f"{one.pages}", f"{one.lines}", ", ".join(one.tags))
        table.add_row(*(Text(console.clean(cell)) for cell in (*cells, one.source)))
    console.print_table(table)


def show(number: NumberArgument, as_json: JsonFlag = False, notes: flags.NotesFlag = None) -> None:
    """Show a document: the number of each line, its percentage or who looked at it, its text."""
    from penscript.export.json import to_json

    with Settings.resolve({"notes": notes}).open_notes(make=False) as opened:
        if as_json:
            console.write_bytes((to_json(opened.result(number), 2) + "\n").encode())
            return
        for page in opened.pages(number):
            for line in page.lines:
                _print_line(line)
        for field in opened.fields(number):
            console.stdout().print(console.clean(f"{field.name}: {field.value}"), markup=False)


def _print_line(line: "StoredLine") -> None:
    verdict = f"{line.label}" if line.label else f"{line.confidence:.1f}%"
    console.stdout().print(Text.assemble(f"{line.id:>7}  ", (f"{verdict:>9}", "dim"), f"  {console.clean(line.text)}"))


def correct(
    line: Annotated[int, typer.Argument(metavar="LINE", help="As `penscript notes show` numbers it.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it reads.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")] = "",
    notes: flags.NotesFlag = None,
) -> None:
    """Correct a line. The search knows it at once, and no later reading takes it away."""
    with Settings.resolve({"notes": notes}).open_notes(make=False) as opened:
        opened.correct(line, text, by=by)
        _print_line(opened.line(line))


def export(file: FileArgument, notes: flags.NotesFlag = None) -> None:
    """Write everything into one zip that can be read without Penscript: JSON lines and pictures."""
    with Settings.resolve({"notes": notes}).open_notes(make=False) as opened:
        opened.export(file)


def restore(file: FileArgument, notes: flags.NotesFlag = None) -> None:
    """Put an exported zip into a new database."""
    with Settings.resolve({"notes": notes}).open_notes() as opened:
        count = opened.restore(file)
    console.stdout().print(f"Documents put back: {count}.", markup=False)


def load(file: FileArgument, tag: TagFlag = None, notes: flags.NotesFlag = None) -> None:
    """Keep the lines or the fields of a CSV."""
    with Settings.resolve({"notes": notes}).open_notes() as opened:
        for added in opened.load_csv(file, tags=tag or []):
            document = opened.document(added.document)
            told = f"{added.document:>5}  {console.counted(document.lines, 'line')}  {console.clean(document.source)}"
            console.stdout().print(told, markup=False)
