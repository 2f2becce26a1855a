"""What is built and what is pinned: the wheel carries all that the program needs, and the pins can be trusted."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

import guardrails

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def normal(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(need: str) -> str:
    """`uvloop` for `uvloop>=0.21; sys_platform != 'win32'`."""
    return normal(re.split(r"[<>=!;\[ ]", need)[0])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-qq",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(folder),
        ".",
    ]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def read(wheel: zipfile.ZipFile, name: str) -> str:
    return wheel.read(f"guardrails_proxy-{guardrails.__version__}.dist-info/{name}").decode()


@pytest.fixture(scope="module")
def metadata(wheel) -> Message:
    return HeaderParser().parsestr(read(wheel, "METADATA"))


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"}


def test_the_wheel_is_pure_python_for_everyone(wheel):
    assert Path(wheel.filename).name == f"guardrails_proxy-{guardrails.__version__}-py3-none-any.whl"


def test_the_wheel_carries_every_file_of_the_package_and_nothing_else(wheel):
    package = {str(p.relative_to(ROOT)) for p in (ROOT / "guardrails").rglob("*") if p.is_file() and p.suffix != ".pyc"}
    policies = {
        f"guardrails/_policies/{p.relative_to(ROOT / 'policies')}" for p in (ROOT / "policies").rglob("*") if p.is_file()
    }
    carried = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert carried == package | policies
    assert "guardrails/py.typed" in carried
    assert any(name.endswith(".yaml") for name in policies)


def test_the_metadata_says_what_it_is(metadata):
    assert metadata["Name"] == "guardrails-proxy"
    assert metadata["Version"] == guardrails.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE", "NOTICE"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_the_command_is_installed_under_its_name(wheel):
    assert read(wheel, "entry_points.txt").split() == ["[console_scripts]", "guardrails", "=", "guardrails.cli:main"]


def test_the_licence_is_whole(wheel):
    licence = read(wheel, "licenses/LICENSE")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def test_nothing_that_a_user_installs_is_for_tests_only(metadata):
    """The hot path has its own HTTP client; an SDK or a linter is nobody's burden."""
    needed = {
        re.split(r"[<>=!;\[ ]", need)[0].lower() for need in metadata.get_all("Requires-Dist") or () if "extra ==" not in need
    }
    assert not needed & {"openai", "anthropic", "httpx", "httpx2", "pytest", "ruff", "mypy", "torch", "transformers"}


# --- the pins ----------------------------------------------------------------------------------------------------------------


def pins() -> dict[str, list[str]]:
    """Package to the words of its entry: `name==version`, a marker where there is one, and hashes."""
    text = (ROOT / "constraints.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {normal(line.partition("==")[0]): line.split() for line in lines}


def test_every_pin_is_exact_and_hashed():
    for name, (pin, *rest) in pins().items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", pin), name
        hashes = [word for word in rest if word.startswith("--")]
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in hashes), name


def test_every_dependency_is_pinned():
    extras = PROJECT["optional-dependencies"]
    needs = PROJECT["dependencies"] + [need for extra in extras.keys() - {"training"} for need in extras[extra]]  # gigabytes
    assert not {name_of(need) for need in needs} - pins().keys()


def test_what_builds_the_project_is_pinned_too():
    """`make` builds without isolation, so that nothing unpinned is fetched behind its back."""
    assert "hatchling" in pins()


def test_no_pin_brings_gigabytes():
    assert not [name for name in pins() if re.match(r"(torch|tensorflow|jax|nvidia-|triton|cupy)", name)]


def test_these_tests_run_on_the_pinned_versions():
    """Where no marker excludes it, what is installed is what is pinned."""
    plain = {name: words[0].partition("==")[2] for name, words in pins().items() if words[1:2] != [";"]}
    assert {name: version(name) for name in plain} == plain


# --- the habits --------------------------------------------------------------------------------------------------------------


def test_the_changelog_has_a_place_for_this_version():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", heading) for heading in headings[1:])


def test_decisions_are_numbered_once_and_dated():
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers) >= 2
    for path, number in zip(records, numbers, strict=True):
        opening = path.read_text("utf-8").splitlines()[:4]
        assert re.match(rf"# 0*{int(number)}\W+\w", opening[0]), path.name
        assert any(re.search(r"\b20\d\d-\d\d-\d\d\b", line) for line in opening), path.name


def test_every_dependency_has_its_reason_written_down():
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text("utf-8")
    assert not [need for need in PROJECT["dependencies"] if f"| {name_of(need)} |" not in reasons]


def test_ci_runs_the_command_that_the_readme_names():
    script = [line for line in (ROOT / ".ci/run").read_text("utf-8").splitlines() if line.startswith("make")]
    assert script == ["make test"]
    assert "make test" in (ROOT / "README.md").read_text("utf-8")


def test_where_no_python_is_new_enough_make_says_so_in_one_sentence(tmp_path):
    words = ["make", "PYTHON=no-such-python", f"VENV={tmp_path}/venv", "test"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("This project needs Python 3.11 or newer; tried: no-such-python.")
    assert not list(tmp_path.iterdir())


def test_every_target_of_the_makefile_stands_in_its_help():
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE)) - {"help"}
    assert targets == set(re.findall(r'echo "make (\w+) ', text))


#: Declared, and never imported by name: who uses it instead.
USED_BY_NAME = {"httptools": "uvicorn, as its parser", "uvloop": "uvicorn, as its loop"}
#: Imported, and not declared: what guarantees that it is there.
BROUGHT_ALONG = {"spacy": "presidio-analyzer", "tldextract": "presidio-analyzer", "yarl": "aiohttp"}


def imported() -> set[str]:
    """The distributions of all packages that the source imports."""
    served = [p for p in (ROOT / "guardrails").rglob("*.py") if p.parent.name != "training"]  # no server imports that
    nodes = [node for p in served for node in ast.walk(ast.parse(p.read_text("utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    packages = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"guardrails"}
    known = packages_distributions()
    return {normal(known[package][0]) for package in packages}


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    declared = {name_of(need) for need in PROJECT["dependencies"]}
    served = PROJECT["optional-dependencies"].keys() - {"dev", "training"}
    extras = {name_of(need) for extra in served for need in PROJECT["optional-dependencies"][extra]}
    assert imported() - declared - extras == BROUGHT_ALONG.keys() - extras
    assert extras - declared <= imported()
    assert declared - imported() == USED_BY_NAME.keys()


def test_contributing_names_files_that_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    paths = set(re.findall(r"`((?:guardrails|tests|docs|policies|benchmarks)/[\w./-]*)`", text))
    assert paths
    assert not {path for path in paths if not (ROOT / path).exists()}
