"""`penscript config`: every setting, its value and where it comes from."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from penscript.cli import console
from penscript.cli.chosen import PREFIX, Chosen
from penscript.cli.settings import Settings, all_settings, config_file

_EXAMPLES = """Examples:

- `penscript config` shows the settings

- `PENSCRIPT_THRESHOLD=90 penscript config` shows that the environment sets one

A flag counts before a PENSCRIPT_ variable, that before the config file, that before the default. The file is TOML:

    threshold = 80
    language = ["en", "fr"]"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("config", epilog=_EXAMPLES)(config)


def config(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show every setting, its value and where it comes from."""
    settings = Settings.resolve()
    if as_json:
        told = {name: {"value": _plain(chosen.value), "origin": chosen.origin} for name, chosen in settings.items()}
        console.write_bytes((json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
    else:
        _print_table(settings)


def _print_table(settings: dict[str, Chosen]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("Setting", "Value", "From", "What it is"):
        table.add_column(column, overflow="fold")
    for name, setting in all_settings().items():
        chosen = settings[name]
        style = "dim" if chosen.origin == "default" else ""
        table.add_row(name, Text(_shown(chosen.value)), Text(chosen.origin, style=style), setting.help)
    console.print_table(table)
    out, file = console.stdout(), config_file()
    out.print(f"\nConfig file: {file}{'' if file.is_file() else ' (none yet)'}", markup=False)
    out.print(f"A variable such as {PREFIX}THRESHOLD, or a flag such as --threshold, counts before it.", markup=False)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
