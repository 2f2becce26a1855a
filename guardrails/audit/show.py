"""What happened to one call, and why, in plain words. Every fact comes from the leaves, none from what lies beside them.

The sentences stand in one table by language; a language is one more row, and the tests hold every row to the same keys.
"""

from __future__ import annotations

import re
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

CLIENTS_FAULTS = frozenset({"MalformedRequest", "TooLarge", "Unauthorized", "UnknownRoute"})  # errors.py: ClientError
HASHED = re.compile(r"model_([0-9a-f]{16})", re.ASCII)  # calls.py: a model's name that only the client chose
POINTER = re.compile(r"/(messages|choices)/([0-9]{1,9})(?:/|$)", re.ASCII)

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "call": "Call {call}",
        "asked": "{ts}  {who} asked for {model} of {provider}, over {route}.",
        "asked.refused": "{ts}  {who} sent a request over {route}. Nothing was sent to the model.",
        "who": "tenant {tenant}, application {app}",
        "who.tenant": "tenant {tenant}",
        "model": "the model {name}",
        "model.none": "an unnamed model",
        "model.hashed": "a model whose name is not written down (fingerprint {name})",
        "none": "(not given)",
        "intent.missing": "What was decided about the request is not in the log.",
        "blocked": "Nothing was sent to the model. {by}.",
        "by.none": "Blocked",
        "by.one": "Blocked by the rule {rules}",
        "by.many": "Blocked by the rules {rules}",
        "hidden": "Hidden from the model: {counts}.",
        "hidden.none": "Nothing was hidden from the model.",
        "output": "Hidden in the answer: {counts}.",
        "place": "{entity} in {path}, text of: {origin}, characters {start} to {end}: {op}, rule {rule}",
        "place.found": "{entity} in {path}, text of: {origin}, characters {start} to {end}: found, rule {rule}",
        "place.unread": "{entity} in {path}, which cannot be read: found, rule {rule}",
        "messages": "message {number} ({path})",
        "choices": "answer {number} ({path})",
        "more": "and {more} more",
        "on.input": "On the request: ",
        "on.output": "On the answer: ",
        "rule.match": "the rule {id} matched {times} and asked to {action} (severity: {severity}).",
        "rule.block": "the rule {id} matched {times} and blocked it (severity: {severity}).",
        "rule.error": "the rule {id} could not look (an error) and then asked to {action}.",
        "rule.shadow": "the rule {id} is on trial and changed nothing; it would have asked to {action} ({matches}).",
        "rule.none": "no rule matched.",
        "times.one": "{number} time",
        "times.many": "{number} times",
        "matches.one": "{number} match",
        "matches.many": "{number} matches",
        "detector": "the detector {detector} failed ({cause}) in {path}.",
        "unscanned": "Not scanned, because it cannot be read: {paths}.",
        "unscanned.output": "Not scanned in the answer, because it cannot be read: {paths}.",
        "unsafe": "Protection was switched off in part: {names}.",
        "notice.text": "The user was told that this is an AI, before the answer: notice {notice} in {language}.",
        "notice.field": "The notice that this is an AI ({notice} in {language}) was given to the application as a field "
        "(JSON mode or a tool call), not as text.",
        "notice.none": "No notice reached the user.",
        "notice.absent": "No notice was shown in this answer.",
        "answer": "The provider answered with status {status} after {upstream} ms; the whole call took {total} ms.",
        "answer.none": "No answer of the provider is recorded; the whole call took {total} ms.",
        "answer.unasked": "The whole call took {total} ms.",
        "restored": "Given back to the user: {values}.",
        "unknown": "Unknown placeholders left alone: {number}.",
        "kept_back": "Kept out of links to foreign hosts: {values}.",
        "values.one": "{number} value",
        "values.many": "{number} values",
        "error": "Error in {stage}: {class}.",
        "refused.unread": "The request could not be read and was refused ({class}).",
        "refused": "The request was refused ({class}).",
        "ending.allowed": "It ended well, and nothing was changed.",
        "ending.modified": "It ended well, with the changes told above.",
        "ending.blocked": "It was BLOCKED.",
        "ending.blocked.one": "It was BLOCKED by the rule {rules}.",
        "ending.blocked.many": "It was BLOCKED by the rules {rules}.",
        "ending.detector_error": "It was stopped because a detector failed.",
        "ending.upstream_error": "It failed at the provider.",
        "ending.client_gone": "The client hung up before the end.",
        "ending.aborted": "It was broken off before the end.",
        "ending.unknown": "What became of it is not known: the process that served it died.",
        "ending.unknown.log": "What became of it is not known: the log could not be written in time, so whoever called "
        "was told no more.",
        "ending.open": "How it ended is not in the log: it is still running, or the server died before it ended.",
        "policy": "Decided by policy {id}@{sha256}.",
        "log": "Log entries: {indices} (of {size}), log {name}.",
        "verified": "Verified: these are the bytes under the signed checkpoint over {signed}. UNANCHORED until "
        "compared with a checkpoint kept elsewhere (guardrails audit verify --checkpoint).",
        "entries.one": "{number} entry",
        "entries.many": "{number} entries",
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
    refused = _refused(outcome)
    lines = [words["call"].format(call=story.call)]
    lines += _asked(words, intent, refused=bool(refused)) if intent else [words["intent.missing"]]
    if refused:
        read = "refused.unread" if refused == "MalformedRequest" else "refused"
        lines.append(words[read].format_map({"class": refused}))
    else:
        lines += _answered(words, outcome, _blockers(intent)) if outcome else [words["ending.open"]]
    policy = intent.get("policy") or outcome.get("policy")
    if isinstance(policy, dict) and not refused:
        lines.append(words["policy"].format_map(_Given(words, policy)))
    indices = ", ".join(str(index) for index, _ in story.entries)
    lines.append(words["log"].format(indices=indices, size=story.proof.size, name=story.proof.name))
    verdict = "verified" if story.proof.verified else "unsigned"
    lines.append(words[verdict].format(signed=_number(words, "entries", story.proof.signed), why=story.proof.why))
    return "\n".join(_printable(line) for line in lines)


def _refused(outcome: Body) -> str:
    """The class of the client's fault, where the request was refused before any rule could speak of it."""
    error = outcome.get("error")
    kind = error.get("class") if isinstance(error, dict) and error.get("stage") == "call" else None
    return kind if isinstance(kind, str) and kind in CLIENTS_FAULTS else ""


def _blockers(body: Body) -> list[str] | None:
    """The rules that blocked this request or answer; None where it was not blocked."""
    if body.get("action") != "block":
        return None
    return [str(rule.get("id")) for rule in _listed(body, "rules") if _blocks(rule)]


def _blocks(rule: Body) -> bool:
    return rule.get("action") == "block" and rule.get("mode") != "shadow"


def _listed(body: Body, name: str) -> list[Body]:
    """A list of objects of a record; a record that was tampered with may hold anything."""
    found = body.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _by(words: Mapping[str, str], sentence: str, rules: Sequence[str], none: str) -> str:
    if not rules:
        return words[none]
    return words[f"{sentence}.{'one' if len(rules) == 1 else 'many'}"].format(rules=", ".join(rules))


def _number(words: Mapping[str, str], noun: str, number: object) -> str:
    return words[f"{noun}.{'one' if number == 1 else 'many'}"].format(number=number)


class _Given(dict[str, Any]):
    """The fields of a record for a sentence; one that is missing is said to be missing."""

    def __init__(self, words: Mapping[str, str], values: object, **more: object) -> None:
        super().__init__(values if isinstance(values, dict) else {}, **more)
        self._none = words["none"]

    def __missing__(self, _: str) -> str:
        return self._none


def _asked(words: Mapping[str, str], body: Body, *, refused: bool) -> list[str]:
    who = words["who" if body.get("app") else "who.tenant"].format_map(_Given(words, body))
    provider = _Given(words, body.get("model"))["provider"]
    given = _Given(words, body, who=who, model=_model(words, body.get("model")), provider=provider)
    if refused:
        return [words["asked.refused"].format_map(given), *_switched_off(words, body)]
    lines, blockers = [words["asked"].format_map(given)], _blockers(body)
    if blockers is None:
        lines.append(_hidden(words, body, "hidden") or words["hidden.none"])
    else:
        lines.append(words["blocked"].format(by=_by(words, "by", blockers, "by.none")))
    lines += _places(words, body, blockers) + _rules(words, body, "on.input")
    return lines + _unscanned(words, body, "unscanned") + _switched_off(words, body)


def _unscanned(words: Mapping[str, str], body: Body, sentence: str) -> list[str]:
    paths = body.get("unscanned")
    if not isinstance(paths, list) or not paths:
        return []
    told, unlisted = [_path(words, path) for path in paths[:MOST_PLACES]], body.get("unscanned_more")
    more = len(paths) - len(told) + (unlisted if isinstance(unlisted, int) else 0)
    return [words[sentence].format(paths=", ".join([*told, *([words["more"].format(more=more)] if more else [])]))]


def _switched_off(words: Mapping[str, str], body: Body) -> list[str]:
    names = body.get("unsafe")
    return [words["unsafe"].format(names=", ".join(map(str, names)))] if isinstance(names, list) and names else []


def _model(words: Mapping[str, str], model: object) -> str:
    name = str(model.get("requested") or "") if isinstance(model, dict) else ""
    hashed = HASHED.fullmatch(name)
    if hashed:
        return words["model.hashed"].format(name=hashed[1])
    return words["model" if name else "model.none"].format(name=name)


def _answered(words: Mapping[str, str], body: Body, asked: list[str] | None) -> list[str]:
    """How it ended. `asked`: the rules that blocked the request, if any did: then no provider was asked."""
    lines: list[str] = []
    perf, blockers = _Given(words, body.get("perf")), _blockers(body)
    if body.get("type") == Type.OUTCOME:
        times = {name: perf[f"{name}_us"] for name in ("upstream", "total")}
        shown = {name: value // 1000 if isinstance(value, int) else value for name, value in times.items()}
        sentence = "answer" if "status" in body else "answer.none" if asked is None else "answer.unasked"
        lines.append(words[sentence].format_map(_Given(words, body, **shown)))
        hidden = _hidden(words, body, "output") if blockers is None else ""
        lines += ([hidden] if hidden else []) + _places(words, body, blockers)
        lines += _rules(words, body, "on.output") if "stage" in body else []
        lines += _unscanned(words, body, "unscanned.output")
        lines += _placeholders(words, body.get("placeholders")) if blockers is None else []
        lines.append(_disclosure(words, body.get("disclosure")))
    if body.get("error"):
        lines.append(words["error"].format_map(_Given(words, body["error"])))
    ending = body.get("ending")
    if ending == "blocked":
        lines.append(_by(words, "ending.blocked", blockers or asked or [], "ending.blocked"))
    else:
        late = body.get("reason_code") == "log_unavailable"
        lines.append(words["ending.unknown.log"] if late else words.get(f"ending.{ending}", words["ending.open"]))
    return lines


def _placeholders(words: Mapping[str, str], counts: object) -> list[str]:
    """What was given back, and what was not; nothing is said of nothing."""
    told = counts if isinstance(counts, dict) else {}
    numbers = {name: told.get(name) for name in ("restored", "unknown", "kept_back")}
    return [
        words[name].format(number=number, values=_number(words, "values", number)) for name, number in numbers.items() if number
    ]


def _hidden(words: Mapping[str, str], body: Body, sentence: str) -> str:
    counts = body.get("hidden")
    if not isinstance(counts, dict) or not counts:
        return ""
    return words[sentence].format(counts=", ".join(f"{count} \u00d7 {entity}" for entity, count in counts.items()))


def _places(words: Mapping[str, str], body: Body, blockers: Sequence[str] | None) -> list[str]:
    """Where something was hidden; of what was blocked, where the blocking rules found something."""
    if blockers is None:
        sentence, findings = "place", [f for f in _listed(body, "findings") if f.get("op") != "none"]
    else:
        sentence, findings = "place.found", [f for f in _listed(body, "findings") if f.get("rule") in blockers]
    lines = [
        "  " + words[_sentence(f, sentence)].format_map(_Given(words, f | {"path": _path(words, f.get("path"))}))
        for f in findings[:MOST_PLACES]
    ]
    unlisted = body.get("findings_more")
    more = len(findings) - len(lines) + (unlisted if isinstance(unlisted, int) else 0)
    return [*lines, "  " + words["more"].format(more=more)] if more > 0 and lines else lines


def _sentence(finding: Body, usual: str) -> str:
    """A thing that cannot be read has no characters to count."""
    whole = finding.get("start") == finding.get("end") == 0
    return "place.unread" if whole and str(finding.get("detector")).startswith("unreadable/") else usual


def _path(words: Mapping[str, str], path: object) -> str:
    """A JSON pointer (RFC 6901), which counts from 0, and beside it what a person would say, who counts from 1."""
    if path is None:
        return words["none"]
    found = POINTER.match(str(path))
    return words[found[1]].format(number=int(found[2]) + 1, path=path) if found else str(path)


def _rules(words: Mapping[str, str], body: Body, scope: str) -> list[str]:
    """What the rules said of the request or of the answer, each line with its scope."""
    lines, blocked = [], body.get("action") == "block"
    for rule in _listed(body, "rules"):
        kind = "shadow" if rule.get("mode") == "shadow" else str(rule.get("result"))
        kind = "block" if kind == "match" and blocked and _blocks(rule) else kind
        counted = {noun: _number(words, noun, rule.get("count")) for noun in ("times", "matches")}
        lines.append(words[scope] + words.get(f"rule.{kind}", words["rule.match"]).format_map(_Given(words, rule, **counted)))
    if body.get("rules_more"):
        lines.append("  " + words["more"].format(more=body["rules_more"]))
    lines = lines or [words[scope] + words["rule.none"]]
    for error in _listed(body, "errors"):
        given = _Given(words, error | {"path": _path(words, error.get("path"))})
        lines.append(words[scope] + words["detector"].format_map(given))
    return lines


def _disclosure(words: Mapping[str, str], told: object) -> str:
    """What the outcome says of the notice; the intent holds only the plan."""
    if not isinstance(told, dict):
        return words["notice.absent"]
    placement = told.get("placement")
    if placement == "text" and told.get("shown") is not True:
        placement = "none"
    given = _Given(words, told)
    sentence = f"notice.{placement}" if placement in ("text", "field") else "notice.none"
    return words[sentence].format(notice=given["notice_id"], language=given["lang"])


def _printable(line: str) -> str:
    """A log that was tampered with must not steer the terminal of whoever reads it."""
    return "".join(c if c.isprintable() else "\ufffd" for c in line)
