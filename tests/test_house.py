"""The rules of the house: sizes, names, arrows, what is loaded, printed and named."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from penscript.packs.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FILES = SOURCES + sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "tools").rglob("*.py"))
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "core", "base", "misc"}
HEAVY = {"cv2", "numpy", "onnxruntime", "PIL", "pydantic", "pypdfium2", "rapidfuzz", "torch", "fastapi", "sqlalchemy"}
NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "urllib3", "aiohttp"}
NAMESPACES = (
    "www.w3.org",
    "www.loc.gov",
    "schema.primaresearch.org",
    "purl.org",
    "ns.adobe.com",
    "127.0.0.1",
    "localhost",
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def package_of(path: Path) -> str:
    """`reading` for src/penscript/reading/load.py, `api` for src/penscript/api.py."""
    return path.relative_to(ROOT / "src" / "penscript").parts[0].removesuffix(".py")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of a file and its lines without the docstring."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            spoken = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - spoken


def imports(path: Path) -> Iterator[str]:
    """The first part of every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def names_read(path: Path) -> Iterator[str]:
    """Every call or attribute as written: `print`, `os.environ`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def constants(path: Path) -> Iterator[str]:
    """Every string of a file; a docstring begins with words, so it never looks like an address."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 300


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_are_short(path: Path) -> None:
    assert [found for found in functions(path) if found[1] > 60] == []


def test_half_of_the_functions_fit_in_ten_lines() -> None:
    sizes = [size for path in SOURCES for _, size in functions(path)]
    assert sum(size <= 10 for size in sizes) >= len(sizes) / 2


def test_names_say_something() -> None:
    parts = {part.removesuffix(".py") for path in FILES for part in path.relative_to(ROOT).parts}
    assert not parts & FORBIDDEN_NAMES


def test_import_contracts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # It would switch off every logger that there is, and other tests would find nothing logged.
    monkeypatch.setattr("importlinter.cli.logging_config.dictConfig", lambda settings: None)
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not broken, capsys.readouterr().out


def test_contracts_name_every_part_that_handles_documents() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    named = next(one["source_modules"] for one in contracts if one["id"] == "documents")
    present = {package_of(path) for path in SOURCES} & {"export", "invoices", "notes", "review"}
    assert {f"penscript.{name}" for name in present} == set(named)


def test_importing_penscript_is_light() -> None:
    code = "import sys, penscript, penscript.errors; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {name.split(".")[0] for name in loaded} & HEAVY


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_reaches_the_network(path: Path) -> None:
    addresses = [text for text in constants(path) if re.match(r"\w+://\w", text)]
    assert [one for one in addresses if not one.split("://")[1].startswith(NAMESPACES)] == []
    assert package_of(path) == "server" or not set(imports(path)) & NETWORK


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_the_command_and_the_server_print_and_read_the_environment(path: Path) -> None:
    if package_of(path) not in {"cli", "server"}:
        speaking = {
            "print",
            "input",
            "os.environ",
            "os.getenv",
            "sys.stdout",
            "sys.stdin",
            "sys.argv",
            "logging.basicConfig",
        }
        assert not speaking & set(names_read(path))


def pinned(name: str) -> dict[str, str]:
    """Name and version of everything in a lock file."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.M))


@pytest.mark.parametrize("name", ["build.txt", "core.txt", "dev.txt"])
def test_lock_files_carry_hashes_and_no_host(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    assert not re.search(r"https?:|file:|--index|--find-links|@", text)
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[A-Za-z0-9])", text)[1:])


def test_lock_file_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[\[<>=~!; ]", one)[0].lower() for one in project["dependencies"]}
    assert wanted <= {name.lower() for name in pinned("core.txt")}


def test_notice_names_everything_that_is_installed() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8").lower()
    assert [
        name for name in pinned("core.txt") if not re.search(rf"^ *{re.escape(name.lower())}\b", notice, re.M)
    ] == []


def test_notice_credits_whatever_the_shipped_weights_were_trained_on() -> None:
    notice = " ".join((ROOT / "NOTICE").read_text("utf-8").split())
    sets = [one for pack in Catalog().packs() for one in pack.data if "made by" not in one.get("licence", "made by")]
    assert [one["credit"] for one in sets if one["credit"] not in notice] == []
