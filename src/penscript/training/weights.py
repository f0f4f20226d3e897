"""The base weights: PP-OCRv6 small, an ONNX file -> LineNetwork. Exact: the same picture gives the same scores."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from penscript.training.charset import nearest
from penscript.training.network import LineNetwork

Arrays = dict[str, NDArray[np.float32]]


def base_file() -> Path:
    """Where the rapidocr wheel keeps the recogniser. Raises ModuleNotFoundError without the wheel."""
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the base weights come with the rapidocr package")
    return Path(found.origin).parent / "models" / "PP-OCRv6_rec_small.onnx"


def base_charset(path: Path) -> list[str]:
    """The characters by index: blank (the empty string) first, space last."""
    stored = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    return ["", *stored["character"].split("\n"), " "]


def load_base(path: Path, charset: list[str], stride: int) -> LineNetwork:
    """The base network, its classifier cut to `charset`; a letter it lacks starts as the one with fewer accents.

    Raises ValueError where the file is not the graph that `LineNetwork` rebuilds.
    """
    graph = onnx.load(path).graph
    network = LineNetwork(len(charset), stride)
    arrays: Arrays = {array.name: numpy_helper.to_array(array) for array in graph.initializer}
    _fill_convolutions(network, graph, arrays)
    _fill_norms(network, arrays)
    _fill_linears(network, arrays)
    _fill_classifier(network, arrays, base_charset(path), charset)
    return network


def load_pack(path: Path, stride: int) -> tuple[LineNetwork, list[str]]:
    """The weights of a pack that `export_pack` wrote, to train on from, and its charset. Exact but for rounding.

    Raises ValueError where the file is not a pack of this network.
    """
    model = onnx.load(path)
    told = {entry.key: entry.value for entry in model.metadata_props}
    charset = list(json.loads(told["penscript"])["charset"]) if "penscript" in told else []
    arrays: Arrays = {array.name: numpy_helper.to_array(array) for array in model.graph.initializer}
    if not charset or "network.stem.first.weight" not in arrays:
        raise ValueError(f"{path} is no pack of this network")
    network = load_base(base_file(), charset, stride)
    own = {f"network.{name}": weight for name, weight in network.named_parameters()}
    for name in arrays.keys() & own.keys():
        _set(own[name], arrays[name])
    _unfold_norms(network, [array for name, array in arrays.items() if name.startswith("onnx::Conv")])
    linears = [module for module in network.modules() if isinstance(module, nn.Linear)]
    stored = [array for name, array in arrays.items() if name.startswith("onnx::MatMul")]
    for layer, weight in zip(linears, stored, strict=True):
        _set(layer.weight, weight.T)
    return network, charset


def _unfold_norms(network: LineNetwork, stored: list[NDArray[np.float32]]) -> None:
    """The export folds each normalisation of the neck into its convolution; the statistics are those of the base."""
    neck = network.neck
    for module, weight, bias in zip((neck.reduce, neck.local, neck.shortcut), stored[::2], stored[1::2], strict=True):
        norm = module.norm
        mean, variance = (norm.state_dict()[name].numpy() for name in ("running_mean", "running_var"))
        scale = norm.weight.detach().numpy() / np.sqrt(variance + norm.eps)
        _set(module.conv.weight, weight / scale[:, None, None, None])
        _set(norm.bias, bias + mean * scale)


def blend(trained: LineNetwork, origin: LineNetwork, part: float) -> LineNetwork:
    """`part` of the trained weights and the rest of those that training began with (WiSE-FT, Wortsman et al. 2022).

    It gives back most of what training unlearned. `trained` is changed and returned.
    """
    began = origin.state_dict()
    with torch.no_grad():
        for name, weight in trained.state_dict().items():
            if weight.is_floating_point():
                weight.lerp_(began[name], 1 - part)
    return trained


def _fill_convolutions(network: LineNetwork, graph: onnx.GraphProto, arrays: Arrays) -> None:
    """Convolutions stand in the file in the order in which the module owns them."""
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    stored = [node for node in graph.node if node.op_type == "Conv"]
    if len(stored) != len(convolutions):
        raise ValueError(f"{len(stored)} convolutions in the file, {len(convolutions)} in the network")
    biases = dict(_biases(graph))
    for module, node in zip(convolutions, stored, strict=True):
        _set(module.weight, arrays[node.input[1]])
        if module.bias is not None:
            _set(module.bias, arrays[biases[node.output[0]]].ravel())


def _biases(graph: onnx.GraphProto) -> Iterator[tuple[str, str]]:
    """(value, name of the constant that is added to it) for every addition."""
    for node in graph.node:
        if node.op_type == "Add":
            yield node.input[0], node.input[1]


def _fill_norms(network: LineNetwork, arrays: Arrays) -> None:
    for module, number in (
        (network.neck.shortcut, 57),
        (network.neck.reduce, 55),
        (network.neck.local, 56),
    ):
        parts = (module.norm.weight, module.norm.bias, module.norm.running_mean, module.norm.running_var)
        for part, suffix in zip(parts, ("w_0", "b_0", "w_1", "w_2"), strict=True):
            _set(part, arrays[f"batch_norm2d_{number}.{suffix}"])
    layer_norms = [module for module in network.modules() if isinstance(module, nn.LayerNorm)]
    for index, layer in enumerate(layer_norms):
        _set(layer.weight, arrays[f"helper.reshape.{2 * index}"].ravel())
        _set(layer.bias, arrays[f"helper.reshape.{2 * index + 1}"].ravel())


def _fill_linears(network: LineNetwork, arrays: Arrays) -> None:
    layers = [module for module in network.neck.modules() if isinstance(module, nn.Linear)]
    for index, layer in enumerate(layers):
        _set(layer.weight, arrays[f"linear_{index}.w_0"].T)
        _set(layer.bias, arrays[f"linear_{index}.b_0"])


def _fill_classifier(network: LineNetwork, arrays: Arrays, base: list[str], charset: list[str]) -> None:
    weight, bias = arrays["linear_8.w_0"].T, arrays["linear_8.b_0"]
    row = {character: index for index, character in enumerate(base)}
    with torch.no_grad():
        network.classifier.weight.mul_(0.1)
        network.classifier.bias.fill_(float(bias.min()))
        for index, character in enumerate(charset):
            like = character if character in row else nearest(character, row)
            if like is not None:
                network.classifier.weight[index] = torch.from_numpy(weight[row[like]].copy())
                network.classifier.bias[index] = float(bias[row[like]]) - (0 if like == character else 2)


def _set(target: torch.Tensor | None, value: NDArray[np.float32]) -> None:
    if target is None or tuple(target.shape) != value.shape:
        raise ValueError(f"the file holds {value.shape}, the network wants {None if target is None else target.shape}")
    with torch.no_grad():
        target.copy_(torch.from_numpy(value.copy()))
