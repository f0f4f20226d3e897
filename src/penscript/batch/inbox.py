"""A folder that files keep coming into. Looking again and again works on every disk, on network folders too.

The system could tell at once that a file has come. But on network folders it does not, and when a file is complete it
never tells; that is seen by looking again, which makes the first needless.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from penscript.batch.finding import find
from penscript.batch.inputs import Input
from penscript.errors import InputError
from penscript.executors import NOTHING_YET

log = logging.getLogger("penscript.batch")


@dataclass(slots=True)
class _Seen:
    """What an input looked like, since when, and whether it was handed on like that."""

    fingerprint: str
    since: float
    given: bool = False


class Inbox:
    """Endless inputs: what lies in `told` and what comes, each when it has stopped growing, and again when it changes.

    avoid: as for `find`. poll: seconds between two looks. settle: seconds for which an input must have stayed the same.
    clock: the time in seconds. Between looks it yields NOTHING_YET.
    """

    def __init__(
        self,
        told: Sequence[str],
        avoid: Path | None = None,
        *,
        poll: float = 2.0,
        settle: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._told, self._avoid, self._poll, self._settle, self._clock = told, avoid, poll, settle, clock
        self._seen: dict[str, _Seen] = {}
        self._next = clock()

    def __iter__(self) -> Iterator[Input]:
        while True:
            if self._clock() >= self._next:
                yield from self._look()
                self._next = self._clock() + self._poll
            yield NOTHING_YET

    def _look(self) -> list[Input]:
        """What is complete and was not handed on as it is. What is gone is forgotten, so memory stays flat."""
        try:
            found = list(find(self._told, self._avoid))
        except (InputError, OSError) as error:
            log.warning("the inbox cannot be looked into: %s", type(error).__name__)
            return []
        now = self._clock()
        self._seen = {one.key: self._as_seen(one, now) for one in found}
        ready = [one for one in found if self._is_ready(self._seen[one.key], now)]
        for one in ready:
            self._seen[one.key].given = True
        return ready

    def _as_seen(self, one: Input, now: float) -> _Seen:
        seen = self._seen.get(one.key)
        return seen if seen and seen.fingerprint == one.fingerprint else _Seen(one.fingerprint, now)

    def _is_ready(self, seen: _Seen, now: float) -> bool:
        return not seen.given and bool(seen.fingerprint) and now - seen.since >= self._settle
