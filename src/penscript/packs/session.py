"""Weights in memory: the only place that knows ONNX Runtime.

A session is opened when it is first run, then shared by all threads. It runs on the CPU alone and gives the same bits
for the same input, whatever runs beside it.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from penscript.errors import DamagedInput, MissingComponent
from penscript.packs.eight import in_eight

Floats = NDArray[np.float32]
_NO_FAULT_OF_THE_FILE = "RuntimeException"
"""What ONNX Runtime raises for want of memory, among others."""


def cores() -> int:
    """How many cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class Session:
    """One network. Safe to share between threads; not picklable, a worker opens its own.

    file: an ONNX file with one input. threads: how many cores one run may use. made: what is opened, made of the file.
    """

    def __init__(self, file: Path, threads: int = 1, made: Callable[[Path], bytes] = in_eight) -> None:
        self.file = file
        self.threads = threads
        self.made = made
        self._lock = threading.Lock()
        self._network: _Network | None = None

    def run(self, batch: Floats, output: int = 0) -> Floats:
        """The output with this number for one batch of input.

        Raises MissingComponent without ONNX Runtime or the file, DamagedInput where the file is no network.
        """
        return self.run_all(batch, (output,))[0]

    def run_all(self, batch: Floats, outputs: tuple[int, ...]) -> list[Floats]:
        """The outputs with these numbers. Raises as `run`."""
        return self._open().run(batch, outputs)

    def _open(self) -> "_Network":
        if self._network is None:
            with self._lock:
                if self._network is None:
                    self._network = self._load()
        return self._network

    def _load(self) -> "_Network":
        if not self.file.is_file():
            raise MissingComponent(f"The weights {self.file.name} are missing.", "Install Penscript or the pack again.")
        return _Network(self._made(), self.file.name, self.threads)

    def _made(self) -> bytes:
        """What is opened."""
        try:
            return self.made(self.file)
        except (MissingComponent, MemoryError):
            raise
        except Exception as error:
            raise DamagedInput(f"{self.file.name} is not a network as packs have it.", "Get the pack again.") from error

    def __reduce__(self) -> Any:
        raise TypeError("a session is never pickled: open one in each process")


class _Network:
    """An opened network. name: of its file. Raises DamagedInput where it is none."""

    def __init__(self, network: bytes, name: str, threads: int) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise MissingComponent("ONNX Runtime is not installed.", "Run `pip install onnxruntime`.") from error
        self._name = name
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False  # it keeps a plan for every size of page and line that was ever seen
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise DamagedInput(f"{name} is not a network that ONNX Runtime can open.", "Get the pack again.") from error
        self._session._model_bytes = None  # what it was opened from, which it keeps for a change of providers

    def run(self, batch: Floats, outputs: tuple[int, ...]) -> list[Floats]:
        """The outputs with these numbers."""
        try:
            names = [self._session.get_outputs()[output].name for output in outputs]
            found: list[Floats] = self._session.run(names, {self._session.get_inputs()[0].name: batch})
            return found
        except Exception as error:
            if type(error).__name__ == _NO_FAULT_OF_THE_FILE:
                raise
            raise DamagedInput(f"{self._name} is not a network that can be run.", "Get the pack again.") from error
