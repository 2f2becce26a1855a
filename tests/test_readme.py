"""The README is true: its blocks are run as they stand, and what a newcomer has to type is counted (law 10)."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from guardrails import assembly, trial
from guardrails.providers import demo
from guardrails.proxy.life import Reason
from guardrails.settings import Settings, load
from tests.servers import serving

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIVE_MINUTES = README.split("## Five minutes")[1].split("\n## ")[0]


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(text: str) -> list[str]:
    return [line for block in blocks("sh", text) for line in block.splitlines() if line.strip() and not line.startswith("#")]


def test_five_minutes_take_at_most_four_commands_and_no_configuration_file():
    assert len(commands(FIVE_MINUTES)) <= 4
    assert "--config" not in FIVE_MINUTES
    (rule,) = blocks("yaml", FIVE_MINUTES)
    assert len(rule.strip().splitlines()) - 1 == 3
    assert FIVE_MINUTES.count("base_url=") == 1


def test_the_test_command_of_ci_is_the_readmes():
    assert "make test" in commands(README.split("## Five minutes")[0])[1]
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("make test")


@pytest.mark.timeout(900)
def test_five_minutes(tmp_path):
    """In a new virtual environment, from nothing: install, serve, call, read the log. The upstream is the demo model."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    install, serve, show = commands(FIVE_MINUTES)
    assert install == "pip install ."
    pins = [
        line.split(" ")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if re.match(r"[a-z0-9-]+==", line)
    ]
    (tmp_path / "pins.txt").write_text("\n".join(pins))
    environment = {**os.environ, "PATH": f"{venv / 'bin'}:{os.environ['PATH']}", "OPENAI_API_KEY": "sk-newcomer"}
    environment["PIP_CONSTRAINT"] = str(tmp_path / "pins.txt")
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    subprocess.run(install.replace("pip install .", f"pip install -q {ROOT}"), shell=True, check=True, env=environment)
    (tmp_path / "no-cards.yaml").write_text(blocks("yaml", FIVE_MINUTES)[0])
    model = demo.app()
    with serving(model) as upstream:
        serve = serve.replace("https://api.openai.com", upstream) + f" --port {(port := free_port())}"
        server = subprocess.Popen(serve.split(), cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait(f"http://127.0.0.1:{port}/healthz", server)
            (program,) = blocks("python", FIVE_MINUTES)
            program = program.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
            said = subprocess.run(
                [sys.executable, "-c", program], check=True, env=environment, capture_output=True, text=True
            ).stdout
        finally:
            server.terminate()
            server.wait(30)
    assert "jane.cooper@contoso.com" in said
    assert b"jane.cooper" not in model.state.seen[-1].body
    assert ("authorization", "Bearer sk-newcomer") in model.state.seen[-1].headers
    told = subprocess.run(show, shell=True, check=True, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout
    assert "EMAIL_ADDRESS" in told or "e-mail" in told
    assert "jane" not in told


def test_the_operators_commands(tmp_path):
    """The doctor is content, the server is ready, the metrics are there: as the README says, with the demo model."""
    text = README.split("## For operators")[1].split("\n## ")[0]
    doctor, serve, *asked = commands(text)
    admin, port = free_port(), free_port()
    command = [sys.executable, "-m", *doctor.split()], [sys.executable, "-m", *serve.replace("9090", admin).split()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command[0], "--upstream", "demo:", "--port", port], cwd=tmp_path, env=environment, check=True)
    with (tmp_path / "errors").open("wb") as errors:
        options = ["--upstream", "demo:", "--port", port]
        server = subprocess.Popen([*command[1], *options], cwd=tmp_path, env=environment, stderr=errors)
    try:
        wait(f"http://127.0.0.1:{admin}/readyz", server)
        for line in asked:
            program, url = line.replace("9090", admin).split()
            assert program == "curl"
            with urllib.request.urlopen(url, timeout=30) as answer:
                assert answer.status == 200
    finally:
        server.terminate()
    assert server.wait(30) == 0
    assert not (tmp_path / "errors").read_text()


def test_the_readme_knows_why_a_server_is_not_ready():
    text = README.split("## For operators")[1].split("\n## ")[0]
    assert not [reason for reason in Reason if f"`{reason}`" not in text]


def test_the_policies_shown_are_right_and_their_tests_pass():
    parts = assembly.Parts.of(Settings())
    for number, text in enumerate(text for text in blocks("yaml", README) if "rules:" in text):
        policy = assembly.load_all([(f"README-{number}.yaml", text)], entities=parts.entities)
        report = trial.run(policy, parts.examiner(policy))
        assert report.passed, "\n".join(report.lines())


def test_the_settings_shown_are_right(tmp_path):
    (text,) = [text for text in blocks("yaml", README) if "callers:" in text]
    (tmp_path / "guardrails.yaml").write_text(text)
    assert load(tmp_path / "guardrails.yaml", {}, {}).callers[0].tenant == "acme"


def free_port() -> str:
    import socket  # noqa: PLC0415 used here alone

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def wait(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
