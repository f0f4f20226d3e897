"""From a config to a pack, read downwards: charset, lines, network, training, export.

A config is TOML; its paths are relative to the file. `seed` and `manifest` (the file that credits every source) stand
first; the tables are `pack` (name, version, languages, licence), `network` (stride, pixels, `start`: a pack to train on
from), `real` (folder of zips, splits), `synthetic` (phrases, sources, lines), `sets` and `check` (weight, or most
lines, by set), `language` (see `language`) and `plan` (see `trainer.Plan`).
"""

import json
import textwrap
import tomllib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from penscript.errors import MissingInput, UsageError
from penscript.packs.ngram import NgramModel
from penscript.training.batches import Sampler
from penscript.training.charset import latin_charset
from penscript.training.export import PackCardData, export_pack
from penscript.training.fonts import load_faces
from penscript.training.language import learn_language
from penscript.training.lines import LineStore, load_zip, open_store, read_splits, save_store, store_lines
from penscript.training.network import LineNetwork
from penscript.training.phrases import PhraseBook, load_tongues
from penscript.training.scoring import Score
from penscript.training.synthesis import Style, line
from penscript.training.trainer import Plan, Trainer, train
from penscript.training.weights import base_file, blend, load_base, load_pack

Progress = Callable[[int, int | None], None]


LINE = 52
"""About so many characters stand in a line of handwriting."""


def run(config: Path, out: Path, progress: Progress | None = None) -> dict[str, Score]:
    """Train as `config` says and write the pack to `out`; the scores of its check sets.

    A checkpoint lies in `OUT.work`; where there is one, training goes on from it. `progress` gets steps done, and all.
    Raises MissingInput where a named file is missing, UsageError for a config that cannot be followed.
    """
    recipe = read_config(config)
    work = out.with_name(out.name + ".work")
    charset = latin_charset()
    plan = Plan(**recipe["plan"])
    train_lines = [load_set(name, "train", recipe, work) for name in recipe["sets"]]
    check_lines = [thin(load_set(name, "select", recipe, work), most) for name, most in recipe["check"].items()]
    sampler = Sampler(
        train_lines,
        list(recipe["sets"].values()),
        charset,
        pixels=recipe["network"]["pixels"],
        seed=recipe["seed"],
    )
    trainer = Trainer(start(recipe, charset), charset, sampler, plan)
    checkpoint = work / "last.pt"
    if checkpoint.exists():
        trainer.restore(checkpoint)
    scores = train(trainer, check_lines, checkpoint, reporter(work / "log.jsonl", plan.steps, progress))
    blended = blend(trainer.average, start(recipe, charset), recipe["pack"].get("blend", 1.0))
    export_pack(blended, charset, card(recipe, train_lines, scores, trainer), out, language(recipe, train_lines))
    return scores


def read_config(path: Path) -> dict[str, Any]:
    """The config with its paths made absolute."""
    if not path.is_file():
        raise MissingInput(f"There is no config {path}.", "Copy one from the folder `training` of the project.")
    try:
        recipe = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}.", "See training/latin.toml for how one looks.") from error
    for table in ("pack", "network", "plan", "sets", "check"):
        if table not in recipe:
            raise UsageError(f"{path} has no table [{table}].", "See training/latin.toml for how one looks.")
    for table, key in (
        ("network", "start"),
        ("real", "folder"),
        ("real", "splits"),
        ("synthetic", "phrases"),
        ("synthetic", "sources"),
    ):
        if key in recipe.get(table, {}):
            recipe[table][key] = (path.parent / recipe[table][key]).resolve()
    recipe["here"] = path.parent.resolve()
    return recipe


def start(recipe: dict[str, Any], charset: list[str]) -> LineNetwork:
    """The weights that training begins with: those of the pack `start` of the table `network`, or the base weights."""
    told = recipe["network"]
    if "start" not in told:
        return load_base(base_file(), charset, told["stride"])
    if not told["start"].is_file():
        raise MissingInput(f"There is no pack {told['start']} to start from.", "Take `start` out of [network].")
    network, letters = load_pack(told["start"], told["stride"])
    if letters != charset:
        raise UsageError(f"{told['start']} writes other letters.", "Start from a pack of this version.")
    return network


def load_set(name: str, part: str, recipe: dict[str, Any], work: Path) -> LineStore:
    """One set by name: a zip of real lines, only `part` of it, or a synthetic set, kept in the work folder."""
    if name in recipe.get("synthetic", {}).get("lines", {}):
        return _synthetic(name, recipe, work / "synthetic")
    archive = recipe["real"]["folder"] / f"{name}.zip"
    if not archive.is_file():
        raise MissingInput(f"The set {name} is missing: no {archive}.", "Take it out of [sets] or bring the file.")
    return load_zip(archive, read_splits(recipe["real"]["splits"]), part)


def _synthetic(name: str, recipe: dict[str, Any], folder: Path) -> LineStore:
    if not (folder / f"{name}.json").exists():
        told = recipe["synthetic"]["lines"][name]
        book = phrase_book(recipe)
        style = Style(
            load_faces(_files(recipe["here"], told["fonts"])), told.get("printed", False), told.get("coarse", 0.35)
        )
        random, language = np.random.default_rng(told["seed"]), told.get("language")
        save_store(store_lines(name, (line(book, style, random, language) for _ in range(told["count"]))), folder)
    return open_store(name, folder)


def phrase_book(recipe: dict[str, Any]) -> PhraseBook:
    """The texts that synthetic lines are made of."""
    return PhraseBook(load_tongues(recipe["synthetic"]["phrases"], recipe["synthetic"]["sources"]))


def _files(here: Path, patterns: list[str]) -> list[Path]:
    found = [file for pattern in patterns for file in sorted((here / Path(pattern).parent).glob(Path(pattern).name))]
    if not found:
        raise MissingInput(
            f"No font matches {', '.join(patterns)}.", "training/manifest.toml says where fonts come from."
        )
    return found


def thin(store: LineStore, most: int) -> LineStore:
    """At most that many lines, evenly taken."""
    if len(store) <= most:
        return store
    chosen = np.linspace(0, len(store) - 1, most).astype(int)
    return store_lines(store.name, [(store.picture(number), store.texts[number]) for number in chosen])


def language(recipe: dict[str, Any], stores: list[LineStore]) -> NgramModel | None:
    """The language model of the config's table `language`; None without it.

    It learns from the real lines, each counted `real` times, from `sentences` of each language, cut as lines are, from
    `phrases` of languages as often as they are drawn or as it says, and from names of places. seen: see
    `learn_language`.
    """
    if "language" not in recipe:
        return None
    told, book, random = recipe["language"], phrase_book(recipe), np.random.default_rng(recipe["seed"])
    phrases = [book.text(random, code or None) for code, count in told["phrases"].items() for _ in range(count)]
    synthetic = recipe.get("synthetic", {}).get("lines", {})
    real = [text for store in stores if store.name not in synthetic for text in store.texts]
    places = [place for tongue in book.tongues for place in tongue.places]
    texts = [*real * told.get("real", 1), *_sentences(book, told["sentences"]), *phrases, *places]
    return learn_language(texts, len(latin_charset()), told["seen"])


def _sentences(book: PhraseBook, most: dict[str, int]) -> list[str]:
    """Sentences in lines: at most so many a language, by its code or as `other` says."""
    chosen = [text for tongue in book.tongues for text in tongue.sentences[: most.get(tongue.code, most["other"])]]
    return [row for text in chosen for row in textwrap.wrap(text, LINE)]


def reporter(log: Path, steps: int, progress: Progress | None) -> Callable[[dict[str, Any]], None]:
    """Writes every report as a line of JSON and tells the steps done."""
    log.parent.mkdir(parents=True, exist_ok=True)

    def report(told: dict[str, Any]) -> None:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(told) + "\n")
        if progress is not None:
            progress(told["step"], steps)

    return report


def card(recipe: dict[str, Any], stores: list[LineStore], scores: dict[str, Score], trainer: Trainer) -> PackCardData:
    """What the pack says of itself: sources with credit and lines, and its error on the check sets."""
    credits = credited(recipe)
    data = [{**credits.get(store.name, {"name": store.name}), "lines": len(store)} for store in stores]
    pack = recipe["pack"]
    error = {name: asdict(score) for name, score in scores.items()}
    return PackCardData(
        pack["name"], pack["version"], pack["languages"], pack.get("script", "Latn"), pack["licence"],
        data, error, trainer.step, trainer.lines,
    )  # fmt: skip


def credited(recipe: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Name -> name, licence and credit, from the manifest; empty without one."""
    manifest = recipe["here"] / recipe.get("manifest", "manifest.toml")
    if not manifest.is_file():
        return {}
    sets = tomllib.loads(manifest.read_text("utf-8")).get("set", [])
    return {entry["name"]: {key: entry[key] for key in ("name", "licence", "credit")} for entry in sets}
