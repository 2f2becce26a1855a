"""Compressed answers: however they are cut, they come out as they went in, and no piece is large."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.errors import UpstreamError
from guardrails.providers.coding import PIECE, decoder


def bare(data: bytes) -> bytes:
    press = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return press.compress(data) + press.flush()


CODINGS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "bare": bare}


def undone(coding: str, pieces: list[bytes]) -> bytes:
    made = decoder(["deflate" if coding == "bare" else coding])
    assert made is not None
    out = b"".join(piece for data in pieces for piece in made.feed(data))
    made.end()
    return out


@given(st.sampled_from(sorted(CODINGS)), st.lists(st.binary(max_size=300), min_size=1, max_size=3), st.integers(1, 20))
def test_it_comes_out_as_it_went_in(coding, parts, size):
    """One member for each part where the coding has members."""
    members = parts if "gzip" in coding else [b"".join(parts)]
    packed = b"".join(CODINGS[coding](part) for part in members)
    assert undone(coding, [packed[at : at + size] for at in range(0, len(packed), size)]) == b"".join(parts)
    assert undone(coding, [packed]) == b"".join(parts)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])
def test_a_body_of_about_the_size_of_a_piece(coding, size):
    for data in (b"a" * size, bytes(n * n % 251 for n in range(size))):
        assert undone(coding, [CODINGS[coding](data)]) == data


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_comes_in_small_pieces(coding):
    made = decoder(["deflate" if coding == "bare" else coding])
    pieces = made.feed(CODINGS[coding](b" " * 5_000_000))
    sizes = [len(piece) for piece in pieces]
    assert (max(sizes) <= PIECE, sum(sizes)) == (True, 5_000_000)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("data", [b"plain words", b"\x1f\x8b\xff\xff", b"\x78\x9c\xff\xff\xff", b"\xff" * 40])
def test_what_is_not_compressed_is_said(coding, data):
    with pytest.raises(UpstreamError, match=rf"compressed with {coding}"):
        undone(coding, [data])


@pytest.mark.parametrize("coding", CODINGS)
def test_whatever_is_cut_off_is_missed(coding):
    packed = CODINGS[coding](b"some words that are long enough")
    for end in range(1, len(packed)):
        with pytest.raises(UpstreamError):
            undone(coding, [packed[:end]])


@pytest.mark.parametrize("named", [[], [""], ["identity"], ["identity, "]])
def test_nothing_to_undo(named):
    assert decoder(named) is None


@pytest.mark.parametrize("named", [["br"], ["zstd"], ["gzip, gzip"], ["gzip", "deflate"], ["unknown"]])
def test_what_was_not_asked_for(named):
    with pytest.raises(UpstreamError, match="not asked for"):
        decoder(named)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_an_empty_body_is_empty(coding):
    assert undone(coding, []) == b""
