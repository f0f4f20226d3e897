"""Is there a wheel of every core dependency, as pinned, for every platform and Python that Penscript supports?

    python tools/check_wheels.py

Asks the package index through uv, downloads no wheel, prints a row a platform and exits with 1 where one is missing.
"""

import os
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements" / "core.txt"
PLATFORMS = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux arm64": "aarch64-manylinux_2_28",
    "macOS 15 arm64": "aarch64-apple-darwin",
    "Windows x86-64": "x86_64-pc-windows-msvc",
}
VERSIONS = ["3.11", "3.12", "3.13", "3.14"]


def missing(platform: str, version: str) -> str:
    """What uv says is missing, or nothing."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--no-config",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    command += ["--python-platform", platform, "--python-version", version, str(LOCK)]
    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "15.0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return done.stderr.strip() if done.returncode else ""


def main() -> int:
    failed = 0
    for name, platform in PLATFORMS.items():
        found = {version: missing(platform, version) for version in VERSIONS}
        print(f"{name:15s} " + "  ".join(f"{version} {'MISSING' if why else 'ok'}" for version, why in found.items()))
        for version, why in found.items():
            failed += bool(why)
            print(f"  Python {version}: {why}" if why else "", end="\n" if why else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
