"""RapidOCR and Tesseract behind the two calls that an evaluation needs: `process` a page, `process_line` a line."""

import csv
import io
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Polygon = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Line:
    """text, confidence in percent, outline in pixels."""

    text: str
    confidence: float
    polygon: Polygon = ()


@dataclass(frozen=True)
class Result:
    lines: Sequence[Line] = field(default_factory=tuple)


class RapidEngine:
    """RapidOCR as it comes, its text-line classifier on for pages.

    Options of a call stay for the next one, so every call gives all of them.
    """

    def __init__(self, threads: int) -> None:
        from rapidocr import RapidOCR

        head = "EngineConfig.onnxruntime"
        counts = {f"{head}.intra_op_num_threads": threads, f"{head}.inter_op_num_threads": 1}
        self._read = RapidOCR(params={"Global.log_level": "error", **counts})
        self.stages: dict[str, float] = {}
        self._is_timed = False

    def process(self, image: str | Path) -> Result:
        found = self._read(str(image), use_det=True, use_cls=True, use_rec=True)
        if not self._is_timed:  # its parts are there only now
            self._is_timed = True
            for stage in ("det", "cls", "rec"):
                _time(type(getattr(self._read, f"text_{stage}")), stage, self.stages)
        if found.boxes is None:
            return Result()
        return Result(
            tuple(
                Line(text, 100 * float(score), tuple((float(x), float(y)) for x, y in box))
                for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
            )
        )

    def process_line(self, image: bytes) -> Line:
        pixels = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))[:, :, ::-1]
        found = self._read(np.ascontiguousarray(pixels), use_det=False, use_cls=False, use_rec=True)
        return Line(found.txts[0], 100 * float(found.scores[0])) if found.txts else Line("", 0.0)


def _time(part: type, stage: str, seconds: dict[str, float]) -> None:
    """From now on, what calls of these objects take is added to `seconds`."""
    call = part.__call__

    def timed(self: Any, *given: Any, **named: Any) -> Any:
        started = time.perf_counter()
        found = call(self, *given, **named)
        seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - started
        return found

    part.__call__ = timed  # type: ignore[method-assign]


class TesseractEngine:
    """The installed Tesseract, a process a page, as a user of its command has it."""

    def __init__(self, threads: int, languages: str = "eng+fra+deu") -> None:
        self._languages = languages
        self._environment = {**os.environ, "OMP_THREAD_LIMIT": str(threads)}

    @staticmethod
    def installed() -> bool:
        return shutil.which("tesseract") is not None

    def process(self, image: str | Path) -> Result:
        return Result(self._lines(["tesseract", str(image), "-", "-l", self._languages, "tsv"]))

    def process_line(self, image: bytes) -> Line:
        with io.BytesIO() as png:
            Image.open(io.BytesIO(image)).convert("RGB").save(png, "PNG")
            lines = self._lines(["tesseract", "-", "-", "-l", self._languages, "--psm", "7", "tsv"], png.getvalue())
        confidence = min((line.confidence for line in lines), default=0.0)
        return Line(" ".join(line.text for line in lines), confidence)

    def _lines(self, command: list[str], data: bytes | None = None) -> tuple[Line, ...]:
        done = subprocess.run(command, input=data, capture_output=True, check=True, env=self._environment)
        rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE)
        words = [row for row in rows if row["level"] == "5" and row["text"].strip()]
        groups = groupby(words, key=lambda row: (row["block_num"], row["par_num"], row["line_num"]))
        return tuple(_tesseract_line(list(group)) for _, group in groups)


def _tesseract_line(words: list[dict[str, Any]]) -> Line:
    left, top, width, height = (np.array([float(w[key]) for w in words]) for key in ("left", "top", "width", "height"))
    x0, y0, x1, y1 = left.min(), top.min(), (left + width).max(), (top + height).max()
    confidence = float(np.mean([float(word["conf"]) for word in words]))
    return Line(" ".join(word["text"] for word in words), confidence, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
