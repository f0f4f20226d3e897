"""How much faster is a Ray cluster with two workers than with one? Starts one on this machine and reads pages.

python tools/ray_scaling.py FILE_OR_FOLDER... [--pages 40] [--rounds 2] [--wait S] [--share 0.2] [--kill]

Two nodes with a core each; one worker and two take turns. The time runs from the first result to the last. --share:
hold each node to this share of a core, which a machine that does other things as well can give at any time (Linux, as
root). --kill: kill the second node when a third is done, and tell whether all is there in the end.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from batch_memory import Fake, inputs
from flat_memory import sources

import penscript as ocr
from penscript.batch.on_ray import on_ray
from penscript.batch.run import Batch
from penscript.batch.targets import Folder
from penscript.batch.work import Work, lost
from penscript.journal import Journal
from penscript.result import Item, OcrResult

STORE = 80 * 2**20


class Waiting(Fake):
    """Makes a task that takes its time and no core, which shows what the cluster itself costs."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def attempt(self, source: Any) -> Item:
        time.sleep(self.seconds)
        return super().attempt(source)


def cluster() -> Any:
    """Two nodes on this machine."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["PYTHONPATH"] = os.pathsep.join(one for one in sys.path if one)
    head = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": STORE}
    made = Cluster(initialize_head=True, head_node_args=head)
    made.second = made.add_node(num_cpus=1, object_store_memory=STORE)
    return made


def hold(node: Any, name: str, share: float) -> None:
    """Everything that the node runs, now and later, may use this share of a core (control groups of either version)."""
    old, new = Path("/sys/fs/cgroup/cpu", name), Path("/sys/fs/cgroup", name)
    group = old if old.parent.is_dir() else new
    group.mkdir(exist_ok=True)
    quota = round(share * 100_000)
    group.joinpath("cpu.cfs_quota_us" if group == old else "cpu.max").write_text(f"{quota}")
    for one in descendants(node.all_processes["raylet"][0].process.pid):
        group.joinpath("cgroup.procs").write_text(str(one))


def descendants(process: int) -> list[int]:
    """A process and all that it started."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in descendants(int(child)))]


def run(made: Any, options: argparse.Namespace, workers: int, kill: bool) -> float:
    """Pages a second between the first result and the last."""
    engine = ocr.OcrEngine(threads=1)
    start: Any = Waiting(options.wait) if options.wait else engine.spec(1, ready=True)
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder, ".penscript")) as journal:
        target = Folder(Path(folder), {".json": partial(OcrResult.render, format="json")})
        batch = Batch(journal, target)
        jobs = batch.plan(inputs(sources(options.places), options.pages))
        execute = partial(on_ray, Work(start, target, engine.options))
        moments = []
        for _ in batch.run(jobs, lambda some: execute(some, lost, address=made.address, workers=workers)):
            moments.append(time.monotonic())
            if kill and len(moments) == options.pages // 3:
                made.remove_node(made.second, allow_graceful=False)
                print("the second node is killed", flush=True)
        files = len(list(Path(folder).rglob("*.json")))
        print(f"{workers} workers: {batch.counts.done} done, {batch.counts.failed} failed, {files} files", flush=True)
    return (len(moments) - workers) / (moments[-1] - moments[workers - 1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--wait", type=float, default=0.0, help="read nothing, and wait so many seconds for each page")
    parser.add_argument("--share", type=float, default=0.0)
    parser.add_argument("--kill", action="store_true")
    options = parser.parse_args()
    logging.getLogger("ray").setLevel(logging.ERROR)
    made = cluster()
    if options.share:
        hold(made.head_node, "ray_scaling_1", options.share)
        hold(made.second, "ray_scaling_2", options.share)
    if options.kill:
        run(made, options, 2, kill=True)
    else:
        pace: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(options.rounds):
            for workers, told in pace.items():
                told.append(run(made, options, workers, kill=False))
        print({workers: [round(one, 3) for one in told] for workers, told in pace.items()}, "pages/s")
        print(f"two workers over one: {sum(pace[2]) / sum(pace[1]):.2f}")
    made.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
