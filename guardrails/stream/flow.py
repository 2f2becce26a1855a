"""A Chat Completions stream through the guard: events in, events out, nothing unjudged in between.

Each running text (one per choice and field) has a window and a line of the events that brought it; an event leaves as it came
once its text is settled and unedited. Tool calls, and documents in JSON mode, are held until their choice ends: a client
cannot act on half of them. What is neither (roles, comments, usage) passes at once.

What one read brings is judged at once: the events of one text that stand together are one piece for its window, and an event
that differs from an earlier one in its text alone is not parsed (`wire/alike.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from guardrails import guard
from guardrails.errors import UpstreamError
from guardrails.guard import Screened
from guardrails.model import Decision, Edit, Finding, Origin, Stage, Unreadable
from guardrails.policy import merge
from guardrails.redact.vault import NOTHING, Restored
from guardrails.stream.waiting import Choice, Held, Line
from guardrails.stream.window import Judge, Release, Window
from guardrails.wire import strict
from guardrails.wire.alike import Alike, learnt
from guardrails.wire.chat import PROSE, Free
from guardrails.wire.chat_chunks import (
    Loose,
    Part,
    collected,
    parts,
    rewritten,
    saying,
    saying_nothing,
    shown,
    simple,
    with_text,
)
from guardrails.wire.chat_replies import error
from guardrails.wire.places import Places, Spot
from guardrails.wire.sse import Event, beside, encode, event

DONE = b"[DONE]"
ALIKES = 4  # kinds of events that are known by their looks: as many texts may grow side by side
TRIES = 32  # how often a stream's looks are learnt: events that are never alike are not worth more


@dataclass(slots=True)
class Flow:
    """`refusal`: the words for a block. `prefix`: the notice before the first content of each choice, "" where it must not
    stand in text; `note`: the body field that goes with it; `mute`: that field where no choice turned out to have content."""

    judge: Judge
    refusal: Callable[[Decision], str]
    expected: int = 1  # how many choices were asked for
    prefix: str = ""
    note: dict[str, Any] | None = None
    mute: dict[str, Any] | None = None
    json_mode: bool = False
    done: bool = False  # the upstream has said so
    last: bytes = encode(DONE)  # the event that said so
    failed: bool = False  # the upstream has reported an error in the stream
    noticed: bool = False  # the body field has been sent
    spoken: bool = False  # the notice has left as text
    model: str = ""
    usage: dict[str, Any] | None = None
    restored: Restored = field(default=NOTHING, repr=False)
    _alikes: list[tuple[Alike, Line]] = field(default_factory=list, repr=False)  # the last one first
    _tries: int = 0
    _growing: Line | None = field(default=None, repr=False)  # has pieces that its window has not been fed
    _choices: dict[int, Choice] = field(default_factory=dict, repr=False)
    _decisions: list[Decision] = field(default_factory=list, repr=False)
    _unread: list[Finding] = field(default_factory=list, repr=False)
    _like: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def decision(self) -> Decision:
        """What was decided on the whole answer so far."""
        empty = self.judge.guard.judge(Stage.OUTPUT, [], [], self.judge.context)
        return merge([empty, *self._decisions]) if self._decisions else empty

    @property
    def unscanned(self) -> list[str]:
        """Paths of what could not be read in the answer so far."""
        return list(dict.fromkeys(finding.path for finding in self._unread))

    @property
    def blocked(self) -> bool:
        return any(d.blocked for d in self._decisions)

    @property
    def ended(self) -> bool:
        """Every choice that began has ended."""
        return bool(self._choices) and all(c.ended for c in self._choices.values())

    @property
    def refused(self) -> bool:
        """A rule has blocked, and no choice is left that could go on."""
        return self.blocked and self.ended and len(self._choices) >= self.expected

    def only_grows(self, raws: Iterable[bytes]) -> bool:
        """Do these events bring nothing but more of texts that are held anyway, where a detector needs the whole of them? Then
        none of those is asked when they are fed."""
        return self.judge.holds and all(self._known(raw)[0] is not None for raw in raws)

    def feed(self, raws: Iterable[bytes]) -> Iterator[bytes]:
        """The events of one read in, what may leave out. Raises UpstreamError at an event that is no JSON object."""
        for raw in raws:
            line, text = self._known(raw)
            if line is None:
                yield from self._fed()
                yield from self._event(event(raw))
                if self.done or self.failed or self.refused:  # what a read brings beyond the end is as lost as the next read
                    return
                continue
            if self._growing is not line:
                if self._growing is not None:
                    yield from self._fed()
                self._growing = line
            line.add(raw, text)
            line.fresh.append(text)
        yield from self._fed()

    def _known(self, raw: bytes) -> tuple[Line | None, str]:
        """The line and the text of an event that is like one that was parsed."""
        for place, (alike, line) in enumerate(self._alikes):
            if (text := alike.text(raw)) is not None and not line.choice.ended:
                if place:
                    self._alikes.insert(0, self._alikes.pop(place))
                return line, text
        return None, ""

    def _fed(self) -> list[bytes]:
        """Feed its window what has grown, as one piece."""
        line, self._growing = self._growing, None
        if line is None or line.choice.ended:
            return []
        piece, line.fresh = "".join(line.fresh), []
        return self._passed(line, line.window.feed(piece))

    def _event(self, event: Event) -> list[bytes]:
        if event.data is None or not event.data.strip():
            return [self._aside(event.raw)]
        if event.data.strip() == DONE:
            self.done, self.last = True, event.raw if event.plain else self.last
            return self.end()
        chunk = strict.read(event.data)
        if not isinstance(chunk, dict):
            raise UpstreamError("The provider's stream holds an event that is not a JSON object; the answer ends here.")
        if chunk.get("error") and not chunk.get("choices"):
            self.failed = True
            return [*self.end(aborted=True), self._free(chunk, event.raw)]
        plain = (event.plain or self._harmless(beside(event.raw))) and not strict.repeats(event.data, chunk)
        return self._chunk(chunk, event.raw if plain else None)

    def end(self, *, aborted: bool = False) -> list[bytes]:
        """The upstream has no more: judge and release what is held. Half a tool call of an `aborted` answer is dropped."""
        out = self._fed()
        for choice in self._choices.values():
            if aborted:
                choice.held = [h for h in choice.held if not h.part.held]
                choice.texts = {k: v for k, v in choice.texts.items() if k == "content"}
            if not choice.ended:
                out += self._finish(choice)
        return out

    def _chunk(self, chunk: dict[str, Any], came: bytes | None) -> list[bytes]:
        self._like = self._like or chunk
        self.model = self.model or str(chunk.get("model") or "")
        usage = chunk.get("usage")
        self.usage = usage if isinstance(usage, dict) else self.usage
        if (part := simple(chunk)) and (self.note is None or self.noticed or self._will_speak([part])):
            return self._part(part, came)
        raw = came
        loose = Loose(chunk)
        if loose.segments():
            screened = self._screened(loose)
            if screened.decision.blocked:
                everyone = {*range(self.expected), *self._choices}
                return [e for number in sorted(everyone) for e in self._block(self._choice(number), screened.decision)]
            if screened.edits:
                chunk, raw = screened.message.body, None
        found = parts(chunk)
        if self.note is not None and not self.noticed and not self._will_speak(found):
            self.noticed, raw = True, None
            found = parts({**chunk, "guardrails": self.mute})
        if not found:
            return [raw or _event(chunk)]
        return [e for part in found for e in self._part(part, raw if part.whole else None)]

    def _will_speak(self, found: Sequence[Part]) -> bool:
        """May the notice still stand before some content? Not in JSON mode, and not once a choice ends that had none."""
        if not self.prefix:
            return not found
        content = any(c.talks for c in self._choices.values()) or any(p.name == "content" for p in found)
        return content or not any(p.finish for p in found)

    def _part(self, part: Part, raw: bytes | None) -> list[bytes]:
        choice = self._choice(part.choice)
        if choice.ended:
            return self._after(choice, part, raw)
        choice.talks = choice.talks or part.name == "content"
        if part.held or (part.name == "content" and self.json_mode):
            self._hold(choice, part, raw)
            return self._finish(choice) if part.finish else []
        if part.name:
            line = self._line(choice, part.name)
            line.add(raw, part.text, part)
            if part.finish:
                return self._finish(choice)
            self._learn(line, part, raw)
            return self._passed(line, line.window.feed(part.text))
        last = [raw or _event(part.chunk)]
        if self._spells(choice, part.chunk["choices"][0].get("logprobs")):
            last = [_event({**part.chunk, "choices": [{**part.chunk["choices"][0], "logprobs": None}]})]
        if not part.finish:
            return last
        out = self._finish(choice)
        return out if choice.blocked else out + last

    def _learn(self, line: Line, part: Part, raw: bytes | None) -> None:
        """Remember the looks of an event that says one text and nothing else that is judged."""
        if raw is None or self._tries == TRIES or simple(part.chunk) is None:
            return
        self._tries += 1
        if alike := learnt(raw, part):
            self._alikes = [(alike, line), *self._alikes[: ALIKES - 1]]

    def _spells(self, choice: Choice, logprobs: Any) -> bool:
        """Do the tokens of an event without a text spell something that was edited elsewhere, or would be?"""
        if not logprobs or choice.edited:
            return bool(logprobs)
        rows = logprobs.get("content") if isinstance(logprobs, dict) else None
        tokens = [row.get("token") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else [str(logprobs)]
        return bool(self._screened(Free({"tokens": "".join(map(str, tokens))})).edits)

    def _after(self, choice: Choice, part: Part, raw: bytes | None) -> list[bytes]:
        """What a provider says of a choice that has ended: usage, a late verdict of its filter. No text any more."""
        if not choice.blocked and not part.name and not part.held:
            return [raw or _event(part.chunk)]
        return [_event(saying_nothing(part))] if part.chunk.get("usage") else []

    def _hold(self, choice: Choice, part: Part, raw: bytes | None) -> None:
        """Keep an event until its choice ends, and add its share to each text it brings."""

        def add(where: str, text: str) -> str:
            choice.texts[where] = choice.texts.get(where, "") + text
            return text

        slots = []
        calls = part.delta.get("tool_calls")
        for number, call in enumerate(calls if isinstance(calls, list) else ()):
            index = call.get("index", number) if isinstance(call, dict) else number
            index = index if isinstance(index, int) else number
            name, count = choice.calls.get(index, ("", 0))
            said = call.get("id") if isinstance(call, dict) else None
            if isinstance(said, str) and said and said != name:  # providers that give every call the index 0
                count, name = count + bool(name), said
            choice.calls[index] = (name, count)
            slots.append(f"{index}.{count}" if count else str(index))
        choice.held.append(Held(part, raw, slots))
        if part.held:
            rewritten(part.delta, slots, add)
        else:
            add(part.name, part.text)

    def _finish(self, choice: Choice) -> list[bytes]:
        """The choice has ended: settle its texts, then what was held; an event that brings the end itself comes last."""
        out: list[bytes] = []
        closing = [line for line in choice.lines.values() if any(i.finish for i in line.items)]
        for line in choice.lines.values():
            if line not in closing:
                out += self._last(line)
        if not choice.ended:
            out += self._released(choice)
        for line in closing:
            out += self._last(line)
        choice.ended = True
        return out

    def _last(self, line: Line) -> list[bytes]:
        if line.choice.ended:
            return []
        piece = "".join(i.text for i in line.items if i.finish)
        return self._passed(line, line.window.feed(piece, final=True))

    def _passed(self, line: Line, release: Release) -> list[bytes]:
        """The events of one line whose text has been released."""
        choice, name = line.choice, line.name
        if release.decision is not None or release.restored is not NOTHING:
            self._count(release.decision, release.restored)
        choice.edited = choice.edited or bool(release.edits)
        out: list[bytes] = []
        while line.items and (line.items[0].end <= release.end or line.items[0].at < release.end):
            item = line.items[0]
            end, last = min(item.end, release.end), item.end <= release.end
            if last and item.raw is not None and not release.edits:
                out += self._notice(choice, name)
                out.append(item.raw)
                line.items.popleft()
                continue
            piece = item.text[item.at - item.start : end - item.start]
            text, edited = _applied(piece, item.at, release.edits) if release.edits else (piece, False)
            if not (last or edited or text.strip()) and release.blocked_at is None:
                break  # a blank before a word waits for it: most providers' events begin with one, and would leave in two
            item.edited = item.edited or edited
            if last and item.raw is not None and not edited and item.at == item.start:
                out += [*self._notice(choice, name), item.raw]
            elif text or last:
                chunk = with_text(item.part, text, edited=item.edited, last=last)
                out += [*(self._notice(choice, name) if text else ()), _event(chunk)]
            if last:
                line.items.popleft()
            else:
                item.came = item.part
                item.at, item.raw = end, None
        if release.blocked_at is not None and release.decision is not None:
            out += self._block(choice, release.decision, counted=True)
        return out

    def _released(self, choice: Choice) -> list[bytes]:
        """Judge what was held until now, and let it go: the first event of an edited text carries all of it."""
        seals = tuple(where.removesuffix("~sealed") for where in choice.texts if where.endswith("/~sealed"))
        new: dict[str, str] = {}
        for where, text in choice.texts.items():
            if where.startswith(seals) and not where.endswith("/~sealed"):
                continue
            stage = Stage.TOOL_CALL if where.startswith(("tool_calls", "function_call")) else Stage.OUTPUT
            changed, decision = self._document(f"/choices/{choice.number}/message/", where, text, stage)
            if decision.blocked:
                return self._block(choice, decision, counted=True)
            if changed is not None:
                new[where] = changed
        choice.edited = choice.edited or bool(new)
        out = [sent for held in choice.held for sent in self._let_go(held, new)]
        choice.spoke = choice.spoke or "content" in choice.texts
        return out

    def _let_go(self, held: Held, new: dict[str, str]) -> list[bytes]:
        part, edited = held.part, False

        def say(where: str, text: str) -> str:
            nonlocal edited
            if where not in new:
                return text
            edited = True
            said, new[where] = new[where], ""
            return said

        if part.held:
            delta = rewritten(part.delta, held.slots, say)
            chunk = {**part.chunk, "choices": [{**part.chunk["choices"][0], "delta": delta, "logprobs": None}]}
        else:
            chunk = with_text(part, say(part.name, part.text), edited=True, last=True)
        return [held.raw if held.raw is not None and not edited else _event(chunk if edited else part.chunk)]

    def _document(self, path: str, where: str, text: str, stage: Stage) -> tuple[str | None, Decision]:
        """A text that is whole at last, judged as the unstreamed answer's would be: its new form (None: as it was)."""
        places = Places()
        if where.endswith("/~sealed"):
            sealed = shown(where.removesuffix("/~sealed"))
            places.opaque(Spot(path + sealed, ("text",), Origin.MODEL, stage), Unreadable.REASONING)
        else:
            collected(places, Spot(path + shown(where), ("text",), Origin.MODEL, stage), where, text)
        self._unread += places.unread
        judge = self.judge
        findings, failures = judge.guard.find(judge.detectors, places.segments, judge.vault)
        decision = judge.guard.judge(Stage.OUTPUT, [*findings, *places.unread], failures, judge.context)
        edits: Sequence[Edit] = judge.vault.hide(decision, places.segments)
        back = guard.restored(judge.vault, places.segments, edits)
        self._count(decision, back)
        edits = (*edits, *back.edits)
        return (places.edited({"text": text}, edits)["text"] if edits else None), decision

    def _screened(self, message: Any) -> Screened[Any]:
        screened = self.judge.guard.screen(message, Stage.OUTPUT, self.judge.context, self.judge.vault)
        if not isinstance(screened, Screened):
            raise UpstreamError("A rule needs an outside judge, which a stream's side fields cannot wait for.")
        self._unread += message.unread()
        self._count(screened.decision, screened.restored)
        return screened

    def _aside(self, raw: bytes) -> bytes:
        """A comment keeps a connection alive; one that says something that would not pass says nothing instead."""
        return raw if self._harmless(beside(raw)) else b":\n\n"

    def _harmless(self, text: str) -> bool:
        if not text.strip(":\n "):
            return True
        screened = self._screened(Free({"comment": text}))
        return not (screened.edits or screened.decision.blocked)

    def _free(self, body: dict[str, Any], raw: bytes) -> bytes:
        """An error that the provider reports."""
        screened = self._screened(Free(body))
        if screened.decision.blocked:
            return _event(error(self.refusal(screened.decision), "content_filter"))
        return _event(screened.message.body) if screened.edits else raw

    def _block(self, choice: Choice, decision: Decision, *, counted: bool = False) -> list[bytes]:
        """End the choice the way a model declines: the policy's words, then `content_filter`."""
        if choice.ended:
            return []
        if not counted:
            self._count(decision, NOTHING)
        words = self.refusal(decision)
        out = self._notice(choice, "content")
        content = f"\n\n{words}" if choice.spoke else words
        choice.ended = choice.blocked = choice.spoke = True
        choice.held, choice.lines = [], {}
        return [
            *out,
            _event(saying(self._like, choice.number, {"content": content})),
            _event(saying(self._like, choice.number, {}, "content_filter")),
        ]

    def _notice(self, choice: Choice, name: str) -> list[bytes]:
        """The notice, once, before the first content of a choice."""
        if name != "content" or choice.spoke:
            return []
        choice.spoke = True
        if not self.prefix:
            return []
        self.spoken = True
        chunk = saying(self._like, choice.number, {"content": self.prefix})
        if self.note is not None and not self.noticed:
            self.noticed, chunk = True, {**chunk, "guardrails": self.note}
        return [_event(chunk)]

    def _count(self, decision: Decision | None, back: Restored) -> None:
        if decision is not None and (decision.reasons or decision.errors):
            self._decisions.append(decision)
        so_far = self.restored
        self.restored = Restored((*so_far.edits, *back.edits), so_far.unknown + back.unknown, so_far.kept_back + back.kept_back)

    def _choice(self, number: int) -> Choice:
        return self._choices.setdefault(number, Choice(number))

    def _line(self, choice: Choice, name: str) -> Line:
        if name not in choice.lines:
            known = name == "content" or name in PROSE
            shown = name if known else f"~{len(choice.lines)}"
            choice.lines[name] = Line(choice, name, Window(self.judge, f"/choices/{choice.number}/message/{shown}"))
        return choice.lines[name]


def _applied(text: str, start: int, edits: Sequence[Edit]) -> tuple[str, bool]:
    """`text`, which begins at `start`, with the edits that touch it; the replacement goes where its edit begins."""
    out, at, edited = [], start, False
    end = start + len(text)
    for edit in edits:
        if edit.start >= end or edit.end <= start:
            continue
        edited = True
        if edit.start >= at:
            out += [text[at - start : edit.start - start], edit.replacement]
        at = min(edit.end, end)
    out.append(text[at - start :])
    return "".join(out), edited


def _event(chunk: dict[str, Any]) -> bytes:
    return encode(strict.dump(chunk))
