"""Tools that others wrote run against us, each in an environment of its own, so that what they need never meets what we need.

The pins and hashes stand in `requirements/`. An environment is made once in `build/outside/` and made anew when its pins or the
interpreter change. Where it cannot be made (no package index within reach) a test skips and says so; in CI it fails instead.

    python -m tests.outside.environments        choose the pinned versions anew (needs uv)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "outside"
REQUIREMENTS = Path(__file__).parent / "requirements"
#: Name of the environment → what stands in it; the rest is what these bring along.
WANTED = {
    "chunk-invariance": ["chunk-invariance==0.2.0"],
    "pii-leak-benchmark": ["pii-leak-benchmark[validate]==0.6.0"],
    "schemathesis": ["schemathesis==4.32.5"],
    "atheris": [
        'atheris==3.0.0 ; python_version < "3.12"',  # the last with wheels for 3.11
        'atheris==3.1.0 ; python_version >= "3.12" and python_version < "3.14"',
    ],
}


def made(name: str) -> Path:
    """The folder of the environment. Raises subprocess.CalledProcessError where its packages cannot be had."""
    pins = REQUIREMENTS / f"{name}.txt"
    mark = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = FOLDER / f"{name}-{mark}"
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, symlinks=True)  # without a pip: ours installs into it
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq", "--python", str(python(folder)), "install"]
        pip += [] if os.environ.get("CI") else ["--retries=1"]
        subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(pins)], check=True, timeout=300)
        (folder / "made").touch()
    return folder


MISSING: set[str] = set()  # what could not be made: not tried again and again


def environment(name: str) -> Path:
    """`made`, for a test: where there is no network it skips, but never in CI."""
    if name not in MISSING:
        try:
            return made(name)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            if os.environ.get("CI"):
                raise
            MISSING.add(name)
    pytest.skip(f"{name} cannot be installed: no package index is within reach, or it has no wheel for this machine")


def python(folder: Path) -> Path:
    return folder / "bin" / "python"


def packages(folder: Path) -> Path:
    """Where the environment's packages lie: our own interpreter may look there too, after its own."""
    return folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def lock() -> None:
    """Write `requirements/` anew: hashes for every platform, never an address."""
    words = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    words += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", f"python -m {__spec__.name}"]
    for name, wanted in WANTED.items():
        target = REQUIREMENTS / f"{name}.txt"
        subprocess.run([*words, "--output-file", str(target), "-"], input="\n".join(wanted), text=True, check=True)


if __name__ == "__main__":
    lock()
