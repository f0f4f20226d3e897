"""The server as a process: its socket, its logs, its end."""

import logging
import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from penscript.errors import UsageError

log = logging.getLogger("penscript.server")
_GOODBYE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens. certificate, key: PEM files for TLS, both or none."""

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise UsageError("TLS needs a certificate and its key.", "Give both --tls-cert and --tls-key.")
        for file in (self.certificate, self.key):
            if file is not None and not file.is_file():
                raise UsageError(f"There is no file {file}.", "Give PEM files.")
        if self.certificate:
            _check_pair(self.certificate, self.key)

    def root(self, host: str) -> str:
        """The address to type into a browser, under that name."""
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}" + f"://{host}:{self.port}"

    def bind(self) -> socket.socket:
        """The open socket. UsageError where the place is taken or is not ours."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":  # there it would let two servers share a port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((self.host, self.port))
        except (OSError, OverflowError) as error:
            opened.close()
            advice = "Choose another with --port, or end what listens there."
            raise UsageError(f"Nothing can listen at {self.host}:{self.port}: {error}.", advice) from None
        return opened


def _check_pair(certificate: Path, key: Path | None) -> None:
    """UsageError where a server cannot speak TLS with them; nobody is asked for a passphrase."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        told = f"{certificate} and {key} are no certificate with its key: {error}."
        raise UsageError(told, "Give PEM files that belong together, the key without a passphrase.") from None


def free_port() -> int:
    """A port of the loopback address that nobody listens at."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def server_of(app: FastAPI, address: Address, ready: Callable[[], None]) -> uvicorn.Server:
    """What serves `app`: call its `run(sockets=[address.bind()])`. `ready` is called once requests are answered.

    Addresses of requests are not logged: they may hold what somebody searches for.
    """
    config: dict[str, Any] = {"access_log": False, "server_header": False, "proxy_headers": False}
    config |= {"timeout_graceful_shutdown": _GOODBYE_SECONDS, "log_level": "warning"}
    if address.certificate:
        config |= {"ssl_certfile": str(address.certificate), "ssl_keyfile": str(address.key)}
    return _Server(uvicorn.Config(app, **config), ready)


class _Server(uvicorn.Server):
    """Says when it has begun."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
