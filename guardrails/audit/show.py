"""What happened to one call, and why, in plain words. Every fact comes from the leaves, none from what lies beside them.

The sentences stand in one table by language; a language is one more row, and the tests hold every row to the same keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from guardrails.audit import keys
from guardrails.audit.read import Unreadable, snapshot
from guardrails.errors import LogBroken, SettingsError
from guardrails.record import Type
from guardrails.tlog import Checkpoint, Frontier, Note, leaf_hash

Body = dict[str, Any]

MOST_PLACES = 8  # findings told one by one; the rest are counted

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "call": "Call {call}",
        "asked": "{ts}  {who} asked for the model {model} of {provider}, over {route}.",
        "who": "tenant {tenant}, application {app}",
        "who.tenant": "tenant {tenant}",
        "none": "(not given)",
        "intent.missing": "What was decided about the request is not in the log.",
        "hidden": "Hidden from the model: {counts}.",
        "hidden.none": "Nothing was hidden from the model.",
        "output": "Hidden in the answer: {counts}.",
        "place": "{entity} in {path} (text of: {origin}), characters {start} to {end}: {op}, rule {rule}",
        "more": "and {more} more",
        "rule.match": "Rule {id} matched {count} time(s) and asked to {action} (severity: {severity}).",
        "rule.error": "Rule {id} could not look (an error) and then asked to {action}.",
        "rule.shadow": "Rule {id} is on trial and changed nothing; it would have asked to {action} ({count} match(es)).",
        "rule.none": "No rule had anything to say.",
        "detector": "The detector {detector} failed ({cause}) in {path}.",
        "unscanned": "Not scanned, because it cannot be read: {paths}.",
        "unsafe": "Protection was switched off in part: {names}.",
        "disclosure": "The user was told that this is an AI: notice {notice} in {language}, {placement}.",
        "disclosure.none": "No notice was shown in this answer.",
        "answer": "The provider answered with status {status} after {upstream} ms; the whole call took {total} ms.",
        "answer.none": "No answer of the provider is recorded; the whole call took {total} ms.",
        "restored": "Given back to the user: {restored} value(s). Unknown placeholders left alone: {unknown}. Kept out of "
        "links to foreign hosts: {kept_back}.",
        "error": "Error in {stage}: {class}.",
        "ending.allowed": "It ended well, and nothing was changed.",
        "ending.modified": "It ended well, with the changes told above.",
        "ending.blocked": "It was BLOCKED.",
        "ending.detector_error": "It was stopped because a detector failed.",
        "ending.upstream_error": "It failed at the provider.",
        "ending.client_gone": "The client hung up before the end.",
        "ending.aborted": "It was broken off before the end.",
        "ending.unknown": "What became of it is not known: the process that served it died.",
        "ending.open": "How it ended is not in the log (it may still be running).",
        "policy": "Decided by policy {id}@{sha256}.",
        "log": "Log entries: {indices} (of {size}), log {name}.",
        "verified": "Verified: these are the bytes under the signed checkpoint over {signed} entries. UNANCHORED until "
        "compared with a checkpoint kept elsewhere (guardrails audit verify --checkpoint).",
        "unsigned": "NOT VERIFIED: {why}.",
    }
}


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the entries of a call stand under the last signed checkpoint, and if not, why not."""

    verified: bool
    why: str
    signed: int  # the size of that checkpoint
    size: int  # entries now
    name: str  # of the log


@dataclass(frozen=True, slots=True)
class Story:
    """All entries of one call, in order."""

    call: str
    entries: tuple[tuple[int, Body], ...]
    proof: Proof

    def of(self, *types: str) -> Body:
        """The last entry of these types, or nothing."""
        return next((body for _, body in reversed(self.entries) if body.get("type") in types), {})


def stories(data: Path, *, call: str | None = None, last: int = 1) -> list[Story]:
    """The entries of the call with this id, or of the last so many calls, newest first. Raises Unreadable."""
    with snapshot(data) as log:
        calls = [call] if call else _last(log, last)
        rows = {c: log.execute("SELECT idx, leaf FROM entries WHERE call = ? ORDER BY idx", (c,)).fetchall() for c in calls}
        proof = _proof(log, data)
        stored = {i: h for c in calls for i, h in log.execute("SELECT idx, hash FROM entries WHERE call = ?", (c,))}
    return [_story(c, found, stored, proof) for c, found in rows.items() if found]


def _last(log: sqlite3.Connection, number: int) -> list[str]:
    rows = log.execute("SELECT call FROM entries WHERE type = ? ORDER BY idx DESC LIMIT ?", (Type.INTENT.value, number))
    return list(dict.fromkeys(row[0].decode("utf-8", "replace") for row in rows))


def _story(call: str, rows: Sequence[tuple[int, object]], stored: Mapping[int, bytes], proof: Proof) -> Story:
    entries: list[tuple[int, Body]] = []
    for index, leaf in rows:
        raw = leaf if isinstance(leaf, bytes) else b""
        try:
            body = orjson.loads(raw)
        except (orjson.JSONDecodeError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Unreadable(f"entry {index} is damaged; run: guardrails audit verify")
        entries.append((index, body))
        if leaf_hash(raw) != stored.get(index):
            proof = _unproven(proof, f"entry {index} was changed")
        elif index >= proof.signed and proof.verified:
            proof = _unproven(proof, f"entry {index} is under no signed checkpoint")
        elif body.get("call") != call:
            proof = _unproven(proof, f"entry {index} belongs to another call")
    return Story(call, tuple(entries), proof)


def _unproven(proof: Proof, why: str) -> Proof:
    return Proof(False, why, proof.signed, proof.size, proof.name)


def _proof(log: sqlite3.Connection, data: Path) -> Proof:
    """Grow the tree from the stored hashes to the last checkpoint and compare: seconds for millions of entries."""
    (size,) = log.execute("SELECT count(*) FROM entries").fetchone()
    row = log.execute("SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    try:
        key = keys.public(data)
        note = Note.parse(row[1].decode("utf-8") if row else "")
        checkpoint = Checkpoint.of(note)
    except SettingsError:
        return Proof(False, "the public key log.pub is missing or damaged", 0, size, "")
    except (LogBroken, UnicodeDecodeError, AttributeError):
        return Proof(False, "the last checkpoint is damaged", 0, size, "")
    proof = Proof(True, "", checkpoint.size, size, checkpoint.origin)
    if not note.good(key, keys.verify) or checkpoint.origin != key.name:
        return _unproven(proof, "the last checkpoint is not signed by this log's key")
    hashes = log.execute("SELECT hash FROM entries WHERE idx < ? ORDER BY idx", (checkpoint.size,))
    tree = Frontier().extended(row[0] if isinstance(row[0], bytes) else b"" for row in hashes)
    if (tree.size, tree.root()) != (checkpoint.size, checkpoint.root):
        return _unproven(proof, "the log does not fit its last signed checkpoint; run: guardrails audit verify")
    return proof


# --- telling ----------------------------------------------------------------------------------------------------------


def tell(story: Story, language: str = "en") -> str:
    """The story in plain words, several lines. An unknown language is told in English."""
    words = SENTENCES.get(language, SENTENCES["en"])
    intent, outcome = story.of(Type.INTENT), story.of(Type.OUTCOME, Type.UNKNOWN)
    lines = [words["call"].format(call=story.call)]
    lines += _asked(words, intent) if intent else [words["intent.missing"]]
    lines += _answered(words, outcome) if outcome else [words["ending.open"]]
    policy = intent.get("policy") or outcome.get("policy")
    if isinstance(policy, dict):
        lines.append(words["policy"].format_map(_Given(words, policy)))
    indices = ", ".join(str(index) for index, _ in story.entries)
    lines.append(words["log"].format(indices=indices, size=story.proof.size, name=story.proof.name))
    verdict = "verified" if story.proof.verified else "unsigned"
    lines.append(words[verdict].format(signed=story.proof.signed, why=story.proof.why))
    return "\n".join(_printable(line) for line in lines)


class _Given(dict[str, Any]):
    """The fields of a record for a sentence; one that is missing is said to be missing."""

    def __init__(self, words: Mapping[str, str], values: object, **more: object) -> None:
        super().__init__(values if isinstance(values, dict) else {}, **more)
        self._none = words["none"]

    def __missing__(self, _: str) -> str:
        return self._none


def _asked(words: Mapping[str, str], body: Body) -> list[str]:
    who = words["who" if body.get("app") else "who.tenant"].format_map(_Given(words, body))
    model = _Given(words, body.get("model"))
    given = _Given(words, body, who=who, model=model["requested"], provider=model["provider"])
    lines = [words["asked"].format_map(given), _hidden(words, body, "hidden") or words["hidden.none"]]
    lines += _places(words, body) + (_rules(words, body) or [words["rule.none"]])
    for key, name in (("unscanned", "paths"), ("unsafe", "names")):
        if body.get(key):
            lines.append(words[key].format_map({name: ", ".join(map(str, body[key]))}))
    return lines


def _answered(words: Mapping[str, str], body: Body) -> list[str]:
    lines: list[str] = []
    perf = _Given(words, body.get("perf"))
    if body.get("type") == Type.OUTCOME:
        times = {name: perf[f"{name}_us"] for name in ("upstream", "total")}
        shown = {name: value // 1000 if isinstance(value, int) else value for name, value in times.items()}
        sentence = words["answer" if "status" in body else "answer.none"]
        lines.append(sentence.format_map(_Given(words, body, **shown)))
        hidden = _hidden(words, body, "output")
        lines += ([hidden] if hidden else []) + _places(words, body) + _rules(words, body)
        lines.append(words["restored"].format_map(_Given(words, body.get("placeholders"))))
        lines.append(_disclosure(words, body.get("disclosure")))
    if body.get("error"):
        lines.append(words["error"].format_map(_Given(words, body["error"])))
    lines.append(words.get(f"ending.{body.get('ending')}", words["ending.open"]))
    return lines


def _hidden(words: Mapping[str, str], body: Body, sentence: str) -> str:
    counts = body.get("hidden")
    if not isinstance(counts, dict) or not counts:
        return ""
    return words[sentence].format(counts=", ".join(f"{count} \u00d7 {entity}" for entity, count in counts.items()))


def _places(words: Mapping[str, str], body: Body) -> list[str]:
    findings = [f for f in body.get("findings") or [] if isinstance(f, dict) and f.get("op") != "none"]
    lines = ["  " + words["place"].format_map(_Given(words, f)) for f in findings[:MOST_PLACES]]
    more = len(findings) - len(lines) + (body.get("findings_more") or 0)
    return [*lines, "  " + words["more"].format(more=more)] if more > 0 and lines else lines


def _rules(words: Mapping[str, str], body: Body) -> list[str]:
    lines = []
    for rule in body.get("rules") or []:
        if not isinstance(rule, dict):
            continue
        kind = "shadow" if rule.get("mode") == "shadow" else str(rule.get("result"))
        lines.append(words.get(f"rule.{kind}", words["rule.match"]).format_map(_Given(words, rule)))
    if body.get("rules_more"):
        lines.append("  " + words["more"].format(more=body["rules_more"]))
    for error in body.get("errors") or []:
        lines.append(words["detector"].format_map(_Given(words, error)))
    return lines


def _disclosure(words: Mapping[str, str], shown: object) -> str:
    if not isinstance(shown, dict) or not shown.get("shown", True):
        return words["disclosure.none"]
    given = _Given(words, shown)
    notice = {"notice": given["notice_id"], "language": given["lang"], "placement": given["placement"]}
    return words["disclosure"].format_map(notice)


def _printable(line: str) -> str:
    """A log that was tampered with must not steer the terminal of whoever reads it."""
    return "".join(c if c.isprintable() else "\ufffd" for c in line)
