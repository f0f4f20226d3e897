"""What confidences are worth, as pictures: the reliability diagram, and coverage against precision, of every set."""

import base64
import html
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from penscript.evaluation.confidence import coverage_curve
from penscript.evaluation.report import Report, SetReport

PLOT, MARGIN, TOP = 300, 50, 60
PAPER, INK, FAINT, OURS = (255, 255, 255), (30, 30, 30), (215, 215, 215), (0, 96, 168)
_STYLE = "body{font:15px sans-serif;margin:2em}table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:right}"
_FIGURES = {
    "lines_read": "lines",
    "calibration_error": "calibration error",
    "brier": "Brier",
    "auroc": "AUROC",
    "accepted_at_75": "accepted at 75",
    "right_of_accepted": "right of those",
    "told_of_accepted": "their mean confidence",
    "mistakes_in_doubtful_words": "mistakes in doubtful words",
}


def to_png(report: Report) -> bytes:
    """Two diagrams a set, one set below the other. ValueError for a report without lines."""
    rows = [np.asarray(_row(one)) for one in report.sets if one.right]
    if not rows:
        raise ValueError("no line was read, so there is nothing to draw")
    with BytesIO() as stream:
        Image.fromarray(np.concatenate(rows)).save(stream, "PNG")
        return stream.getvalue()


def to_html(report: Report) -> str:
    """The diagrams and their figures as one page that needs nothing else."""
    picture = base64.b64encode(to_png(report)).decode("ascii")
    heads = "".join(f"<th>{name}</th>" for name in ("set", *_FIGURES.values()))
    rows = "".join(f"<tr>{_cells(one)}</tr>" for one in report.sets if one.right)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Confidence</title><style>{_STYLE}</style>'
        f"<h1>Confidence</h1><table><tr>{heads}</tr>{rows}</table>"
        f'<img alt="Reliability, and coverage against precision" src="data:image/png;base64,{picture}"></html>\n'
    )


def _cells(one: SetReport) -> str:
    figures = one.figures()
    told = [f"{figures[name]:.3f}".removesuffix(".000") if name in figures else "-" for name in _FIGURES]
    return "".join(f"<td>{cell}</td>" for cell in (html.escape(one.name), *told))


def _row(one: SetReport) -> Image.Image:
    """Reliability on the left, coverage against precision on the right."""
    picture = Image.new("RGB", (2 * (PLOT + 2 * MARGIN), PLOT + TOP + MARGIN), PAPER)
    draw, figures = ImageDraw.Draw(picture), one.figures()
    named = (("error", "calibration_error"), ("Brier", "brier"), ("AUROC", "auroc"))
    told = ", ".join(f"{name} {figures[key]:.3f}" for name, key in named if key in figures)
    draw.text((MARGIN, 8), f"{one.name}: {len(one.right)} lines, {told}", INK, ImageFont.load_default(15))
    _axes(draw, MARGIN, "confidence", "share right")
    most = max(entry.count for entry in one.reliability())
    for entry in one.reliability():
        radius = 3 + 9 * (entry.count / most) ** 0.5
        x, y = _place(MARGIN, entry.confidence, entry.right)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), OURS)
    draw.line([_place(MARGIN, 0, 0), _place(MARGIN, 1, 1)], INK)
    left = PLOT + 3 * MARGIN
    _axes(draw, left, "share of lines accepted", "share right of those")
    missed = sum(outcome.missed for outcome in one.outcomes)
    points = [_place(left, p.coverage, p.precision) for p in coverage_curve(one.confidence, one.right, missed)]
    if len(points) > 1:
        draw.line(points, OURS, 2)
    return picture


def _axes(draw: ImageDraw.ImageDraw, left: int, across: str, up: str) -> None:
    font = ImageFont.load_default(11)
    for share in np.linspace(0, 1, 6):
        ends: Sequence[tuple[float, float]] = (_place(left, share, 0), _place(left, share, 1))
        draw.line(list(ends), FAINT)
        draw.line([_place(left, 0, share), _place(left, 1, share)], FAINT)
        draw.text((ends[0][0] - 8, ends[0][1] + 4), f"{share:.1f}", INK, font)
        draw.text((left - 24, _place(left, 0, share)[1] - 7), f"{share:.1f}", INK, font)
    draw.rectangle((left, TOP, left + PLOT, TOP + PLOT), outline=INK)
    draw.text((left + PLOT / 2 - 50, TOP + PLOT + 22), across, INK, font)
    draw.text((left, TOP - 18), up, INK, font)


def _place(left: int, across: float, up: float) -> tuple[float, float]:
    return left + PLOT * float(across), TOP + PLOT * (1 - float(up))
