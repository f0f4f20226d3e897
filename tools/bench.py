"""Accuracy and time of Penscript beside RapidOCR and Tesseract: one run, the same samples, equal threads.

    make bench                                  a sample of every set of ../shared
    make bench BENCH="--pages 25 --lines 800"   more of them
    make bench BENCH="--stages"                 where our time goes, too
    make bench BENCH="--threads 1 --cpu"        on a busy machine: seconds of the processor, not of the clock

The engines read every sample in turn, each time another one first, so that whatever else the machine does hits all
alike. Times are shown as ratios: ours over the other's, of the sums, and the median of the samples' own ratios.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import cv2
from bench_engines import RapidEngine, TesseractEngine
from bench_stages import Timed, table
from PIL import Image

from penscript.errors import PenscriptError
from penscript.evaluation.report import Outcome, Report, SetReport
from penscript.evaluation.run import Engine, score_sample
from penscript.evaluation.sets import Kind, Sample, SampleSet, find_sets

OURS, RAPID, TESSERACT = "penscript", "rapidocr", "tesseract"
PDF = b"%PDF"
Clock = Callable[[], float]


def main() -> int:
    options = arguments()
    clock = cpu_seconds if options.cpu else time.perf_counter
    cv2.setNumThreads(options.threads)
    ours = Timed(options.threads, **({"pack": options.pack} if options.pack else {}))
    rapid = RapidEngine(options.threads)
    engines: dict[str, Engine] = {OURS: ours, RAPID: rapid}
    if TesseractEngine.installed() and not options.no_tesseract:
        engines[TESSERACT] = TesseractEngine(options.threads)
    print(f"{', '.join(engines)}; {options.threads} threads each", flush=True)
    reports: dict[str, list[SetReport]] = {name: [] for name in engines}
    try:
        for samples in chosen(options):
            for name, one in read_set(engines, samples, clock).items():
                reports[name].append(one)
            print(row_of({name: found[-1] for name, found in reports.items()}), flush=True)
    except PenscriptError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print("\n" + "\n\n".join(f"{name}\n{Report(tuple(found)).to_text()}" for name, found in reports.items()))
    if options.stages:
        pages = sum(len(one.outcomes) for one in reports[OURS] if one.kind is Kind.PAGE)
        print("\n" + table(ours, rapid.stages, pages))
    if options.json:
        for name, found in reports.items():
            Path(f"{options.json}.{name}.json").write_text(Report(tuple(found)).to_json(), "utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parent.parent
    parser.add_argument("folder", nargs="?", default=os.environ.get("PENSCRIPT_SHARED") or root.parent / "shared")
    parser.add_argument("--part", default="test,adapt", help="parts of the splits, or all")
    parser.add_argument("--sets", nargs="+", default=(), help="only these sets")
    parser.add_argument("--pages", type=int, default=6, help="pages a set; 0 for no page sets")
    parser.add_argument("--lines", type=int, default=60, help="lines a set; 0 for no line sets")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--pack", help="our weights, by name or file")
    parser.add_argument("--stages", action="store_true", help="show the seconds of our stages")
    parser.add_argument("--cpu", action="store_true", help="seconds of the processor, not of the clock")
    parser.add_argument("--no-tesseract", action="store_true")
    parser.add_argument("--json", help="write every report to this name with .ENGINE.json added")
    return parser.parse_args()


def chosen(options: argparse.Namespace) -> Iterator[SampleSet]:
    """The samples of every set: the first pages by name, the lines that a fixed draw gives."""
    for samples in find_sets(options.folder, options.part, options.sets, limit=max(options.pages, options.lines)):
        limit = options.lines
        if samples.kind is Kind.PAGE:
            limit = options.pages
        if limit:
            yield replace(samples, samples=samples.samples[:limit])


def read_set(engines: dict[str, Engine], samples: SampleSet, clock: Clock) -> dict[str, SetReport]:
    """Every engine on every sample, in turn."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in engines}
    names = list(engines)
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(samples.samples):
            source = drawn(sample, Path(folder))
            if source is None:
                continue
            if not outcomes[OURS]:
                for engine in engines.values():
                    read(engine, samples, source, clock)
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                seconds, lines = read(engines[name], samples, source, clock)
                outcomes[name].append(score_sample(samples, sample, lines, seconds))
    return {name: SetReport(samples.name, samples.kind, tuple(found)) for name, found in outcomes.items()}


def drawn(sample: Sample, folder: Path) -> bytes | Path | None:
    """The sample's source; a PDF as a picture, because the others read no PDF, and None if it has several pages."""
    if isinstance(sample.source, bytes) or sample.source.read_bytes()[:4] != PDF:
        return sample.source
    from penscript.reading.load import open_source

    file = folder / f"{sample.document}.png"
    with open_source(sample.source) as source:
        if source.page_count > 1:
            return None
        Image.fromarray(source.load(1).pixels).save(file)
    return file


def read(engine: Engine, samples: SampleSet, source: bytes | Path, clock: Clock) -> tuple[float, list[Any]]:
    """Seconds and lines."""
    started = clock()
    lines = [engine.process_line(source)] if samples.kind is Kind.LINE else list(engine.process(source).lines)
    return clock() - started, lines


def cpu_seconds() -> float:
    """What this process and its children have spent on all cores."""
    return sum(os.times()[:4])


def row_of(found: dict[str, SetReport]) -> str:
    """One set: accuracy and median time of every engine, and the ratios of time."""
    ours = found[OURS]
    cells = [f"{ours.name} ({len(ours.outcomes)})"]
    for name, one in found.items():
        order = f" order {one.order.order:.3f} rows {one.order.row_f1:.3f}" if one.kind is Kind.PAGE else ""
        accuracy = f"CER {one.tally.cer:.4f} F1 {one.tally.word_f1:.4f}{order}"
        cells.append(f"  {name:<10} {accuracy} {one.seconds:.3f} s{ratios(ours, one) if one is not ours else ''}")
    return "\n".join(cells)


def ratios(ours: SetReport, other: SetReport) -> str:
    pairs = [(a.seconds, b.seconds) for a, b in zip(ours.outcomes, other.outcomes, strict=True)]
    whole = sum(a for a, _ in pairs) / sum(b for _, b in pairs)
    return f"; our time over it: {whole:.2f} (median {median(a / b for a, b in pairs):.2f})"


if __name__ == "__main__":
    sys.exit(main())
