"""Fuzz one target for as long as you like: it remembers how far it got, and keeps what breaks in `build/fuzz/`.

    python -m tests.fuzz                                  the targets
    python -m tests.fuzz events                           until you stop it
    python -m tests.fuzz events -- -max_total_time=300    with options of libFuzzer
    python -m tests.fuzz events FILE                      one input again
    python -m tests.fuzz events --learnt=FOLDER           remember elsewhere

An input that broke something belongs, smaller and by hand, into `corpus/<target>/`: the suite tries those every time.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.outside.environments import made, packages

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / "build" / "fuzz"


def main(words: list[str]) -> None:
    known = sorted(p.stem for p in HERE.glob("*.py") if "def check(" in p.read_text("utf-8"))
    if not words or words[0] not in known:
        raise SystemExit(f"python -m tests.fuzz TARGET [FILE | -- options]; the targets: {', '.join(known)}")
    target, options = words[0], [word for word in words[1:] if word != "--"]
    learnt = BUILT / target
    if options and options[0].startswith("--learnt="):
        learnt = Path(options.pop(0).partition("=")[2])
    if options and Path(options[0]).is_file():
        import_module(f"tests.fuzz.{target}").check(Path(options[0]).read_bytes())
        return
    sys.path.append(str(packages(made("atheris"))))
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["guardrails"]):
        check = import_module(f"tests.fuzz.{target}").check
    mine = HERE / "corpus" / target
    learnt.mkdir(parents=True, exist_ok=True)
    folders = [str(learnt), *([str(mine)] if mine.is_dir() else [])]
    atheris.Setup([sys.argv[0], *folders, f"-artifact_prefix={BUILT}/{target}-", *options], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
