"""The Python client against a server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from penscript.errors import DamagedInput, MissingInput, UnsupportedInput, UsageError
from penscript.server.client import Client, ServerError
from serving import Running, png


def test_reads_keeps_and_searches(server: Running, tmp_path: Path) -> None:
    client = Client(server.url)
    file = tmp_path / "note.png"
    file.write_bytes(png(601))
    assert client.read(file).lines[0].text == "wide 601"
    assert client.read(png(602), language=["en", "fr"]).source == "upload"
    document = client.wait(client.submit(file, tag="mine"))
    assert client.result(document).source == "note.png"
    line = client.search("wide 601")[0]["line"]
    assert client.correct(line["id"], "wide six", line["text"])["label"] == "corrected"
    assert client.result(document).lines[0].text == "wide six"
    assert client.barcodes(file) == []


def test_errors_keep_their_class(server: Running, tmp_path: Path) -> None:
    client = Client(server.url)
    with pytest.raises(UnsupportedInput, match="upload"):
        client.read(b"text")
    with pytest.raises(DamagedInput):
        client.wait(client.submit(png(13)))
    with pytest.raises(UsageError):
        client.read(png(), language="klingon")
    with pytest.raises(MissingInput):
        client.read(tmp_path / "none.png")
    with pytest.raises(UsageError):
        Client("localhost")
    with pytest.raises(ServerError, match="cannot be reached"):
        Client("http" + "://127.0.0.1:9").read(png())
    with pytest.raises(ServerError) as refused:
        Client(server.url, token="wrong").read(png())
    assert refused.value.status == 401


def test_a_busy_server_is_asked_again(start: Callable[..., Running]) -> None:
    server = start(rate=40)
    client = Client(server.url)
    for _ in range(41):
        last = client.read(png(200))
    assert last.lines[0].text == "wide 200"
    with pytest.raises(ServerError) as refused:
        Client(server.url, patience=0.5).read(png(200))
    assert refused.value.status == 429
