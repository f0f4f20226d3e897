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

- `penscript packs add my-hand.onnx` makes a pack usable by name: `penscript read notes.jpg --pack my-hand`"""

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As `penscript packs list` shows it.")]


def register(app: typer.Typer) -> None:
    """Add the subcommands."""
    packs = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", epilog=_EXAMPLES)
    for name, command in (("list", list_packs), ("show", show), ("add", add), ("remove", remove)):
        packs.command(name)(command)
    app.add_typer(packs, name="packs", help="List, show, add and remove the weights to read with.")


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


def remove(name: NameArgument) -> None:
    """Delete a pack that was added."""
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
