"""A batch that kills itself, or a worker, at its n-th step: a call of a function that plans, writes or notes down.

python interrupted.py FOLDER RESULTS LOG WHERE STEP: WHERE is parent, worker or nowhere. It prints its steps.
"""

import os
import signal
import sys
from functools import partial
from pathlib import Path

from penscript.batch.finding import find
from penscript.batch.run import Batch
from penscript.batch.targets import Folder
from penscript.batch.work import Work, lost
from penscript.executors import in_processes
from penscript.journal import Journal
from penscript.options import ReadOptions
from penscript.result import OcrResult
from tasks import Glance

WATCHED = tuple(
    os.path.join("penscript", name) for name in ("journal.py", "batch", "executors.py", "worker.py", "export")
)


class Steps:
    """Counts steps; the last one is the end of the process."""

    def __init__(self, last):
        self.last, self.count = last, 0
        sys.setprofile(self)

    def __call__(self, frame, event, _):
        if event in ("call", "return") and any(name in frame.f_code.co_filename for name in WATCHED):
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


class Fragile(Glance):
    """Makes a task whose process dies at a step, the first time that there is one."""

    def __init__(self, log, step):
        super().__init__(log)
        self.step = step

    def __call__(self):
        if self.step:
            mark = Path(f"{self.log}.died")
            if not mark.exists():
                mark.touch()
                Steps(self.step)
        return super().__call__()


def main(folder, results, log, where, step):
    Path(f"{log}.died").unlink(missing_ok=True)
    steps = Steps(int(step) if where == "parent" else -1)
    target = Folder(
        Path(results),
        {".json": partial(OcrResult.render, format="json"), ".txt": partial(OcrResult.render, format="text")},
    )
    work = Work(Fragile(log, int(step) if where == "worker" else 0), target, ReadOptions())
    with Journal(Path(results, ".penscript")) as journal:
        batch = Batch(journal, target)
        jobs = batch.plan(find([folder], Path(results)))
        for _ in batch.run(jobs, lambda some: in_processes(work, some, 2, lost, ordered=False)):
            pass
        batch.write_failures(Path(results))
    sys.setprofile(None)
    print(steps.count)


if __name__ == "__main__":
    main(*sys.argv[1:])
