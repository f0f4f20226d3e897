"""Servers over a reader that reads nothing; the tests skip where the extra is not installed."""

import shutil
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


@pytest.fixture(scope="session")
def browser_program() -> str:
    """Where Chromium lies; skips where it, or what drives it, is not installed."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no chromium")
    return program


@pytest.fixture(scope="module")
def browser(browser_program: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, server: Running) -> Iterator[Callable[..., Any]]:
    """Opens a path in a window of its own. A mistake of a script, or one that the policy stops, fails the test."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def opened(path: str, at: Running | None = None, **window: Any) -> Any:
        context = browser.new_context(
            base_url=(at or server).url, locale="en-GB", **(window or {"viewport": {"width": 1280, "height": 860}})
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda told: wrong.append(told.text) if "Content Security Policy" in told.text else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
