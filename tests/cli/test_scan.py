"""`guardrails scan`, as people and programs call it."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.assembly import Parts
from guardrails.cli.scan import scan
from guardrails.settings import Settings

MAIL = "jane.cooper@contoso.com"


def run(*arguments: str, given: str | bytes | None = None, names: bool = False) -> Result:
    """Without names, unless a test is about them: what has a form is found for certain."""
    return CliRunner().invoke(scan, [*arguments, *([] if names else ["--no-names"])], input=given)


def test_names_are_found_unless_nobody_wants_them() -> None:
    found = run("--format", "json", given="Please ask Priya Raman about it.", names=True)
    assert (found.exit_code, '"PERSON"' in found.stdout) == (1, True)
    assert run("--format", "json", given="Please ask Priya Raman about it.").exit_code == 0


@pytest.mark.parametrize(
    ("text", "status"), [("Nothing here.\n", 0), ("", 0), (f"Write to {MAIL}\n", 1), ("me@example.com at 127.0.0.1", 0)]
)
def test_exit_status_of_standard_input(text: str, status: int) -> None:
    assert run(given=text).exit_code == run("-", given=text).exit_code == status


def test_people_see_where(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"Hello\r\n  Ørsted: {MAIL}, 81.2.69.142\n\nbye {MAIL}", encoding="utf-8", newline="")
    result = run(str(file))
    lines = result.stdout.splitlines()
    assert result.stderr == "3 findings: 2 EMAIL_ADDRESS, 1 IP_ADDRESS.\n"
    assert lines == [
        f"{file}:2:11-33 EMAIL_ADDRESS 1.00",
        f"{file}:2:36-46 IP_ADDRESS 0.60",
        f"    Ørsted: {MAIL}, 81.2.69.142",
        f"{file}:4:5-27 EMAIL_ADDRESS 1.00",
        f"  bye {MAIL}",
    ]


def test_people_are_told_what_the_default_policy_does_not_hide() -> None:
    result = run(given=f"On 2024-05-17 at https://fabrikam.com/help?id=7 wrote {MAIL}")
    kinds = {line.split()[1] for line in result.output.splitlines() if line.startswith("-:")}
    assert {"URL", "EMAIL_ADDRESS"} <= kinds
    hidden = f"Among these, the policy in force does not hide: {', '.join(sorted(kinds - {'EMAIL_ADDRESS'}))}.\n"
    assert result.stderr.endswith(hidden)
    assert run(given=MAIL).stderr == "1 finding: 1 EMAIL_ADDRESS.\n"
    assert run(given="hello").stderr == "Nothing found.\n"


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
    absent = run(str(tmp_path / "absent"))
    assert (absent.exit_code, absent.stderr) == (2, f"{tmp_path / 'absent'}: no such file or directory\n")
    assert run("--jsonl", str(tmp_path / "absent")).exit_code == 2
    assert run("--jsonl", "a", "b").exit_code == 2
    assert run(str(binary)).exit_code == 2
    assert "not UTF-8" in run(str(binary)).stderr
    assert run(str(tmp_path)).exit_code == 0  # an image in a folder is no surprise
    assert run(given=b"\xff").exit_code == 2
    (tmp_path / "y.txt").write_text(MAIL)
    (tmp_path / "z.txt").write_bytes("Zoë".encode("latin-1"))
    all_three = run(str(tmp_path))
    assert all_three.exit_code == 1  # what was found still counts
    assert all_three.stderr.splitlines() == [
        f"{tmp_path / 'z.txt'}: is not UTF-8 text (line 1); if it is Latin-1, try --encoding latin-1",
        "1 finding: 1 EMAIL_ADDRESS.",
        "Left out as no text: 1 file.",
    ]
    assert run("--encoding", "latin-1", str(tmp_path / "z.txt")).exit_code == 0
    assert run("--encoding", "klingon", str(tmp_path / "z.txt")).exit_code == 2
    assert run("--encoding", "zlib", str(tmp_path / "z.txt")).exit_code == 2


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
    for option in ("--lang", "--no-names", "--format", "--jsonl", "--kinds", "--countries", "--only", "--except", "--config"):
        assert option in text
    assert run("--no-names", "--lang", "id", given="hello").exit_code == 0


# --- what is looked for ---------------------------------------------------------------------------------------------------


def found(*arguments: str, given: str) -> set[str]:
    out = json.loads(run("--format", "json", *arguments, given=given).stdout)
    return {f["entity"] for f in out["findings"]}


def test_kinds_can_be_chosen() -> None:
    text = f"{MAIL} from 81.2.69.142, 4111 1111 1111 1111"
    assert found(given=text) == {"EMAIL_ADDRESS", "IP_ADDRESS", "CREDIT_CARD"}
    assert found("--only", "email,card", given=text) == {"EMAIL_ADDRESS", "CREDIT_CARD"}
    assert found("--except", "email", "--except", "IP_ADDRESS", given=text) == {"CREDIT_CARD"}
    assert run("--only", "card", given=MAIL).exit_code == 0
    wrong = run("--only", "emial", given=text)
    assert (wrong.exit_code, "'emial'" in wrong.stderr) == (2, True)


def test_what_the_policy_only_flags_is_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("rules: [{id: a, detect: {pii: [EMAIL_ADDRESS]}, action: flag}]")
    (tmp_path / "guardrails.yaml").write_text(f"policy: [{tmp_path / 'p.yaml'}]\nonly_these_policies: true")
    told = run("--config", str(tmp_path / "guardrails.yaml"), given=MAIL).stderr
    assert "does not hide: EMAIL_ADDRESS." in told


def test_countries_can_be_chosen() -> None:
    assert "PL_PESEL" not in found(given="44051401359")
    assert "PL_PESEL" in found("--countries", "de,pl", given="my PESEL 44051401359")
    assert run("--countries", "poland", given="x").exit_code == 2
    assert "UK_NHS" in found("--countries", "uk", given="my NHS number is 943 476 5919")


def test_an_empty_folder_is_told_of(tmp_path: Path) -> None:
    result = run(str(tmp_path))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Nothing to read.\n")


def test_the_settings_own_recognizers_are_asked(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("- {entity: TICKET, regex: 'T-[0-9]{4}', examples: {match: T-1234, no_match: T-12}}")
    (tmp_path / "guardrails.yaml").write_text(f"recognizers: [{tmp_path / 'own.yaml'}]\nallow: [{MAIL}]")
    config = ("--config", str(tmp_path / "guardrails.yaml"))
    assert found(*config, given=f"see T-1234, {MAIL}") == {"TICKET"}
    assert found(*config, "--only", "ticket", given="see T-1234") == {"TICKET"}
    absent = run("--config", str(tmp_path / "absent.yaml"), given="x")
    assert absent.exit_code != 0
    assert absent.stdout == ""


def test_what_is_written_in_disguise_is_said_beside_what_it_is() -> None:
    text = "write to jane dot cooper at contoso dot com now"
    result = run(given=text)
    assert result.stdout.splitlines()[0].startswith("-:1:10-43 EMAIL_ADDRESS ")
    assert result.stdout.splitlines()[0].endswith(", written in disguise")
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.startswith("1 finding: 1 EMAIL_ADDRESS; written in disguise: 1.\n")
    assert found(given=text) == {"EMAIL_ADDRESS", "OBFUSCATION"}
    assert found("--only", "email", given=text) == {"EMAIL_ADDRESS", "OBFUSCATION"}
    assert found("--except", "obfuscation", given=text) == {"EMAIL_ADDRESS"}


# --- what people see --------------------------------------------------------------------------------------------------------


def test_of_a_long_line_the_part_around_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text("x" * 3000 + f" {MAIL} " + "y" * 3000 + f" {MAIL}")
    lines = run(str(file)).stdout.splitlines()
    assert [line.split(" ")[0] for line in lines[::2]] == [f"{file}:1:3002-3024", f"{file}:1:6027-6049"]
    assert all(len(line) < 300 for line in lines)
    assert lines[1].startswith("  …xxx")
    assert lines[1].endswith("yyy…")
    assert lines[3].endswith(MAIL)


def test_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "a\x1b[2J.txt"
    file.write_text(f"\x1b]0;title\x07 \u202e 👩\u200d💻 {MAIL}")
    result = run(str(tmp_path))
    assert not set("\x1b\x07\u202e") & set(result.stdout + result.stderr)
    assert "👩\u200d💻" in result.stdout


def test_a_name_that_is_not_utf_8_can_be_told(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.txt"
    try:
        Path(os.fsdecode(name)).write_text(MAIL)
    except OSError:
        pytest.skip("this file system has no such names")
    for form in ("text", "json"):
        assert "\ufffd.txt" in run("--format", form, str(tmp_path)).stdout


@dataclass
class Screen:
    """What a person saw, and how it ended."""

    status: int
    text: str


def typed(
    *arguments: str, keys: bytes = b"", when: bytes = b"", columns: int = 80, stdout: int | None = None, **environment: str
) -> Screen:
    """The command in a terminal of its own. `keys` are pressed once `when` has been printed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")}
    with subprocess.Popen(
        [sys.executable, "-c", CONTROLLING, "scan", "--no-names", *arguments],
        stdin=theirs,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
        env={**kept, "TERM": "xterm-256color", **environment},
        start_new_session=True,
    ) as process:
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # that is how Linux says that the other side is closed
            while data := os.read(ours, 65536):
                seen += data
                if keys and when in seen:
                    os.write(ours, keys)
                    keys = b""
        os.close(ours)
        return Screen(process.wait(30), seen.decode().replace("\r\n", "\n"))


#: The terminal becomes the process's own, so that Ctrl-C reaches it.
CONTROLLING = "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from guardrails.cli import main; main()"
LONG = f"The quick brown fox jumps over the lazy dog, and {MAIL} looks on from the shade of a tree nearby.\n"


def test_in_a_terminal_it_is_marked(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"我 {MAIL} 😀")
    seen = typed(str(file))
    assert seen.status == 1
    assert f"我 \x1b[1;31m{MAIL}\x1b[0m 😀" in seen.text
    assert "1 finding: 1 EMAIL_ADDRESS." in seen.text
    assert "%" not in seen.text  # so short a work shows no progress
    plain = typed(str(file), NO_COLOR="1")
    assert "\x1b" not in plain.text
    assert f"我 {MAIL} 😀" in plain.text


def test_in_a_narrow_terminal_less_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x" * 500 + f" {MAIL} " + "y" * 500)
    shown = typed(str(file), columns=40, NO_COLOR="1").text.splitlines()[1]
    assert len(shown) <= 80
    assert MAIL in shown


def test_what_was_found_before_it_was_stopped_is_told(tmp_path: Path) -> None:
    file = tmp_path / "endless"
    os.mkfifo(file)
    with writing(file, LONG):
        seen = typed(str(file), keys=b"\x03", when=MAIL.encode())
    assert seen.status == 130
    assert re.search(r"Stopped; so far: [0-9]+ findings?: [0-9]+ EMAIL_ADDRESS\.", seen.text)
    assert "Traceback" not in seen.text


def test_what_moves_is_on_the_screen_alone(tmp_path: Path) -> None:
    (tmp_path / "long-names").mkdir()
    file = tmp_path / "long-names" / "你好.txt"
    file.write_text("nothing here. " * 2_000_000)
    with (tmp_path / "out").open("wb") as out:
        seen = typed("--format", "json", str(file), str(file), keys=b"\x03", when=b"%", stdout=out.fileno())
    assert seen.status == 130
    moved = seen.text
    assert "1 of 2: …" in moved
    assert "你好.txt" in moved
    assert "%" in moved
    assert (tmp_path / "out").read_bytes() == b""


def test_of_a_pipe_nobody_knows_how_long_it_is(tmp_path: Path) -> None:
    file = tmp_path / "pipe"
    os.mkfifo(file)
    with writing(file, "nothing here. "), (tmp_path / "out").open("wb") as out:
        seen = typed(str(file), keys=b"\x03", when=b"B", stdout=out.fileno())
    assert seen.status == 130
    assert "MB" in seen.text or "kB" in seen.text
    assert "Stopped; so far: nothing found." in seen.text


@contextmanager
def writing(path: Path, text: str) -> Iterator[None]:
    """Somebody who writes into a pipe and never ends."""

    def write() -> None:
        with suppress(BrokenPipeError), path.open("w") as pipe:
            while True:
                pipe.write(text)

    thread = threading.Thread(target=write)
    thread.start()
    yield
    thread.join()


# --- rows ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--format", "json"), ("--jsonl",)])
def test_a_reader_that_has_gone_ends_it_quietly(tmp_path: Path, more: tuple[str, ...]) -> None:
    file = tmp_path / "a"
    row = json.dumps({"id": 1, "text": MAIL}) + "\n"
    file.write_text(row * 3_000)
    many = [str(file)] * (1 if "--jsonl" in more else 3)
    with subprocess.Popen(
        [sys.executable, "-m", "guardrails", "scan", *more, *many], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == b""


def test_rows_leave_as_they_come() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "guardrails", "scan", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": MAIL}).encode() + b"\n")
            process.stdin.flush()
            row = json.loads(process.stdout.readline())  # before the next one is written
            assert (row["id"], [f["entity"] for f in row["findings"]]) == (number, ["EMAIL_ADDRESS"])


def test_a_mark_before_the_first_row_is_no_matter() -> None:
    assert run("--jsonl", given=b'\xef\xbb\xbf{"id": 1, "text": "a"}').exit_code == 0


def test_a_recognizer_that_fails_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text(
        "class One:\n name, supported_entities, supported_language = 'One', ['THING'], 'en'\n"
        " def load(self): pass\n def analyze(self, text, entities, nlp_artifacts=None): raise KeyError(text)\nONE = One()\n"
    )
    (tmp_path / "guardrails.yaml").write_text("recognizers: ['failing:ONE']")
    command = [sys.executable, "-m", "guardrails", "scan", "--config", "guardrails.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for more, given in (((), MAIL), (("--jsonl",), json.dumps({"id": 1, "text": MAIL}))):
        done = subprocess.run(
            [*command, *more], cwd=tmp_path, env=environment, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "failed (Recognizer" in done.stderr
        assert MAIL not in done.stderr
