"""`guardrails scan`, as people and programs call it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.assembly import Parts
from guardrails.cli.scan import _last, scan
from guardrails.settings import Settings

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
    assert lines == [
        f"{file}:2:11-33 EMAIL_ADDRESS 1.00",
        f"{file}:2:36-46 IP_ADDRESS 0.60",
        f"    Ørsted: {MAIL}, 81.2.69.142",
        f"{file}:4:5-27 EMAIL_ADDRESS 1.00",
        f"  bye {MAIL}",
    ]


def test_people_see_where_what_goes_over_a_line_ends() -> None:
    text = "a\ncard 4111 1111\n1111 1111 yes"
    start, end = text.index("4111"), text.index(" yes")
    assert _last(text, 2, 2, end) == "3:9"
    assert _last(text, 2, 2, start + 9) == "14"
    assert _last(text, 2, 2, start + 10) == "15"  # the line's own end


def test_people_are_told_what_the_default_policy_does_not_hide() -> None:
    result = run(given=f"On 2024-05-17 at https://fabrikam.com/help?id=7 wrote {MAIL}")
    kinds = {line.split()[1] for line in result.output.splitlines() if line.startswith("-:")}
    assert {"URL", "EMAIL_ADDRESS"} <= kinds
    assert result.stderr == f"Among these, the default policy does not hide: {', '.join(sorted(kinds - {'EMAIL_ADDRESS'}))}.\n"
    assert run(given=MAIL).stderr == ""


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


@pytest.mark.parametrize("bad", [b"{", b"[]", b'{"id": 1}', b'{"text": 7}', b'{"text": "\xff"}', b"[" * 100_000])
def test_a_row_that_is_none_is_an_error_at_its_line(bad: bytes) -> None:
    result = run("--jsonl", given=b'{"id":1,"text":"a"}\n' + bad + b'\n{"id":3,"text":"c"}\n\n' + bad)
    assert result.exit_code == 2
    assert result.stderr == "".join(f'-:{line}:1: not a row {{"id", "text"}}\n' for line in (2, 5))
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [1, 3]  # those after it are not lost


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
    (tmp_path / "y.txt").write_text(MAIL)
    both = run(str(tmp_path))
    assert (both.exit_code, both.stderr) == (1, f"{binary}: is not UTF-8 text\n")  # told of, and what was found still counts


@pytest.mark.parametrize("folder", [".git", ".venv", "venv", "node_modules", "__pycache__", "mine/node_modules"])
def test_folders_that_are_not_ours_are_left_out(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "a.txt").write_text(MAIL)
    assert run(str(tmp_path)).exit_code == 0
    assert run(str(tmp_path / folder)).exit_code == 1  # asked for by name


def test_kinds_are_what_a_rule_can_name() -> None:
    result = run("--kinds")
    assert result.exit_code == 0
    assert result.output.splitlines() == sorted(Parts.of(Settings()).entities)
    assert {"EMAIL_ADDRESS", "DATE_TIME", "URL"} <= set(result.output.split())


def test_the_fixed_options_exist() -> None:
    text = run("--help").output
    for option in ("--lang", "--no-names", "--format", "--jsonl", "--kinds"):
        assert option in text
    assert run("--no-names", "--lang", "id", given="hello").exit_code == 0
