"""Damaged, odd and malicious files, handed in over HTTP: read or refused as their manifest says, never a mistake."""

from pathlib import Path

import pytest

from serving import Running

SAMPLE = 7
"""Every so many files are part of the quick tests; some kinds that cost much, always."""
ALWAYS = ("bomb", "fuzz crash", "oom_crash", "form XObject", "nested q", "5000x1")


def rows_of(folder: Path) -> list[tuple[str, str, str]]:
    told = (folder / "manifest.tsv").read_text("utf-8").splitlines()[1:]
    return [(path, kind, expected) for path, kind, expected in (row.split("\t") for row in told)]


def fault(server: Running, file: Path, expected: str) -> str | None:
    """What is wrong with the answer."""
    kind = {"Content-Type": "application/octet-stream"}
    answer = server.post("/v1/read", params={"name": file.name}, data=file.read_bytes(), headers=kind)
    told = answer.json()
    if answer.status_code >= 500 or (answer.status_code != 200 and not told["error"]["message"]):
        return f"{file}: {answer.status_code} {answer.text[:200]}"
    read = any(page["status"] != "failed" for page in told.get("pages", ()))
    good = expected == "either" or read == (expected == "ok")
    return None if good else f"{file}: {expected}, but {answer.status_code} {answer.text[:200]}"


def test_a_sample_of_hostile_files(server: Running, shared: Path) -> None:
    folder = shared / "data" / "hostile"
    rows = rows_of(folder)
    some = {path: want for path, kind, want in rows if any(word in kind for word in ALWAYS)}
    some |= {path: want for path, _, want in rows[::SAMPLE]}
    assert [one for path, want in some.items() if (one := fault(server, folder / path, want))] == []
    assert server.get("/health").status_code == 200


@pytest.mark.slow
def test_all_hostile_files(server: Running, shared: Path) -> None:
    folder = shared / "data" / "hostile"
    rows = rows_of(folder)
    assert [one for path, _, want in rows if (one := fault(server, folder / path, want))] == []
    assert server.get("/health").status_code == 200
