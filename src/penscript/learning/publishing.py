"""What was learnt -> a pack file that reads by itself: the general pack with a second end."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from penscript.api import OcrEngine
from penscript.evaluation.scores import fold
from penscript.learning.course import Learned, Start, mixed
from penscript.learning.judging import Ends
from penscript.learning.recalibrating import Answer, recalibrated
from penscript.learning.succession import mark
from penscript.learning.texts import OwnTexts, own_texts
from penscript.packs.metadata import KEY, read_properties
from penscript.packs.ngram import OWN_KEY, pack_own
from penscript.packs.onnx_file import parse, put_properties
from penscript.packs.tail import put_tail
from penscript.packs.two_ends import add_end
from penscript.packs.versions import next_version, publish, sidecar


def publish_pack(learned: Learned, start: Start, name: str, folder: Path) -> tuple[str, bool]:
    """Put the pack into a folder of packs as NAME.onnx; its version, and whether its confidence is the writer's own.

    The pack that was there before can be rolled back to.
    """
    file = folder / f"{name}.onnx"
    version = next_version(file)
    general = json.loads(read_properties(start.file)[KEY])
    maps = recalibrated(general.get("calibration"), list(answers(learned, start)))
    card = general | describe(learned, general, name, version) | ({"calibration": maps} if maps else {})
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{name}.{version}.partial"
    try:
        ends = Ends(start.tail.dilation, learned.first, learned.weights, learned.whose.switch())
        publish(made, _write(start, ends, learned.language, card, made), file)
    finally:
        made.unlink(missing_ok=True)
    return version, maps is not None


def describe(learned: Learned, general: dict[str, Any], name: str, version: str) -> dict[str, Any]:
    """What is different in the card of the personal pack."""
    (before, after), (guarded, since) = learned.own.rates, learned.guard.rates
    lines = len(learned.examples)
    own = {"name": name, "licence": "yours", "credit": "your own lines, made by penscript learn", "lines": lines}
    return {
        "name": name,
        "version": version,
        "charset": list(learned.charset),
        "data": [*general.get("data", ()), own],
        "error": {
            "own lines, unseen": {"lines": lines, "cer": round(after, 4), "before": round(before, 4)},
            "guard lines": {"lines": len(learned.guard.after), "cer": round(since, 4), "before": round(guarded, 4)},
        },
        "learned": {"from": f"{general['name']}@{general['version']}", "lines": lines, "part": learned.part}
        | {"marks": [mark(one) for one in learned.examples]},
    }


def answers(learned: Learned, start: Start) -> Iterator[Answer]:
    """What people said of lines of the notes, beside how weights that had not seen the line read it and how sure they
    were.
    """
    if not any(one.accepted for one in learned.examples):
        return
    general = json.loads(read_properties(start.file)[KEY])
    with tempfile.TemporaryDirectory() as scratch:
        for number, (left_out, learnt) in enumerate(learned.trial.folds):
            chosen = [learned.examples[place] for place in left_out if learned.examples[place].line is not None]
            texts = [one.text for place, one in enumerate(learned.examples) if place not in left_out]
            file = Path(scratch) / f"fold{number}.onnx"
            card = general | {"name": file.stem, "charset": list(learned.charset)}
            switch = learned.whose.switch(left_out)
            ends = Ends(start.tail.dilation, learned.first, mixed(learned.first, learnt, learned.part), switch)
            digest = _write(start, ends, own_texts(texts, (), len(learned.charset)), card, file)
            sidecar(file).write_text(digest + "\n", encoding="ascii")
            engine = OcrEngine(pack=file, threads=start.threads)
            for one in chosen:
                line = engine.process_line(one.picture)
                right = fold(line.text) == fold(one.text)
                yield Answer(line.confidence / 100, right, one.probability, one.accepted)


def _write(start: Start, ends: Ends, language: OwnTexts, card: dict[str, Any], out: Path) -> str:
    """The general pack with a second end, own texts and another card; its SHA-256."""
    model = parse(start.file.read_bytes())
    put_tail(model, ends.general)
    if ends.own is not None and ends.switch is not None:
        add_end(model, ends.own, ends.switch)
    put_properties(
        model, {KEY: json.dumps(card, ensure_ascii=False), OWN_KEY: pack_own(language.model, language.share)}
    )
    data: bytes = model.SerializeToString()
    out.write_bytes(data)
    return hashlib.sha256(data).hexdigest()
