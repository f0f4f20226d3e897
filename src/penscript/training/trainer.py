"""The training loop: batch, loss, step, average, and now and then a score and a checkpoint.

Exact resume: a batch depends on (seed, step) alone, and a checkpoint holds the weights, their running average, the
optimiser and the step; nothing else changes what comes next.
"""

import copy
import math
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from penscript.training.batches import Batch, Sampler
from penscript.training.lines import LineStore
from penscript.training.network import LineNetwork
from penscript.training.scoring import Score, score_stores

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Plan:
    """How to train: `steps` in all; the rate warms up, stays, and falls to zero over the last `cooling` steps.

    decay pulls the matrices to zero, anchor pulls everything to the weights that training began with (L2-SP, Li et al.
    2018): what the new lines do not ask for stays as it was.
    """

    steps: int
    rate: float = 4e-4
    warmup: int = 200
    cooling: int = 1000
    decay: float = 0.01
    anchor: float = 0.0
    clip: float = 2.0
    average: float = 0.998
    score_seconds: float = 300.0
    half: bool = True
    workers: int = 2


@dataclass(frozen=True)
class Share:
    """What one worker adds to a step: gradients and loss are sums over its characters."""

    gradients: tuple[Tensor, ...]
    loss: float
    lines: int
    characters: int


class Trainer:
    """Owns the network, its running average and the optimiser. The stem stays as it is: edges look alike everywhere."""

    def __init__(self, network: LineNetwork, charset: Sequence[str], sampler: Sampler, plan: Plan) -> None:
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.charset, self.sampler, self.plan = list(charset), sampler, plan
        self.network.stem.requires_grad_(False)
        self.parameters = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimiser = torch.optim.AdamW(_groups(self.parameters, plan.decay), lr=plan.rate, fused=True)
        self.origin = [parameter.detach().clone() for parameter in self.parameters]
        self.pool = ThreadPoolExecutor(plan.workers)
        self.step = 0
        self.lines = 0

    def rate(self) -> float:
        """The learning rate of the next step."""
        plan = self.plan
        warm = min(1.0, (self.step + 1) / max(1, plan.warmup))
        left = (plan.steps - self.step) / max(1, plan.cooling)
        return plan.rate * warm * (1.0 if left >= 1 else max(0.0, 1 - math.sqrt(1 - max(0.0, left))))

    def learn(self) -> float:
        """One step; the loss a character before it.

        Each worker thread makes and learns its own share of the lines; their gradients are added in a fixed order. On a
        busy machine this is several times faster than sharing every operation between the cores.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        self.network.train()
        shares = list(self.pool.map(self._share, range(self.plan.workers)))
        characters = sum(share.characters for share in shares)
        for parameter, *gradients in zip(self.parameters, *(share.gradients for share in shares), strict=True):
            parameter.grad = sum(gradients[1:], gradients[0]).div_(characters)
        torch.nn.utils.clip_grad_norm_(self.parameters, self.plan.clip)
        self.optimiser.step()
        self._stay_near()
        self._follow()
        self.step += 1
        self.lines += sum(share.lines for share in shares)
        return sum(share.loss for share in shares) / characters

    def _share(self, worker: int) -> Share:
        """The gradients of one worker's lines of this step."""
        batch = self.sampler.batch(self.step * self.plan.workers + worker, self.network.stride)
        loss = self.loss(batch)
        gradients = torch.autograd.grad(loss, self.parameters)
        return Share(gradients, float(loss.detach()), len(batch.lengths), int(batch.lengths.sum()))

    def loss(self, batch: Batch) -> Tensor:
        """CTC loss of the batch, summed over its characters."""
        pictures = batch.pictures.to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.plan.half):
            scores = self.network(pictures)
        log_chances = scores.float().log_softmax(-1).transpose(0, 1)
        columns = batch.columns.clamp(max=log_chances.shape[0])
        return F.ctc_loss(log_chances, batch.targets, columns, batch.lengths, reduction="sum", zero_infinity=True)

    def _stay_near(self) -> None:
        """A step towards the weights that training began with."""
        if self.plan.anchor:
            with torch.no_grad():
                torch._foreach_lerp_(self.parameters, self.origin, self.plan.anchor * self.rate())

    def _follow(self) -> None:
        """The running average takes a small step towards the weights; early on a larger one."""
        part = 1 - min(self.plan.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            averaged, current = list(self.average.parameters()), list(self.network.parameters())
            torch._foreach_lerp_(averaged, current, part)

    def save(self, path: Path) -> None:
        """A checkpoint, complete or not there: written beside and renamed."""
        state = {
            "charset": self.charset,
            "stride": self.network.stride,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "lines": self.lines,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint. Raises ValueError where it belongs to another charset."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["charset"] != self.charset:
            raise ValueError(f"{path} was trained with another charset")
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.lines = state["step"], state["lines"]


def _groups(parameters: Sequence[Tensor], decay: float) -> list[dict[str, Any]]:
    """Matrices decay; biases and norms do not."""
    matrices = [parameter for parameter in parameters if parameter.ndim > 1]
    others = [parameter for parameter in parameters if parameter.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def train(
    trainer: Trainer,
    checked: Sequence[LineStore],
    checkpoint: Path,
    report: Report,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Score]:
    """Run to the end of the plan, or until `stopped`, scoring the averaged weights and saving every `score_seconds`.

    Returns the scores of the last averaged weights by set.
    """
    started = scored = time.monotonic()
    losses: list[float] = []
    first = trainer.lines
    while trainer.step < trainer.plan.steps and not stopped():
        losses.append(trainer.learn())
        if trainer.step % 50 == 0:
            report(_progress(trainer, losses, (trainer.lines - first) / (time.monotonic() - started)))
            losses.clear()
        if time.monotonic() - scored > trainer.plan.score_seconds:
            trainer.save(checkpoint)
            report(_scores(trainer, score_stores(trainer.average, checked, trainer.charset)))
            scored = time.monotonic()
    trainer.save(checkpoint)
    final = score_stores(trainer.average, checked, trainer.charset)
    report(_scores(trainer, final))
    return final


def _progress(trainer: Trainer, losses: Sequence[float], speed: float) -> dict[str, Any]:
    return {
        "step": trainer.step,
        "lines": trainer.lines,
        "loss": round(sum(losses) / max(1, len(losses)), 4),
        "rate": trainer.rate(),
        "lines_per_second": round(speed, 1),
    }


def _scores(trainer: Trainer, scores: dict[str, Score]) -> dict[str, Any]:
    by_set = {
        name: {"lines": s.lines, "cer": round(s.cer, 4), "exact": round(s.exact, 4)} for name, s in scores.items()
    }
    return {"step": trainer.step, "lines": trainer.lines, "scores": by_set}
