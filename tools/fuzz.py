"""Throw mutated files at what reads files of strangers, guided by the coverage of our Python code (atheris).

pip install '.[fuzz]'                                    # Linux alone
python tools/fuzz.py --seconds 300                       # every target, one after the other
python tools/fuzz.py load json --seconds 60 --seeds ../shared/data/hostile
python tools/fuzz.py load --again crash-0123             # one input once more, with its traceback

Only errors of the house may come out, within twenty seconds and 4 GB; anything else ends the target, is told, and
leaves the input in the folder of `--keep`. What was found goes into tests/test_fuzzed.py. The decoders themselves
(Pillow, PDFium, libheif, qpdf) are compiled without coverage: they see mutations, and a crash of theirs is found, but
nothing guides the mutations there.
"""

import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from penscript.errors import PenscriptError
from penscript.options import Limits

EXAMPLES = Path(__file__).resolve().parent.parent / "src/penscript/examples"
SMALL = Limits(file_bytes=10_000_000, pixels=2_000_000, pages=5, seconds=10)
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "PDF", "JPEG2000", "AVIF")
SECONDS_AN_INPUT, MEGABYTES, LONGEST = 20, 4096, 65_536
Target = Callable[[bytes], None]


def load(data: bytes) -> None:
    """Pictures and PDFs, by their content."""
    from penscript.reading.load import open_source

    with open_source(data, limits=SMALL) as source:
        source.load(1)
        source.load(source.page_count)


def json_result(data: bytes) -> None:
    """A result that was kept as JSON."""
    from penscript.export.json import from_json, to_json

    document = from_json(data)
    assert from_json(to_json(document)) == document


def csv_table(data: bytes) -> None:
    """A CSV of lines or fields."""
    from penscript.notes.csv_files import Table

    table = Table(_as_file(data, "table.csv"))
    for document, _ in () if table.holds_fields else table.documents():
        assert document.pages
    if table.holds_fields:
        table.fields()


def pack(data: bytes) -> None:
    """The description that a pack carries."""
    from penscript.packs.metadata import read_card

    read_card(_as_file(data, "a.pack.onnx"))


def archive(data: bytes) -> None:
    """Notes that were exported."""
    from penscript.notes import open_notes

    folder = _folder()
    with open_notes(f"sqlite:///{folder}/notes.db") as notes:
        empty = not notes.documents(limit=1)
    if not empty:
        (folder / "notes.db").unlink()
    with open_notes(f"sqlite:///{folder}/notes.db") as notes:
        notes.restore(_as_file(data, "notes.zip"))


def request(data: bytes) -> None:
    """What a client sends: base64 in JSON, names of files, pages, queries."""
    from penscript.notes.folding import fold_with_places
    from penscript.notes.query import parse
    from penscript.server import uploads

    text = data.decode("utf-8", "replace")
    name = uploads.bare_name(text)
    assert not {"/", "\\"} & set(name)
    assert all(text[start:end] for start, end, _ in fold_with_places(text))
    parse(text)
    uploads._in_json(data)


TARGETS: dict[str, Target] = {
    "load": load,
    "json": json_result,
    "csv": csv_table,
    "pack": pack,
    "archive": archive,
    "request": request,
}


def seeds(name: str) -> Iterator[bytes]:
    """A few small inputs that are right."""
    from PIL import Image

    if name == "load":
        picture = Image.radial_gradient("L").resize((40, 30)).convert("RGB")
        for form in FORMATS:
            file = io.BytesIO()
            picture.save(file, form)
            yield file.getvalue()
    elif name == "json":
        yield (
            b'{"schema_version":1,"source":"a.jpg","pages":[{"number":1,"width":9,"height":9,"regions":[{"text":"a",'
            b'"confidence":91.5,"bounds":{"x":1,"y":1,"width":5,"height":5},"words":[{"text":"a","confidence":9,'
            b'"bounds":{"x":1,"y":1,"width":5,"height":5},"alternatives":["o"]}]}],"barcodes":[]}]}'
        )
    elif name == "csv":
        yield b'document,page,text,confidence,x,y,width,height\na.jpg,1,"Milk, eggs",91,1,2,3,4\n'
        yield b"document;name;value\na.jpg;total;9,50\n"
        yield b'"Milk",91.5\n'
    elif name == "pack":
        yield _described(b'{"schema":1,"name":"a","version":"1","height":48,"stride":4,"charset":["","a"]}')
    elif name == "archive":
        yield _archive()
    else:
        yield b'{"files":[{"name":"../\xc3\xa9 b* 1-3.jpg","content":"/9j/4AAQ"}]}'


def _described(card: bytes) -> bytes:
    """An ONNX file of nothing but a description."""
    from penscript.packs.metadata import KEY

    entry = bytes([0x0A, len(KEY)]) + KEY.encode() + bytes([0x12, len(card)]) + card
    return bytes([0x08, 0x08, 0x72, len(entry)]) + entry


def _archive() -> bytes:
    from penscript.notes import open_notes

    with tempfile.TemporaryDirectory() as folder, open_notes(f"sqlite:///{folder}/n.db") as notes:
        (Path(folder) / "a.csv").write_text("text,confidence\nmilk,90\n", "utf-8")
        notes.load_csv(Path(folder) / "a.csv")
        notes.export(Path(folder) / "a.zip")
        stored = io.BytesIO()
        with zipfile.ZipFile(Path(folder) / "a.zip") as packed, zipfile.ZipFile(stored, "w") as plain:
            for info in packed.infolist():
                plain.writestr(info.filename, packed.read(info))
        return stored.getvalue()


def _folder() -> Path:
    """One folder a process."""
    if not _FOLDERS:
        _FOLDERS.append(Path(tempfile.mkdtemp(prefix="fuzz-")))
    return _FOLDERS[0]


_FOLDERS: list[Path] = []


def _as_file(data: bytes, name: str) -> Path:
    file = _folder() / name
    file.write_bytes(data)
    return file


def quiet(target: Target) -> Target:
    """The target, from which no error of the house comes out."""

    def once(data: bytes) -> None:
        with contextlib.suppress(PenscriptError):
            target(data)

    return once


def fuzz(name: str, engine: list[str]) -> None:
    """Run one target under atheris until it fails or its time is over; never returns."""
    import atheris

    with atheris.instrument_imports(include=["penscript"]):
        import penscript.export.json
        import penscript.notes.archive
        import penscript.notes.csv_files
        import penscript.packs.metadata
        import penscript.reading.load
        import penscript.server.uploads  # noqa: F401
    atheris.Setup([sys.argv[0], *engine], quiet(TARGETS[name]))
    atheris.Fuzz()


def run(name: str, seconds: int, keep: Path, more: Path | None) -> bool:
    """One target in a process of its own; whether nothing was found."""
    corpus = keep / f"{name}-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed{number}").write_bytes(seed)
    engine = [f"-max_total_time={seconds}", f"-timeout={SECONDS_AN_INPUT}", f"-rss_limit_mb={MEGABYTES}"]
    engine += [f"-max_len={LONGEST}", f"-artifact_prefix={keep}/{name}-", "-print_final_stats=1", "-verbosity=0"]
    command = [sys.executable, __file__, name, "--engine", *engine, str(corpus), *([str(more)] if more else [])]
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        environment = os.environ | {"TMPDIR": folder}
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", check=False, env=environment
        )
    told = dict(
        line[6:].split(": ", 1) for line in done.stderr.splitlines() if line.startswith("stat::") and ": " in line
    )
    counts = " ".join(f"{key.strip(':')} {value.strip()}" for key, value in told.items() if "executed_units" in key)
    ended = f"FOUND SOMETHING, ended with {done.returncode}" if done.returncode else "nothing found"
    print(f"{name}: {ended}, {counts}", flush=True)
    if done.returncode:
        print(done.stderr[-4000:])
    return not done.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all of them if none is named")
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--keep", type=Path, default=Path("fuzzed"), help="folder of corpus and findings")
    parser.add_argument("--seeds", type=Path, help="a folder of further inputs to begin with")
    parser.add_argument("--again", type=Path, metavar="FILE", help="run one target once on a file")
    parser.add_argument("--engine", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.engine:
        fuzz(asked.targets[0], asked.engine)
    if asked.again:
        quiet(TARGETS[asked.targets[0]])(asked.again.read_bytes())
        return
    good = [run(name, asked.seconds, asked.keep, asked.seeds) for name in asked.targets or TARGETS]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
