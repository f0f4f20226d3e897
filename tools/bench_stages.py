"""Where our time goes: stage by stage beside RapidOCR's, and how much of it is matrix arithmetic."""

import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from penscript.api import OcrEngine
from penscript.packs.session import Session
from penscript.reading import choice

MATRICES = (
    *("Conv", "ConvTranspose", "FusedConv", "FusedMatMul", "Gemm", "MatMul"),
    *("QLinearConv", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"),
)
SIDE_BY_SIDE = {
    "finding text": (("detect", "flatten"), ("det",)),
    "reading it": (("turn", "recognize", "enhance"), ("cls", "rec")),
}
Network = tuple[Path, Callable[[Path], bytes]]


class Timed:
    """Our engine, its stages timed. networks: seconds of one core in each network; turned: in reading upside down."""

    def __init__(self, threads: int, **options: Any) -> None:
        self._engine = OcrEngine(threads=threads, **options)
        self.stages: dict[str, float] = {}
        self.networks: Counter[Network] = Counter()
        self.shapes: dict[Network, tuple[int, ...]] = {}
        self.turned = self.cpu = 0.0
        self._lock = threading.Lock()
        Session.run_all = self._counted(Session.run_all)  # type: ignore[method-assign]
        choice._as_turned = self._turning(choice._as_turned)

    def process(self, image: Any) -> Any:
        started = time.process_time()
        found = self._engine.process(image, timings=self.stages)
        self.cpu += time.process_time() - started
        return found

    def process_line(self, image: Any) -> Any:
        return self._engine.process_line(image)

    def _counted(self, run: Any) -> Any:
        def counted(session: Session, batch: Any, *given: Any) -> Any:
            started = time.thread_time()
            found = run(session, batch, *given)
            spent = (time.thread_time() - started) * session.threads
            with self._lock:
                network = (session.file, session.made)
                self.networks[network] += spent
                self.shapes[network] = batch.shape
            return found

        return counted

    def _turning(self, read: Any) -> Any:
        def turning(views: Any, reads: Any, is_turned: bool) -> Any:
            started = time.perf_counter()
            found = read(views, reads, is_turned)
            self.turned += (time.perf_counter() - started) * is_turned
            return found

        return turning


def table(ours: Timed, rapid: dict[str, float], pages: int) -> str:
    """Seconds of the clock by stage, RapidOCR's beside them, and shares of the processor's time."""
    whole = sum(ours.stages.values())
    rows = [f"our stages over {pages} pages and the warm-up"]
    rows += [f"{name:<14} {spent:8.2f} s {spent / whole:6.1%}" for name, spent in _sorted(ours.stages)]
    rows += ["", "                   ours  rapidocr  ratio"]
    for name, (own, others) in SIDE_BY_SIDE.items():
        one, two = _sum(ours.stages, own), _sum(rapid, others)
        rows.append(f"{name:<14} {one:8.2f} {two:9.2f} {one / two if two else 0.0:6.2f}")
    networks = sum(ours.networks.values())
    matrices = sum(spent * _matrices(network, ours.shapes[network]) for network, spent in ours.networks.items())
    rows += [
        "",
        f"networks       {networks:8.2f} s of one core, {networks / ours.cpu:.0%} of the processor's time",
        f"matrices       {matrices:8.2f} s of it, {matrices / ours.cpu:.0%} of the processor's time",
        f"turned over    {ours.turned:8.2f} s by the clock, {ours.turned / whole:.1%}: to find the way up",
    ]
    return "\n".join(rows)


def _sum(seconds: dict[str, float], stages: tuple[str, ...]) -> float:
    return sum(seconds.get(stage, 0.0) for stage in stages)


def _sorted(seconds: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(seconds.items(), key=lambda item: -item[1])


def _matrices(network: Network, shape: tuple[int, ...]) -> float:
    """The share of products of matrices and convolutions in a network's time, as ONNX Runtime's own profile tells."""
    file, made = network
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.enable_profiling, options.log_severity_level = 1, True, 4
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(made(file), options)
        batch = np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
        for _ in range(3):
            session.run(None, {session.get_inputs()[0].name: batch})
        told = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    spent: Counter[bool] = Counter()
    for one in told:
        if one.get("cat") == "Node" and one["name"].endswith("kernel_time"):
            spent[one["args"]["op_name"] in MATRICES] += one["dur"]
    return spent[True] / max(1, spent.total())
