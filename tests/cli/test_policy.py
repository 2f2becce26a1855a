"""`guardrails policy lint` and `guardrails policy test`, as a person and an editor see them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardrails.cli import main
from tests.policy.texts import SMALLEST, one_rule

POLICIES = Path(__file__).parents[2] / "policies"
WHOLE = (
    "metadata: {owner: me, review_by: 2027-01-31}\n"
    + one_rule("detect: {phrases: [project falcon]}", "action: block", "controls: [iso42001:A.7.4]", "tests:")
    + "      - {name: named, input: Tell me about Project Falcon, expect: block}\n"
    + "      - {name: not named, input: Tell me about falcons, expect: no_match}\n"
)


def run(*words):
    return CliRunner().invoke(main, ["policy", *map(str, words)])


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes, name: str = "p.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_good_policy(written):
    done = run("lint", written(WHOLE))
    assert (done.exit_code, done.output) == (0, "All is well.\n")
    assert run("lint", "--strict", written(WHOLE)).exit_code == 0


def test_a_fault_is_told_at_its_place(written):
    path = written(SMALLEST.replace("block", "blok"))
    done = run("lint", path)
    assert done.exit_code == 1
    assert f'{path}:4:13: there is no action "blok"; did you mean "block"?\n' in done.output
    assert done.output.splitlines()[-1] == "1 error, 1 piece of advice."


def test_advice_is_no_fault_unless_strict(written):
    path = written(SMALLEST)
    assert run("lint", path).exit_code == 0
    assert run("lint", path, "--strict").exit_code == 1
    for line in run("lint", path).output.splitlines()[:-1]:
        assert re.match(re.escape(str(path)) + r":\d+:\d+: advice: ", line)


def test_json_for_editors(written):
    path = written(SMALLEST.replace("CREDIT_CARD", "CREDITCARD"))
    done = run("lint", "--format", "json", path)
    rows = json.loads(done.output)
    assert done.exit_code == 1
    assert [row for row in rows if row["level"] == "error"] == [
        {
            "file": str(path),
            "line": 3,
            "column": 20,
            "level": "error",
            "what": 'no kind of personal data is called "CREDITCARD"',
            "remedy": 'did you mean "CREDIT_CARD"?',
        }
    ]


def test_a_folder_gives_all_its_files(written, tmp_path):
    (tmp_path / "deeper").mkdir()
    written("rulez: []", "a.yml")
    written("rulez: []", "deeper/b.yaml")
    written("no policy", "c.txt")
    places = list(dict.fromkeys(line.split(":")[0] for line in run("lint", tmp_path).output.splitlines()[:-1]))
    assert places == [str(tmp_path / "a.yml"), str(tmp_path / "deeper" / "b.yaml")]


@pytest.mark.parametrize("command", ["lint", "test"])
@pytest.mark.parametrize(
    ("content", "remedy"),
    [(None, "name a file that can be read"), (b"\xff\xfe\x00", "save it as UTF-8"), (b" " * 32_000_001, "name another file")],
    ids=["missing", "not text", "huge"],
)
def test_what_cannot_be_read_is_not_judged(written, tmp_path, command, content, remedy):
    path = tmp_path / "p.yaml" if content is None else written(content)
    done = run(command, path)
    assert done.exit_code == 2
    assert remedy in done.output


@pytest.mark.parametrize("command", ["lint", "test"])
def test_an_empty_folder_and_no_path_are_not_judged(tmp_path, command):
    assert run(command, tmp_path).exit_code == 2
    assert run(command).exit_code == 2


def test_the_tests_beside_a_rule_are_run_for_real(written):
    done = run("test", written(WHOLE))
    assert done.exit_code == 0, done.output
    assert "2 of 2 tests pass; 1 of 1 rules are tried both ways." in done.output


def test_a_failing_test_is_told_at_its_place(written):
    path = written(WHOLE.replace("about falcons", "about project falcon"))
    done = run("test", path)
    assert done.exit_code == 1
    assert f'{path}:9:9: the test "not named" of the rule r fails: nothing should match, but the rule says block' in done.output


def test_a_broken_policy_is_not_tried(written):
    path = written("rulez: []\n")
    done = run("test", path)
    assert done.exit_code == 1
    assert done.output.startswith(f"{path}:1:1: ")


OWN = r"- {entity: CUSTOMER_NUMBER, regex: '\bC\d{6}\b', examples: {match: C123456, no_match: C12}}"
NAMING = (
    one_rule("detect: {pii: [CUSTOMER_NUMBER]}", "action: block", "tests:")
    + "      - {name: n, input: C123456, expect: block}\n"
)


def test_recognizers_are_checked_where_policies_are(written):
    """A policy may name what a file of recognizers beside it finds, and its tests find it."""
    policy, own = written(NAMING), written(OWN, "own.yaml")
    assert "no kind of personal data is called" in run("lint", policy).output
    assert run("lint", policy, own).exit_code == 0
    assert run("test", policy, own).exit_code == 0, run("test", policy, own).output
    assert run("lint", own).output == "All is well.\n"


def test_what_is_wrong_with_recognizers_is_told_at_its_place(written):
    own = written(OWN.replace("no_match: C12", "no_match: C654321"), "own.yaml")
    for command in ("lint", "test"):
        done = run(command, own)
        assert done.exit_code == 1
        assert f'{own}:1:87: must not match, but CustomerNumberRecognizer finds "C654321"; ' in done.output
    endless = written(OWN.replace("{6}", "+").replace("C12}", "nothing}"), "own.yaml")
    done = run("lint", endless)
    assert (done.exit_code, run("lint", "--strict", endless).exit_code) == (0, 1)
    assert f"{endless}:1:36: advice: no one knows how long a match can be" in done.output


def test_every_policy_that_ships_lints_and_passes_its_own_tests():
    assert run("lint", POLICIES).exit_code == 0
    done = run("test", POLICIES)
    assert done.exit_code == 0, done.output


def test_the_default_policy_is_covered_whole():
    done = run("lint", "--strict", POLICIES / "default.yaml")
    assert (done.exit_code, done.output) == (0, "All is well.\n")
    assert "5 of 5 rules are tried both ways" in run("test", POLICIES / "default.yaml").output
