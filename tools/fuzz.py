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
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import fuzz_files
import fuzz_texts
from fuzz_seeds import seeds

from penscript.errors import PenscriptError

SECONDS_AN_INPUT, MEGABYTES, LONGEST = 20, 4096, 65_536
Target = Callable[[bytes], None]
TARGETS: dict[str, tuple[Target, tuple[str, ...]]] = {
    "load": (fuzz_files.load, ("reading.load",)),
    "pdf": (fuzz_files.pdf, ("export.searchable", "invoices.cii", "reading.load")),
    "pack": (fuzz_files.pack, ("packs.catalog", "reading.reader")),
    "zip": (fuzz_files.zip_batch, ("batch.finding", "batch.targets")),
    "names": (fuzz_files.names, ("batch.finding", "batch.targets")),
    "archive": (fuzz_files.archive, ("notes.archive", "notes.store")),
    "database": (fuzz_files.database, ("notes.store", "notes.search")),
    "journal": (fuzz_files.journal, ("journal",)),
    "template": (fuzz_files.template, ("invoices.suppliers", "invoices.read")),
    "config": (fuzz_files.config, ("cli.settings",)),
    "json": (fuzz_texts.json_result, ("export.json",)),
    "csv": (fuzz_texts.csv, ("notes.csv_files",)),
    "invoice": (fuzz_texts.invoice, ("invoices.json", "invoices.bookings")),
    "xml": (fuzz_texts.xml, ("invoices.cii", "invoices.merging")),
    "codes": (fuzz_texts.codes, ("invoices.payment_codes", "invoices.merging")),
    "fields": (fuzz_texts.fields, ("invoices.read",)),
    "export": (fuzz_texts.export, ("export.formats",)),
    "hocr": (fuzz_texts.hocr, ("packs.hocr", "packs.tesseract")),
    "search": (fuzz_texts.search, ("notes.store", "notes.search", "vocabulary")),
    "request": (fuzz_texts.request, ("server.uploads", "notes.query")),
    "server": (fuzz_texts.server, ("server.app",)),
}
"""Name -> what is fuzzed, and the modules whose coverage guides it."""


def quiet(target: Target) -> Target:
    """The target, from which no error of the house comes out."""

    def once(data: bytes) -> None:
        with contextlib.suppress(PenscriptError):
            target(data)

    return once


def fuzz(name: str, engine: list[str]) -> None:
    """Run one target under atheris until it fails or its time is over; never returns."""
    import atheris

    target, modules = TARGETS[name]
    with atheris.instrument_imports(include=["penscript"]):
        for module in modules:
            importlib.import_module(f"penscript.{module}")
    atheris.Setup([sys.argv[0], *engine], quiet(target))
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
        told = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("INFO: ")]
        print("\n".join(told[-60:]))
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
        quiet(TARGETS[asked.targets[0]][0])(asked.again.read_bytes())
        return
    good = [run(name, asked.seconds, asked.keep, asked.seeds) for name in asked.targets or TARGETS]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
