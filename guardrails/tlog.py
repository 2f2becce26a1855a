"""A Merkle tree that only grows, the proofs about it, and the signed note that pins it down. Pure: bytes in, bytes out.

Authorities: RFC 6962 section 2.1 (tree, inclusion "audit path", consistency), RFC 9162 section 2.1 (how a verifier walks the
proofs), c2sp.org/signed-note (notes, keys), c2sp.org/tlog-checkpoint (what is signed). Hashes are 32 bytes of SHA-256.
Ed25519 is not in the standard library, so signing and verifying come in as functions.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from guardrails.errors import LogBroken

Sign = Callable[[bytes], bytes]  # message -> signature
Verify = Callable[[bytes, bytes, bytes], bool]  # public key, signature, message -> is it good?
Subtree = Callable[[int, int], bytes]  # start, end -> root of the leaves start to end

EMPTY_ROOT = sha256(b"").digest()
ED25519 = b"\x01"  # signed-note: signature types
MOST_SIGNATURES = 64  # signed-note: a verifier may limit them, but not below 16


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf). The prefix keeps a leaf from passing for a node (RFC 6962 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be kept of a tree to go on growing it: the roots of its complete subtrees, greatest first.

    There is one peak for each bit set in `size`, so a log of a billion entries needs thirty hashes.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, hashes: Iterable[bytes]) -> Frontier:
        """The frontier after these leaf hashes were appended, in order."""
        size, peaks = self.size, list(self.peaks)
        for value in hashes:
            peaks.append(value)
            size += 1
            merges = (size & -size).bit_length() - 1  # as many subtrees close as the new size has trailing zero bits
            for _ in range(merges):
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        value = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            value = node_hash(peak, value)
        return value

    def encode(self) -> bytes:
        return b"".join(self.peaks)

    @classmethod
    def decode(cls, size: int, data: bytes) -> Frontier:
        if size < 0 or len(data) != 32 * size.bit_count():
            raise LogBroken(f"the stored frontier does not fit a log of {size} entries")
        return cls(size, tuple(data[i : i + 32] for i in range(0, len(data), 32)))


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes."""
    return Frontier().extended(hashes).root()


def subtrees(hashes: Sequence[bytes]) -> Subtree:
    """Subtree roots computed from leaf hashes held in memory; a store with tiles can offer the same function for less."""
    return lambda start, end: root(hashes[start:end])


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves: PATH(m, D[n]) of RFC 6962 2.1.1, leaf upward."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def consistency(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """Proof that the first `old` leaves are those of the tree of `size` leaves: PROOF(m, D[n]) of RFC 6962 2.1.2."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {old} cannot be older than one of {size}")
    proof: list[bytes] = []
    start, end, known = 0, size, True  # known: the subtree start..old is one whose root the verifier already has
    while old not in (0, end):
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(subtree(middle, end))
            end = middle
        else:
            proof.append(subtree(start, middle))
            start, known = middle, False
    if not known:
        proof.append(subtree(start, end))
    return proof[::-1]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether `proof` shows that the leaf hash `leaf` stands at `index` under the root `expected` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, value = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            value = node_hash(step, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = node_hash(value, step)
        node, last = node >> 1, last >> 1
    return last == 0 and value == expected


def extends(old: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree (size, new_root) only appended to the tree (old, old_root) (RFC 9162 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == size:
        return not proof and old_root == new_root
    steps = list(proof)
    if old & (old - 1) == 0:  # a complete tree: its own root is the first step
        steps.insert(0, old_root)
    if not steps:
        return False
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (RFC 6962: k)."""
    return 1 << ((size - 1).bit_length() - 1)


# --- signed notes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """A public Ed25519 key under a name: what a verifier trusts. `str` gives its one-line form, `name+id+base64`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or re.search(r"[\s+]", self.name):
            raise LogBroken("the name of a key may not be empty nor hold spaces or +")

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name || 0x0A || type || key): a short name, not a fingerprint."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Key:
        parts = text.strip().split("+", 2)  # base64 may hold a + of its own
        raw = _unbase64(parts[-1], "a public key")
        if len(parts) != 3 or len(raw) != 33 or raw[:1] != ED25519:
            raise LogBroken("this is not the public key of a log (name+id+base64, Ed25519)")
        key = cls(parts[0], raw[1:])
        if parts[1] != key.id.hex():
            raise LogBroken(f"the public key of {key.name} is damaged: its id does not fit")
        return key


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and who signed it: (key name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"\u2014 {name} {_base64(id_ + value)}\n" for name, id_, value in self.signatures)

    @classmethod
    def parse(cls, data: str) -> Note:
        """Raises LogBroken for anything that is not a note; says nothing about whether a signature is good."""
        text, blank, lines = data.rpartition("\n\n")
        if not blank or not lines.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", data):
            raise LogBroken("this is not a signed note: a text, an empty line, signatures")
        signatures = []
        for line in lines[:-1].split("\n"):
            dash, _, rest = line.partition(" ")
            name, _, code = rest.partition(" ")
            raw = _unbase64(code, "a signature")
            if dash != "\u2014" or not name or re.search(r"[\s+]", name) or len(raw) < 5:
                raise LogBroken("a signature line of this note is damaged")
            signatures.append((name, raw[:4], raw[4:]))
        if len(signatures) > MOST_SIGNATURES:
            raise LogBroken(f"this note has more than {MOST_SIGNATURES} signatures")
        return cls(text + "\n", tuple(signatures))

    def signed(self, key: Key, sign: Sign) -> Note:
        """The same note with one more signature."""
        return Note(self.text, (*self.signatures, (key.name, key.id, sign(self.text.encode()))))

    def good(self, key: Key, verify: Verify) -> bool:
        """Whether `key` signed it. Signatures of other keys are ignored; one bad signature of this key spoils the note."""
        own = [value for name, id_, value in self.signatures if (name, id_) == (key.name, key.id)]
        return bool(own) and all(verify(key.public, value, self.text.encode()) for value in own)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's head: whose log, how many entries, which root. Without extension lines, which no monitor could check."""

    origin: str
    size: int
    root: bytes

    def note(self) -> Note:
        return Note(f"{self.origin}\n{self.size}\n{_base64(self.root)}\n", ())

    @classmethod
    def of(cls, note: Note) -> Checkpoint:
        lines = note.text.split("\n")
        if len(lines) != 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1], re.ASCII):
            raise LogBroken("this is not the checkpoint of a log: origin, size, root")
        value = _unbase64(lines[2], "a root")
        if len(value) != 32:
            raise LogBroken("the root of this checkpoint is not 32 bytes long")
        return cls(lines[0], int(lines[1]), value)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unbase64(text: str, what: str) -> bytes:
    """Strict: exactly one spelling for each value, so that no bit of a note can change without being seen."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if not data or _base64(data) != text:
        raise LogBroken(f"{what} is not valid base64")
    return data
