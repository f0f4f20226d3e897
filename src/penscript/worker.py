"""A spawned process that works on what it is sent, one input after the other, and lives no longer than its parent."""

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

_JOIN_SECONDS = 10.0


class WorkerDied(Exception):
    """A worker process ended in the middle of an input; the text says how."""


class Gone(Exception):
    """The process at the other end of the pipe is not there any more."""


class Worker:
    """One process. `start` makes its task there; it is called with the first input.

    pipe: becomes ready when there is something to `receive`. began: it has come up. done: inputs it has answered.
    """

    def __init__(self, start: Callable[[], Callable[[Any], Any]]) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        their_life, self._life = context.Pipe(duplex=False)
        self._process = context.Process(target=_serve, args=(start, theirs, their_life), daemon=True)
        with _without_interrupts():
            self._process.start()
        theirs.close()
        their_life.close()
        self.began = False
        self.done = 0

    def send(self, one: Any) -> None:
        """Give it an input. Raises Gone where it died before, and whatever pickling raises."""
        try:
            self.pipe.send(one)
        except OSError as error:
            raise Gone from error

    def receive(self) -> tuple[Any, Exception | None] | None:
        """Result and error of the input, one of them None; None itself where it only told that it began.

        Raises Gone if it died, and what `start` raised there.
        """
        try:
            told = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise Gone from error
        except Exception as error:  # what cannot be unpickled
            told = None, error
        if told is None:
            self.began = True
            return None
        if isinstance(told, Exception):
            raise told
        self.done += 1
        return told  # type: ignore[no-any-return]

    def fate(self) -> str:
        """How it ended, as the rest of a sentence."""
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"ended with code {code}"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"was killed by {name}" + (", often for want of memory" if name == "SIGKILL" else "")

    def let_go(self) -> None:
        """Tell it to end at once."""
        with suppress(OSError):
            self._life.close()
            self.pipe.close()

    def join(self) -> None:
        """Wait until it has ended."""
        self._process.join(_JOIN_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def end(self) -> None:
        """Let it go, and wait."""
        self.let_go()
        self.join()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A process that is started here has Ctrl-C blocked until it ignores it, so that none dies while it begins."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(start: Callable[[], Callable[[Any], Any]], pipe: Connection, life: Connection) -> None:
    """The life of the process: leave Ctrl-C to the parent, end with it, and answer inputs until there are none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with, args=(life,), daemon=True).start()
    pipe.send(None)
    try:
        task = start()
    except Exception as error:
        _answer(pipe, _traced(error))
        return
    with suppress(EOFError):
        while True:
            _answer(pipe, _done(task, pipe))


def _done(task: Callable[[Any], Any], pipe: Connection) -> tuple[Any, Exception | None]:
    """The next input, worked on. Raises EOFError when there is none."""
    try:
        return task(pipe.recv()), None
    except EOFError:
        raise
    except Exception as error:
        return None, _traced(error)


def _answer(pipe: Connection, told: Any) -> None:
    with suppress(OSError):  # nobody is there to hear it
        try:
            pipe.send(told)
        except (OSError, EOFError):
            raise
        except Exception as error:  # what cannot be pickled
            pipe.send((None, RuntimeError(f"A result cannot travel: {error}")))


def _traced(error: Exception) -> Exception:
    error.add_note("".join(traceback.format_exception(error)))
    return error


def _end_with(life: Connection) -> None:
    with suppress(EOFError, OSError):
        life.recv_bytes()
    os._exit(1)
