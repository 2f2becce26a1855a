"""The data directory and its keys: made once, atomically, readable by their owner alone.

    DIR/audit.db                the log (sqlite.py)
    DIR/log.pub                 the log's public key, one line (C2SP signed-note "vkey"): what an auditor takes home
    DIR/keys/log-signing.key    its private half, in the form of Go's sumdb/note: PRIVATE+KEY+name+id+base64(type, seed)
    DIR/keys/master.key         32 random bytes from which the keys of placeholders and keyed hashes derive
    DIR/instances/              one locked file for each living writer (instances.py)

The log's name is made from its public key, so two deployments never share one and no host name gets into evidence.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from guardrails.errors import LogBroken, SettingsError
from guardrails.tlog import ED25519, Checkpoint, Key, Sign


@dataclass(frozen=True, slots=True)
class Signer:
    """A log's key pair. `repr` hides the private half."""

    key: Key
    sign: Sign = field(repr=False)

    def checkpoint(self, size: int, root: bytes) -> str:
        return str(Checkpoint(self.key.name, size, root).note().signed(self.key, self.sign))


def signer(data: Path) -> Signer:
    """The signing key of the data directory, made on first use. Raises SettingsError where it cannot be used safely."""
    path = _keys(data) / "log-signing.key"
    loaded = _signer(_secret(path, _new_signing_key), path)
    _publish(data / "log.pub", loaded.key)
    return loaded


def master(data: Path) -> bytes:
    """The 32 bytes from which placeholders and keyed hashes derive, made on first use."""
    path = _keys(data) / "master.key"
    value = _secret(path, lambda: secrets.token_bytes(32))
    if len(value) != 32:
        raise SettingsError(f"{path} is damaged: it should hold 32 bytes; restore it from a backup")
    return value


def temporary() -> Signer:
    """A key pair that lives as long as the process (the log in memory)."""
    return _signer(_new_signing_key(), Path("memory"))


def public(data: Path) -> Key:
    """The public key that `log.pub` holds. Raises SettingsError where it cannot be read."""
    path = data / "log.pub"
    try:
        return Key.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"there is no public key at {path}: is {data} the data directory of a log?") from None
    except (OSError, UnicodeDecodeError, LogBroken) as error:
        raise SettingsError(f"the public key at {path} cannot be read ({_why(error)})") from None


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Ed25519 (RFC 8032), for `tlog.Note.good`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def directory(path: Path) -> Path:
    """Make the directory, for its owner alone, unless it is there."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"the directory {path} cannot be made ({_why(error)})") from None
    return path


# --- parts ------------------------------------------------------------------------------------------------------------


def _keys(data: Path) -> Path:
    directory(data)
    return _private(directory(data / "keys"), 0o700)


def _private(path: Path, mode: int) -> Path:
    """A key that others can read is no key: refuse it, and say how to mend it."""
    found = path.stat().st_mode & 0o777
    if found & 0o077:
        raise SettingsError(f"{path} can be used by others (mode {found:03o}); run: chmod {mode:03o} {path}")
    return path


def _secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a secret file, made on first use. Of two processes that make it at once, both end with the same one."""
    try:
        if not path.exists():
            _create(path, make())
        return _private(path, 0o600).read_bytes()
    except OSError as error:
        raise SettingsError(f"the key {path} cannot be read or made ({_why(error)})") from None


def _create(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write the whole file beside its place and link it there: link(2) fails where another was faster, and that one counts."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name must survive a power cut as well as the content
    finally:
        os.close(folder)


def _new_signing_key() -> bytes:
    seed = secrets.token_bytes(32)
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key = Key(f"guardrails-log/{sha256(raw).hexdigest()[:16]}", raw)
    return f"PRIVATE+KEY+{key.name}+{key.id.hex()}+{base64.b64encode(ED25519 + seed).decode()}\n".encode()


def _signer(content: bytes, path: Path) -> Signer:
    parts = re.fullmatch(rb"PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})\s*", content)
    raw = base64.b64decode(parts[3]) if parts else b""
    if not parts or raw[:1] != ED25519:
        raise SettingsError(f"the signing key {path} is damaged; restore it from a backup")
    private = Ed25519PrivateKey.from_private_bytes(raw[1:])
    key = Key(parts[1].decode("utf-8", "replace"), private.public_key().public_bytes_raw())
    if key.id.hex() != parts[2].decode():
        raise SettingsError(f"the signing key {path} is damaged: its id does not fit; restore it from a backup")
    return Signer(key, private.sign)


def _publish(path: Path, key: Key) -> None:
    """Write `log.pub` unless it is there; one that belongs to another key means that somebody exchanged one of the two."""
    line = f"{key}\n"
    if not path.exists():
        _create(path, line.encode(), 0o644)
    if public(path.parent) != key:
        raise SettingsError(f"{path} is not the public half of the signing key; restore the one that does not belong here")


def _why(error: Exception) -> str:
    """A reason that quotes no content: the system's words for a file, ours for a key."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, LogBroken) else type(error).__name__
