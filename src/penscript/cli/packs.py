"""`penscript packs`: the weights that are installed. A pack is one file; nothing is fetched from anywhere."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from penscript.cli import console
from penscript.cli.settings import Settings

if TYPE_CHECKING:
    from penscript.packs.catalog import Catalog
    from penscript.packs.protocol import PackInfo

_EXAMPLES = """Examples:

- `penscript packs list` shows what is installed and which languages it reads

- `penscript packs show base` tells all that a pack says of itself

- `penscript packs add my-hand.onnx` makes a pack usable by name: `penscript read notes.jpg --pack my-hand`

- `penscript packs export my-hand my-hand.onnx` writes it to a file, for another machine

- `penscript packs roll-back my-hand` uses the version before the present one again"""

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As `penscript packs list` shows it.")]


def register(app: typer.Typer) -> None:
    """Add the subcommands."""
    packs = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", epilog=_EXAMPLES)
    for name, command in (("list", list_packs), ("show", show), ("add", add), ("export", export)):
        packs.command(name)(command)
    packs.command("versions")(list_versions)
    packs.command("roll-back")(roll_back)
    packs.command("remove")(remove)
    app.add_typer(packs, name="packs", help="List, show, add, roll back and remove the weights to read with.")


def list_packs() -> None:
    """Show the packs that are installed, and what each reads."""
    table = Table(box=None, pad_edge=False)
    for column in ("Pack", "Version", "Script", "Licence", "Languages"):
        table.add_column(column, overflow="fold")
    for info in _catalog().packs():
        languages = ", ".join(info.languages) or "any"
        table.add_row(*(Text(cell) for cell in (info.name, info.version, info.script, info.licence, languages)))
    console.print_table(table)


def show(name: NameArgument, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Tell all that a pack says of itself."""
    from dataclasses import asdict

    from penscript.errors import UsageError

    found = {info.name: info for info in _catalog().packs()}
    if name.partition("@")[0] not in found:
        raise UsageError(f"There is no pack {name!r}.", f"There are {', '.join(found)}.")
    told = asdict(found[name.partition("@")[0]])
    if as_json:
        console.write_bytes((json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
    else:
        _print_card(told)


def add(file: Annotated[str, typer.Argument(metavar="FILE", help="A pack, which is an .onnx file.")]) -> None:
    """Copy a pack to where Penscript finds it by name."""
    _tell("Added", _catalog().add(file))


def export(
    name: NameArgument, file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write it, an .onnx file.")]
) -> None:
    """Write a pack that was added or learnt to one file, which `packs add` takes on any machine."""
    from penscript.export.atomic import check_writable, write_bytes

    source = _catalog().own(name)
    check_writable(file)
    write_bytes(file, source.read_bytes())
    console.stdout().print(f"Wrote {console.clean(name)} to {file}.", markup=False)


def list_versions(name: NameArgument) -> None:
    """Show the versions of a pack that are kept, the newest first."""
    from penscript.packs.metadata import read_card
    from penscript.packs.versions import versions

    file = _catalog().own(name)
    present = read_card(file).info.version
    for version in versions(file):
        console.stdout().print(f"{file.stem}@{version}{' (in use)' if version == present else ''}", markup=False)


def roll_back(
    name: NameArgument,
    to: Annotated[
        str | None, typer.Option("--to", metavar="VERSION", help="This one instead of the one before.")
    ] = None,
) -> None:
    """Use an earlier version of a pack again."""
    from penscript.packs.versions import roll_back

    file = _catalog().own(name)
    console.stdout().print(f"{file.stem}@{roll_back(file, to)} is in use.", markup=False)


def remove(name: NameArgument) -> None:
    """Delete a pack that was added, with all its versions."""
    _catalog().remove(name)
    console.stdout().print(f"Removed {console.clean(name)}.", markup=False)


def _catalog() -> "Catalog":
    from penscript.packs.catalog import Catalog

    return Catalog(Settings.resolve()["pack_folders"].value)


def _tell(what: str, info: "PackInfo") -> None:
    console.stdout().print(f"{what} {info.id} ({info.file}).", markup=False)


def _print_card(told: dict[str, object]) -> None:
    out = console.stdout()
    for key, value in told.items():
        plain = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        out.print(Text.assemble((f"{key:<12}", "bold"), f" {'-' if plain is None or plain == '' else plain}"))
