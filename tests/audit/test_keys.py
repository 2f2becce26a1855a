"""Keys are made once, stay the same, and are refused where others could read or exchange them."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from guardrails.audit import keys
from guardrails.errors import SettingsError
from guardrails.tlog import Checkpoint, Note
from tests.audit.logs import ROOT


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first, secret = keys.signer(data), keys.master(data)
    assert keys.signer(data).key == first.key == keys.public(data)
    assert keys.master(data) == secret
    assert len(secret) == 32
    assert mode(data) == mode(data / "keys") == 0o700
    assert mode(data / "keys" / "log-signing.key") == mode(data / "keys" / "master.key") == 0o600
    assert sorted(path.name for path in (data / "keys").iterdir()) == ["log-signing.key", "master.key"]
    assert secret.hex() not in repr(first)


def test_what_the_key_signs_verifies_with_the_published_half(tmp_path: Path) -> None:
    signer = keys.signer(tmp_path / "data")
    note = Note.parse(signer.checkpoint(3, b"r" * 32))
    assert note.good(keys.public(tmp_path / "data"), keys.verify)
    assert Checkpoint.of(note) == Checkpoint(signer.key.name, 3, b"r" * 32)
    assert not keys.verify(b"short", b"x", b"y")


def test_processes_that_start_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from guardrails.audit import keys; d = Path(sys.argv[1]); "
        "print(keys.master(d).hex(), keys.signer(d).key, keys.public(d))"
    )
    for round_ in range(3):
        command = [sys.executable, "-c", code, str(tmp_path / str(round_))]
        running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        answers = [process.communicate(timeout=60)[0] for process in running]
        assert len(set(answers)) == 1
        assert answers[0]


@pytest.mark.parametrize("name", ["keys", "keys/log-signing.key", "keys/master.key"])
def test_a_key_that_others_can_read_is_refused_with_the_remedy(name: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keys.signer(data), keys.master(data)
    (data / name).chmod(0o750 if name == "keys" else 0o640)
    with pytest.raises(SettingsError, match=r"run: chmod [67]00"):
        keys.signer(data), keys.master(data)


@pytest.mark.parametrize("damage", [b"", b"x", b"PRIVATE+KEY+a+00000000+AAAA", "other", "type", "id"])
def test_a_damaged_signing_key_is_refused(damage: bytes | str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keys.signer(data)
    path = data / "keys" / "log-signing.key"
    text = path.read_bytes()
    head, name, ident, code = text.split(b"+", 2)[:2], *text.split(b"+", 4)[2:]
    changed = {
        "other": b"+".join([*head, name + b"x", ident, code]),
        "type": b"+".join([*head, name, ident, b"B" + code[1:]]),
        "id": b"+".join([*head, name, b"00000000", code]),
    }
    path.write_bytes(damage if isinstance(damage, bytes) else changed[damage])
    with pytest.raises(SettingsError, match="damaged") as caught:
        keys.signer(data)
    assert text.decode().strip().split("+", 4)[4] not in str(caught.value)


def test_a_damaged_master_key_is_refused(tmp_path: Path) -> None:
    keys.master(tmp_path)
    (tmp_path / "keys" / "master.key").write_bytes(b"short")
    with pytest.raises(SettingsError, match="32 bytes"):
        keys.master(tmp_path)


def test_a_public_key_of_somebody_else_is_noticed(tmp_path: Path) -> None:
    keys.signer(tmp_path / "a"), keys.signer(tmp_path / "b")
    (tmp_path / "a" / "log.pub").write_bytes((tmp_path / "b" / "log.pub").read_bytes())
    with pytest.raises(SettingsError, match="not the public half"):
        keys.signer(tmp_path / "a")


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"a+b+c"])
def test_an_unreadable_public_key_is_a_sentence(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "log.pub").write_bytes(content)
    with pytest.raises(SettingsError, match="public key"):
        keys.public(tmp_path)


def test_a_place_that_cannot_be_a_directory_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="cannot be made"):
        keys.signer(tmp_path / "file" / "data")
