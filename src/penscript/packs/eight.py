"""Networks in eight bits: a patch takes the place of what costs most in a network of 32 bits.

A patch is an ONNX file of nodes that make values of the network, by their names, from other values of it. It says
which weights it was made of, so it never ends up in another network. `tools/make_eight.py` writes patches. The integer
weights keep to seven of their eight bits, for sums of products overflow on processors without instructions for them.
"""

import hashlib
import logging
from pathlib import Path
from typing import Any

from penscript.packs import onnx_file
from penscript.packs.metadata import network_of
from penscript.shipped import whole

MADE_OF = "penscript patch of"
"""The key of the metadata that names the digest of the weights that a patch takes the place of."""
FOLDER = Path(__file__).parent / "weights"
PATCHES = {"PP-OCRv6_det_small.onnx": "finder.eight", "PP-OCRv6_rec_small.onnx": "base.eight"}
_LATIN = "latin.eight"
"""Belongs to what has learnt from the Latin pack, too."""
LARGEST = 63
"""Of an integer weight, to both sides."""
_log = logging.getLogger(__name__)


def in_eight(file: Path) -> bytes:
    """The network of a file of weights with its patch; as it is where there is none for it.

    Raises DamagedInput where it is no ONNX file, MissingComponent where the patch is not the one that was shipped.
    """
    return patched(network_of(file), whole(FOLDER / PATCHES.get(file.name, _LATIN), "The weights"))


def patched(network: bytes, patch: bytes) -> bytes:
    """A network with a patch; the network as it is where the patch was made of another."""
    own = onnx_file.parse(patch)
    (made_of,) = [entry.value for entry in own.metadata_props if entry.key == MADE_OF]
    model, later = onnx_file.parse(network + patch), len(own.graph.node)
    nodes, gone = onnx_file.needed(model, later)
    if made_of != digest(model, gone):
        _log.debug("the patch was made of other weights than those of the network")
        return network
    onnx_file.keep(model, nodes, gone)
    del model.metadata_props[:]
    return bytes(model.SerializeToString())


def digest(model: Any, names: set[str]) -> str:
    """SHA-256 of the initializers with these names."""
    taken = hashlib.sha256()
    for tensor in sorted(model.graph.initializer, key=lambda tensor: str(tensor.name)):
        if tensor.name in names:
            taken.update(tensor.name.encode() + tensor.raw_data)
    return taken.hexdigest()
