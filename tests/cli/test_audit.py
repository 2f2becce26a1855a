"""`guardrails audit` as people and programs call it: what it prints, and the exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.audit.file import FILE
from guardrails.cli import main
from tests.audit.logs import calls, tamper, write
from tests.test_record import an_intent


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


@pytest.mark.parametrize("damage", [lambda whole: whole[: len(whole) // 2], lambda whole: whole[:9000], lambda _: b"x" * 9999])
@pytest.mark.parametrize("command", ["verify", "show"])
def test_a_damaged_file_is_called_damaged_to_people_and_to_programs(
    command: str, damage: Callable[[bytes], bytes], data: Path
) -> None:
    for left in data.glob(f"{FILE}-*"):
        left.unlink()
    (data / FILE).write_bytes(damage((data / FILE).read_bytes()))
    result = run(command, "--data", data)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "its file is damaged (SQLITE_" in result.stderr
    assert "in use" not in result.stderr
    result = run(command, "--data", data, "--format", "json")
    shown = json.loads(result.stdout)
    assert (result.exit_code, shown["verdict"], shown["intact"]) == (2, "UNREADABLE", False)
    assert "damaged" in shown["reason"]


@pytest.mark.parametrize(("name", "said"), [("audit.db", "no log at"), ("log.pub", "log.pub")])
def test_what_is_missing_is_json_for_programs_too(name: str, said: str, data: Path) -> None:
    (data / name).unlink()
    result = run("verify", "--data", data, "--format", "json")
    shown = json.loads(result.stdout)
    assert (result.exit_code, shown["verdict"]) == (2, "UNREADABLE")
    assert said in shown["reason"]


def test_only_languages_that_exist(data: Path) -> None:
    assert run("show", "--data", data, "--lang", "en").exit_code == 0
    result = run("show", "--data", data, "--lang", "xx")
    assert result.exit_code == 2
    assert "'en'" in result.stderr


def test_a_checkpoint_of_another_log_is_said_first(data: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", calls(1))
    kept = tmp_path / "kept"
    assert run("verify", "--data", tmp_path / "other", "--keep", kept).exit_code == 0
    result = run("verify", "--data", data, "--checkpoint", kept)
    first, second, *_ = result.stdout.splitlines()
    assert first.startswith("The checkpoint may belong to another log: it is of guardrails-log/")
    assert "this log is guardrails-log/" in first
    assert "REWRITTEN" in second
    assert result.exit_code == 1


def test_numbers_agree_with_their_nouns(tmp_path: Path) -> None:
    write(tmp_path, [an_intent(call="open"), an_intent(call="early", at="2020-01-01T00:00:00.000Z")])
    shown = run("verify", "--data", tmp_path).stdout
    assert "3 entries, 3 signed checkpoints." in shown
    assert "2 calls have no outcome yet, the first at entry 1: still running, or the server died" in shown
    assert "1 entry is earlier in time than one before from the same server, the first being entry 2" in shown
    assert "(s)" not in shown


def test_a_gap_is_told_with_what_was_not_judged(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert run("verify", "--data", data, "--keep", kept).exit_code == 0
    tamper(data, "DELETE FROM entries WHERE idx = 2")
    shown = run("verify", "--data", data, "--checkpoint", kept).stdout
    assert "BROKEN" in shown
    assert "TRUNCATED" not in shown
    assert "2 entries judged, 2 not" in shown
    assert "entry 2 is missing; 2 entries after it were not judged" in shown


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
