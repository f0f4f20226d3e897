"""Data sets or corrections -> a pack. Needs the extra `train`, apart from `calibrate`."""

from collections.abc import Callable
from pathlib import Path


def run(config: Path, out: Path, progress: Callable[[int, int | None], None] | None = None) -> None:
    """Train as the TOML file `config` says and write the pack `out`; `progress` gets the steps done and in all.

    Interrupted, it goes on from the checkpoint in `OUT.work`. Raises InputError where a file is missing, UsageError for
    a config that cannot be followed.
    """
    from penscript.training.recipe import run as follow

    follow(config, out, progress)
