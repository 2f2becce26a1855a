"""docs/recognizers.md is true: its files are read, its examples are tried, its faults are told, its settings exist."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from guardrails import assembly
from guardrails.detectors.labels import NEAR, WINDOW
from guardrails.detectors.patterns import THRESHOLD
from guardrails.model import Segment
from guardrails.own import frames, process, written
from guardrails.settings import Settings, load
from tests.test_readme import blocks

PAGE = (Path(__file__).parents[1] / "docs" / "recognizers.md").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder that holds every file of the page."""
    for block in blocks("yaml", PAGE) + blocks("python", PAGE):
        file = tmp_path / re.findall(r"^# (\S+\.(?:yaml|py))\n", block)[0]
        file.parent.mkdir(exist_ok=True)
        file.write_text(block)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_as_a_whole(place):
    """Its files, as they stand: Presidio's recognizer in its process, YAML's beside it, the rule that names what they find."""
    settings = replace(load(place / "guardrails.yaml", {}, {"policy": (place / "my-policy.yaml",)}), recognizer_s=30.0)
    parts = assembly.Parts.of(settings)
    assert {"CUSTOMER_NUMBER", "STAFF_NUMBER", "PROJECT_NAME"} <= parts.entities
    assert parts.policy().rule("hide-customer-numbers")
    text = "EMP-12345 and KD1234566 of Blue Heron"
    segment = Segment("", text)
    found = {(f.entity, text[f.start : f.end]) for one in parts.personal()(frozenset(), "en") for f in one.find(segment)}
    assert found >= {("STAFF_NUMBER", "EMP-12345"), ("CUSTOMER_NUMBER", "KD1234566"), ("PROJECT_NAME", "Blue Heron")}
    for one in parts.own:
        one.worker.close()


def test_the_page_knows_every_key():
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert rows == list(written.KEYS)
    checks = next(line for line in PAGE.splitlines() if line.startswith("| `checksum`"))
    assert [name for name in written.CHECKSUMS if f"`{name}`" not in checks] == []
    assert set(re.findall(r"`([a-z]{2}\.[a-z]+)`", checks)) <= set(written.checksum_names())


def test_the_faults_are_told_as_the_page_says():
    [told] = blocks("text", PAGE)
    wrong = "# no examples, and a bracket too many\n- entity: STAFF_NUMBER\n  regex: '(\\d{5}'\n"
    with pytest.raises(written.BrokenRecognizers) as error:
        written.load([("my-recognizers.yaml", wrong)])
    assert str(error.value) == told.strip()


def test_the_numbers_of_the_page_are_those_of_the_code():
    default = Settings()
    assert f"`recognizer_s`** ({default.recognizer_s:g} second)" in PAGE
    assert f"({default.max_recognizer_bytes // 10**9} GB)" in PAGE
    assert f"more than {frames.MOST:,} findings" in PAGE
    assert f"at most {NEAR} words and {WINDOW} characters before it" in PAGE
    assert f"what is below {THRESHOLD} is not found" in PAGE
    assert not [name for name in ("PATH", "HOME", "PYTHONPATH") if name not in process.KEPT]
    assert {"LC_", "RECOGNIZER_"} <= set(process.KEPT_FAMILIES)


def test_the_settings_of_the_page_are_yaml():
    assert [yaml.safe_load(block) for block in blocks("yaml", PAGE)]
