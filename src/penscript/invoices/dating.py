"""Which day is the day of issue, which the day by which to pay, which the day of delivery."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from penscript.invoices.days import Day
from penscript.invoices.labels import Hit
from penscript.invoices.sheet import Sheet

NAMES = ("date", "due_date", "delivery_date")
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\b|\b[AP]M\b", re.IGNORECASE)
_PLACE = re.compile(
    r"(?:à\s)?[^\W\d_][^\d,:]{1,30}(?:,\s*(?:den|le|li|am|a|il|på|op|,)?|\s(?:den|le|am))\s*", re.IGNORECASE
)
_CALLED = re.compile(
    r"(?:datum|dato|tag|zeitraum|period[eo]?|date|data|fecha|dag|valuta|日期)\W*$|^\W*(?:date|data|fecha)\b"
    r"|[^\W\d_]{2,}\s(?:\S+\s){0,2}(?:vom|du|del|of|van|av|da|am|le|on|den|el|il|op|em)\W*$",
    re.IGNORECASE,
)
"""What names a day: its last word is one for days, or a small word that leads on to one."""
_NEAR = 24
"""A label that ends so many characters before a day still names it."""
_LESS = re.compile(r"skonto|escompte|early payment|\bdto\b|sconto|kassarabatt|korting", re.IGNORECASE)
OF = frozenset({"vom", "von", "du", "of", "del", "van", "av", "da"})
_KINDS = frozenset({"kind:invoice", "kind:receipt", "kind:credit_note", "kind:reminder"})
_LOOSE = frozenset({"le", "datiert"})
"""Words that lead to the day of issue only where nothing stands before them."""
_DATE_KINDS = ("due_date", "delivery_date", "other_date", "date")
WEIGHTS = {
    "label": 1.0,
    "time": 0.25,
    "again": 0.15,
    "early": 0.3,
    "number": 0.6,
    "kind": 0.35,
    "first": 0.1,
    "other": -0.6,
    "alone": 0.15,
    "prose": -0.3,
    "period": -0.6,
    "place": 0.5,
    "unknown": -0.45,
}


@dataclass(frozen=True)
class DayChoice:
    """A day for a field. evidence: what speaks for it."""

    day: Day
    evidence: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The weighted sum of the evidence."""
        return sum(WEIGHTS[name] * value for name, value in self.evidence.items() if name in WEIGHTS)


def dates_of(sheet: Sheet, numbered: int | None = None) -> dict[str, DayChoice]:
    """The day of each field that was found; `rival` in its evidence is the score of the next day.

    numbered: the row in which the number of the document stands.
    """
    labels = [(day, *_label(sheet, day)) for day in sheet.days]
    found: dict[str, DayChoice] = {}
    issue = _ranked([_issue(sheet, day, name, score, numbered) for day, name, score in labels])
    if issue is not None:
        found["date"] = issue
    for name in NAMES[1:]:
        named = [DayChoice(day, {"label": score}) for day, told, score in labels if told == name and not _early(day)]
        chosen = _ranked(named)
        if chosen is not None and not (
            name == "due_date" and issue and chosen.day.value < issue.day.value - timedelta(31)
        ):
            found[name] = chosen
    return found


def _early(day: Day) -> bool:
    """Whether a day is that until which less may be paid."""
    return bool(_LESS.search(day.row.text[: day.start][-60:]))


def _ranked(choices: Sequence[DayChoice]) -> DayChoice | None:
    ranked = sorted(choices, key=lambda one: -one.score)
    if not ranked:
        return None
    best = ranked[0]
    rival = next((one.score for one in ranked if one.day.value != best.day.value), 0.0)
    return DayChoice(best.day, best.evidence | {"rival": rival})


def _issue(sheet: Sheet, day: Day, name: str, score: float, numbered: int | None) -> DayChoice:
    rows = len(sheet.rows)
    around = day.row.text[: day.start] + " " + day.row.text[day.end :]
    hits = sheet.hits_by_row.get(day.row.number, [])
    same = sum(other.value == day.value for other in sheet.days)
    return DayChoice(
        day,
        {
            "label": score if name == "date" else 0.0,
            "other": float(name in ("due_date", "delivery_date", "other_date")),
            "time": float(bool(_TIME.search(around))),
            "again": min(2.0, same - 1.0),
            "early": 1 - day.row.number / max(rows, 1),
            "number": float(day.row.number == numbered and name in ("", "date")),
            "kind": float(any(hit.names & _KINDS for hit in hits)),
            "first": float(day is sheet.days[0]),
            "ambiguous": float(day.ambiguous),
            "alone": float(_alone(day)),
            "place": float(_placed(day)),
            "unknown": float(not name and _named_else(sheet, day)),
            "prose": float(_in_prose(day)),
            "period": float(_in_period(sheet, day)),
        },
    )


def _alone(day: Day) -> bool:
    """Whether a day is a cell of its own, or stands behind a town and a comma, as the day of a letter does."""
    before, after = _around(day)
    return not re.search(r"\w", after) and (_PLACE.fullmatch(before) is not None or not re.search(r"\w", before))


def _placed(day: Day) -> bool:
    """Whether a day stands behind a town, as the day of a letter does: `Lyon, le 3 mai 2021`."""
    before, after = _around(day)
    return not re.search(r"\w", after) and _PLACE.fullmatch(before) is not None


def _around(day: Day) -> tuple[str, str]:
    """What stands before and behind a day in its cell."""
    start, end = next((cell for cell in day.row.cells if cell[0] <= day.start < cell[1]), (day.start, day.end))
    return day.row.text[start : day.start], day.row.text[day.end : end]


def _named_else(sheet: Sheet, day: Day) -> bool:
    """Whether a day stands beside or under words that name it something that no label knows: `Buchungsdatum`."""
    before, _ = _around(day)
    if _placed(day):
        return False
    if not re.search(r"\w", before):
        left = [day.row.text[start:end] for start, end in day.row.cells if end <= day.start]
        before = left[-1] if left else _head_of(sheet, day)
    return bool(_CALLED.search(before))


def _head_of(sheet: Sheet, day: Day) -> str:
    """The cell of the row above that a day stands under, where several stand side by side."""
    row = sheet.rows[day.row.number - 1] if day.row.number else None
    if row is None or row.page != day.row.page or len(row.cells) < 2:
        return ""
    box = day.bounds
    spots = [(row.box(start, end), row.text[start:end]) for start, end in row.cells]
    return next((text for spot, text in spots if abs(spot.x - box.x) < box.height), "")


def _in_prose(day: Day) -> bool:
    """Whether many words stand around a day."""
    around = day.row.text[: day.start] + " " + day.row.text[day.end :]
    return sum(len(word) > 2 and word.isalpha() for word in around.split()) > 5


def _in_period(sheet: Sheet, day: Day) -> bool:
    """Whether a day is the first or the last of a period: `01.10.2018 bis 31.10.2018`, its end perhaps a row below."""
    before, after = day.row.text[: day.start].rstrip(), day.row.text[day.end :].strip()
    above = sheet.rows[day.row.number - 1].text.rstrip() if day.row.number and not before else before
    last = re.search(r"\d\W*\b(?:bis|to|until|till|au|al|hasta|tot|t/m|até|a|à)$|\d\s?[-–—]$", above, re.IGNORECASE)
    first = re.match(r"(?:bis|to|until|till|au|al|hasta|tot|t/m|até)\b(?=\W*\d|$)|[-–—]\s?\d", after, re.IGNORECASE)
    return bool(first or last)


def _label(sheet: Sheet, day: Day) -> tuple[str, float]:
    """The name of the label that a day stands under, and how surely; "" and 0 for none."""
    best = ("", 0.0)
    for hit in sheet.hits_by_row.get(day.row.number, []):
        name = _kind(hit)
        gap = day.start - hit.end
        if name == "date" and hit.key in OF and _referred(sheet, hit):
            name = "other_date"
        if hit.key in _LOOSE and not hit.leads:
            continue
        if name and gap >= -1 and not _between(sheet, hit, day):
            near = 1.0 if gap < _NEAR else 0.8
            lead = 1.0 if hit.leads or hit.colon else 0.8
            best = max(best, (name, hit.score * near * lead), key=lambda one: one[1])
    if not best[0] and (title := _titled(sheet, day)):
        return "date", title
    if best[0] or day.row.text[: day.start].rstrip().endswith((":", "：")):
        return best
    return _above(sheet, day)


def _titled(sheet: Sheet, day: Day) -> float:
    """How surely a day stands behind what the paper calls itself: `Facture client 4711 du 3 mai 2021`; 0 for not."""
    kinds = [hit for hit in sheet.hits_by_row.get(day.row.number, []) if hit.names & _KINDS and hit.leads]
    before = day.row.text[: day.start].rstrip().rsplit(None, 1)
    named = len(before) == 2 and before[1].casefold() in OF and kinds and kinds[0].end <= len(before[0])
    below = day.row.number > 0.6 * len(sheet.rows)
    return (0.5 if below else 0.9) * kinds[0].score if named else 0.0


def _referred(sheet: Sheet, hit: Hit) -> bool:
    """Whether `of DATE` follows the number of another paper, an order or a delivery note, or what was paid before."""
    before = [other for other in sheet.hits_by_row[hit.row.number] if other.start < hit.start]
    return bool(before) and bool(before[-1].names & {"order_number", "other_number", "customer_number", "paid"})


def _kind(hit: Hit) -> str | None:
    return next((name for name in _DATE_KINDS if name in hit.names), None)


def _between(sheet: Sheet, hit: Hit, day: Day) -> bool:
    """Whether another day, label of a number or much text stands between a label and a day."""
    row = day.row.number
    days = [other for other in sheet.days_by_row.get(row, []) if other is not day]
    hits = [other for other in sheet.hits_by_row.get(row, []) if _kind(other) or "number" in other.names]
    return any(hit.end <= start < day.start for start in (*(o.start for o in days), *(o.start for o in hits)))


def _above(sheet: Sheet, day: Day) -> tuple[str, float]:
    """The label in one of the three rows above whose left edge, right edge or middle is that of the day."""
    box, best = day.bounds, ("", 0.0)
    for back in range(1, 4):
        number = day.row.number - back
        if number < 0 or sheet.rows[number].page != day.row.page:
            break
        for hit in sheet.hits_by_row.get(number, []):
            name, place = _kind(hit), hit.row.box(hit.start, hit.end)
            apart = min(
                abs(place.x - box.x), abs(place.right - box.right), abs(place.x + place.right - box.x - box.right) / 2
            )
            if name and apart < box.height and not hit.colon:
                best = max(best, (name, 0.85 * hit.score * 0.9 ** (back - 1)), key=lambda one: one[1])
    return best
