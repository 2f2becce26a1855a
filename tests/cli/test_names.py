"""`guardrails names`: what a list is made of, what it refuses, where names stand; never a name on the screen."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardrails.cli import main
from guardrails.detectors.names.known import Known, parse

TAKEN = "Jane Cooper\njane  cooper\nBudi Santoso\n王小明\nMadonna\n"


def run(*args: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["names", *map(str, args)], input=typed)


@pytest.fixture
def made(tmp_path) -> Path:
    out = tmp_path / "staff.names"
    done = run("hash", "-", "--out", out, "--entity", "EMPLOYEE", typed=TAKEN)
    assert done.exit_code == 0, done.output
    return out


def test_a_list_is_made_and_read(made):
    text = made.read_text("utf-8")
    assert not any(word in text.lower() for word in ("jane", "budi", "王", "madonna"))
    assert [h.entity for h in Known([parse(text)]).find("Ask jane cooper or 王小明.")] == ["EMPLOYEE", "EMPLOYEE"]
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [f.name for f in made.parent.iterdir()] == ["staff.names"]


def test_it_says_what_became_of_the_lines(tmp_path):
    source, out = tmp_path / "names.txt", tmp_path / "list"
    source.write_text("\ufeff" + TAKEN + "Al\n\n王\n", "utf-8")
    done = run("hash", source, "--out", out)
    assert done.exit_code == 1
    assert "4 names as PERSON, 1 duplicate left out." in done.output
    assert "1 name of one word" in done.output
    assert f"{source}:6:1: refused: one word" in done.output
    assert f"{source}:8:1: refused: one sign" in done.output
    assert "Al\n" not in done.output
    assert len(parse(out.read_text("utf-8")).names) == 4


def test_many_refused_lines_are_counted(tmp_path):
    done = run("hash", "-", "--out", tmp_path / "list", typed="Jane Cooper\n" + "Al\n" * 30)
    assert done.exit_code == 1
    assert done.output.count("refused:") == 20
    assert "10 more lines were refused." in done.output


def test_a_list_is_replaced_only_where_that_is_said(made):
    before = made.read_text("utf-8")
    refused = run("hash", "-", "--out", made, typed=TAKEN)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert made.read_text("utf-8") == before
    assert run("hash", "-", "--out", made, "--force", typed=TAKEN).exit_code == 0
    assert made.read_text("utf-8") != before  # another salt


@pytest.mark.parametrize(
    ("typed", "args", "says"),
    [
        ("", (), "no name that a list can hold"),
        ("Al\n1\n", (), "no name that a list can hold"),
        ("Jane Cooper\n", ("--entity", "customer"), "in capitals"),
    ],
)
def test_where_no_list_can_be_made_none_is_written(tmp_path, typed, args, says):
    done = run("hash", "-", "--out", tmp_path / "list", *args, typed=typed)
    assert done.exit_code == 2
    assert says in done.output
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_read_or_written_says_so(tmp_path):
    (tmp_path / "latin").write_bytes("Søren Holm\n".encode("latin-1"))
    assert "save it as UTF-8" in run("hash", tmp_path / "latin", "--out", tmp_path / "list").output
    assert "name a file that can be read" in run("hash", tmp_path / "none", "--out", tmp_path / "list").output
    elsewhere = run("hash", "-", "--out", tmp_path / "none" / "list", typed=TAKEN)
    assert elsewhere.exit_code == 2
    assert "--out" in elsewhere.output
    assert run("check", tmp_path / "none", "x").exit_code == 2


def test_check_says_where_and_never_what(made):
    done = run("check", made, "Ask Jane Cooper, please. 王小明")
    assert done.exit_code == 1
    assert done.output == "4-15 EMPLOYEE\n25-28 EMPLOYEE\n2 names found.\n"
    typed = run("check", made, typed="nobody here")
    assert (typed.exit_code, typed.output) == (0, "0 names found.\n")


def test_check_refuses_what_is_no_list(made, tmp_path):
    plain = tmp_path / "plain.txt"
    plain.write_text(TAKEN, "utf-8")
    done = run("check", plain, "x")
    assert done.exit_code == 2
    assert "no list of hashed names" in done.output
    assert "Jane" not in done.output
    whole = made.read_text("utf-8").splitlines()
    made.write_text("\n".join(whole[:-1]), "utf-8")
    assert "a part is missing" in run("check", made, "x").output


def test_the_real_command(made):
    command = [sys.executable, "-m", "guardrails", "names", "check", str(made)]
    done = subprocess.run(
        command, input="Ask 王小明", capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, "4-7 EMPLOYEE\n1 name found.\n")
