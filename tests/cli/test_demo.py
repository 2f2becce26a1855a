from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from guardrails.cli.demo import (
    HOUSE,
    ORG,
    PERSONAL,
    SCENES,
    Played,
    Proof,
    _cut,
    _lines,
    decided,
    play,
    prove,
    screen,
    unkept,
    yours,
)
from guardrails.disclosure.notices import current
from guardrails.providers.demo_scripts import INVENTED

Show = tuple[list[Played], Proof, Path]


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Show:
    data = tmp_path_factory.mktemp("demo")
    played, base = play(data)
    assert base.startswith("http://127.0.0.1:")
    return played, prove(data), data


def values(text: str) -> list[str]:
    return [value for value in PERSONAL if value in text]


def test_what_the_person_wrote_never_reaches_the_model_and_comes_back(show: Show) -> None:
    for one in show[0]:
        assert not values(one.saw), one.scene.title
        assert not values(one.said), one.scene.title
        if not one.scene.after:
            assert values(one.got) == values(one.scene.wrote)
            assert values(one.got), one.scene.title


def test_each_language_is_told_once(show: Show) -> None:
    languages = ["en", "id", "zh-Hans", "da"]
    told = [one for one in show[0] if one.notice]
    assert [one.notice for one in told] == [current("first", language, ORG).text for language in languages]
    assert all(one.got.startswith(one.notice + "\n\n") for one in told)
    assert [one.scene.after for one in show[0] if not one.notice] == ["English", "English", "Dansk"]
    everything = "".join(one.saw + one.said for one in show[0])
    assert not any(one.notice in everything for one in told)  # the model never sees a notice


def test_what_the_model_invents_is_masked_and_what_it_steals_is_not_given(show: Show) -> None:
    invented, _, stolen = show[0][-3:]
    assert all(value in invented.said for value in INVENTED[0].values())
    assert not any(value in invented.got for value in INVENTED[0].values())
    assert re.search(r"https://evil\.example/\?q=<EMAIL_ADDRESS_\w+>$", stolen.got)
    assert "kept out of a stranger's link: 1" in stolen.told


def test_the_log_verifies_and_a_changed_letter_is_found(show: Show) -> None:
    played, proof, data = show
    assert proof.verdict == "intact but UNANCHORED"
    assert (proof.of_changed, proof.first_bad) == ("BROKEN", proof.changed)
    assert [len(one.entries) for one in played] == [2] * len(SCENES)
    assert proof.entries == 1 + 2 * len(SCENES)  # the first entry names the log
    raw = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert not any(value.encode() in raw for value in PERSONAL)


def test_a_policy_blocks(show: Show) -> None:
    blocked = show[0][-2]
    assert (blocked.saw, blocked.said, blocked.got) == ("", "", "This is secret.")
    assert blocked.told == "blocked · by the rule: secret"


def test_the_theft_comes_from_a_tool_not_from_the_user() -> None:
    assert [("evil" in scene.wrote, "evil" in scene.page) for scene in SCENES if scene.model == "demo-link"] == [(False, True)]


@pytest.mark.parametrize(("width", "most"), [(60, 110), (80, 80), (110, 52), (120, 50), (160, 45)])
def test_one_screen(show: Show, width: int, most: int) -> None:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(screen(show[0], show[1], "http://127.0.0.1:49152", width))
    text = out.getvalue()
    lines = text.splitlines()
    assert len(lines) + len(yours(None)) <= most
    assert all(cell_len(line) <= width for line in lines)
    for word in ("wrote", "saw", "said", "got", "audit verify", "BROKEN", "made-up shop", "Entry 0 is"):
        assert word in text
    assert text.count("…") == 1 + sum(bool(one.notice) for one in show[0])  # the legend, and each notice: nothing else is cut
    if width < 80:
        return
    for one in show[0]:
        for word in re.findall(r"<[A-Z]\w+>|•{3,}\d*", one.saw + one.got + one.said):
            assert word in text
        assert all(value in text for value in values(one.got))
    cells = [cell for line in lines if "━" not in line for cell in re.split(r"\s{2,}|\b(?:wrote|saw|got|said) ", line)]
    assert not [cell for cell in cells if re.match(r"[，。、；：！？）,.;!?)]", cell)]
    assert HOUSE.split(" message")[0][:40] in text


def test_what_comes_next_can_be_copied(show: Show) -> None:
    assert [line for line in yours(Path("a/b")) if line.startswith("guardrails ")] == [
        "guardrails serve --upstream https://api.openai.com --port 8080 --data mine",
        "guardrails audit show --last 1 --data a/b",
    ]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("til jane.cooper@contoso.com, tak.", 24, ["til", "jane.cooper@contoso.com,", "tak."]),
        ("card 4111 1111 1111 1111 ya", 12, ["card", "4111 1111 1111 1111", "ya"]),
        ("https://a.example/?q=<EMAIL_ADDRESS_X>.", 24, ["https://a.example/?q=", "<EMAIL_ADDRESS_X>."]),
        ("真人。回复", 4, ["真", "人。", "回复"]),
        ("系（AI）统", 6, ["系", "（AI）", "统"]),
        ("a\n\nb < c", 9, ["a", "b < c"]),
        ("", 9, []),
    ],
)
def test_lines_keep_words_values_and_punctuation(text: str, width: int, lines: list[str]) -> None:
    assert list(_lines(text, width)) == lines


def test_a_notice_is_cut_visibly_or_not_at_all() -> None:
    assert _cut("You are chatting with an AI", 27) == "You are chatting with an AI"
    assert _cut("You are chatting with an AI", 26) == "You are chatting with …"


def test_a_demo_that_does_not_hold_says_what(show: Show) -> None:
    played, proof, _ = show
    assert unkept(played, proof) == []

    def with_(index: int, **changed: Any) -> list[str]:
        return unkept([replace(one, **changed) if at == index else one for at, one in enumerate(played)], proof)

    english, invented, blocked, stolen = 0, -3 + len(played), -2 + len(played), -1 + len(played)
    assert unkept([], proof) == ["every scene was played"]
    assert with_(english, saw=PERSONAL[0]) == ["personal data stays hidden from the model"]
    assert with_(english, got=played[english].notice) == ["what was hidden is given back"]
    assert with_(english, notice="") == ["an AI is disclosed, once"]
    assert with_(invented, got=played[invented].said) == ["what the model invents is masked"]
    assert with_(stolen, got="https://evil.example/?q=" + PERSONAL[0]) == ["nothing is stolen by a link"]
    assert with_(blocked, saw="What is Project Halibut?") == ["a policy blocks"]
    assert unkept(played, replace(proof, verdict="BROKEN")) == ["the log verifies"]
    assert unkept(played, replace(proof, of_changed="intact")) == ["a changed log is found"]


def test_a_record_without_anything_to_tell() -> None:
    assert decided([{"type": "decision.intent"}, {"ending": "allowed"}]) == "allowed"


def test_what_is_hidden_again_is_told_as_such() -> None:
    records = [{"hidden": {"EMAIL_ADDRESS": 2}}, {"ending": "modified"}]
    assert decided(records) == "modified · hidden: 2 EMAIL_ADDRESS"
    assert decided(records, again=True) == "modified · hidden again from the earlier turn: 2 values"


def test_a_terminal_that_knows_only_ascii() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-m", "guardrails", "demo"], capture_output=True, timeout=100, check=False, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"jane.cooper@contoso.com" in done.stdout


def test_the_command(tmp_path: Path) -> None:
    kept = tmp_path / ("kept" * 30)  # longer than the screen is wide
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-m", "guardrails", "demo", "--data", str(kept)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "http_proxy": "http://127.0.0.1:9", "PYTHONIOENCODING": "utf-8"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"guardrails audit show --last 1 --data {kept}"  # whole, however long
    assert (kept / "audit.db").is_file()
