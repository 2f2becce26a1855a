"""Who calls comes from the server's own table, and a key of ours never travels on."""

import hashlib

import pytest

from guardrails.calls import Incoming, forwarded
from guardrails.errors import Unauthorized
from guardrails.proxy.callers import Callers
from guardrails.settings import Caller, Settings

TABLE = Callers.listed([Caller(hashlib.sha256(b"ours").hexdigest(), tenant="acme")])


@pytest.mark.parametrize(
    ("headers", "in_place"),
    [
        ((("authorization", "Bearer ours"),), True),
        ((("authorization", "bearer  ours"),), True),
        ((("x-api-key", "ours"),), True),
        ((("api-key", "ours"),), True),
        ((("x-guardrails-key", "ours"), ("authorization", "Bearer theirs")), False),
        ((("x-guardrails-key", "ours"), ("authorization", "Bearer ours")), True),
        ((("x-guardrails-key", "wrong"), ("x-api-key", "ours")), True),
    ],
)
def test_a_listed_key(headers, in_place):
    caller, own_key = TABLE.of(headers)
    assert (caller.tenant, own_key) == ("acme", in_place)
    sent = forwarded(Incoming("/", headers, b""), Settings(), own_key=own_key)
    assert "ours" not in str(sent)
    assert ("theirs" in str(sent)) == (not in_place)


@pytest.mark.parametrize(
    "headers", [(), (("authorization", "Bearer x"),), (("authorization", "Basic ours"),), (("x-api-key", ""),)]
)
def test_an_unlisted_key(headers):
    with pytest.raises(Unauthorized):
        TABLE.of(headers)


def test_with_no_table_everyone_is_the_default_tenant():
    assert Callers.listed([]).of((("authorization", "Bearer x"),)) == (Caller(), False)
