"""Tasks that travel to worker processes, which import this file by its name."""

import os


class Start:
    """Makes a task that doubles; it must be picklable, as the task itself need not be."""

    def __call__(self):
        return self.double

    def double(self, value):
        if value == "die":
            os._exit(9)
        if value == "raise":
            raise RuntimeError("no")
        return value, os.getpid()


class Broken:
    def __call__(self):
        raise AssertionError("never called")

    def __setstate__(self, state):
        os._exit(3)

    def __getstate__(self):
        return {"any": 1}
