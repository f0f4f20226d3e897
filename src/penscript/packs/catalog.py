"""Which packs there are, where, and which one reads what.

The base weights come with the `rapidocr` wheel, whose files alone are used; further packs ship in `packs/weights`,
and a user's own lie in folders. A pack is `NAME.onnx` with `NAME.onnx.sha256` beside it: the digest that the file must
have.
"""

import hashlib
import importlib.util
import json
import logging
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from penscript.errors import DamagedInput, InputError, MissingComponent, MissingInput, UsageError
from penscript.language import Language
from penscript.packs.beam import BeamSearch
from penscript.packs.crew import Crew
from penscript.packs.detector import Detector, NetworkDetector
from penscript.packs.glance import Decoder
from penscript.packs.metadata import PackCard, card_of, read_card, read_properties
from penscript.packs.narrowed import Narrowed
from penscript.packs.ngram import LANGUAGE_KEY, OWN_KEY, Blend, LanguageModel, unpack_model
from penscript.packs.protocol import PackInfo, Recognizer
from penscript.packs.recognizer import NetworkRecognizer
from penscript.packs.session import Session, cores
from penscript.packs.tesseract import NAME as TESSERACT
from penscript.packs.tesseract import TesseractRecognizer
from penscript.packs.versions import publish, remove_all, shelf, sidecar

_log = logging.getLogger(__name__)

BASE = "base"
LATIN = "latin"
_WEIGHTS = Path(__file__).parent / "weights"
BASE_CALIBRATION = _WEIGHTS / "base.calibration.json"
"""The base weights are somebody else's file, so what was fitted for them lies beside the packs."""
_DETECTOR_FILE = "PP-OCRv6_det_small.onnx"
_BASE_FILE = "PP-OCRv6_rec_small.onnx"
_KNOWN = {
    _DETECTOR_FILE: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    _BASE_FILE: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
_LATIN_SCRIPTS = frozenset({"Latn", "Zyyy"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A pack on disk: its file and the digest that the file must have, which lies beside it if it is not known."""

    file: Path
    known: str = ""

    @property
    def sha256(self) -> str:
        return self.known or _stated(self.file)

    def card(self) -> PackCard:
        return _base_card(self) if self.known == _KNOWN[_BASE_FILE] else read_card(self.file, self.sha256)

    def verify(self) -> None:
        if _digest(self.file) != self.sha256:
            raise DamagedInput(f"{self.file.name} is not the file that its digest names.", "Get the pack again.")


class Catalog:
    """The packs of this installation and of `folders`. Safe to share between threads; nothing is opened before its use.

    folders: where a user's packs lie; `add` writes into the first one. threads: cores to use, None for all.
    """

    def __init__(self, folders: Sequence[Path | str] = (), threads: int | None = None) -> None:
        self.folders = tuple(Path(folder) for folder in folders)
        self.threads = threads or cores()
        self.crew = Crew(self.threads)
        self._lock = threading.RLock()
        self._recognizers: dict[tuple[Path, str], NetworkRecognizer] = {}
        self._models: dict[str, LanguageModel | None] = {}
        self._programs: dict[tuple[Language, ...], TesseractRecognizer] = {}
        self._detector: Detector | None = None

    def packs(self) -> list[PackInfo]:
        """What every pack says of itself, the base weights first; files that are no packs are left out."""
        return list(self._told())

    def _told(self) -> Iterator[PackInfo]:
        for entry in self._entries().values():
            try:
                yield entry.card().info
            except InputError as error:
                _log.warning("%s", error)

    def detector(self) -> Detector:
        """The network that finds text. Raises MissingComponent without the base weights."""
        with self._lock:
            if self._detector is None:
                file = _base_folder() / _DETECTOR_FILE
                _Entry(file, _KNOWN[file.name]).verify()
                self._detector = NetworkDetector(self.session(file, self.threads))
            return self._detector

    def session(self, file: Path, threads: int = 1) -> Session:
        """The network in a file of weights; a catalogue that remembers answers gives another kind."""
        return Session(file, threads)

    def narrowed(self, file: Path, card: PackCard) -> Narrowed | None:
        """What is asked instead of a network of very many characters; None where every answer is to be whole."""
        return Narrowed.of(file, card.charset)

    def recognizer(self, name: str | None = None, languages: tuple[Language, ...] = (Language.AUTO,)) -> Recognizer:
        """The pack with this name or file, or the best one for the languages.

        Raises UsageError for an unknown name, MissingComponent where nothing installed reads the languages.
        """
        if name == TESSERACT or (name is None and any(language.engine == "tesseract" for language in languages)):
            return self._tesseract(languages)
        entries = self._entries()
        entry = entries[_route(entries, languages)] if name is None else self._find(name, entries)
        with self._lock:
            key = (entry.file, entry.sha256)
            if key not in self._recognizers:
                entry.verify()
                card = entry.card()
                decoder = self._decoder(entry, card, entries)
                session, narrowed = self.session(entry.file), self.narrowed(entry.file, card)
                self._recognizers[key] = NetworkRecognizer(card, session, self.crew, decoder, narrowed)
            return self._recognizers[key]

    def _decoder(self, entry: _Entry, card: PackCard, entries: dict[str, _Entry]) -> Decoder:
        """A pack without a language model is weighed by that of the Latin pack, which does not tip its readings."""
        model = self._model(entry)
        if model:
            return Decoder(card, BeamSearch(card.charset, model))
        return Decoder(card, model=lambda: self._model(entries[LATIN]) if LATIN in entries else None)

    def _model(self, entry: _Entry) -> LanguageModel | None:
        """The language model of a pack."""
        with self._lock:
            if entry.sha256 not in self._models:
                self._models[entry.sha256] = _model_of(entry.file)
            return self._models[entry.sha256]

    def _tesseract(self, languages: tuple[Language, ...]) -> Recognizer:
        with self._lock:
            if languages not in self._programs:
                self._programs[languages] = TesseractRecognizer(languages, self.threads)
            return self._programs[languages]

    def add(self, file: Path | str) -> PackInfo:
        """Copy a pack into the first folder, under the name that it gives itself. InputError where it is no pack.

        One that was there under this name stays as an earlier version.
        """
        source = Path(file)
        if not source.is_file():
            raise MissingInput(f"There is no file {source}.", "Give the path of a pack, an .onnx file.")
        info = read_card(source, _digest(source)).info
        target = self.place(info.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        shutil.copyfile(source, partial)
        publish(partial, info.sha256, target)
        return read_card(target, info.sha256).info

    def place(self, name: str) -> Path:
        """Where a user's pack of this name lies or would lie. Raises UsageError for a name that cannot be used."""
        if name in (BASE, TESSERACT, *_shipped()):
            raise UsageError(f"{name} is the name of a pack that comes with Penscript.", "Choose another name.")
        if not re.fullmatch(r"[^\W_][\w.-]{0,63}", name):
            raise UsageError(f"{name!r} cannot be the name of a pack.", "Use letters, digits, - and _, 64 at most.")
        return self._home() / f"{name}.onnx"

    def own(self, name: str) -> Path:
        """The file of a pack of the user's. Raises UsageError for a name that is none or ships with Penscript."""
        entry = self._find(name.partition("@")[0], self._entries())
        if entry.file.parent not in self.folders:
            raise UsageError(f"{name} comes with Penscript and stays as it is.", "This is for packs that were added.")
        return entry.file

    def remove(self, name: str) -> None:
        """Delete a pack of the user's with all its versions. Raises UsageError as `own`."""
        remove_all(self.own(name))

    def _home(self) -> Path:
        if not self.folders:
            raise UsageError("No folder for packs is set.", "Give the catalogue a folder.")
        return self.folders[0]

    def _entries(self) -> dict[str, _Entry]:
        """Every pack by name; of two with one name the first found counts, those that ship before the user's."""
        found = {BASE: _Entry(_base_folder() / _BASE_FILE, _KNOWN[_BASE_FILE])} | _shipped()
        for folder in self.folders:
            found = _packs_in(folder) | found
        return dict(sorted(found.items(), key=lambda item: (item[0] != BASE, item[0] != LATIN, item[0])))

    def _find(self, name: str, entries: dict[str, _Entry]) -> _Entry:
        wanted, _, version = name.partition("@")
        if wanted in entries:
            older = shelf(entries[wanted].file, version)
            return _Entry(older) if version and older.is_file() else entries[wanted]
        file = Path(name)
        if file.suffix == ".onnx" and file.is_file():
            return _Entry(file)
        raise UsageError(
            f"There is no pack {name!r}.", f"There are {', '.join(entries)}; `penscript packs list` says more."
        )


def _route(entries: dict[str, _Entry], languages: tuple[Language, ...]) -> str:
    latin = LATIN in entries and all(language.script in _LATIN_SCRIPTS for language in languages)
    return LATIN if latin else BASE


def _shipped() -> dict[str, _Entry]:
    return _packs_in(_WEIGHTS)


def _packs_in(folder: Path) -> dict[str, _Entry]:
    files = sorted(folder.glob("*.onnx")) if folder.is_dir() else []
    return {file.stem: _Entry(file) for file in files}


def _stated(file: Path) -> str:
    """The digest beside a pack."""
    try:
        return sidecar(file).read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise DamagedInput(
            f"{file.name} has no digest beside it.", "Use `penscript packs add`, which writes it."
        ) from error


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _base_folder() -> Path:
    found = importlib.util.find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        raise MissingComponent("The base weights are not installed.", "Run `pip install rapidocr==3.10.0`.")
    return Path(found.submodule_search_locations[0]) / "models"


def _model_of(file: Path) -> LanguageModel | None:
    """The language model that a pack carries, mixed with that of its writer's own texts."""
    told = read_properties(file)
    if LANGUAGE_KEY not in told:
        return None
    try:
        general = unpack_model(told[LANGUAGE_KEY])
        return Blend.unpack(general, told[OWN_KEY]) if OWN_KEY in told else general
    except ValueError as error:
        raise DamagedInput(f"The language model in {file.name} is damaged: {error}.", "Get the pack again.") from error


def _base_card(entry: _Entry) -> PackCard:
    characters = read_properties(entry.file)["character"].split("\n")
    told = {
        "schema": 1,
        "name": BASE,
        "version": "6.0",
        "charset": ["", *characters, " "],
        "height": 48,
        "stride": 8,
        "room": 8,
        "script": "Zyyy",
        "languages": [one.value for one in Language if one.engine == "base" and one is not Language.AUTO],
        "licence": "Apache-2.0",
        "calibration": json.loads(BASE_CALIBRATION.read_text("utf-8")) if BASE_CALIBRATION.is_file() else None,
        "data": [{"name": "PP-OCRv6 small", "credit": "PaddlePaddle authors, as distributed with RapidOCR"}],
    }
    return card_of(told, entry.file, entry.sha256)
