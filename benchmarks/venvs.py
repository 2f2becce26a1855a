"""Programs of others, each in an environment of its own under build/: nothing of theirs comes into this project's."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.targets import ROOT

FOLDER = ROOT / "build" / "peers"


class Unobtainable(Exception):
    """It cannot be installed here: no index in reach, or no build for this machine."""


def installed(name: str, *requirements: str, command: str) -> Path:
    """The folder of programs of environment `name`, which has these requirements (by name and version). Raises Unobtainable."""
    folder = FOLDER / name
    mark = folder / "installed.txt"
    wanted = "\n".join(requirements)
    if mark.exists() and mark.read_text() == wanted and (folder / "bin" / command).exists():
        return folder / "bin"
    print(f"Installing {', '.join(requirements)}: once, and it may take minutes", flush=True)
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-qq", "install", *requirements]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Unobtainable(f"{', '.join(requirements)}: {last[-1] if last else 'pip failed'} (Python {sys.version.split()[0]})")
    mark.write_text(wanted)
    return folder / "bin"
