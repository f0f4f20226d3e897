"""Networks in bfloat16: the only place that knows OpenVINO, which is an extra.

It computes a network in sixteen bits where the processor has instructions for them, in little more than half of the
time. The last layers stay in 32 bits. The first input of a new shape takes longer, because code is made for it, so
inputs should have few of them.
"""

import logging
import threading
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from penscript.errors import MissingComponent

Floats = NDArray[np.float32]
BFLOAT16 = "BF16"
KEPT = 1500
"""Layers whose code for a shape is kept; a network has about a hundred. What was used longest ago goes first."""
WIDTHS = (*range(64, 512, 32), *range(512, 1024, 64), *range(1024, 2048, 128), *range(2048, 3585, 256))
"""The widths of lines, in pixels, for which code is made."""
_log = logging.getLogger(__name__)


@cache
def computes() -> bool:
    """Whether OpenVINO is installed, and the processor computes in bfloat16."""
    core = _core()
    return core is not None and BFLOAT16 in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


@cache
def _core() -> Any:
    """None where OpenVINO is not installed, or does not run on this machine."""
    try:
        import openvino
    except ImportError:
        return None
    try:
        return openvino.Core()
    except RuntimeError as error:
        _log.warning("OpenVINO is installed, but does not run here: %s", error)
        return None


class Bfloat16:
    """A network in bfloat16. Safe to share between threads; the same input gives the same bits in each.

    network: an ONNX file, or where it lies. threads: cores that one run may use. side_by_side: runs at the same time,
    each on as many. Raises MissingComponent without OpenVINO, RuntimeError where it cannot open the network.
    """

    def __init__(self, network: str | bytes, threads: int, side_by_side: int = 1) -> None:
        core = _core()
        if core is None:
            raise MissingComponent("OpenVINO is not installed.", "Run `pip install penscript[fast]`.")
        properties = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "INFERENCE_NUM_THREADS": threads * side_by_side,
            "NUM_STREAMS": side_by_side,
            "ENABLE_CPU_PINNING": False,
            "CPU_RUNTIME_CACHE_CAPACITY": KEPT,
        }
        self._network = core.compile_model(core.read_model(network), "CPU", properties)
        self._own = threading.local()

    def run(self, batch: Floats, outputs: tuple[int, ...]) -> list[Floats]:
        """The outputs with these numbers."""
        if not hasattr(self._own, "request"):
            self._own.request = self._network.create_infer_request()
        self._own.request.infer([batch], share_inputs=True)
        return [np.array(self._own.request.get_output_tensor(output).data) for output in outputs]
