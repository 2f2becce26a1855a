"""The laws of style that can be read off the source, and the tools of `make check`, so that `make test` alone guards them.

A law is a function from one file's source to its complaints. Each stands in a table with a snippet that breaks it and one
that keeps it: a law that cannot fail is none.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from guardrails.model import Mode, Result, Stage

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CODE = [p for folder in ("guardrails", "tests", "benchmarks") for p in sorted((ROOT / folder).rglob("*.py"))]
SOURCE = [p for p in CODE if p.is_relative_to(ROOT / "guardrails")]
TESTS = [p for p in CODE if p.is_relative_to(ROOT / "tests")]
BUILT = {".git", ".venv", "build", "dist", "__pycache__"}
FOLDERS = ("guardrails", "tests", "benchmarks", "policies", "docs", "examples", ".ci", ".github")
#: pyproject.toml says which rooms are pure; this file does not say it a second time.
FLOORS, PURITY = SETTINGS["tool"]["importlinter"]["contracts"]
PURE = [
    p
    for p in SOURCE
    for m in PURITY["source_modules"]
    if p.is_relative_to(ROOT / m.replace(".", "/")) or p == ROOT / (m.replace(".", "/") + ".py")
]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


# --- the tools ---------------------------------------------------------------------------------------------------------------

TOOLS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy --strict": ["-m", "mypy"],
    "import floors": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_have_nothing_to_say(tool):
    done = subprocess.run([sys.executable, *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# --- the laws ----------------------------------------------------------------------------------------------------------------


def dotted(node: ast.expr) -> str:
    """`time.time` for the expression `time.time`; "" for what is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def names(source: str) -> Iterator[tuple[int, str]]:
    """Every name that is used or imported, dotted, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, dotted(node)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{a.name}") for a in node.names)


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


IMPURE = re.compile(
    r"(^|\.)(open|read_text|read_bytes|write_text|write_bytes|environ|getenv|urandom|sleep)$"
    r"|^time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns)$"
    r"|(^|\.)(datetime|date)\.(now|utcnow|today)$"
)


def pure(source: str) -> Iterator[str]:
    """No await, no file, no clock, no environment, no chance."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield f"{node.lineno}: waits ({type(node).__name__})"
    for line, name in names(source):
        if IMPURE.search(name):
            yield f"{line}: reaches outside ({name})"


MOCKS = re.compile(
    r"(^|\.)(mock|Mock|MagicMock|AsyncMock|create_autospec|mocker)(\.|$)|^monkeypatch\.(setattr|delattr|setitem|delitem)$"
)


def real(source: str) -> Iterator[str]:
    """Tests speak to the real thing: needing a mock means that I/O is in the wrong place."""
    return (f"{line}: replaces something real ({name})" for line, name in names(source) if MOCKS.search(name))


IGNORE = re.compile(r"#\s*(noqa|type:\s*ignore|ruff:|mypy:|pragma:|nosec)", re.IGNORECASE)
EXPLAINED = re.compile(
    r"#\s*(?P<what>noqa:\s*[A-Z]+\d+(\s*,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w-]+(\s*,\s*[\w-]+)*\])[\s#:—-]+(?P<why>\S.*)"
)


def explained(source: str) -> Iterator[str]:
    """An ignore names what it ignores, and says why on its line in more than one word; or "likewise", below one that does."""
    said: set[str] = set()
    for line, text in comments(source):
        if IGNORE.search(text):
            match = EXPLAINED.search(text)
            if match and " " in match["why"]:
                said.add(match["what"])
            elif not match or match["why"] != "likewise" or match["what"] not in said:
                yield f"{line}: {text}"


def finished(source: str) -> Iterator[str]:
    """Nothing is left for later."""
    yield from (f"{line}: {text}" for line, text in comments(source) if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text))
    yield from (f"{line}: {name}" for line, name in names(source) if name == "NotImplementedError")


def open_imports(source: str) -> Iterator[str]:
    """No import is hidden from the floors, and none is relative."""
    yield from (f"{line}: {name}" for line, name in names(source) if name.endswith("TYPE_CHECKING"))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{node.lineno}: a relative import"


VAGUE = re.compile(r"(Manager|Handler|Helper|Util|Utils|Base|Impl)$")


def plain_nouns(source: str) -> Iterator[str]:
    """A class is named by what it is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name):
            yield f"{node.lineno}: {node.name}"


def opens_with_its_rule(source: str) -> Iterator[str]:
    if source.strip() and not ast.get_docstring(ast.parse(source)):
        yield "1: no docstring states the rule of this file"


def of_bearable_length(source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > 500:
        yield f"{lines}: more than 500 lines"


class Law(NamedTuple):
    files: list[Path]
    check: Callable[[str], Iterator[str]]
    breaks: tuple[str, ...]
    keeps: tuple[str, ...]


LAWS = {
    "the middle and the ground are pure": Law(
        PURE,
        pure,
        (
            "async def f(): pass",
            "open('x')",
            "from pathlib import Path\nPath('x').read_text()",
            "import time\ntime.time()",
            "from time import monotonic",
            "import datetime\ndatetime.datetime.now()",
            "from datetime import date\ndate.today()",
            "import os\nos.environ['X']",
            "from os import getenv",
        ),
        ("def f(now): return now", "import datetime\ndatetime.datetime.fromisoformat(context.now)", "opened = 1"),
    ),
    "tests use the real thing": Law(
        TESTS,
        real,
        (
            "from unittest import mock",
            "from unittest.mock import patch",
            "import unittest.mock",
            "MagicMock()",
            "def test(monkeypatch): monkeypatch.setattr(a, 'b', 1)",
            "def test(mocker): mocker.patch('a')",
        ),
        ("def test(monkeypatch): monkeypatch.setenv('A', 'b')", "mocked = 1"),
    ),
    "every ignore explains itself": Law(
        CODE,
        explained,
        (
            "import os  # noqa",
            "import os  # noqa: F401",
            "import os  # noqa: F401, E501",
            "import os  # noqa: F401 because",
            "x = 1  # type: ignore",
            "x = 1  # type: ignore[misc]",
            "import os  # noqa: F401 likewise",
            "import os  # noqa: F401 other files read it here\nimport re  # noqa: E501 likewise",
            "# ruff: noqa",
        ),
        (
            "import os  # noqa: F401 other files read it here",
            "import os  # noqa: F401, E501  # other files read it here",
            "x = 1  # type: ignore[misc]  # the stub is wrong",
            "import os  # noqa: F401 other files read it here\nimport re  # noqa: F401 likewise",
            "x = '# noqa'",
        ),
    ),
    "nothing is left for later": Law(
        CODE,
        finished,
        ("# TODO: more", "raise NotImplementedError", "raise NotImplementedError('x')"),
        ("todo = 1  # what is due",),
    ),
    "imports are open and absolute": Law(
        SOURCE,
        open_imports,
        (
            "from typing import TYPE_CHECKING",
            "import typing\nif typing.TYPE_CHECKING: pass",
            "from . import x",
            "from .model import y",
        ),
        ("from guardrails.model import Finding",),
    ),
    "classes are plain nouns": Law(
        CODE, plain_nouns, ("class RuleManager: pass", "class VaultImpl: pass"), ("class Vault: pass",)
    ),
    "a file opens with its rule": Law(SOURCE, opens_with_its_rule, ("import os",), ("'''The rule.'''\nimport os", "")),
    "a file is of bearable length": Law(CODE, of_bearable_length, ("\n" * 501,), ("\n" * 500,)),
}


@pytest.mark.parametrize("law", LAWS)
def test_the_law_is_kept(law):
    files, check, _, _ = LAWS[law]
    assert files
    broken = [f"{shown(path)}:{complaint}" for path in files for complaint in check(path.read_text("utf-8"))]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(("law", "snippet"), [(name, s) for name, law in LAWS.items() for s in law.breaks])
def test_the_law_can_be_broken(law, snippet):
    assert list(LAWS[law].check(snippet))


@pytest.mark.parametrize(("law", "snippet"), [(name, s) for name, law in LAWS.items() for s in law.keeps])
def test_the_law_lets_good_code_be(law, snippet):
    assert not list(LAWS[law].check(snippet))


# --- what no single file shows -----------------------------------------------------------------------------------------------


def test_files_seldom_pass_400_lines_and_functions_50():
    lengths = [p.read_text("utf-8").count("\n") for p in SOURCE]
    assert sum(n > 400 for n in lengths) <= len(lengths) / 10
    functions = [
        node.end_lineno - node.lineno + 1
        for p in SOURCE
        for node in ast.walk(ast.parse(p.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]
    assert sum(n > 50 for n in functions) <= len(functions) / 50
    assert max(functions) <= 100


def test_the_pure_rooms_are_the_lower_floors():
    """The two contracts in pyproject.toml name the same rooms: every floor from `stream` down is pure."""
    floors = [re.findall(r"\w+", layer) for layer in FLOORS["layers"]]
    lower = floors[next(n for n, floor in enumerate(floors) if "stream" in floor) :]
    assert sorted(PURITY["source_modules"]) == sorted(f"guardrails.{room}" for floor in lower for room in floor)


def test_every_folder_of_tests_is_a_package():
    """Otherwise two files of one name in two folders clash."""
    assert not [shown(p.parent) for p in TESTS if not (p.parent / "__init__.py").exists()]


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository."""
    files = [p for p in ROOT.iterdir() if p.is_file()] + [p for f in FOLDERS for p in (ROOT / f).rglob("*") if p.is_file()]
    for path in files:
        if not BUILT & set(path.relative_to(ROOT).parts):
            try:
                yield path, path.read_text("utf-8")
            except UnicodeDecodeError:
                continue  # a picture


def homes(text: str) -> list[str]:
    """Paths that exist only where somebody works: a home directory, this checkout."""
    here = {str(ROOT), str(Path.home())}
    found = re.findall(r"(?<![\w.])/(?:home|Users)/\w+", text)
    return found + [p for p in here if p.count("/") > 1 and re.search(re.escape(p) + r"(?![\w-])", text)]


def test_no_file_holds_a_path_of_the_machine_it_was_written_on():
    found = {shown(path): homes(text) for path, text in texts()}
    assert not {path: paths for path, paths in found.items() if paths}
    assert homes("cd /ho" + "me/ann/project")
    assert homes(f"cd {ROOT} && make")


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml", "Makefile", ".ci/run"])
def test_packages_are_named_never_addressed(name):
    """Whoever installs chooses the index: an address here would work in one place only."""
    text = (ROOT / name).read_text("utf-8")
    assert not re.findall(r"\w+://\S+|--(?:extra-)?index-url\S*|--find-links\S*|--trusted-host\S*", text)


def test_the_glossary_knows_the_words_of_the_model():
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    assert not [word for word in (*Stage, *Mode, *Result) if f"`{word}`" not in glossary]


def test_every_ignore_in_the_settings_says_why():
    """In pyproject.toml too: a rule that is switched off has its reason on its line."""
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    off = [
        line
        for line in lines
        if re.match(r'\s*"[A-Z]+\d+",|"\S+" = \[|ignore_missing_imports|follow_imports|disable_error_code', line)
    ]
    assert off
    assert not [line for line in off if not re.search(r"  # \S+ \S+", line)]
