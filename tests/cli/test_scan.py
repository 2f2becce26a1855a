"""`guardrails scan`, as people and programs call it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.cli.scan import scan

MAIL = "jane.cooper@contoso.com"


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(scan, list(arguments), input=given)


@pytest.mark.parametrize(
    ("text", "status"), [("Nothing here.\n", 0), ("", 0), (f"Write to {MAIL}\n", 1), ("me@example.com at 127.0.0.1", 0)]
)
def test_exit_status_of_standard_input(text: str, status: int) -> None:
    assert run(given=text).exit_code == run("-", given=text).exit_code == status


def test_people_see_where(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"Hello\r\n  Ørsted: {MAIL}, 81.2.69.142\n\nbye {MAIL}", encoding="utf-8", newline="")
    lines = run(str(file)).output.splitlines()
    assert lines[0] == f"{file}:2:11: EMAIL_ADDRESS 1.00, IP_ADDRESS 0.60"
    assert MAIL in lines[1]
    assert lines[2] == f"{file}:4:5: EMAIL_ADDRESS 1.00"


def test_json(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.txt").write_text(MAIL)
    (tmp_path / "a.txt").write_text("none")
    (tmp_path / ".hidden").write_text(MAIL)
    result = run("--format", "json", str(tmp_path))
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 1
    assert rows == [
        {"path": str(tmp_path / "a.txt"), "findings": []},
        {
            "path": str(tmp_path / "b" / "c.txt"),
            "findings": [{"entity": "EMAIL_ADDRESS", "start": 0, "end": 23, "score": 1.0, "detector": "pii/EmailRecognizer"}],
        },
    ]


def test_rows_in_rows_out() -> None:
    rows = [
        {"id": 1, "text": f"😀 {MAIL}"},
        {"id": "b", "lang": "da", "text": "mobil 20123456"},
        {"id": None, "text": ""},
        {"id": 4, "lang": None, "text": "\ud800 4111111111111111"},
    ]
    result = run("--jsonl", given="\n\n".join(map(json.dumps, rows)))
    out = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert [r["id"] for r in out] == [1, "b", None, 4]
    assert [[(f["entity"], f["start"], f["end"]) for f in r["findings"]] for r in out] == [
        [("EMAIL_ADDRESS", 2, 25)], [("PHONE_NUMBER", 6, 14)], [], [("CREDIT_CARD", 2, 18)],
    ]  # fmt: skip
    assert set(out[0]) == {"id", "findings"}
    assert set(out[0]["findings"][0]) == {"entity", "start", "end", "score", "detector"}


@pytest.mark.parametrize("bad", ["{", "[]", '{"id": 1}', '{"text": 7}'])
def test_a_row_that_is_none_is_an_error_at_its_line(bad: str) -> None:
    result = run("--jsonl", given='{"id":1,"text":"a"}\n' + bad)
    assert result.exit_code == 2
    assert "-:2:1: " in result.stderr


def test_what_cannot_be_read(tmp_path: Path) -> None:
    binary = tmp_path / "x.bin"
    binary.write_bytes(b"\xff\xfe\x00")
    assert run(str(tmp_path / "absent")).exit_code == 2
    assert run("--jsonl", str(tmp_path / "absent")).exit_code == 2
    assert run("--jsonl", "a", "b").exit_code == 2
    assert run(str(binary)).exit_code == 2
    assert "not UTF-8" in run(str(binary)).stderr
    assert run(str(tmp_path)).exit_code == 0  # an image in a folder is no surprise
    assert run(given=b"\xff").exit_code == 2


def test_the_fixed_options_exist() -> None:
    text = run("--help").output
    for option in ("--lang", "--no-names", "--format", "--jsonl"):
        assert option in text
    assert run("--no-names", "--lang", "id", given="hello").exit_code == 0
