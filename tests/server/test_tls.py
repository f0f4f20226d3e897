"""TLS with a certificate made here: the server speaks it and nothing else, and a browser could install its pages."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from penscript.errors import UsageError
from penscript.notes import open_notes
from penscript.server.app import create_app
from penscript.server.options import ServerOptions
from penscript.server.pairing import begin
from penscript.server.running import Address, free_port
from serving import fake_engine, running

NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for the loopback address, signed by itself, and its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl")
    folder = tmp_path_factory.mktemp("tls")
    kind = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    files = ("-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem")
    command = [program, *kind, *files, "-subj", "/CN=Penscript", "-addext", NAMES]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, timeout=60)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def secure(pem: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The address of a server that speaks TLS, and its notes."""
    address = Address("127.0.0.1", free_port(), *pem)
    with open_notes(f"sqlite:///{tmp_path_factory.mktemp('notes')}/notes.db") as notes:
        app = create_app(fake_engine(), notes, ServerOptions(secure=True))
        with running(app, address):
            yield address.root("127.0.0.1"), notes


def test_it_speaks_tls_and_nothing_else(secure: Any, pem: tuple[Path, Path]) -> None:
    url, notes = secure
    assert url.startswith("https:")
    assert requests.get(f"{url}/health", verify=str(pem[0]), timeout=20).json()["status"] == "ok"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{url}/health", timeout=20)
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url.replace("https:", "http:") + "/health", timeout=20)
    code = begin(notes, ServerOptions()).code
    paired = requests.post(f"{url}/v1/pair", json={"code": code}, verify=str(pem[0]), timeout=20)
    assert "Secure" in paired.headers["Set-Cookie"]


def test_a_browser_could_install_the_pages(secure: Any, browser_program: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--ignore-certificate-errors"]
        window = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=browser_program, args=arguments, ignore_https_errors=True
        )
        page = window.new_page()
        page.goto(secure[0])
        told = window.new_cdp_session(page).send("Page.getInstallabilityErrors")
        window.close()
    assert told["installabilityErrors"] == []


def test_what_is_no_certificate_is_told_before_anything_listens(pem: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for files in ((broken, pem[1]), (pem[0], broken), (pem[1], pem[0])):
        with pytest.raises(UsageError, match="no certificate with its key"):
            Address("127.0.0.1", 8000, *files)
