"""The program `tesseract`, when it is installed, behind the recogniser protocol: for scripts that no weights know.

Many lines go through one run of the program, each as a page of its own, and come back as hOCR with a box, a probability
and rivals for every character (https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html).
"""

import math
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from penscript.document import Character, Reading
from penscript.errors import LimitExceeded, MissingComponent
from penscript.language import Language
from penscript.packs.hocr import Glyph, Words, parse, visible
from penscript.packs.line_image import scale_line
from penscript.packs.protocol import Crop, PackInfo

NAME = "tesseract"
HEIGHT = 48
_BORDER = 5
_FAINTEST = 24
_LINES_PER_RUN = 16
_SECONDS_PER_RUN = 120
_WINDOWS = Path("C:/Program Files/Tesseract-OCR/tesseract.exe")
# fmt: off
MODELS = {
    "af": "afr", "sq": "sqi", "az": "aze", "eu": "eus", "bs": "bos", "ca": "cat", "zh": "chi_sim", "zh-Hant": "chi_tra",
    "hr": "hrv", "cs": "ces", "da": "dan", "nl": "nld", "en": "eng", "et": "est", "tl": "fil", "fi": "fin", "fr": "fra",
    "gl": "glg", "de": "deu", "hu": "hun", "is": "isl", "id": "ind", "ga": "gle", "it": "ita", "ja": "jpn", "ku": "kmr",
    "la": "lat", "lv": "lav", "lt": "lit", "lb": "ltz", "ms": "msa", "mt": "mlt", "mi": "mri", "no": "nor", "oc": "oci",
    "pl": "pol", "pt": "por", "qu": "que", "ro": "ron", "rm": "ita", "sr-Latn": "srp_latn", "sk": "slk", "sl": "slv",
    "es": "spa", "sw": "swa", "sv": "swe", "tr": "tur", "uz": "uzb", "vi": "vie", "cy": "cym",
    "ar": "ara", "bn": "ben", "bg": "bul", "el": "ell", "he": "heb", "hi": "hin", "ko": "kor", "fa": "fas", "ru": "rus",
    "sr": "srp", "ta": "tam", "te": "tel", "th": "tha", "uk": "ukr", "ur": "urd",
}
"""What Tesseract calls the model of a language; it has none for Romansh, whose letters its Italian knows."""
# fmt: on


class TesseractRecognizer:
    """Reads lines with Tesseract's models of `languages`, English for AUTO; safe to share between threads.

    workers: how many runs of the program may go on at once. Raises MissingComponent without the program or without one
    of the models; its advice names the packages to install.
    """

    def __init__(self, languages: Sequence[Language], workers: int = 1) -> None:
        self._models = models(languages)
        self._program = find_program(self._models)
        self._workers = workers
        missing = [model for model in self._models if model not in installed_models(self._program)]
        if missing:
            raise MissingComponent(f"Tesseract has no model {', '.join(missing)}.", _advice(missing))
        self._info = _info(self._program, languages)

    @property
    def info(self) -> PackInfo:
        """The program and its version; it has no calibration."""
        return self._info

    def read(self, crops: Sequence[Crop], allowed: frozenset[str] | None = None) -> list[Reading]:
        """One Reading a crop, in order; text in logical order, also from right to left.

        `allowed` is not used: a model produces what its language is written with. Raises LimitExceeded where a run
        takes too long, MissingComponent where the program fails.
        """
        lines = [_tight(crop) for crop in crops]
        inked = [line for line in lines if line is not None]
        runs = [inked[start : start + _LINES_PER_RUN] for start in range(0, len(inked), _LINES_PER_RUN)]
        with ThreadPoolExecutor(self._workers, "penscript-tesseract") as pool:
            found = iter([reading for readings in pool.map(self._run, runs) for reading in readings])
        return [Reading("", 0.0, (), self._info.id) if line is None else next(found) for line in lines]

    def _run(self, lines: Sequence["_Line"]) -> list[Reading]:
        """Lines through one run of the program."""
        with tempfile.TemporaryDirectory(prefix="penscript-") as name:
            folder = Path(name)
            files = [f"{index}.pgm" for index in range(len(lines))]
            for line, file in zip(lines, files, strict=True):
                height, width = line.grey.shape
                folder.joinpath(file).write_bytes(b"P5 %d %d 255\n" % (width, height) + line.grey.tobytes())
            folder.joinpath("lines.txt").write_text("\n".join(files) + "\n", encoding="ascii")
            _call(self._program, _arguments(self._models), folder)
            return self._readings(lines, folder)

    def _readings(self, lines: Sequence["_Line"], folder: Path) -> list[Reading]:
        """What the program wrote into `folder` about every line."""
        try:
            hocr, text = (self._answer(folder / f"answer.{ending}") for ending in ("hocr", "txt"))
            pages = zip(lines, parse(hocr), text.split("\f")[: len(lines)], strict=True)
            return [_reading(line, words, plain, self._info.id) for line, words, plain in pages]
        except (OSError, ValueError) as error:
            raise _failed("It did not answer for every line.") from error

    def _answer(self, file: Path) -> str:
        """What the program wrote; its Greek has the sign for a millionth in place of the letter mu."""
        text = file.read_text(encoding="utf-8", errors="replace")
        return text.replace("\u00b5", "\u03bc") if "ell" in self._models else text


def models(languages: Sequence[Language]) -> tuple[str, ...]:
    """What Tesseract calls the languages: those of a script of their own first, for it weighs the first one most."""
    order = sorted(languages, key=lambda language: language.engine == "base")
    return tuple(dict.fromkeys(MODELS.get(language.value, "eng") for language in order))


def find_program(wanted: Sequence[str] = ()) -> str:
    """The path of the program. Raises MissingComponent, with what to install for the models `wanted`."""
    found = shutil.which("tesseract") or (str(_WINDOWS) if _WINDOWS.is_file() else None)
    if found is None:
        raise MissingComponent("The program Tesseract is not installed.", _advice(wanted))
    return found


@cache
def installed_models(program: str) -> frozenset[str]:
    """The models that the program has."""
    return frozenset(_call(program, ["--list-langs"]).decode("utf-8", "replace").split("\n")[1:])


def _info(program: str, languages: Sequence[Language]) -> PackInfo:
    scripts = {language.script for language in languages}
    script = scripts.pop() if len(scripts) == 1 else "Zyyy"
    codes = tuple(language.value for language in languages)
    return PackInfo(NAME, _version(program), script, codes, "Apache-2.0", HEIGHT, file=program)


@cache
def _version(program: str) -> str:
    found = re.search(rb"tesseract v?(\d+(?:\.\d+)*)", _call(program, ["--version"]))
    return found[1].decode("ascii") if found else "unknown"


def _advice(wanted: Sequence[str]) -> str:
    packages = " ".join(["tesseract-ocr", *(f"tesseract-ocr-{model.replace('_', '-')}" for model in wanted)])
    return (
        f"Debian and Ubuntu: `sudo apt install {packages}`. macOS: `brew install tesseract tesseract-lang`. "
        "Windows: `winget install UB-Mannheim.TesseractOCR`, and choose the languages while it installs."
    )


def _arguments(wanted: Sequence[str]) -> list[str]:
    settings = (
        "tessedit_create_hocr=1",
        "tessedit_create_txt=1",
        "page_separator=\f",
        "hocr_char_boxes=1",
        "lstm_choice_mode=2",
    )
    given = [argument for setting in settings for argument in ("-c", setting)]
    return ["lines.txt", "answer", "-l", "+".join(wanted), "--psm", "13", "--oem", "1", "--dpi", "300", *given]


def _call(program: str, arguments: Sequence[str], folder: Path | None = None) -> bytes:
    """What the program prints; one core a run, since its own threads only wait for each other on lines."""
    one_core = ["env", "OMP_THREAD_LIMIT=1"] if os.name == "posix" else []
    try:
        done = subprocess.run(
            [*one_core, program, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS_PER_RUN,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(
            f"Tesseract took more than {_SECONDS_PER_RUN} seconds for {_LINES_PER_RUN} lines.", "Try a smaller picture."
        ) from error
    except subprocess.CalledProcessError as error:
        raise _failed(error.stderr.decode("utf-8", "replace").strip().split("\n")[-1]) from error
    except OSError as error:
        raise _failed(str(error.strerror)) from error
    return done.stdout


def _failed(why: str) -> MissingComponent:
    return MissingComponent(f"Tesseract failed: {why}", "See whether `tesseract --version` works, or install it again.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A crop cut to its ink: grey, scaled, with a border. start, end: the ink on the crop, 0 left to 1 right edge."""

    grey: NDArray[np.uint8]
    start: float
    end: float

    def place(self, x: float) -> float:
        """Where a column of `grey` lies on the crop, 0 to 1."""
        share: float = (x - _BORDER) / (self.grey.shape[1] - 2 * _BORDER)
        return min(1.0, max(0.0, self.start + share * (self.end - self.start)))


def _tight(crop: Crop) -> _Line | None:
    """The crop cut to its ink, for white around a line is read as dots and dashes; None for one without ink."""
    grey = crop if crop.ndim == 2 else crop.reshape(*crop.shape[:2], -1).mean(axis=2).astype(np.uint8)
    contrast = np.abs(grey.astype(np.int16) - int(np.median(grey)))
    if contrast.max(initial=0) < _FAINTEST:
        return None
    ink = contrast > contrast.max() * 0.4
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scaled = scale_line(cut, HEIGHT)[:, :, 0]
    padded = np.pad(scaled, _BORDER, constant_values=int(np.median(grey)))
    return _Line(padded, float(columns[0] / grey.shape[1]), float((columns[-1] + 1) / grey.shape[1]))


def _reading(line: _Line, words: Words, plain: str, pack: str) -> Reading:
    """What a line says. `plain`: its text, which alone tells where spaces are: some scripts write words without."""
    characters: list[Character] = []
    rest = visible(plain).lstrip()
    for word in words:
        placed = _placed(line, word)
        if characters and rest[:1].isspace():
            sure = min(characters[-1].probability, placed[0].probability)
            characters.append(Character(" ", characters[-1].end, placed[0].start, sure))
        rest = rest.lstrip()[sum(len(character.text) for character in placed) :]
        characters += placed
    text = unicodedata.normalize("NFC", "".join(character.text for character in characters))
    chances = [max(1e-6, character.probability) for character in characters]
    score, surprise = sum(chances) / max(1, len(chances)), -sum(map(math.log, chances))
    return Reading(text, score, tuple(characters), pack, surprise)


def _placed(line: _Line, word: Sequence[Glyph]) -> list[Character]:
    """A word's characters on the crop; where it runs from right to left, each starts at its right edge."""
    leftward = word[0].left + word[0].right > word[-1].left + word[-1].right
    return [_character(line, glyph, leftward) for glyph in word]


def _character(line: _Line, glyph: Glyph, leftward: bool) -> Character:
    edges = (glyph.right, glyph.left) if leftward else (glyph.left, glyph.right)
    return Character(glyph.text, line.place(edges[0]), line.place(edges[1]), glyph.probability, _alternatives(glyph))


def _alternatives(glyph: Glyph) -> tuple[tuple[str, float], ...]:
    """Its rivals; Tesseract ranks them without saying how likely, so each gets half of what the better ones leave."""
    rest = 1 - glyph.probability
    return tuple((text, rest / 2 ** (rank + 1)) for rank, text in enumerate(glyph.rivals))
