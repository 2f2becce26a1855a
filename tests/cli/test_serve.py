"""`guardrails serve` refuses what is unsafe or wrong before it listens, in one sentence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardrails.cli import main
from guardrails.cli.serve import _bound


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--host", "0.0.0.0"], 2, "without keys"),
        (["--upstream", "nowhere"], 2, "must begin with http"),
        (["--config", "nowhere.yaml"], 2, "cannot be read"),
        (["--policy", "nowhere.yaml"], 2, "nowhere.yaml cannot be read"),
        (["--only-these-policies"], 2, "at least one policy"),
    ],
)
def test_refused(tmp_path, options, status, words):
    result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "d"), *options])
    assert result.exit_code == status
    assert words in result.output
    assert not (tmp_path / "d").exists(), "nothing was begun"


def test_a_broken_policy_is_told_with_its_place(tmp_path):
    (tmp_path / "p.yaml").write_text("rules:\n  - id: a\n    detect: {pii: [EMAIL_ADRESS]}\n    action: block\n")
    result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "d"), "--policy", str(tmp_path / "p.yaml")])
    assert result.exit_code == 1
    assert result.output.startswith(f"{tmp_path / 'p.yaml'}:3:20:")
    assert "EMAIL_ADDRESS" in result.output


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "d"), "--port", port])
    assert result.exit_code == 2
    assert "another program listens there" in result.output
    assert "guardrails listens" not in result.output


def test_a_data_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "file"), "--port", "0"])
    assert result.exit_code == 2
    assert "file cannot be made" in result.output
    assert "guardrails listens" not in result.output


def test_a_settings_file_that_is_not_used_is_mentioned(tmp_path):
    (tmp_path / "guardrails.yaml").write_text("port: 1")
    command = [sys.executable, "-m", "guardrails", "serve", "--upstream", "nowhere"]
    found = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    result = subprocess.run(command, cwd=tmp_path, env=found, capture_output=True, text=True, check=False)
    assert "--config guardrails.yaml" in result.stderr


def test_a_copy_of_the_listener_never_makes_another_worker_wait() -> None:
    """Whether it blocks belongs to the open socket, not to a copy (fcntl(2)): one that sets it anew sets it for all workers."""
    with _bound("127.0.0.1", 0) as listener, listener.dup():
        assert not os.get_blocking(listener.fileno())
