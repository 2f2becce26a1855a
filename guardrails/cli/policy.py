"""`guardrails policy …`: for those who write policies. Every line about a fault begins `file:line:column:`.

Exit status: 0 all is well; 1 the policies fall short; 2 they could not be read.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

MAX_BYTES = 32_000_000  # what cannot be a policy is not read into memory
SUFFIXES = (".yaml", ".yml")


class Unreadable(click.ClickException):
    """What was named could not be examined at all."""

    exit_code = 2


@click.group()
def policy() -> None:
    """Check and try policies."""


_PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))


@policy.command()
@_PATHS
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.option("--strict", is_flag=True, help="Warnings and advice count as faults.")
def lint(paths: tuple[Path, ...], shape: str, strict: bool) -> None:
    """Find what is wrong with policy files, files of recognizers, or folders of both."""
    from guardrails import assembly, settings  # noqa: PLC0415 reads the table of recognizers; --help must not pay for it
    from guardrails.own import written  # noqa: PLC0415 brings YAML and RE2
    from guardrails.policy import Level  # noqa: PLC0415 brings YAML and RE2
    from guardrails.policy import lint as faults  # noqa: PLC0415 brings YAML and RE2

    files = sources(paths)
    own = [(name, text) for name, text in files if written.are_meant(text)]
    recognizers, told = written.read(own)
    found, policies = list(told), [file for file in files if file not in own]
    if policies:
        entities = assembly.Parts.of(settings.load(None, os.environ, {})).entities.union(one.entity for one in recognizers)
        found += [fault for name, text in policies for fault in faults([(name, text)], entities=entities)]
    if shape == "json":
        click.echo(json.dumps([fault.row() for fault in found], ensure_ascii=False, indent=2))
    else:
        for fault in found:
            click.echo(str(fault))
        click.echo(_sum([fault.level.value for fault in found]))
    sys.exit(1 if found and (strict or any(fault.level is Level.ERROR for fault in found)) else 0)


@policy.command()
@_PATHS
def test(paths: tuple[Path, ...]) -> None:
    """Run the tests that stand beside the rules, with the real detectors and the recognizers in files that are named beside."""
    from guardrails import assembly, settings, trial  # noqa: PLC0415 brings detectors; --help must not pay for them
    from guardrails.own import written  # noqa: PLC0415 likewise
    from guardrails.policy import BrokenPolicy, load  # noqa: PLC0415 brings YAML and RE2

    parts, passed = assembly.Parts.of(settings.load(None, os.environ, {})), True
    files = sources(paths)
    own = [(name, text) for name, text in files if written.are_meant(text)]
    parts = replace(parts, written=(*parts.written, *written.load(own)))
    for name, text in files:
        if (name, text) in own:
            continue
        try:
            made = load(text, name, entities=parts.entities)
        except BrokenPolicy as error:
            click.echo(str(error))
            passed = False
            continue
        report = trial.run(made, parts.examiner(made))
        passed = passed and report.passed
        for line in report.lines():
            click.echo(line if line.startswith(f"{name}:") else f"{name}: {line}")
    sys.exit(0 if passed else 1)


def sources(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """The policy files at these paths, as (name, text); a folder gives all its YAML files. Raises Unreadable."""
    found: list[tuple[str, str]] = []
    for path in paths:
        files = sorted(f for f in path.rglob("*") if f.suffix in SUFFIXES) if path.is_dir() else [path]
        if not files:
            raise Unreadable(f"{path}: there is no file that ends in .yaml here; name a policy file or a folder with some.")
        found += [(str(file), _text(file)) for file in files]
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(f"{path}: this has more than {MAX_BYTES // 1_000_000} MB, so it is no policy; name another file.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}; name a file that can be read.") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path}: this is not UTF-8 text; save it as UTF-8.") from None


def _sum(levels: list[str]) -> str:
    """`2 errors, 1 warning, 3 pieces of advice.`"""
    names = {
        "error": ("error", "errors"),
        "warning": ("warning", "warnings"),
        "advice": ("piece of advice", "pieces of advice"),
    }
    counted = [(levels.count(level), words) for level, words in names.items()]
    said = [f"{count} {words[count != 1]}" for count, words in counted if count]
    return f"{', '.join(said) or 'All is well'}."
