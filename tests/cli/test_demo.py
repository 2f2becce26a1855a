from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from guardrails.cli.demo import ORG, PERSONAL, SCENES, WIDTH, Played, Proof, decided, play, prove, screen
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
    assert [one.scene.after for one in show[0] if not one.notice] == ["English", "Dansk"]
    everything = "".join(one.saw + one.said for one in show[0])
    assert not any(one.notice in everything for one in told)  # the model never sees a notice


def test_what_the_model_invents_is_masked_and_what_it_steals_is_not_given(show: Show) -> None:
    invented, stolen = show[0][-2:]
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


def test_one_screen(show: Show) -> None:
    out = io.StringIO()
    Console(file=out, width=WIDTH, color_system=None).print(screen(show[0], show[1], "http://127.0.0.1:49152"))
    lines = out.getvalue().splitlines()
    assert len(lines) <= 62
    assert all(len(line) <= WIDTH for line in lines)
    text = out.getvalue()
    for word in ("the user wrote", "the model saw", "the model said", "the user got", "audit verify", "BROKEN", "base_url="):
        assert word in text
    assert "…" not in text  # nothing was cut off


def test_a_record_without_anything_to_tell() -> None:
    assert decided([{"type": "decision.intent"}, {"ending": "allowed"}]) == "allowed"


def test_a_terminal_that_knows_only_ascii() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-m", "guardrails", "demo"], capture_output=True, timeout=100, check=False, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"jane.cooper@contoso.com" in done.stdout


def test_the_command(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-m", "guardrails", "demo", "--data", str(kept)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "http_proxy": "http://127.0.0.1:9", "PYTHONIOENCODING": "utf-8"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"--data {kept}" in done.stdout.replace("\n", " ")
    assert (kept / "audit.db").is_file()
