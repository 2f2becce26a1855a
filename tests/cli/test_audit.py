"""`guardrails audit` as people and programs call it: what it prints, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.audit.sqlite import FILE
from guardrails.cli import main
from tests.audit.logs import calls, tamper, write


def run(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)], env=env)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "data", calls(2))
    return tmp_path / "data"


def test_an_intact_log_is_0_and_says_unanchored(data: Path) -> None:
    result = run("verify", "--data", data)
    assert result.exit_code == 0
    assert "UNANCHORED" in result.output
    assert "5 entries" in result.output


def test_a_kept_checkpoint_takes_the_word_away(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert run("verify", "--data", data, "--keep", kept).exit_code == 0
    write(data, calls(1, "more-"))
    result = run("verify", "--data", data, "--checkpoint", kept)
    assert result.exit_code == 0
    assert "UNANCHORED" not in result.output
    assert "first 5 entries" in result.output


def test_a_changed_log_is_1_and_names_the_entry(data: Path, tmp_path: Path) -> None:
    tamper(data, "UPDATE entries SET leaf = CAST(leaf || ' ' AS BLOB) WHERE idx = 2")
    result = run("verify", "--data", data, "--keep", tmp_path / "kept")
    assert result.exit_code == 1
    assert "First bad entry: 2" in result.output
    assert not (tmp_path / "kept").exists()
    shown = json.loads(run("verify", "--data", data, "--format", "json").stdout)
    assert (shown["intact"], shown["verdict"], shown["first_bad"]) == (False, "BROKEN", 2)


@pytest.mark.parametrize("content", [None, b"", b"nothing of the kind" * 300])
def test_what_cannot_be_examined_is_2_and_a_sentence(content: bytes | None, data: Path) -> None:
    if content is None:
        (data / FILE).unlink()
    else:
        (data / FILE).write_bytes(content)
    for command in ("verify", "show"):
        result = run(command, "--data", data)
        assert result.exit_code == 2
        assert result.output.startswith("Error: ")
        assert isinstance(result.exception, SystemExit)


def test_show_tells_the_last_call_and_one_by_its_id(data: Path) -> None:
    assert "Call call-1" in run("show", "--data", data).stdout
    assert "Call call-1" in run("show", "--last", "1", "--data", data).stdout
    both = run("show", "--last", "2", "--data", data)
    assert both.stdout.index("Call call-1") < both.stdout.index("Call call-0")
    one = run("show", "call-0", "--data", data)
    assert "Call call-0" in one.stdout
    assert (both.exit_code, one.exit_code) == (0, 0)


def test_show_for_programs(data: Path) -> None:
    (story,) = json.loads(run("show", "call-0", "--data", data, "--format", "json").stdout)
    assert story["verified"] is True
    assert [(e["index"], e["record"]["type"]) for e in story["entries"]] == [(1, "decision.intent"), (2, "decision.outcome")]


def test_a_call_that_is_not_there_or_not_proven_is_1(data: Path) -> None:
    assert run("show", "nobody", "--data", data).exit_code == 1
    tamper(data, "UPDATE entries SET hash = zeroblob(32) WHERE idx = 1")
    result = run("show", "call-0", "--data", data)
    assert result.exit_code == 1
    assert "NOT VERIFIED" in result.output


def test_the_environment_names_the_directory(data: Path) -> None:
    assert run("verify", env={"GUARDRAILS_DATA": str(data)}).exit_code == 0


def test_wrong_usage_is_2(data: Path) -> None:
    assert run("show", "call-0", "--last", "2", "--data", data).exit_code == 2
    assert run("show", "--last", "0", "--data", data).exit_code == 2
    assert run("verify", "--format", "xml").exit_code == 2
    assert run("verify", "--data", data, "--keep", data / "no" / "such" / "place").exit_code == 2
