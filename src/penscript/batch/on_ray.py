"""One task over many inputs on a Ray cluster: an actor a worker, which loads what it needs once.

What an actor was at when it or its node was lost is given to another one. Ray could start actors and their tasks again
by itself, but then it waits for the place that was lost, and a task that kills its worker would go round for ever.
"""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from penscript.errors import MissingComponent, UsageError
from penscript.executors import NOTHING_YET, WorkerDied

log = logging.getLogger("penscript.batch")

In = TypeVar("In")
Out = TypeVar("Out")

_PAUSE_SECONDS = 0.5
_KNOCK_SECONDS = 10
_MOST_LOSSES = 3
_MOST_FALSE_STARTS = 20


def on_ray(
    start: Callable[[], Callable[[In], Out]],
    inputs: Iterable[In],
    lost: Callable[[In, Exception], Out],
    *,
    address: str,
    workers: int | None = None,
    cores: int = 1,
    per_worker: int | None = None,
) -> Iterator[Out]:
    """The results of the task, each as soon as it is there.

    start, inputs and results travel to the nodes, which need the same Penscript and must see the same files. An input
    whose worker was lost for the third time is given up: `lost` makes its result, from a WorkerDied. address: of the
    cluster, for `ray.init`. workers: how many, None for as many as the cluster has room for, also when it grows. cores:
    of each. per_worker: after so many inputs a worker makes room for a fresh one. Raises MissingComponent without Ray,
    UsageError where no cluster answers or its workers cannot begin, and what `start` raises.
    """
    ray = _connected(address)
    fleet = _Fleet(ray, start, lost, workers=workers, cores=cores, per_worker=per_worker)
    try:
        yield from fleet.results(iter(inputs))
    finally:
        fleet.close()
        ray.shutdown()


def _connected(address: str) -> Any:
    try:
        import ray
    except ImportError:
        raise MissingComponent("A cluster needs Ray.", 'Install it: pip install "penscript[ray]"') from None
    try:
        asyncio.run(_knock(address))
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        told = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        advice = "Start one with `ray start --head`, and name its address: auto, or HOST:6379."
        raise UsageError(f"No Ray cluster answers at {address}: {told}.", advice) from None
    return ray


async def _knock(address: str) -> None:
    """Raise OSError where nobody listens at HOST:PORT: Ray itself would go on trying for a quarter of an hour."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdecimal():
        async with asyncio.timeout(_KNOCK_SECONDS):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.close()


class _Actor:
    """What runs on a node."""

    def __init__(self, start: Callable[[], Callable[[Any], Any]]) -> None:
        self._task: Callable[[Any], Any] | None = None
        self._error: Exception | None = None
        try:
            self._task = start()
        except Exception as error:  # to be told, where dying would only look like a lost node
            self._error = error

    def begun(self) -> Exception | None:
        """What kept it from beginning."""
        return self._error

    def do(self, one: Any) -> tuple[Any, Exception | None]:
        """Result and error of one input, one of them None."""
        assert self._task
        try:
            return self._task(one), None
        except Exception as error:
            return None, error


class _Fleet(Generic[In, Out]):
    """The actors, what each is at, and what lost ones left."""

    def __init__(
        self,
        ray: Any,
        start: Callable[[], Callable[[In], Out]],
        lost: Callable[[In, Exception], Out],
        *,
        workers: int | None,
        cores: int,
        per_worker: int | None,
    ) -> None:
        self._ray, self._lost, self._workers, self._cores = ray, lost, workers, cores
        self._make = ray.remote(_Actor).options(num_cpus=cores, max_restarts=0)
        self._start = ray.put(start)
        self._per_worker = per_worker or math.inf
        self._starting: dict[Any, Any] = {}
        self._idle: list[Any] = []
        self._busy: dict[Any, tuple[Any, int, In]] = {}
        self._left: deque[tuple[int, In]] = deque()
        self._losses: dict[int, int] = {}
        self._done: dict[Any, int] = {}
        self._taken = self._false_starts = 0
        self._over = False

    def results(self, source: Iterator[In]) -> Iterator[Out]:
        """Give out inputs and take in results until there are no more."""
        self._man()
        while True:
            while self._idle and (job := self._next(source)):
                actor = self._idle.pop()
                self._busy[actor.do.remote(job[1])] = (actor, *job)
            if self._over and not self._busy and not self._left:
                return
            yield from self._heard()

    def close(self) -> None:
        """End the actors, whatever they are doing."""
        for actor in [*self._starting.values(), *self._idle, *(job[0] for job in self._busy.values())]:
            self._ray.kill(actor)

    def _man(self) -> None:
        """Ask for as many actors as there is room for."""
        room = int(self._ray.cluster_resources().get("CPU", 0)) // self._cores
        wanted = self._workers or max(1, room)
        for _ in range(wanted - len(self._starting) - len(self._idle) - len(self._busy)):
            actor = self._make.remote(self._start)
            self._starting[actor.begun.remote()] = actor

    def _next(self, source: Iterator[In]) -> tuple[int, In] | None:
        if self._left:
            return self._left.popleft()
        one = None if self._over else next(source, self)
        if one is None or one is self:
            self._over = True
            return None
        if one is NOTHING_YET:
            return None
        self._taken += 1
        return self._taken, one  # type: ignore[return-value]

    def _heard(self) -> Iterator[Out]:
        waiting = [*self._busy, *self._starting]
        ready = self._ray.wait(waiting, timeout=_PAUSE_SECONDS)[0] if waiting else []
        if not ready:
            time.sleep(0 if waiting else _PAUSE_SECONDS)
            self._man()
        for ref in ready:
            if ref in self._starting:
                self._begun(ref)
            else:
                yield from self._finished(ref)

    def _begun(self, ref: Any) -> None:
        actor = self._starting.pop(ref)
        try:
            error = self._ray.get(ref)
        except self._ray.exceptions.RayError as gone:
            self._false_starts += 1
            if self._false_starts > _MOST_FALSE_STARTS:
                raise UsageError(f"The workers of the cluster cannot begin: {_first(gone)}", _SAME) from None
            return
        if error is not None:
            raise error
        self._false_starts = 0
        self._idle.append(actor)

    def _finished(self, ref: Any) -> Iterator[Out]:
        actor, number, one = self._busy.pop(ref)
        try:
            result, error = self._ray.get(ref)
        except self._ray.exceptions.RayError as gone:
            log.warning("a worker was lost: %s", type(gone).__name__)
            self._ray.kill(actor)
            yield from self._again(number, one)
            self._man()
            return
        self._done[actor] = self._done.get(actor, 0) + 1
        if self._done[actor] < self._per_worker:
            self._idle.append(actor)
        else:
            del self._done[actor]
            self._ray.kill(actor)
            self._man()
        yield result if error is None else self._lost(one, error)

    def _again(self, number: int, one: In) -> Iterator[Out]:
        self._losses[number] = self._losses.get(number, 0) + 1
        if self._losses[number] < _MOST_LOSSES:
            self._left.append((number, one))
        else:
            yield self._lost(one, WorkerDied(f"was lost {_MOST_LOSSES} times"))


_SAME = "Every node needs the same Penscript and Python as this machine."


def _first(error: Exception) -> str:
    """The line of an error of Ray that says most."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in reversed(lines) if "Error" in line), lines[0] if lines else type(error).__name__)
