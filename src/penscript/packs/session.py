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
from penscript.packs.metadata import network_of

Floats = NDArray[np.float32]


def cores() -> int:
    """How many cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class Session:
    """One network. Safe to share between threads; not picklable, a worker opens its own.

    file: an ONNX file with one input. threads: how many cores one run may use. made: what is opened instead, made of
    the file.
    """

    def __init__(self, file: Path, threads: int = 1, made: Callable[[Path], bytes] | None = None) -> None:
        self.file = file
        self.threads = threads
        self.made = made
        self._lock = threading.Lock()
        self._network: Any = None

    def run(self, batch: Floats, output: int = 0) -> Floats:
        """The output with this number for one batch of input.

        Raises MissingComponent without ONNX Runtime or the file, DamagedInput where the file is no network.
        """
        return self.run_all(batch, (output,))[0]

    def run_all(self, batch: Floats, outputs: tuple[int, ...]) -> list[Floats]:
        """The outputs with these numbers. Raises as `run`."""
        network = self._open()
        names = [network.get_outputs()[output].name for output in outputs]
        found: list[Floats] = network.run(names, {network.get_inputs()[0].name: batch})
        return found

    def _open(self) -> Any:
        if self._network is None:
            with self._lock:
                if self._network is None:
                    self._network = _load(self.file, self.threads, self.made)
        return self._network

    def __reduce__(self) -> Any:
        raise TypeError("a session is never pickled: open one in each process")


def _load(file: Path, threads: int, made: Callable[[Path], bytes] | None) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingComponent("ONNX Runtime is not installed.", "Run `pip install onnxruntime`.") from error
    if not file.is_file():
        raise MissingComponent(f"The weights {file.name} are missing.", "Install Penscript or the pack again.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False  # it keeps a plan for every size of page and line that was ever seen
    options.log_severity_level = 4
    try:
        network = made(file) if made else network_of(file)
        session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        session._model_bytes = None  # what it was opened from, which it keeps for a change of providers
        return session
    except Exception as error:
        raise DamagedInput(
            f"{file.name} is not a network that ONNX Runtime can open.", "Get the pack again."
        ) from error
