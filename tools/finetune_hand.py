"""What fine-tuning the whole network with PyTorch gives on the hands of `judge_learning.py`: the figure beside it.

    python tools/finetune_hand.py ../shared --hands joseph_hooker_en,w06_6 --lines 64 --steps 100

Every weight learns from changed pictures made anew at each step; Adam, warm-up, a falling rate, and the running mean of
the weights. There is no guard, no switch and no gate. Read with the general language model.
"""

import argparse
import copy
from pathlib import Path

import numpy as np
import torch
from judge_learning import hands, pictures
from torch.nn import functional as F

from penscript.learning.characters import numbers
from penscript.learning.features import stored
from penscript.learning.judging import Comparison
from penscript.learning.texts import Language
from penscript.packs.beam import BeamSearch
from penscript.packs.catalog import Catalog
from penscript.packs.ctc import compact, find_runs
from penscript.packs.glance import BEYOND_DOUBT
from penscript.packs.likelihood import margin
from penscript.packs.line_image import bucket_width, scale_line, stack_lines
from penscript.training.augment import augment, colour
from penscript.training.charset import plain
from penscript.training.weights import load_pack

HEIGHT, BATCH, RATE, WARMUP, FOLLOW = 48, 6, 3e-4, 5, 0.95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--hands", required=True)
    parser.add_argument("--lines", type=int, default=64)
    parser.add_argument("--steps", type=int, default=100)
    told = parser.parse_args()
    torch.set_num_threads(1)
    file = Path(Catalog().recognizer("latin").info.file)
    network, charset = load_pack(file, 4)
    search = Language.of_pack(file).search(charset)
    for hand in hands(told.shared):
        if hand.name in told.hands.split(","):
            lines = pictures(told.shared, hand, hand.taught[: told.lines])
            texts = [numbers(text, charset) for _, text in hand.taught[: told.lines]]
            tuned = tune(network, lines, texts, told.steps)
            held, truths = pictures(told.shared, hand, hand.read), [plain(text) for _, text in hand.read]
            both = ([read(one, picture, charset, search) for picture in held] for one in (network, tuned))
            before, after = Comparison.of(truths, *both).rates
            print(f"{hand.name} {told.lines}: CER {before:.4f} to {after:.4f}, {after / before - 1:+.1%}", flush=True)


def tune(network: torch.nn.Module, lines: list, texts: list, steps: int) -> torch.nn.Module:
    """The mean of the weights while all of them learn."""
    learning, mean = copy.deepcopy(network).train(), copy.deepcopy(network)
    optimizer = torch.optim.Adam(learning.parameters(), RATE, betas=(0.9, 0.99))
    random, waiting = np.random.default_rng(0), []
    for step in range(steps):
        loss, characters = torch.zeros(()), 0
        for _ in range(min(BATCH, len(lines))):
            waiting = waiting or list(random.permutation(len(lines)))
            number = waiting.pop()
            other = stored(lines[int(random.integers(len(lines)))])
            picture = colour(scale_line(augment(stored(lines[number]), random, other), HEIGHT)[:, :, 0].copy(), random)
            chances = learning(given(picture)).log_softmax(-1).transpose(0, 1)
            target = torch.tensor([texts[number]])
            size = [target.shape[1]]
            loss = loss + F.ctc_loss(chances, target, [len(chances)], size, reduction="sum", zero_infinity=True)
            characters += size[0]
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / WARMUP) * (1 - step / steps)
        optimizer.zero_grad()
        (loss / characters).backward()
        torch.nn.utils.clip_grad_norm_(learning.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            share = max(1 - FOLLOW, 1 / (step + 1))
            torch._foreach_lerp_(list(mean.parameters()), list(learning.parameters()), share)
    return mean.eval()


def given(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(stack_lines([picture], bucket_width(picture.shape[1])))


def read(network: torch.nn.Module, picture: np.ndarray, charset: list[str], search: BeamSearch | None) -> str:
    with torch.inference_mode():
        lattice = compact(network.eval()(given(scale_line(picture, HEIGHT))).softmax(-1)[0].numpy())
    runs = find_runs(lattice, charset.index(" "))
    if search is not None and margin(lattice) <= BEYOND_DOUBT:
        runs = search.runs(lattice.values, [int(number) for number in lattice.classes]) or runs
    return plain("".join(charset[run[2]] for run in runs).strip())


if __name__ == "__main__":
    main()
