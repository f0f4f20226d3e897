"""What a caller may choose, as plain values. Nothing here reads the environment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from penscript.errors import UsageError
from penscript.language import Language


@dataclass(frozen=True, slots=True)
class AcceptPolicy:
    """When a line is taken as it stands.

    threshold: percent, 0 to 100; a line at or above it is accepted. packs: thresholds of packs, by name@version, that
    count in its place for the lines that these packs read, see `OcrEngine.policy_for`.
    second_pass: read doubtful lines again from other views before giving up on them.
    audit: share of accepted lines (0 to 1) that are shown to a person all the same. seed: another one draws others.
    """

    threshold: float = 75.0
    second_pass: bool = True
    audit: float = 0.02
    seed: int = 0
    packs: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        for threshold in (self.threshold, *(threshold for _, threshold in self.packs)):
            if not 0 <= threshold <= 100:
                raise UsageError(f"The threshold is {threshold:g}.", "Give a percentage from 0 to 100.")
        if not 0 <= self.audit <= 1:
            raise UsageError(f"The audit share is {self.audit:g}.", "Give a share from 0 to 1.")

    def threshold_of(self, pack: str) -> float:
        """The percentage from which a line is accepted that this pack (name@version) read."""
        return dict(self.packs).get(pack, self.threshold)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one input may cost; None lifts a limit.

    file_bytes: size of the file. pixels: of one decoded page. pages: of one file. seconds: for one file, checked
    between stages and pages.
    """

    file_bytes: int | None = 512 * 2**20
    pixels: int | None = 120_000_000
    pages: int | None = 2_000
    seconds: float | None = None


class TextLayer(StrEnum):
    """What is done with the text that a PDF carries itself.

    AUTO keeps it where a sample of it agrees with what the page shows, and reads what else the page shows. MISSING
    keeps it in any case. ALWAYS reads everything and keeps nothing.
    """

    AUTO = "auto"
    MISSING = "missing"
    ALWAYS = "always"

    @classmethod
    def of(cls, value: "TextLayer | str") -> "TextLayer":
        """A member by itself or by its value; UsageError for anything else."""
        try:
            return cls(value)
        except ValueError:
            raise UsageError(f"There is no text layer mode {value!r}.", f"Give one of {', '.join(cls)}.") from None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How pages are read. A value: change it with `dataclasses.replace`.

    languages: what may be produced; AUTO allows every letter of the pack. pack: name or file, None for the best one.
    pages: page numbers from 1 to read, None for all. barcodes: look for barcodes too. password: for encrypted PDFs.
    text_layer: what is done with the text that a PDF carries itself. flatten: paper on
    photographs is read flat, sheet by sheet and without shadows, where more can be read so.
    """

    languages: tuple[Language, ...] = (Language.AUTO,)
    pack: str | None = None
    policy: AcceptPolicy = field(default_factory=AcceptPolicy)
    limits: Limits = field(default_factory=Limits)
    pages: tuple[int, ...] | None = None
    barcodes: bool = True
    password: str | None = field(default=None, repr=False)
    text_layer: TextLayer = TextLayer.AUTO
    flatten: bool = True


def languages_of(value: "Language | str | Sequence[Language | str]") -> tuple[Language, ...]:
    """One language or several, by member, name or code, as a tuple; UsageError for a name that is none."""
    values = [value] if isinstance(value, str) else list(value)
    if not values:
        raise UsageError("No language is given.", "Leave it out for AUTO, or name one, for example Language.ENGLISH.")
    return tuple(Language.of(one) for one in values)
