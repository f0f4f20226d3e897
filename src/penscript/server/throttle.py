"""How often one visitor may ask for a reading: a bucket of tokens that fills evenly."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from penscript.server.refusal import Busy

_MOST_VISITORS = 10_000


class Throttle:
    """rate: readings a minute and visitor, also the most at once; None for no limit. clock: seconds, ever growing."""

    def __init__(self, rate: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, visitor: str, amount: int = 1) -> None:
        """Count `amount` readings. Busy (429) where the visitor has had enough for now."""
        if self._rate is None:
            return
        with self._lock:
            now, rate = self._clock(), float(self._rate)
            left, since = self._left.get(visitor, (rate, now))
            left = min(rate, left + (now - since) * rate / 60)
            if left < min(amount, rate):
                raise Busy("Too many requests in a short time.", (amount - left) * 60 / rate, 429)
            self._left[visitor] = (left - amount, now)
            self._left.move_to_end(visitor)
            if len(self._left) > _MOST_VISITORS:
                self._left.popitem(last=False)
