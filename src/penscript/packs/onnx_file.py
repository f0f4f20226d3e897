"""ONNX files as far as packs need them: weights by name, new weights in their place, further outputs.

The schema below names only the fields that are looked at; Protocol Buffers keep all others as they are (field numbers:
onnx.proto of the ONNX project). So a file can be changed without the `onnx` package.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError
from numpy.typing import NDArray

from penscript.errors import DamagedInput

Floats = NDArray[np.float32]
MICROSOFT = "com.microsoft"
"""The domain of operations that ONNX Runtime adds to those of ONNX."""
_FLOAT = 1
_TYPES = {"f4": _FLOAT, "u1": 2, "i1": 3, "i4": 6}
_INT, _INTS = 2, 7
_PACKAGE = "penscript.onnx"
_REPEATED = "*"
_KINDS = {"int32": 5, "int64": 3, "string": 9, "bytes": 12, "float": 2}
_SCHEMA: dict[str, dict[str, tuple[int, str]]] = {
    "Model": {"graph": (7, "Graph"), "opset_import": (8, "Operations*"), "metadata_props": (14, "Entry*")},
    "Operations": {"domain": (1, "string"), "version": (2, "int64")},
    "Entry": {"key": (1, "string"), "value": (2, "string")},
    "Graph": {
        "node": (1, "Node*"),
        "initializer": (5, "Tensor*"),
        "input": (11, "Value*"),
        "output": (12, "Value*"),
    },
    "Node": {
        "input": (1, "string*"),
        "output": (2, "string*"),
        "name": (3, "string"),
        "op_type": (4, "string"),
        "domain": (7, "string"),
        "attribute": (5, "Attribute*"),
    },
    "Attribute": {"name": (1, "string"), "i": (3, "int64"), "ints": (8, "int64*"), "type": (20, "int32")},
    "Tensor": {"dims": (1, "int64*"), "data_type": (2, "int32"), "name": (8, "string"), "raw_data": (9, "bytes")},
    "Value": {"name": (1, "string"), "type": (2, "Type")},
    "Type": {"tensor_type": (1, "TensorType")},
    "TensorType": {"elem_type": (1, "int32")},
}


def parse(data: bytes) -> Any:
    """The model message in an ONNX file. Raises DamagedInput where it is none."""
    model = _message("Model")()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        raise DamagedInput("The pack is not an ONNX file.", "Get the pack again.") from error
    return model


def weights(model: Any) -> dict[str, Floats]:
    """The float32 initializers by name, read-only views."""
    return {
        tensor.name: np.frombuffer(tensor.raw_data, "<f4").reshape(tuple(tensor.dims))
        for tensor in model.graph.initializer
        if tensor.data_type == _FLOAT and tensor.raw_data
    }


def put_weights(model: Any, changed: dict[str, Floats]) -> None:
    """These arrays in the place of the initializers of the same names; their shapes may differ."""
    for tensor in model.graph.initializer:
        if tensor.name in changed:
            array = np.ascontiguousarray(changed[tensor.name], "<f4")
            tensor.dims[:] = array.shape
            tensor.raw_data = array.tobytes()


def put_properties(model: Any, properties: dict[str, str]) -> None:
    """These `metadata_props`, in the place of those with the same keys."""
    kept = [(entry.key, entry.value) for entry in model.metadata_props if entry.key not in properties]
    del model.metadata_props[:]
    for key, value in [*kept, *properties.items()]:
        model.metadata_props.add(key=key, value=value)


def add_weights(model: Any, name: str, array: NDArray[Any]) -> None:
    """A further initializer, of 32 bits where it is not one of integers."""
    kind = array.dtype.str[1:] if array.dtype.str[1:] in _TYPES else "f4"
    array = np.ascontiguousarray(array, f"<{kind}")
    model.graph.initializer.add(name=name, dims=array.shape, data_type=_TYPES[kind], raw_data=array.tobytes())


def add_node(
    model: Any,
    operation: str,
    inputs: tuple[str, ...],
    outputs: str | tuple[str, ...],
    *,
    domain: str = "",
    **attributes: int | tuple[int, ...],
) -> None:
    """A further node, behind those that are there. domain: of the operation, where it is none of ONNX itself."""
    outputs = (outputs,) if isinstance(outputs, str) else outputs
    node = model.graph.node.add(op_type=operation, name=outputs[0], input=inputs, output=outputs)
    if domain:
        node.domain = domain
        if domain not in {used.domain for used in model.opset_import}:
            put_operations(model, {domain: 1})
    for name, value in attributes.items():
        if isinstance(value, int):
            node.attribute.add(name=name, i=value, type=_INT)
        else:
            node.attribute.add(name=name, ints=value, type=_INTS)


def keep(model: Any, nodes: Sequence[Any], gone: set[str]) -> None:
    """Nothing but these nodes of its own, in this order, and no initializers of the names in `gone`."""
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(copies)
    tensors = model.graph.initializer
    for place in reversed(range(len(tensors))):
        if tensors[place].name in gone:
            del tensors[place]
    put_operations(model, {})  # where two files were laid one behind the other, each domain stands there twice


def keep_tail(model: Any, first: int, names: tuple[str, ...], taken: str) -> None:
    """Nothing but the nodes from the `first` on and the initializers of these names; the input is the value `taken`."""
    keep(model, model.graph.node[first:], {tensor.name for tensor in model.graph.initializer} - {*names})
    del model.graph.input[:]
    model.graph.input.add(name=taken).type.tensor_type.elem_type = _FLOAT


def put_operations(model: Any, versions: dict[str, int]) -> None:
    """By domain, the version of operations that the model uses at least."""
    used = [(one.domain, one.version) for one in model.opset_import]
    newest = {
        domain: max(version for name, version in [*used, *versions.items()] if name == domain) for domain, _ in used
    }
    del model.opset_import[:]
    for domain, version in (versions | newest).items():
        model.opset_import.add(domain=domain, version=version)


def needed(model: Any, later: int) -> tuple[list[Any], set[str]]:
    """The nodes that outputs ask for, in an order in which they can be run, and the names of the initializers that
    nothing asks for. The last nodes, so many, take the place of those that make the same values before them.
    """
    maker = {value: node for node in model.graph.node for value in node.output}
    maker |= {value: node for node in model.graph.node[len(model.graph.node) - later :] for value in node.output}
    kept = _asked_for(maker, [output.name for output in model.graph.output])
    wanted = {value for node in kept for value in node.input}
    return kept, {tensor.name for tensor in model.graph.initializer} - wanted


def _asked_for(maker: dict[str, Any], outputs: list[str]) -> list[Any]:
    """The nodes that values need, by who makes which, each behind those that it needs itself.

    Nodes that need each other, as only a damaged file has them, come in some order.
    """
    found: list[Any] = []
    seen = {""}  # the name of an input or output that is left out
    waiting = [(output, False) for output in reversed(outputs)]
    while waiting:
        value, is_ready = waiting.pop()
        node = maker.get(value)
        if is_ready:
            found.append(node)
        elif node is not None and value not in seen:
            seen.update(node.output)
            waiting.append((value, True))
            waiting.extend((one, False) for one in reversed(node.input))
    return found


def with_outputs(data: bytes, names: tuple[str, ...]) -> bytes:
    """The file with these inner values as further outputs: messages that stand one behind the other are merged."""
    further = _message("Model")()
    for name in names:
        further.graph.output.add(name=name)
    return data + bytes(further.SerializeToString())


@lru_cache(maxsize=1)
def _pool() -> descriptor_pool.DescriptorPool:
    file = descriptor_pb2.FileDescriptorProto(name="penscript_onnx.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _SCHEMA.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            told = message.field.add(name=field, number=number, label=3 if kind.endswith(_REPEATED) else 1)
            plain = kind.rstrip(_REPEATED)
            if plain in _KINDS:
                told.type = _KINDS[plain]
            else:
                told.type, told.type_name = 11, f".{_PACKAGE}.{plain}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def _message(name: str) -> Any:
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))
