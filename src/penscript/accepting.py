"""The thresholds from which lines are right often enough, from calibration data of packs: lines that fitted nothing.

Packs are by name@version; one that was never calibrated is None.
"""

from collections.abc import Mapping

from penscript.calibration import PackCalibration, threshold_over
from penscript.errors import UsageError

Packs = Mapping[str, PackCalibration | None]


def common_threshold(packs: Packs, precision: float) -> float:
    """The lowest percentage from which at least `precision` (0 to 1) of the lines of every pack are right. UsageError
    where their data cannot support that.
    """
    return _lowest(_calibrated(packs, precision), precision)


def thresholds(packs: Packs, precision: float) -> dict[str, float]:
    """The lowest percentage of each pack by itself. Raises as `common_threshold`."""
    return {name: _lowest({name: one}, precision) for name, one in _calibrated(packs, precision).items()}


def _calibrated(packs: Packs, precision: float) -> dict[str, PackCalibration]:
    if not 0 < precision < 1:
        raise UsageError(f"The precision is {precision:g}.", "Give a share between 0 and 1, for example 0.9.")
    known = {name: one for name, one in packs.items() if one is not None and one.accepted}
    unknown = [name for name in packs if name not in known]
    if unknown or not known:
        raise UsageError(f"The pack {', '.join(unknown)} has no calibration data.", "Accept its lines by hand.")
    return known


def _lowest(packs: Mapping[str, PackCalibration], precision: float) -> float:
    found = threshold_over(list(packs.values()), precision)
    if found is None:
        raise UsageError(
            f"The calibration data of {', '.join(packs)} cannot show a precision of {precision:g}.",
            "Ask for less, or let a person see every line.",
        )
    return found
