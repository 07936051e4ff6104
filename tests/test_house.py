"""The house rules that no linter holds; which module may import which is held by import-linter."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import giar_nlp

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "giar_nlp"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((ROOT / "scripts").glob("*.*"))
MAX_MODULE_LINES = 500
MAX_SCRIPT_LINES = 59

GRAB_BAGS = {"base", "common", "core", "helper", "helpers", "misc", "shared", "tools", "util", "utils"}

# Too slow to load for one who only wants `giar --help` or a run: never at the top of a module.
HEAVY = {"numpy", "pandas", "pyarrow", "ray", "scipy", "sklearn", "spacy", "textual", "xlsxwriter"}

# Rooms that are all about a heavy library may load it at once: they are themselves loaded only when needed.
HEAVY_ROOMS = {"model": {"numpy"}, "training": {"numpy", "scipy", "sklearn"}}

# Each third party and the modules it stands in (a room counts as one module); None: anywhere.
CONFINED: dict[str, set[str] | None] = {
    "ahocorasick_rs": {"rules"},
    "fsspec": {"cluster"},
    "jieba": {"tokens"},
    "lxml": {"readers"},
    "numpy": {"evaluation", "model", "training"},
    "olefile": {"readers"},
    "orjson": {"auditing", "batch", "cli", "cluster", "converting", "exports", "jsonl"},
    "pebble": {"batch"},
    "pyarrow": {"cluster", "exports"},
    "pydantic": {"jsonl", "scheme"},
    "pypdfium2": {"readers"},
    "python_calamine": {"sheets"},
    "ray": {"cluster"},
    "regex": None,
    "rich": {"cli"},
    "rjieba": {"tokens"},
    "scipy": {"model", "training"},
    "sklearn": {"evaluation", "model", "training"},
    "spacy": {"spacy_component"},
    "threadpoolctl": {"training"},
    "typer": {"cli"},
    "xlsxwriter": {"exports", "workbooks"},
    "zstandard": {"packing"},
}

# A module's table and the prefix of the public functions that must all stand in it.
TABLES = {
    "checks": ("CHECKS", "check_"),
    "converting": ("CONVERTERS", "convert_"),
    "exports": ("EXPORTERS", "write_"),
}

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
MACHINE_PATH = re.compile(r"(?<![\w.~:/*-])(?:/(?:home|root|Users|work)/\w|[A-Z]:\\\\?Users\\)")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path: Path) -> str:
    """The module's name inside the package; that of its room for a file in a room."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names; nothing for another node, or for a relative import."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module]
    return []


def run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below node that run when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from run_on_import(child)


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and value of a module's strings, pieces of f-strings too, but not of those that are a statement."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def project_files() -> list[Path]:
    """The files of the project: what git tracks or would, or in a tree without git what is not hidden."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        kept = [path for path in ROOT.iterdir() if path.name == ".ci" or not path.name.startswith(".")]
        paths = [file for path in kept for file in ([path] if path.is_file() else path.rglob("*"))]
    return sorted(path for path in paths if path.is_file())


each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


@each_module
def test_module_is_of_readable_size(path: Path) -> None:
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= MAX_MODULE_LINES, (
        f"{n_lines} lines: make a room of the same name with two or three files"
    )


@each_module
def test_module_says_what_it_is_for(path: Path) -> None:
    names = set(path.relative_to(PACKAGE).with_suffix("").parts)
    assert not names & GRAB_BAGS, (
        "a helper lives beside its one user, or in the module named after what it knows"
    )


@each_module
def test_no_chinese_in_code(path: Path) -> None:
    found = [f"line {line}: {text}" for line, text in literals(tree_of(path)) if HAN.search(text)]
    assert not found, f"language belongs in giar_nlp/data/scheme: {found}"


@each_module
def test_heavy_libraries_load_only_when_needed(path: Path) -> None:
    names = {name for node in run_on_import(tree_of(path)) for name in imported(node)}
    room = module_name(path)
    allowed = HEAVY_ROOMS.get(room, set())
    heavy = {name for name in names if name.split(".")[0] in HEAVY - allowed}
    if room not in HEAVY_ROOMS:
        heavy |= {
            name
            for name in names
            if name.split(".")[:1] == ["giar_nlp"]
            and name.split(".")[1:2]
            and name.split(".")[1] in HEAVY_ROOMS
        }
    assert not heavy, f"import {heavy} inside the function that needs it"


@each_module
def test_third_parties_stay_in_their_place(path: Path) -> None:
    for name in {name for node in ast.walk(tree_of(path)) for name in imported(node)}:
        library = name.split(".")[0]
        if library == "giar_nlp" or library in sys.stdlib_module_names:
            continue
        assert library in CONFINED, f"{library} is new: say in CONFINED where it may stand"
        places = CONFINED[library]
        assert places is None or module_name(path) in places, f"{library} stands only in {places}"


@each_module
def test_nothing_but_the_version_is_taken_from_the_package_itself(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    submodules = {module_name(other) for other in MODULES}
    for node in ast.walk(tree_of(path)):
        assert not (isinstance(node, ast.Import) and "giar_nlp" in imported(node)), (
            "import the module you mean"
        )
        if isinstance(node, ast.ImportFrom) and imported(node) == ["giar_nlp"]:
            names = {alias.name for alias in node.names} - submodules - {"__version__"}
            assert not names, f"import {names} from the module that defines them"


@each_module
def test_only_the_command_line_prints(path: Path) -> None:
    if module_name(path) in {"cli", "__main__"}:
        return
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    printed = [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    assert not printed, f"print in line {printed}: return it or log it"


@pytest.mark.parametrize("module", TABLES)
def test_table_is_complete(module: str) -> None:
    name, prefix = TABLES[module]
    nodes = [node for path in MODULES if module_name(path) == module for node in tree_of(path).body]
    if not nodes:
        pytest.skip(f"no module {module} yet")
    functions = {
        node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith(prefix)
    }
    table = next(
        node.value
        for node in nodes
        if (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name)
        or (isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name)
    )
    assert table is not None
    listed = {node.id for node in ast.walk(table) if isinstance(node, ast.Name)}
    assert functions, f"no public {prefix}... in {module}"
    assert not functions - listed, f"{name} in {module} does not list them"


def test_public_names_are_listed_once_and_sorted() -> None:
    listed = getattr(giar_nlp, "__all__", None)
    if listed is None:
        pytest.skip("no __all__ yet")
    assert list(listed) == sorted(set(listed))
    exported = {
        name
        for name, value in vars(giar_nlp).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and name not in {"annotations", "TYPE_CHECKING"}
    }
    assert exported <= set(listed), "a public name is missing in __all__"
    assert [name for name in listed if not hasattr(giar_nlp, name)] == []


@pytest.mark.skipif(find_spec("giar_nlp.cli") is None, reason="no command line yet")
def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from giar_nlp.cli import main\n"
        "sys.argv = ['giar', '--help']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as exit:\n"
        "    assert not exit.code, exit.code\n"
        f"print(sorted({HEAVY} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "annotate" in done.stdout
    assert done.stderr.split("\n")[-2] == "[]"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_is_thin(path: Path) -> None:
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= MAX_SCRIPT_LINES, f"{n_lines} lines: what can be used again moves into the package"


def test_no_path_of_one_machine_in_the_project() -> None:
    found = []
    for path in project_files():
        if "tests" in path.relative_to(ROOT).parts:
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(lines, 1) if MACHINE_PATH.search(line)
        ]
    assert not found


def test_constraints_pin_every_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.]*", pin)] == []
    names = [pin.split("==")[0] for pin in pins]
    assert names == sorted(set(names))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert {re.split(r"[\[<>=!~ ;]", need)[0].lower().replace("_", "-") for need in needed} <= set(names)
