"""Patches that let the shipped networks compute in eight bits: src/penscript/packs/weights/*.eight.

    python tools/make_eight.py ../shared [base latin finder]

What is rounded are the two products of every block that mixes channels (expand, GELU, project): nine tenths of the
operations. Inputs are what the networks are asked on pages of parts `train` and `develop`. The network that finds text
also gets the beginning and the end in an order of operations that moves less memory, with the same sums.
"""

import argparse
import hashlib
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from eight_order import LARGE, rearrange
from eight_parts import Part, at_places, drawn
from eight_stem import add_stem
from numpy.typing import NDArray

from penscript.api import OcrEngine
from penscript.evaluation.sets import find_sets
from penscript.learning.blocks import gelu
from penscript.packs import eight, onnx_file
from penscript.packs.catalog import Catalog
from penscript.packs.line_image import padded_width, scale_line, stack_lines
from penscript.packs.metadata import PackCard, network_of
from penscript.packs.onnx_file import MICROSOFT
from penscript.packs.session import Session
from penscript.packs.versions import sidecar
from penscript.reading.reader import Reader
from penscript.training.lines import load_zip, read_splits
from penscript.training.rounding import Grid, Rounded, grid_of, rounded

Floats = NDArray[np.float32]
Layer = tuple[Grid, Rounded]
"""The values that go in, and the integers."""
WIDEST = 1600
PRINT = (("print/sroie", "develop", 40), ("print/zugferd", "develop", 12))
HANDS = (
    ("pages/copiste_dun_jour_fr", "train", 12),
    ("pages/testaments_poilus_fr", "train", 4),
    ("pages/timeus_fr", "train", 2),
)
ZIPS = {"copiste_dun_jour_fr": 60, "dhsd_de_words": 30, "testaments_poilus_fr": 40, "stanford_memorials_en": 20}


@dataclass(frozen=True)
class Network:
    """What is patched: the part of the file's name, the pages that are read, and how many of its inputs teach."""

    part: str
    pages: tuple[tuple[str, str, int], ...]
    inputs: int
    zips: bool = False


NETWORKS = {
    "base": Network("rec", (*PRINT, HANDS[0]), 240),
    "latin": Network("latin", (*HANDS, (*PRINT[0][:2], 6)), 160, zips=True),
    "finder": Network("det", ((*PRINT[0][:2], 10), (*PRINT[1][:2], 4), (*HANDS[0][:2], 6), *HANDS[1:]), 24),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("networks", nargs="*", choices=[[], *NETWORKS], default=list(NETWORKS))
    options = parser.parse_args()
    for name in options.networks:
        file, inputs = asked(options.folder, NETWORKS[name])
        patch, target = bytes(made(file, inputs).SerializeToString()), eight.FOLDER / f"{name}.eight"
        target.write_bytes(patch)
        sidecar(target).write_text(hashlib.sha256(patch).hexdigest() + "\n", encoding="ascii")


def asked(folder: Path, network: Network) -> tuple[Path, list[Floats]]:
    """The file of a network, and what it is asked on pages and lines, drawn at random but always alike."""
    catalog = Listening(network.part)
    engine = OcrEngine(threads=1)
    engine._reader = Reader(catalog)
    for name, part, count in network.pages:
        for samples in find_sets(folder, part, [name], limit=count):
            for sample in samples.samples[:count]:
                engine.process(sample.source)
    heard = [batch for batch in catalog.heard if batch.shape[3] <= WIDEST or network.part == "det"]
    chosen = random.Random(0).sample(heard, min(len(heard), network.inputs))
    return catalog.file, chosen + (list(lines(folder)) if network.zips else [])


class Listening(Catalog):
    """Keeps what the network with this part of a name is asked."""

    def __init__(self, part: str) -> None:
        super().__init__(threads=1)
        self.part, self.file, self.heard = part, Path(), list[Floats]()

    def session(self, file: Path, threads: int = 1) -> Session:
        """One that is listened to, where it is the network."""
        if self.part not in file.name:
            return Session(file, threads, made=network_of)
        self.file = file
        return Ear(file, threads, self.heard)

    def narrowed(self, file: Path, card: PackCard) -> None:
        """Networks are asked as a whole, in 32 bits."""


class Ear(Session):
    """In 32 bits."""

    def __init__(self, file: Path, threads: int, heard: list[Floats]) -> None:
        super().__init__(file, threads, made=network_of)
        self._heard = heard

    def run_all(self, batch: Floats, outputs: tuple[int, ...]) -> list[Floats]:
        """As asked."""
        self._heard.append(batch)
        return super().run_all(batch, outputs)


def lines(folder: Path) -> Iterator[Floats]:
    """Handwritten lines as the network is asked for them."""
    splits = read_splits(folder / "data" / "splits.tsv")
    for name, count in ZIPS.items():
        store = load_zip(folder / "data" / "handwriting" / f"{name}.zip", splits, "train")
        for number in random.Random(0).sample(range(len(store)), count):
            line = scale_line(store.picture(number))
            if line.shape[1] <= WIDEST:
                yield stack_lines([line], padded_width(line.shape[1], 0))


def made(file: Path, inputs: Sequence[Floats]) -> Any:
    """The patch of a network, block by block: each is fitted to what comes out of those before it."""
    whole = onnx_file.parse(file.read_bytes())
    del whole.metadata_props[:]
    network = bytes(whole.SerializeToString())
    patch = onnx_file.parse(b"")
    onnx_file.put_operations(patch, {"": 12, MICROSOFT: 1})
    if LARGE in {value for node in whole.graph.node for value in node.output}:
        rearrange(whole, patch)
    simple = simplified(network)
    add_stem(patch, network, simple, inputs)
    for block in blocks(simple):
        add_block(patch, block, *fitted(network, patch, block, inputs))
    found = onnx_file.parse(network + bytes(patch.SerializeToString()))
    _, gone = onnx_file.needed(found, later=len(patch.graph.node))
    onnx_file.put_properties(patch, {eight.MADE_OF: eight.digest(found, gone)})
    return patch


@dataclass(frozen=True)
class Block:
    """Names of the values that go in, come out of the first product, go into the second, and come out; the matrices."""

    taken: str
    wide: str
    bent: str
    given: str
    expand: Floats
    project: Floats


def simplified(network: bytes) -> Any:
    """The network as ONNX Runtime reads it: bias within convolutions, GELU as one operation."""
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = f"{folder}/simplified.onnx"
        options.log_severity_level = 4
        onnxruntime.InferenceSession(network, options, disabled_optimizers=["ConvActivationFusion"])
        return onnx_file.parse(Path(options.optimized_model_filepath).read_bytes())


def blocks(model: Any) -> Iterator[Block]:
    """Every convolution of single pixels, GELU, convolution of single pixels."""
    weights = onnx_file.weights(model)
    maker = {value: node for node in model.graph.node for value in node.output}
    for node in model.graph.node:
        bend = maker.get(node.input[0]) if node.op_type == "Conv" else None
        if bend is not None and bend.op_type == "Gelu":
            first = maker[bend.input[0]]
            expand, project = (weights[one.input[1]] for one in (first, node))
            yield Block(
                first.input[0], first.output[0], node.input[0], node.output[0], expand[:, :, 0, 0], project[:, :, 0, 0]
            )


def fitted(network: bytes, patch: Any, block: Block, inputs: Sequence[Floats]) -> tuple[Layer, Layer]:
    """The grids of what goes into both products of a block, and their integers."""
    exact, rough = Part(network, (block.wide, block.given)), Part(network, (block.taken,), patch)
    taken, wide, given = at_places([(*rough.run(batch), *exact.run(batch)) for batch in inputs])
    grid = grid_of(drawn(taken))
    coarse = grid.round(taken)
    first = rounded(block.expand, coarse, wide)
    bent, _ = gelu(first.of(coarse))
    second_grid = grid_of(drawn(bent))
    second = rounded(block.project, second_grid.round(bent), given)
    print(f"{block.given}: {bent.shape[1]} places", flush=True)
    return (grid, first), (second_grid, second)


def add_block(patch: Any, block: Block, first: Layer, second: Layer) -> None:
    """The nodes of a block; channels stand last within it."""
    name = block.given + "/eight/"
    add = onnx_file.add_node
    add(patch, "Transpose", (block.taken,), name + "taken", perm=(0, 2, 3, 1))
    add_product(patch, name + "taken", name + "wide", *first)
    add(patch, "Gelu", (name + "wide",), name + "bent", domain=MICROSOFT)
    add_product(patch, name + "bent", name + "given", *second)
    add(patch, "Transpose", (name + "given",), block.given, perm=(0, 3, 1, 2))


def add_product(patch: Any, taken: str, given: str, grid: Grid, layer: Rounded) -> None:
    """Rounding, and the product with integers, which comes out in 32 bits."""
    arrays = {
        "step": np.array(grid.step, np.float32),
        "zero": np.array(grid.zero, np.uint8),
        "numbers": np.ascontiguousarray(layer.numbers.T),
        "steps": layer.steps,
        "middle": np.array(0, np.int8),
        "bias": layer.bias,
    }
    for part, array in arrays.items():
        onnx_file.add_weights(patch, f"{given}.{part}", array)
    step, zero, numbers, steps, middle, bias = (f"{given}.{part}" for part in arrays)
    onnx_file.add_node(patch, "QuantizeLinear", (taken, step, zero), given + ".rounded")
    onnx_file.add_node(
        patch,
        "MatMulIntegerToFloat",
        (given + ".rounded", numbers, step, steps, zero, middle, bias),
        given,
        domain=MICROSOFT,
    )


if __name__ == "__main__":
    main()
