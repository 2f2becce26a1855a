"""The description says what is served: every path, every header, every field of an error. schemathesis asks the same in its way
(`tests/outside`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guardrails import app, errors
from guardrails.disclosure.due import acknowledges
from guardrails.proxy import openapi
from tests.running import running

DESCRIPTION = openapi.DESCRIPTION
SOURCE = Path(app.__file__).parent
CHAT = DESCRIPTION["paths"]["/v1/chat/completions"]["post"]


@pytest.fixture(scope="module")
def it(tmp_path_factory):
    with running(tmp_path_factory.mktemp("data")) as it:
        yield it


def refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (v for k, v in node.items() if k == "$ref")
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from refs(child)


def test_every_path_that_is_served_is_described_and_no_other():
    described = {(path, method) for path, operations in DESCRIPTION["paths"].items() for method in operations}
    assert described == {(p, "post") for p in app.GUARDED} | {(p, "get") for p in app.TOLD}


def test_every_reference_leads_somewhere():
    for ref in refs(DESCRIPTION):
        _, *steps = ref.split("/")
        found = DESCRIPTION
        for step in steps:
            found = found[step]
        assert found


def test_every_part_is_used():
    used = set(refs(DESCRIPTION))
    for kind in ("schemas", "headers", "parameters"):
        assert {f"#/components/{kind}/{name}" for name in DESCRIPTION["components"][kind]} <= used


def test_the_headers_that_a_client_may_send_are_those_that_are_read():
    """Beside `x-guardrails-key`, which is how a caller is known."""
    source = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py") if path.name != "openapi.py")
    read = set(re.findall(r'header\("(x-guardrails-[a-z-]+)"\)', source)) | set(re.findall(r'sent\.get\("(x-[a-z-]+)"', source))
    described = {*DESCRIPTION["components"]["parameters"], DESCRIPTION["components"]["securitySchemes"]["own"]["name"]}
    assert described == read


def test_every_status_of_ours_is_described():
    """All that this server says itself to a call; 404, 405 and 431 say that there is no call."""
    ours = {e.status for e in vars(errors).values() if isinstance(e, type) and issubclass(e, errors.GuardrailsError)}
    assert {int(s) for s in CHAT["responses"] if s.isdigit()} == ours - {404, 405, 500} | {200}


def test_it_is_served_to_anyone(it):
    answer = it.post(None, "/openapi.json", "GET")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.body == DESCRIPTION


@pytest.mark.parametrize("fields", [{}, {"stream": True}])
def test_the_headers_that_are_described_are_sent(it, fields):
    answer = it.ask("hello", **fields)
    sent = {name for name in answer.headers if name.startswith("x-") and not name.startswith("x-r")}
    assert sent == CHAT["responses"]["200"]["headers"].keys()
    for name, value in answer.headers.items():
        schema = DESCRIPTION["components"]["headers"].get(name, {}).get("schema", {})
        assert re.search(schema.get("pattern", ""), value)


def test_the_example_of_a_notice_is_one_that_is_known():
    assert acknowledges(DESCRIPTION["components"]["parameters"]["x-guardrails-notice-shown"]["example"])
