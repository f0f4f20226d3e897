"""Resolves requirements/*.txt from pyproject.toml: every platform, Python 3.11 and newer, with hashes, wheels only.

python tools/lock.py               # keep what is pinned, add what is new
python tools/lock.py --upgrade     # the newest versions that fit
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "build.txt": ["requirements/build.in"],
    "core.txt": ["pyproject.toml"],
    "dev.txt": ["pyproject.toml", "--extra", "dev", "--extra", "docs", "--extra", "server"],
}
HEADER = "# From {source} by `make lock`: wheels alone, every platform, Python 3.11 and newer.\n"
FLAGS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:", "--quiet"]
FLAGS += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--no-config"]


def lock(name: str, sources: list[str], extra: list[str]) -> None:
    path = ROOT / "requirements" / name
    command = [sys.executable, "-m", "uv", "pip", "compile", *sources, *FLAGS, *extra, "--output-file", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    path.write_text(HEADER.format(source=sources[0]) + path.read_text("utf-8"), "utf-8", newline="\n")


if __name__ == "__main__":
    for name, sources in FILES.items():
        lock(name, sources, sys.argv[1:])
        print(f"requirements/{name}")
