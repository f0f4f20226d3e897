"""The command, run in this process, with a reader that needs no network and settings of its own."""

import os
from dataclasses import dataclass

import pytest

from fakes import FakeReader, picture, save_pages
from penscript.cli import main


@dataclass
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str
    bytes: bytes


@pytest.fixture
def config(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("PENSCRIPT_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "settings"
    folder.mkdir()
    file = folder / "config.toml"
    file.touch()
    monkeypatch.setenv("PENSCRIPT_CONFIG", str(file))
    monkeypatch.setenv("PENSCRIPT_PACK_FOLDERS", str(folder / "packs"))
    return file


@pytest.fixture
def run(config, capsysbinary, monkeypatch):
    import penscript.reading.reader

    monkeypatch.setattr(penscript.reading.reader, "Reader", FakeReader)

    def command(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return Ran(end.value.code or 0, out.decode().replace("\r\n", "\n"), err.decode(), out)

    return command


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.png"
    picture().save(path)
    return path


@pytest.fixture
def broken(tmp_path):
    """Three pages, of which the second cannot be read."""
    path = tmp_path / "broken.tif"
    save_pages(path, [(255, 255, 255), (255, 0, 0), (255, 255, 255)])
    return path
