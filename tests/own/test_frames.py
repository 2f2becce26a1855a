"""Messages between two processes come out as they went in, or not at all."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.own.frames import packed, received


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


@given(
    st.recursive(st.none() | st.integers() | st.text(st.characters()), lambda inner: st.lists(inner, max_size=4), max_leaves=9)
)
def test_what_is_packed_is_received(message: Any) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendall(packed([message, "\ud800", "\ud83d\ude00", "a\0b"]))
        got = received(there, 1 << 20, 10)
    assert got == [message, "\ud800", "\ud83d\ude00", "a\0b"]
    assert len(got[2]) == 2, "half surrogates stay two: offsets mean the same on both sides"


def test_what_is_not_whole_never_comes(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    here.sendall(packed("hello")[:-1])
    with pytest.raises(TimeoutError):
        received(there, 100, 0.05)
    here.close()
    with pytest.raises(EOFError):
        received(there, 100, 10)


@pytest.mark.parametrize(
    "raw", [b"\xff\xff\xff\xff", b"\0\0\0\1{", b"\0\0\0\1\xff", b"\0\0\0\0", b"\0\0\x40\0" + b"[" * 0x4000]
)
def test_what_is_no_message_is_refused(ends: tuple[socket.socket, socket.socket], raw: bytes) -> None:
    here, there = ends
    here.sendall(raw)
    with pytest.raises(ValueError, match=r"."):
        received(there, 1 << 20, 10)
