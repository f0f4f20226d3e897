import os
import sys
from functools import partial
from pathlib import Path

import pytest

from fakes import picture
from penscript.batch.finding import find
from penscript.batch.on_ray import on_ray
from penscript.batch.run import Batch
from penscript.batch.targets import Folder
from penscript.batch.work import Work, lost
from penscript.errors import MissingComponent, UsageError
from penscript.journal import Journal
from penscript.options import ReadOptions
from penscript.result import OcrResult
from tasks import Glance, Start, Unmade

TESTS = Path(__file__).resolve().parent.parent
STORE = 80 * 2**20


def test_without_ray_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingComponent, match=r"penscript\[ray\]"):
        list(on_ray(Start(), [1], lost, address="auto"))


@pytest.fixture(scope="module")
def cluster():
    """Two nodes on this machine, each with a core to give."""
    pytest.importorskip("ray", reason="Ray is not installed")
    from ray.cluster_utils import Cluster

    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(TESTS), *(one for one in sys.path if one)])
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False, "object_store_memory": STORE},
    )
    made.second = made.add_node(num_cpus=1, object_store_memory=STORE)
    yield made
    made.shutdown()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


def given_up(value, error):
    return f"lost {value}: {error}", 0


@pytest.mark.slow
def test_what_kills_its_worker_is_given_up_and_the_others_are_done(cluster):
    results = dict(on_ray(Start(), [1, "die", 2, "raise", 3], given_up, address=cluster.address, per_worker=2))
    assert results.keys() == {1, 2, 3, "lost die: was lost 3 times", "lost raise: no"}
    with pytest.raises(UsageError, match="no pack"):
        list(on_ray(Unmade(), [1], given_up, address=cluster.address))


def test_what_a_lost_node_was_at_is_read_by_another(cluster, tmp_path):
    folder, out = tmp_path / "scans", tmp_path / "out"
    folder.mkdir()
    for number in range(24):
        picture(size=(60 + number, 40)).save(folder / f"{number}.png")
    target = Folder(out, {".json": partial(OcrResult.render, format="json")})
    work = Work(Glance(str(tmp_path / "log"), seconds=0.2), target, ReadOptions())

    def execute(jobs):
        return on_ray(work, jobs, lost, address=cluster.address)

    with Journal(tmp_path / "journal") as journal:
        batch = Batch(journal, target)
        for number, _ in enumerate(batch.run(batch.plan(find([str(folder)])), execute), 1):
            if number == 8:
                cluster.remove_node(cluster.second, allow_graceful=False)
        assert (batch.counts.done, batch.counts.failed) == (24, 0)
        assert list(journal.unfinished()) == []
    assert len(list(out.glob("*.json"))) == 24
    read = (tmp_path / "log").read_text().split()
    assert set(read) == {str(number) for number in range(24)}
    assert len(read) <= 24 + 2


def test_no_cluster_there():
    pytest.importorskip("ray", reason="Ray is not installed")
    with pytest.raises(UsageError, match="No Ray cluster answers"):
        list(on_ray(Start(), [1], given_up, address="127.0.0.1:9"))
