"""Servers over a reader that reads nothing; the tests skip where the extra is not installed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
pytest.importorskip("prometheus_client", reason="the extra `server` is not installed")

from penscript.api import OcrEngine
from penscript.server.options import ServerOptions
from serving import Running, Started, fake_engine


@pytest.fixture
def start(tmp_path: Any) -> Iterator[Callable[..., Running]]:
    """Starts servers with options of their own."""
    started: list[Started] = []

    def begin(engine: OcrEngine | None = None, **options: Any) -> Running:
        engine = engine or fake_engine()
        url = f"sqlite:///{tmp_path / f'notes{len(started)}.db'}"
        server = Started(engine, url, ServerOptions(**options))
        started.append(server)
        return server.running

    yield begin
    for server in started:
        server.end()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for the tests of a module, over the reader of sizes."""
    engine = fake_engine()
    server = Started(engine, f"sqlite:///{tmp_path_factory.mktemp('notes') / 'notes.db'}", ServerOptions(rate=None))
    yield server.running
    server.end()
