"""The tree against RFC 6962's own vectors, an independent implementation, and every small tree; the notes against C2SP's."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from guardrails import tlog
from guardrails.errors import LogBroken

# The test leaves and roots of Certificate Transparency (RFC 6962; certificate-transparency merkle_tree_test).
LEAVES = [bytes.fromhex(h) for h in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [bytes.fromhex(h) for h in (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)]  # fmt: skip
INCLUSION = {  # (leaf, size): path
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {  # (old, size): proof
    (1, 1): [],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (4, 7): ["837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"],
}
MOST = 70
HASHES = [tlog.leaf_hash(b"%d" % i) for i in range(MOST)]
TREE_ROOTS = [tlog.root(HASHES[:n]) for n in range(MOST + 1)]


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_rfc(size: int) -> None:
    assert tlog.root([tlog.leaf_hash(leaf) for leaf in LEAVES[:size]]) == ROOTS[size]


@pytest.mark.parametrize("case", INCLUSION)
def test_audit_paths_of_the_rfc(case: tuple[int, int]) -> None:
    hashes = [tlog.leaf_hash(leaf) for leaf in LEAVES]
    assert [h.hex() for h in tlog.inclusion(*case, tlog.subtrees(hashes))] == INCLUSION[case]


@pytest.mark.parametrize("case", CONSISTENCY)
def test_consistency_proofs_of_the_rfc(case: tuple[int, int]) -> None:
    hashes = [tlog.leaf_hash(leaf) for leaf in LEAVES]
    assert [h.hex() for h in tlog.consistency(*case, tlog.subtrees(hashes))] == CONSISTENCY[case]


def test_every_small_root_is_the_oracle_s() -> None:
    oracle = InmemoryTree(algorithm="sha256")
    for n in range(MOST):
        oracle.append_entry(b"%d" % n)
        assert oracle.get_root(n + 1) == TREE_ROOTS[n + 1]


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_inclusion_proof_holds_and_only_it(size: int) -> None:
    subtree = tlog.subtrees(HASHES)
    for index in range(size):
        proof = tlog.inclusion(index, size, subtree)
        assert tlog.includes(HASHES[index], index, size, proof, TREE_ROOTS[size])
        assert not tlog.includes(tlog.leaf_hash(b"else"), index, size, proof, TREE_ROOTS[size])
        assert not tlog.includes(HASHES[index], index, size, [*proof, HASHES[0]], TREE_ROOTS[size])
        assert not tlog.includes(HASHES[index], index, 4 * size, proof, TREE_ROOTS[size])
        assert not tlog.includes(HASHES[index], (index + 1) % size if size > 1 else 1, size, proof, TREE_ROOTS[size])
        if proof:
            assert not tlog.includes(HASHES[index], index, size, proof[:-1], TREE_ROOTS[size])
            assert not tlog.includes(HASHES[index], index, size, [proof[0][::-1], *proof[1:]], TREE_ROOTS[size])


@pytest.mark.parametrize("size", range(MOST + 1))
def test_every_consistency_proof_holds_and_only_it(size: int) -> None:
    subtree = tlog.subtrees(HASHES)
    for old in range(size + 1):
        proof = tlog.consistency(old, size, subtree)
        assert tlog.extends(old, TREE_ROOTS[old], size, TREE_ROOTS[size], proof)
        assert not tlog.extends(old, TREE_ROOTS[old], size, TREE_ROOTS[size], [*proof, HASHES[0]])
        if old:
            assert not tlog.extends(old, HASHES[0][::-1], size, TREE_ROOTS[size], proof)
            assert not tlog.extends(old, TREE_ROOTS[old], size, HASHES[0][::-1], proof)
        if proof:
            assert not tlog.extends(old, TREE_ROOTS[old], size, TREE_ROOTS[size], proof[:-1])
            assert not tlog.extends(old, TREE_ROOTS[old], size, TREE_ROOTS[size], [*proof[:-1], HASHES[0][::-1]])


def test_proofs_about_nothing_are_refused() -> None:
    subtree = tlog.subtrees(HASHES)
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            tlog.inclusion(index, size, subtree)
        assert not tlog.includes(HASHES[0], index, size, [], TREE_ROOTS[1])
    with pytest.raises(ValueError, match="cannot be older"):
        tlog.consistency(6, 5, subtree)
    assert not tlog.extends(6, TREE_ROOTS[6], 5, TREE_ROOTS[5], [])


@given(st.lists(st.binary(max_size=40), max_size=40), st.integers(0, 40))
def test_a_frontier_grown_in_two_steps_is_the_whole_tree(leaves: list[bytes], cut: int) -> None:
    hashes = [tlog.leaf_hash(leaf) for leaf in leaves]
    half = tlog.Frontier().extended(hashes[:cut])
    again = tlog.Frontier.decode(half.size, half.encode())
    assert again == half
    whole = again.extended(hashes[cut:])
    assert (whole.size, whole.root()) == (len(hashes), tlog.root(hashes))


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(LogBroken, match="does not fit"):
        tlog.Frontier.decode(3, b"x" * 32)


# The worked example of golang.org/x/mod/sumdb/note, whose format C2SP wrote down.
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of c2sp.org/tlog-checkpoint.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def test_the_published_example_note_verifies() -> None:
    key, note = tlog.Key.parse(EXAMPLE_KEY), tlog.Note.parse(EXAMPLE)
    assert str(key) == EXAMPLE_KEY
    assert str(note) == EXAMPLE
    assert note.good(key, verify)


def test_no_character_of_a_signed_note_can_change() -> None:
    """Every bit of it: either it is no note any more, or its signature is bad (or of a key unknown)."""
    key = tlog.Key.parse(EXAMPLE_KEY)
    raw = EXAMPLE.encode()
    for position in range(len(raw)):
        for bit in range(8):
            damaged = bytearray(raw)
            damaged[position] ^= 1 << bit
            try:
                note = tlog.Note.parse(damaged.decode())
            except (LogBroken, UnicodeDecodeError):
                continue
            assert not note.good(key, verify), (position, bit)


def test_the_published_checkpoint_is_read_and_written() -> None:
    note = tlog.Note.parse(SOFA)
    checkpoint = tlog.Checkpoint.of(note)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.note().text == note.text


def test_what_is_signed_verifies_and_a_second_signature_does_not_hurt() -> None:
    private, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    key = tlog.Key("example.com/log", private.public_key().public_bytes_raw())
    second = tlog.Key("example.com/witness", other.public_key().public_bytes_raw())
    note = tlog.Checkpoint(key.name, 3, tlog.root(HASHES[:3])).note().signed(key, private.sign).signed(second, other.sign)
    again = tlog.Note.parse(str(note))
    assert again == note
    assert again.good(key, verify)
    assert again.good(second, verify)
    assert not again.good(tlog.Key("example.com/log", second.public), verify)
    spoiled = tlog.Note(note.text, (*note.signatures, (key.name, key.id, b"x" * 64)))
    assert not spoiled.good(key, verify)


NOT_NOTES = [
    "",
    "text\n",
    "text\n\n",
    "text\n\n\u2014 a\n",
    "text\n\n- a AAAAAAAA\n",
    "text\n\n\u2014 a AAAA\n",
    "te\x00xt\n\n\u2014 a AAAAAAAA\n",
    "text\n\n\u2014 a AAAAAAAA",
    "text\n\n\u2014 a+b AAAAAAAA\n",
    "text\n\n" + "\u2014 a AAAAAAAA\n" * 65,
]
NOT_CHECKPOINTS = [
    "a\n1\n",
    "a\n01\n%s\n",
    "a\n-1\n%s\n",
    "\n1\n%s\n",
    "a\n1\nAAAA\n",
    "a\n1\n%s\nextension\n",
    "a\n\u0661\n%s\n",
]
NOT_KEYS = [
    "",
    "a",
    "a+b",
    "a+00000000+AAAA",
    EXAMPLE_KEY.replace("c74f20a3", "c74f20a4"),
    EXAMPLE_KEY.replace("Peter", "P ter"),
]


@pytest.mark.parametrize("text", NOT_NOTES)
def test_what_is_not_a_note_is_refused(text: str) -> None:
    with pytest.raises(LogBroken):
        tlog.Note.parse(text)


@pytest.mark.parametrize("text", NOT_CHECKPOINTS)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    with pytest.raises(LogBroken):
        tlog.Checkpoint.of(tlog.Note(text.replace("%s", root), ()))


@pytest.mark.parametrize("text", NOT_KEYS)
def test_what_is_not_a_key_is_refused(text: str) -> None:
    with pytest.raises(LogBroken):
        tlog.Key.parse(text)
