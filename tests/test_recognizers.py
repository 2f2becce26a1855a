"""Presidio's recognizers are read once, by a helper, offline; the server's process never imports Presidio."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from guardrails import recognizers
from guardrails.detectors.table import Table, from_data


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cache")
    recognizers.load(directory)
    return directory


def test_the_table_holds_what_rules_name(cache: Path) -> None:
    table = recognizers.load(cache)
    known = {r.name: r for r in table.recognizers}
    assert known["CreditCardRecognizer"].entity == "CREDIT_CARD"
    assert known["CreditCardRecognizer"].country is None
    assert known["NhsRecognizer"].country == "GB"  # Presidio writes "uk"
    assert known["PhoneRecognizer"].patterns == ()
    assert known["UsSsnRecognizer"].default
    assert not known["UkPostcodeRecognizer"].default
    assert {"com", "dk", "id"} <= table.domains


def test_data_and_back(cache: Path) -> None:
    table = recognizers.load(cache)
    assert from_data(json.loads(json.dumps(table.as_data()))) == table


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"schema": 0}', b'{"schema": 1, "version": "0"}'])
def test_a_damaged_cache_is_read_anew(cache: Path, damage: bytes) -> None:
    [file] = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert recognizers.load(cache).recognizers
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert isinstance(recognizers.load(tmp_path / "file" / "cache"), Table)


def test_only_whole_files_appear(cache: Path) -> None:
    assert [f.suffix for f in cache.iterdir()] == [".json"]


def _run(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=100)
    return done.stdout.strip()


def test_the_server_never_imports_presidio(cache: Path) -> None:
    code = """
import sys
from pathlib import Path
import guardrails.detectors
from guardrails import recognizers
from guardrails.detectors.personal import Personal
from guardrails.model import Segment
found = list(Personal(recognizers.load(Path(sys.argv[1]))).for_context().find(Segment("", "jane.cooper@contoso.com")))
assert len(found) == 1
print([m for m in ("presidio_analyzer", "spacy", "tldextract", "requests") if m in sys.modules])
"""
    assert _run(code, str(cache)) == "[]"


def test_the_helper_touches_no_network() -> None:
    code = """
import socket
def refuse(*arguments, **options):
    raise SystemExit("the network was touched")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from guardrails import recognizers
print(len(recognizers.read_installed().recognizers) > 50)
"""
    assert _run(code) == "True"
