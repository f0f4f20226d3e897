"""A trained network -> a pack: one ONNX file that says what it is; its outputs are posteriors and features."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from penscript.packs.ngram import LANGUAGE_KEY, NgramModel, pack_model
from penscript.training.network import HEIGHT, LineNetwork

OPSET = 17


@dataclass(frozen=True)
class PackCardData:
    """What a pack says of itself beside its weights: see `penscript.packs.metadata`."""

    name: str
    version: str
    languages: list[str]
    script: str = "Latn"
    licence: str = "Apache-2.0"
    data: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: int = 0
    lines: int = 0


class _TwoOutputs(nn.Module):
    """posteriors N x T x characters (softmax) and features N x T x 120."""

    def __init__(self, network: LineNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.network.features(x)
        return self.network.classifier(features).softmax(-1), features


def export_pack(
    network: LineNetwork, charset: list[str], card: PackCardData, out: Path, language: NgramModel | None = None
) -> None:
    """Write the pack and `OUT.sha256` beside it, both complete or not there.

    The language model, where there is one, stands in the metadata under `LANGUAGE_KEY`.
    """
    part = out.with_suffix(".part")
    out.parent.mkdir(parents=True, exist_ok=True)
    _export_graph(network, part)
    model = onnx.load(part)
    model.producer_name, model.producer_version = "penscript", card.version
    _tell(model, "penscript", json.dumps(describe(network, charset, card), ensure_ascii=False))
    if language is not None:
        _tell(model, LANGUAGE_KEY, pack_model(language))
    onnx.checker.check_model(model)
    onnx.save(model, part)
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    os.replace(part, out)
    Path(f"{out}.sha256").write_text(f"{digest}  {out.name}\n", "utf-8")


def describe(network: LineNetwork, charset: list[str], card: PackCardData) -> dict[str, Any]:
    """The JSON object of the pack."""
    return {
        "schema": 1,
        "name": card.name,
        "version": card.version,
        "charset": charset,
        "height": HEIGHT,
        "stride": network.stride,
        "channel_order": "BGR",
        "languages": card.languages,
        "script": card.script,
        "calibration": None,
        "licence": card.licence,
        "data": card.data,
        "error": card.error,
        "steps": card.steps,
        "lines": card.lines,
    }


def _tell(model: onnx.ModelProto, key: str, value: str) -> None:
    entry = model.metadata_props.add()
    entry.key, entry.value = key, value


def _export_graph(network: LineNetwork, path: Path) -> None:
    """Lines and width stay free; the height is fixed."""
    whole = _TwoOutputs(network).float().eval()
    whole.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    free = {0: "lines", 1: "columns"}
    torch.onnx.export(
        whole,
        (torch.zeros(1, 3, HEIGHT, 320),),
        str(path),
        input_names=["x"],
        output_names=["posteriors", "features"],
        dynamic_axes={"x": {0: "lines", 3: "width"}, "posteriors": free, "features": free},
        opset_version=OPSET,
        dynamo=False,
    )
