"""What an evaluation found: outcomes a sample, figures a set, a table, and JSON both ways. No text that was read is
kept.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from statistics import median
from typing import Any

import numpy as np

from penscript.evaluation.confidence import Bin, Point, at_threshold, auroc, brier, calibration_error, reliability
from penscript.evaluation.interval import Interval, bootstrap, by_document, ratio
from penscript.evaluation.order import OrderTally
from penscript.evaluation.scores import Tally, total
from penscript.evaluation.sets import Kind
from penscript.evaluation.words import WordTally

SCHEMA = 1
NOTHING, NO_ORDER, NO_WORDS = Tally(), OrderTally(), WordTally()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sample.

    tally: its text. order: reading order and rows, of pages. confidence (0 to 1) and right: of every line read.
    lines: the lines of the truth each alone, missed ones as nothing read, where the truth has places; transcribed: the
    page's text without what stands where no line of the truth does; missed, extra: lines without a partner.
    seconds: time to read. error: why it could not be read. words: of the doubtful lines.
    """

    file: str
    document: str
    tally: Tally
    order: OrderTally = NO_ORDER
    confidence: tuple[float, ...] = ()
    right: tuple[bool, ...] = ()
    lines: Tally = NOTHING
    transcribed: Tally = NOTHING
    missed: int = 0
    extra: int = 0
    seconds: float = 0.0
    error: str = ""
    words: WordTally = NO_WORDS


@dataclass(frozen=True)
class SetReport:
    """The outcomes of one set, and its figures."""

    name: str
    kind: Kind
    outcomes: tuple[Outcome, ...]

    @cached_property
    def tally(self) -> Tally:
        """The counts of text over the set."""
        return total(one.tally for one in self.outcomes)

    @cached_property
    def order(self) -> OrderTally:
        """The counts of order and rows over the set."""
        return sum((one.order for one in self.outcomes), NO_ORDER)

    @cached_property
    def lines(self) -> Tally:
        """The counts of the lines of the truth each alone, found by place; empty where the truth has no places."""
        return total(one.lines for one in self.outcomes)

    @property
    def documents(self) -> int:
        """How many documents the samples come from."""
        return len({one.document for one in self.outcomes})

    @property
    def confidence(self) -> list[float]:
        """The confidence of every line read, 0 to 1."""
        return [value for one in self.outcomes for value in one.confidence]

    @property
    def right(self) -> list[bool]:
        """Whether each of them was exactly right."""
        return [value for one in self.outcomes for value in one.right]

    @property
    def seconds(self) -> float:
        """Median time of a sample."""
        return median(one.seconds for one in self.outcomes)

    def interval(self, *columns: str) -> Interval:
        """The 95% interval by document of the ratio of two counts of `Tally`, for example edits and characters."""
        rows = np.array([[getattr(one.tally, name) for name in columns] for one in self.outcomes], dtype=np.float64)
        return bootstrap(by_document([one.document for one in self.outcomes], rows), ratio)

    def accepted(self, threshold: float = 0.75) -> Point:
        """What accepting lines at a confidence (0 to 1) gives."""
        return at_threshold(self.confidence, self.right, threshold)

    def reliability(self) -> list[Bin]:
        """The reliability table of its lines."""
        return reliability(self.confidence, self.right)

    def figures(self) -> dict[str, Any]:
        """Every figure of the set by name, NaN and what does not apply left out."""
        found = {**self._text(), **(self._page() if self.kind is Kind.PAGE else {}), **self._confidence()}
        return {name: value for name, value in found.items() if not np.isnan(value).any()}

    def _text(self) -> dict[str, Any]:
        return {
            "samples": len(self.outcomes),
            "documents": self.documents,
            "failed": sum(bool(one.error) for one in self.outcomes),
            "characters": self.tally.characters,
            "cer": self.tally.cer,
            "cer_interval": list(self.interval("edits", "characters")),
            "wer": self.tally.wer,
            "exact": self.tally.exact,
            "exact_interval": list(self.interval("right", "items")),
            "seconds": self.seconds,
        }

    def _page(self) -> dict[str, Any]:
        found: dict[str, Any] = {"word_f1": self.tally.word_f1, "order": self.order.order, "row_f1": self.order.row_f1}
        if self.lines.items:
            found["line_order"] = self.order.line_order
            found["transcribed_cer"] = total(one.transcribed for one in self.outcomes).cer
            found |= {"line_cer": self.lines.cer, "line_exact": self.lines.exact, "lines": self.lines.items}
            found |= {name: sum(getattr(one, name) for one in self.outcomes) for name in ("missed", "extra")}
        return found

    def _confidence(self) -> dict[str, Any]:
        confidence, right, accepted = self.confidence, self.right, self.accepted()
        return {
            "lines_read": len(right),
            "calibration_error": calibration_error(confidence, right),
            "brier": brier(confidence, right),
            "auroc": auroc(confidence, right),
            "accepted_at_75": accepted.coverage,
            "right_of_accepted": accepted.precision,
            "told_of_accepted": float(np.mean(taken)) if (taken := [c for c in confidence if c >= 0.75]) else np.nan,
            "mistakes_in_doubtful_words": sum((one.words for one in self.outcomes), NO_WORDS).recall,
        }


@dataclass(frozen=True)
class Report:
    """What an evaluation found, set by set."""

    sets: tuple[SetReport, ...]

    def __getitem__(self, name: str) -> SetReport:
        """The set of that name; KeyError if there is none."""
        return {one.name: one for one in self.sets}[name]

    def to_text(self) -> str:
        """A table of the line sets and one of the page sets, and what could not be read."""
        blocks = [
            _table([one for one in self.sets if one.kind is kind], columns)
            for kind, columns in ((Kind.LINE, _LINE_COLUMNS), (Kind.PAGE, _PAGE_COLUMNS))
        ]
        failed = [f"{s.name}/{one.file}: {one.error}" for s in self.sets for one in s.outcomes if one.error]
        return "\n\n".join(block for block in [*blocks, "\n".join(failed)] if block)

    def to_json(self) -> str:
        """Figures, reliability tables and outcomes of every set."""
        return json.dumps({"schema_version": SCHEMA, "sets": [_plain(one) for one in self.sets]}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Report":
        """A report from what `to_json` wrote; ValueError for anything else."""
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("schema_version") != SCHEMA:
            raise ValueError(f"not a report of schema {SCHEMA}")
        return cls(tuple(_from_plain(one) for one in data["sets"]))


def _plain(one: SetReport) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.value,
        "figures": one.figures(),
        "reliability": [asdict(row) for row in one.reliability()],
        "outcomes": [asdict(outcome) for outcome in one.outcomes],
    }


def _from_plain(data: dict[str, Any]) -> SetReport:
    return SetReport(data["name"], Kind(data["kind"]), tuple(_outcome(**one) for one in data["outcomes"]))


def _outcome(**data: Any) -> Outcome:
    data |= {name: Tally(**data.get(name, {})) for name in ("tally", "lines", "transcribed")}
    data["order"] = OrderTally(**data["order"])
    data["words"] = WordTally(**data.get("words", {}))
    return Outcome(**data | {name: tuple(data[name]) for name in ("confidence", "right")})


Column = tuple[str, Callable[[dict[str, Any]], str]]


def _number(name: str, places: int) -> Callable[[dict[str, Any]], str]:
    return lambda figures: f"{figures[name]:.{places}f}" if name in figures else "-"


def _cer(figures: dict[str, Any]) -> str:
    span = figures.get("cer_interval")
    return f"{figures['cer']:.4f}" + (f" [{span[0]:.3f}, {span[1]:.3f}]" if span else "")


_CONFIDENCE: list[Column] = [
    ("right", _number("exact", 3)),
    ("conf. error", _number("calibration_error", 3)),
    ("Brier", _number("brier", 3)),
    ("AUROC", _number("auroc", 3)),
    ("at 75", _number("accepted_at_75", 3)),
    ("right of those", _number("right_of_accepted", 3)),
    ("told", _number("told_of_accepted", 3)),
    ("in doubtful words", _number("mistakes_in_doubtful_words", 3)),
]
_LINE_COLUMNS: list[Column] = [
    ("lines", _number("samples", 0)),
    ("documents", _number("documents", 0)),
    ("CER [95%]", _cer),
    ("WER", _number("wer", 3)),
    *_CONFIDENCE,
]
_PAGE_COLUMNS: list[Column] = [
    ("pages", _number("samples", 0)),
    ("CER [95%]", _cer),
    ("word F1", _number("word_f1", 4)),
    ("order", _number("order", 3)),
    ("rows", _number("row_f1", 3)),
    ("by place", _number("line_order", 3)),
    ("transcribed", _number("transcribed_cer", 3)),
    ("line CER", _number("line_cer", 3)),
    ("missed", _number("missed", 0)),
    ("extra", _number("extra", 0)),
    *_CONFIDENCE[1:],
    ("seconds", _number("seconds", 2)),
]


def _table(sets: Sequence[SetReport], columns: Sequence[Column]) -> str:
    if not sets:
        return ""
    rows = [["set", *(title for title, _ in columns)]]
    rows += [[one.name, *(show(figures) for _, show in columns)] for one in sets for figures in (one.figures(),)]
    return "\n".join(_aligned(rows))


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for head, *cells in rows:
        yield "  ".join([head.ljust(widths[0]), *(c.rjust(w) for c, w in zip(cells, widths[1:], strict=True))])
