"""README and docs: every command and script is run, every flag, setting and error is told, and the pages build.

A fence tagged `sh` or `python` is run in a folder that holds the example pictures, in the order of the page; the words
of a fence tagged `text` must stand in what the one before it printed. `<!-- not run here: why -->` above a fence spares
it.
"""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer.main

from penscript import errors
from penscript.cli.app import app
from penscript.cli.settings import all_settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^(?P<spared><!-- not run here: .+? -->\n)?```(?P<kind>\w*)[^\n]*\n(?P<code>.*?)^```$", re.M | re.S)
NOT_PRINTED = {"Accepted", "Low-confidence"}


@dataclass(frozen=True)
class Block:
    """A fence of a page; `line` is where its code begins."""

    kind: str
    code: str
    spared: bool
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start("code")) + 1
        yield Block(found["kind"], found["code"], bool(found["spared"]), line)


def page_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def desk(examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples, and one of truth to evaluate against; the settings are the usual ones."""
    for file in examples.iterdir():
        shutil.copy(file, tmp_path)
    shutil.copytree(examples, tmp_path / "my-truth" / "notes", ignore=shutil.ignore_patterns("[!h]*"))
    for name in [name for name in os.environ if name.startswith("PENSCRIPT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PENSCRIPT_THREADS", "1")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHONUTF8", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_shell(block: Block) -> str:
    done = subprocess.run(["sh", "-ec", block.code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"line {block.line}: {done.stderr}"
    return done.stdout


def run_python(block: Block, names: dict[str, object], page: Path) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile("\n" * (block.line - 1) + block.code, str(page), "exec"), names)
    return printed.getvalue()


def missing_words(block: Block, printed: str) -> list[str]:
    """The words of what a page shows that were not printed; percentages are not compared."""
    shown = re.findall(r"(?<![\w.])[^\W\d][\w-]*", block.code)
    return [word for word in shown if word not in printed and word not in NOT_PRINTED]


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell")
@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_what_a_page_tells_to_do_works(page: Path, desk: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    printed: str | None = None
    for block in blocks(page):
        if block.kind == "text":
            assert printed is None or missing_words(block, printed) == [], f"{page.name}, line {block.line}"
        elif block.spared:
            printed = None
        elif block.kind == "sh":
            printed = run_shell(block)
        elif block.kind == "python":
            printed = run_python(block, names, page)


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_commands_are_tagged_so_that_they_run(page: Path) -> None:
    untagged = [block for block in blocks(page) if block.kind not in ("sh", "python")]
    assert [
        one.line for one in untagged if re.search(r"^(penscript|make|pip|import penscript)\b", one.code, re.M)
    ] == []


def flags() -> Iterator[tuple[str, str]]:
    """Every subcommand and each of its flags."""
    group = typer.main.get_command(app)
    found = [(name, command) for name, command in group.commands.items()]  # type: ignore[attr-defined]
    for name, command in found:
        found.extend((name, inner) for inner in getattr(command, "commands", {}).values())
        for parameter in command.params:
            yield from ((name, flag) for flag in parameter.opts + parameter.secondary_opts if flag.startswith("-"))


def test_every_flag_is_told() -> None:
    sections = dict(
        re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", (ROOT / "docs/commands.md").read_text("utf-8"), re.M | re.S)
    )
    assert [
        (name, flag) for name, flag in flags() if flag not in ("--help", "-h") and f"`{flag}`" not in sections[name]
    ] == []


def test_every_setting_is_told() -> None:
    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert [
        name for name in all_settings() if f"| `{name}` |" not in text or f"`PENSCRIPT_{name.upper()}`" not in text
    ] == []


def subclasses(kind: type[errors.PenscriptError]) -> Iterator[type[errors.PenscriptError]]:
    for one in kind.__subclasses__():
        if one.__module__ == "penscript.errors":
            yield one
            yield from subclasses(one)


def test_every_error_is_told() -> None:
    text = (ROOT / "docs/errors.md").read_text("utf-8")
    wanted = [
        f"| `{one.__name__}` | {one.exit_code} | {one.http_status} |" for one in subclasses(errors.PenscriptError)
    ]
    assert len(wanted) > 10
    assert [row for row in wanted if row not in text] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md"], ids=page_name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_the_pages_build(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "process_many" in (tmp_path / "api.html").read_text("utf-8")
