"""Settings of the command: a flag counts before `PENSCRIPT_*`, that before the config file, that before the default."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penscript.cli.chosen import PREFIX, Chosen, Setting
from penscript.errors import UsageError
from penscript.options import AcceptPolicy, Limits, TextLayer, languages_of

if TYPE_CHECKING:
    from penscript.api import OcrEngine
    from penscript.notes import Notes

_HIGHEST_PORT = 65_535
_SUFFIXES = {"k": 10**3, "M": 10**6, "G": 10**9}
_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def _languages(told: Any) -> list[str]:
    names = told if isinstance(told, list | tuple) else str(told).split(",")
    return [language.value for language in languages_of([str(name) for name in names])]


def _number(told: Any) -> float:
    try:
        return float(told)
    except (TypeError, ValueError):
        raise ValueError("a number") from None


def _share(told: Any) -> float | None:
    if told is None or str(told).lower() == "none":
        return None
    share = _number(told)
    if not 0 < share < 1:
        raise ValueError("a share between 0 and 1, for example 0.9, or none")
    return share


def _count(told: Any) -> int:
    try:
        number = int(str(told))
    except ValueError:
        number = 0
    if number < 1:
        raise ValueError("a whole number from 1")
    return number


def _size(told: Any) -> int | None:
    text = str(told).strip()
    if text.lower() == "none":
        return None
    factor = _SUFFIXES.get(text[-1:], 1)
    try:
        size = int(float(text[:-1] if factor > 1 else text) * factor)
    except (ValueError, OverflowError):
        size = 0
    if size < 1:
        raise ValueError("a number above 0 such as 500000 or 200M, or none for no limit")
    return size


def _seconds(told: Any) -> float | None:
    if str(told).lower() == "none":
        return None
    seconds = _number(told)
    if not seconds > 0:
        raise ValueError("a number of seconds above 0, or none for no limit")
    return seconds


def _truth(told: Any) -> bool:
    try:
        return _TRUTH[str(told).lower()]
    except KeyError:
        raise ValueError("true or false") from None


def _folders(told: Any) -> list[Path]:
    folders = told if isinstance(told, list | tuple) else str(told).split(os.pathsep)
    return [Path(str(folder)).expanduser() for folder in folders if str(folder)]


def _text_layer(told: Any) -> TextLayer:
    try:
        return TextLayer(str(told))
    except ValueError:
        raise ValueError(f"one of {', '.join(TextLayer)}") from None


def _text(told: Any) -> str:
    if not isinstance(told, str | Path) or not str(told):
        raise ValueError("text")
    return str(told)


def _port(told: Any) -> int:
    number = _count(told)
    if number > _HIGHEST_PORT:
        raise ValueError(f"a number from 1 to {_HIGHEST_PORT}")
    return number


def _rate(told: Any) -> int | None:
    return None if str(told).lower() == "none" else _count(told)


def _texts(told: Any) -> list[str]:
    return (
        [str(one) for one in told] if isinstance(told, list | tuple) else [one for one in str(told).split(",") if one]
    )


def user_notes() -> str:
    """The database of notes that is used where none is named."""
    import platformdirs

    return f"sqlite:///{platformdirs.user_data_path('penscript', appauthor=False) / 'notes.db'}"


def user_suppliers() -> Path:
    """Where templates of suppliers lie."""
    import platformdirs

    return platformdirs.user_config_path("penscript", appauthor=False) / "suppliers"


def user_packs() -> Path:
    """Where `penscript packs add` puts packs."""
    import platformdirs

    return platformdirs.user_data_path("penscript", appauthor=False) / "packs"


def all_settings() -> dict[str, Setting]:
    """Every setting by its name in the config file."""
    limits = Limits()
    return {
        "language": Setting(_languages, ["auto"], "languages to read, by code or name"),
        "threshold": Setting(_number, AcceptPolicy().threshold, "percent from which a line is accepted"),
        "precision": Setting(_share, None, "share of the accepted lines that must be right, in the threshold's place"),
        "second_pass": Setting(_truth, True, "read doubtful lines again"),
        "barcodes": Setting(_truth, True, "look for barcodes"),
        "text_layer": Setting(_text_layer, TextLayer.AUTO, "the text that a PDF carries itself"),
        "flatten": Setting(_truth, True, "photographs of paper are read flat, sheet by sheet"),
        "pack": Setting(_text, None, "weights, by name or file"),
        "pack_folders": Setting(_folders, [user_packs()], "folders with further packs"),
        "suppliers": Setting(_text, str(user_suppliers()), "folder with templates of suppliers"),
        "workers": Setting(_count, 1, "processes for several files"),
        "threads": Setting(_count, None, "cores for one process"),
        "max_bytes": Setting(_size, limits.file_bytes, "largest file"),
        "max_pixels": Setting(_size, limits.pixels, "largest page"),
        "max_pages": Setting(_size, limits.pages, "longest file"),
        "max_seconds": Setting(_seconds, limits.seconds, "longest time for one file"),
        "notes": Setting(_text, user_notes(), "database of notes"),
    } | _of_the_server()


def _of_the_server() -> dict[str, Setting]:
    return {
        "host": Setting(_text, "127.0.0.1", "address that the server listens at"),
        "port": Setting(_port, 8000, "port that the server listens at"),
        "cors": Setting(_texts, [], "origins whose pages may call the server"),
        "require_token": Setting(_truth, False, "ask for a token on this machine too"),
        "readers": Setting(_count, 2, "files that the server reads at once"),
        "queue": Setting(_count, 64, "requests that may wait for the server"),
        "rate": Setting(_rate, 600, "readings a minute and visitor"),
        "max_upload": Setting(_size, 64_000_000, "largest request to the server"),
    }


def config_file() -> Path:
    """PENSCRIPT_CONFIG, or `config.toml` in the user's folder for settings."""
    import platformdirs

    told = os.environ.get(PREFIX + "CONFIG")
    return Path(told) if told else platformdirs.user_config_path("penscript", appauthor=False) / "config.toml"


class Settings(dict[str, Chosen]):
    """The chosen value of every setting, by name."""

    @classmethod
    def resolve(cls, flags: Mapping[str, Any] | None = None) -> "Settings":
        """Settings from the flags given (None for one that is not), the environment and the config file.

        Raises UsageError that names the flag, the variable or the file whose value is wrong.
        """
        told = _told_by_file() | _told_by_environment() | _told_by_flags(flags or {})
        known = all_settings()
        values = {name: Chosen(setting.default) for name, setting in known.items()}
        return cls(values | {name: _parsed(name, known[name], chosen) for name, chosen in told.items()})

    @classmethod
    def of_command(cls, arguments: Mapping[str, Any]) -> "Settings":
        """Settings from the arguments of a subcommand: what is named like a setting is a flag. Raises as `resolve`."""
        known = all_settings()
        return cls.resolve({name: value for name, value in arguments.items() if name in known})

    def engine(self) -> "OcrEngine":
        """An engine with these settings."""
        from penscript.api import OcrEngine

        limits = Limits(*(self[f"max_{what}"].value for what in ("bytes", "pixels", "pages", "seconds")))
        engine = OcrEngine(
            self["language"].value,
            policy=AcceptPolicy(self["threshold"].value, second_pass=self["second_pass"].value),
            pack=self["pack"].value,
            limits=limits,
            barcodes=self["barcodes"].value,
            text_layer=self["text_layer"].value,
            flatten=self["flatten"].value,
            packs=self["pack_folders"].value,
            threads=self["threads"].value,
        )
        precision = self._precision()
        if precision is not None:
            try:
                engine.policy = engine.policy_for(precision)
            except UsageError as error:
                told = f"{self['precision'].origin}: precision is {precision:g}. {error.message}"
                raise UsageError(told, error.advice) from None
        return engine

    def _precision(self) -> float | None:
        """The precision that is wanted; None where a threshold counts: of the two, what is told nearer to the call."""
        precision, threshold = self["precision"], self["threshold"]
        if precision.value is None:
            return None
        if precision.rank == threshold.rank:
            both = f"{precision.origin} and {threshold.origin} are both set."
            if precision.origin == threshold.origin:
                both = f"{precision.origin}: precision and threshold are both set."
            raise UsageError(both, "Give one of them.")
        return precision.value if precision.rank > threshold.rank else None

    def open_notes(self, *, make: bool = True) -> "Notes":
        """The database of notes. make: with its folder, where there is none; otherwise that is a MissingInput."""
        from penscript.export.atomic import make_folder
        from penscript.notes import open_notes

        if make and self["notes"].origin == "default":
            make_folder(Path(self["notes"].value.removeprefix("sqlite:///")).parent)
        return open_notes(self["notes"].value, make=make)


def _parsed(name: str, setting: Setting, told: Chosen) -> Chosen:
    try:
        value = setting.parse(told.value)
        if name == "threshold":
            AcceptPolicy(value)
    except ValueError as wanted:
        raise UsageError(f"{told.origin}: {name} is {told.value!r}.", f"Give {wanted}.") from None
    except UsageError as error:
        raise UsageError(f"{told.origin}: {error.message}", error.advice) from None
    return Chosen(value, told.origin)


def _told_by_flags(flags: Mapping[str, Any]) -> dict[str, Chosen]:
    given = {name: value for name, value in flags.items() if value not in (None, [])}
    return {name: Chosen(value, f"flag --{name.replace('_', '-')}") for name, value in given.items()}


def _told_by_environment() -> dict[str, Chosen]:
    names = {name: PREFIX + name.upper() for name in all_settings()}
    return {name: Chosen(os.environ[var], var) for name, var in names.items() if os.environ.get(var)}


def _told_by_file() -> dict[str, Chosen]:
    file = config_file()
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if os.environ.get(PREFIX + "CONFIG"):
            raise UsageError(f"There is no config file {file}.", f"{PREFIX}CONFIG names it.") from None
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"The config file {file} cannot be read: {error}.", "It has to be TOML.") from None
    unknown = sorted(told.keys() - all_settings().keys())
    if unknown:
        raise UsageError(f"{file}: there is no setting {unknown[0]!r}.", f"There are {', '.join(all_settings())}.")
    return {name: Chosen(value, str(file)) for name, value in told.items()}
