"""The command as a person and a shell see it: what it prints, what it costs, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from guardrails import __version__
from guardrails.cli import COMMANDS, main
from tests.cli.breaking import group

ROOT = Path(__file__).parents[2]
HEAVY = {"fastapi", "starlette", "aiohttp", "presidio_analyzer", "spacy", "numpy", "pydantic", "yaml", "cryptography", "rich"}


def run(*words: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    command = ["-c", code] if code else ["-m", *words]
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_help_names_every_command_on_one_line_each():
    done = run("guardrails", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    for name, row in COMMANDS.items():
        assert [line.split()[1:] for line in lines if line.split()[:1] == [name]] == [row.help.split()]
    assert all(len(line) <= 80 for line in lines)


def test_help_imports_click_and_the_standard_library_alone():
    """What keeps `--help` under 200 ms, checked without a clock."""
    done = run(
        code="import sys; before = set(sys.modules); sys.argv = ['guardrails', '--help']\n"
        "from guardrails.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('|', *sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("|")[2].split()) - sys.stdlib_module_names
    assert "guardrails" in loaded
    assert loaded <= {"guardrails", "click", "colorama", "__mp_main__"}
    assert not loaded & HEAVY


def test_without_a_word_it_shows_the_help():
    assert "Commands:" in run("guardrails").stderr


def test_version():
    assert run("guardrails", "--version").stdout == f"guardrails {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_row_of_the_table_is_a_command(name):
    context = click.Context(main)
    command = main.get_command(context, name)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert COMMANDS[name].help.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.output


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["policy"], 1, "rules.yaml:3:5: there is no action 'blok'; did you mean 'block'?\n"),
        (["log"], 1, "Error: Entry 7 was altered.\n"),
        (["settings"], 2, "Error: There is no setting 'prot'.\n"),
        (["audit"], 2, "Error: The log cannot be written.\n"),
        (["unreadable"], 2, "Error: Could not open file 'words.txt': no such file\n"),
        (["interrupted"], 130, ""),
        (["falls-short"], 1, ""),
        (["short"], 0, ""),
    ],
)
def test_how_a_command_ends(words, status, said):
    done = CliRunner().invoke(group, words)
    assert (done.exit_code, done.stderr) == (status, said)


@pytest.mark.parametrize(
    ("word", "hint"),
    [("pollicy", "Did you mean 'policy'?"), ("xyzzy", "Choose one of: " + ", ".join(COMMANDS) + ".")],
)
def test_an_unknown_word_gets_the_nearest_right_one(word, hint):
    done = CliRunner().invoke(main, [word])
    assert done.exit_code == 2
    assert f"No such command {word!r}. {hint}" in done.stderr


@pytest.mark.parametrize("word", ["endless", "short"])
def test_a_reader_who_leaves_is_met_with_silence(word):
    """`guardrails scan … | head -1`: no traceback, and a status that does not say that anything falls short."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "tests.cli.breaking", word],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": ""},  # as a person's shell has it: what is written waits in a buffer
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")
