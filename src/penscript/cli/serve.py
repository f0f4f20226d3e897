"""`penscript serve`: the API, and pages for the phone, for review and for search."""

import logging
import os
import platform
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penscript.cli import console, flags
from penscript.cli.settings import Settings
from penscript.errors import MissingComponent, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from penscript.notes import Notes
    from penscript.server.options import ServerOptions
    from penscript.server.running import Address

_EVERYWHERE = "0.0.0.0"
_EXAMPLES = """Examples:

- `penscript serve` serves this machine alone, at http://127.0.0.1:8000

- `penscript serve --lan` serves the network too, and shows a code that lets a phone in

- `penscript serve --notes postgresql://localhost/notes --require-token` keeps everything in PostgreSQL

- `penscript serve --lan --tls-cert cert.pem --tls-key key.pem` speaks TLS; then phones can install the pages"""


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command("serve", epilog=_EXAMPLES)(serve)


def serve(  # noqa: PLR0917 - an argument a flag
    lan: Annotated[bool, typer.Option("--lan", help="Serve the network too, and show a code for a phone.")] = False,
    notes: flags.NotesFlag = None,
    host: Annotated[str | None, typer.Option("--host", metavar="ADDRESS", help="Listen at this address.")] = None,
    port: Annotated[str | None, typer.Option("--port", "-p", metavar="N", help="Listen at this port.")] = None,
    tls_cert: Annotated[str | None, typer.Option("--tls-cert", metavar="FILE", help="Certificate, PEM.")] = None,
    tls_key: Annotated[str | None, typer.Option("--tls-key", metavar="FILE", help="Its key, PEM.")] = None,
    cors: Annotated[
        list[str] | None, typer.Option("--cors", metavar="ORIGIN", help="Pages that may call; may be given again.")
    ] = None,
    require_token: Annotated[
        bool | None, typer.Option("--require-token/--open", help="Ask for a token on this machine too.")
    ] = None,
    language: flags.LanguageFlag = None,
    threshold: flags.ThresholdFlag = None,
    precision: flags.PrecisionFlag = None,
    pack: flags.PackFlag = None,
    threads: flags.ThreadsFlag = None,
    readers: Annotated[
        str | None,
        typer.Option("--readers", metavar="N", rich_help_panel=flags.LIMITS, help="Files that are read at once."),
    ] = None,
    queue: Annotated[
        str | None, typer.Option("--queue", metavar="N", rich_help_panel=flags.LIMITS, help="Requests that may wait.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate", metavar="N", rich_help_panel=flags.LIMITS, help="Readings a minute and visitor, or none."
        ),
    ] = None,
    max_upload: Annotated[
        str | None,
        typer.Option("--max-upload", metavar="SIZE", rich_help_panel=flags.LIMITS, help="Refuse larger requests."),
    ] = None,
    max_pixels: flags.PixelsFlag = None,
    max_pages: flags.MostPagesFlag = None,
    max_seconds: flags.SecondsFlag = None,
) -> None:
    """Serve the API, and pages to capture, review and search, until Ctrl-C."""
    check_extra()
    settings = Settings.of_command(locals() | {"host": host or (_EVERYWHERE if lan else None)})
    from penscript.server.running import Address

    if lan and host:
        raise UsageError("--lan and --host are both given.", "--lan listens at every address of this machine.")
    files = [None if file is None else Path(file) for file in (tls_cert, tls_key)]
    address = Address(settings["host"].value, settings["port"].value, *files)
    run(settings, address, lambda notes, options: _greet(address, notes, options, lan))


def check_extra() -> None:
    """Raise MissingComponent where the extra `server` is not installed."""
    if any(find_spec(name) is None for name in ("fastapi", "uvicorn", "jinja2", "prometheus_client")):
        raise MissingComponent("The server is not installed.", "Run `pip install 'penscript[server]'`.")


def run(settings: Settings, address: "Address", ready: "Callable[[Notes, ServerOptions], None]") -> None:
    """Serve with these settings until the process is told to end; `ready` is called once requests are answered."""
    from penscript.server.app import create_app
    from penscript.server.pairing import lan_address
    from penscript.server.running import server_of

    _log_to_stderr()
    with ExitStack() as stack:
        opened = stack.enter_context(address.bind())
        notes = stack.enter_context(settings.open_notes())
        options = _options(settings, address)
        shared = address.host == _EVERYWHERE
        root = address.root(lan_address()) if shared else None
        app = create_app(settings.engine(), notes, options, root, partial(_learn, settings))
        server_of(app, address, lambda: ready(notes, options)).run(sockets=[opened])


def _learn(settings: Settings, report: "Callable[[str, float, float | None], None]") -> list[str]:
    """What the button on the review page does: learn into the pack that is read with, or a first one."""
    from penscript.cli.learn import OWN, learn_hand

    told = settings["pack"].value
    name = told if told and told not in ("latin", "base", "tesseract") and "." not in told else OWN
    return learn_hand(settings, name.partition("@")[0], (), (), lambda one: report(one.stage, one.done, one.left))


def _options(settings: Settings, address: "Address") -> "ServerOptions":
    from penscript.server.options import ServerOptions

    options = ServerOptions(
        cors=tuple(settings["cors"].value),
        require_token=settings["require_token"].value,
        readers=settings["readers"].value,
        queue=settings["queue"].value,
        rate=settings["rate"].value,
        upload_bytes=settings["max_upload"].value or 2**40,
    )
    return replace(options, worker=f"{platform.node()}:{address.port}", secure=address.certificate is not None)


def _greet(address: "Address", notes: "Notes", options: "ServerOptions", lan: bool) -> None:
    from penscript.server.pairing import begin, lan_address, qr_text

    here = "127.0.0.1" if address.host == _EVERYWHERE else address.host
    out = console.stderr()
    out.print(f"Penscript serves {address.root(here)} (Ctrl-C ends it).", markup=False)
    if not lan:
        return
    url = begin(notes, options).url(address.root(lan_address()))
    minutes = round(options.pairing_seconds / 60)
    out.print(f"Scan this with a phone in the same network; it works once, for {minutes} minutes:", markup=False)
    out.print(qr_text(url), style="black on white", markup=False)
    out.print(f"{url}\nMore phones, and which are let in: {address.root(here)}/devices", markup=False)


def _log_to_stderr() -> None:
    if os.environ.get("PENSCRIPT_DEBUG", "") in ("", "0"):
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
