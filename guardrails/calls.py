"""What is known of one call while it lasts: who asks, in what language, what it owes its reader, and its two records.

Pure but for the identity, the time and the log it is given. `relay.py` states the order; this file keeps what it needs.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guardrails import record
from guardrails.audit.ids import now, uuid7
from guardrails.deadlines import Clock
from guardrails.disclosure.due import Disclosure, Known, plan
from guardrails.disclosure.language import ENGLISH, chosen
from guardrails.guard import Guard
from guardrails.model import Action, Context, Decision, Edit, Mode, Origin, Result, Stage
from guardrails.policy import messages
from guardrails.providers import Headers
from guardrails.record import Ending, Record
from guardrails.redact.links import hosts
from guardrails.redact.placeholders import Words
from guardrails.redact.vault import Restored, Vault
from guardrails.settings import Caller, Settings
from guardrails.wire.chat import Request

#: One connection's business (RFC 9110, 7.6.1): never passed back.
HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade", "host", "content-length", "content-encoding", "accept-encoding", "expect"),
    )
)


CREDENTIALS = frozenset({"authorization", "x-api-key", "api-key"})
#: What a provider needs of a client's headers. Its content-type is ours: what is forwarded is written here, as JSON in UTF-8.
FORWARDED = CREDENTIALS | {"accept", "user-agent", "idempotency-key"}
FORWARDED_FAMILIES = ("openai-", "anthropic-", "x-stainless-")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A client's request as it came; `repr` hides it. Header names are lower case."""

    path: str
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    query: str = ""  # what of the query string goes on to the provider

    def header(self, name: str) -> str | None:
        for key, value in self.headers:
            if key == name:
                return value
        return None


def micros() -> int:
    """A steady clock, for spans of time only."""
    return time.perf_counter_ns() // 1000


@dataclass(slots=True)
class Call:
    """One call. Times are microseconds."""

    incoming: Incoming = field(repr=False)
    caller: Caller
    settings: Settings
    guard: Guard
    master: bytes = field(repr=False)
    origin: Mapping[str, object]
    provider: str
    id: str = field(default_factory=uuid7)
    began: int = 0
    guard_us: int = 0
    log_us: int = 0
    upstream_us: int = 0
    context: Context = field(init=False)
    clock: Clock = field(init=False, repr=False)
    disclosure: Disclosure = field(init=False)
    vault: Vault = field(init=False, repr=False)
    request: Request | None = field(default=None, repr=False)
    fallback: bool = False
    intended: bool = False  # its intent has been handed to the log
    finished: bool = False  # its outcome has
    told: str = ""  # where the notice stood in what the reader got: "text", "field", or nowhere
    asked: Action = Action.ALLOW  # what was decided about the request
    mistake: str = ""  # the class of what went wrong, if anything did

    def __post_init__(self) -> None:
        self.began = micros()
        self.clock = Clock(self.settings)
        caller = self.caller
        self.context = self._context(now(), ENGLISH)
        self.vault = Vault(Words.of(self.master, caller.tenant, self.incoming.header("x-guardrails-conversation")))
        self._owe([])

    @property
    def org(self) -> str | None:
        return self.guard.policy.disclosure.org or self.settings.org or None

    @property
    def known(self) -> Known:
        """The notices that this installation may have put before an answer."""
        return Known.of(self.org, self.settings.former_orgs)

    def understand(self, request: Request) -> None:
        """The request has been read: language and notice are fixed from it, before anything is forwarded."""
        self.request = request
        own = [s.text for s in request.turns(Origin.USER)]
        language = chosen(own, self.incoming.header("x-guardrails-language"))
        self.context = self._context(self.context.now, language.tag)
        self.fallback = language.fallback
        self._owe([s.text for s in request.turns(Origin.MODEL)], text_allowed=not request.wants_json)

    def know_hosts(self) -> None:
        """The request has been screened: where a value was hidden, its own text says in which links it may come back."""
        if self.request is not None and not self.vault.empty:
            self.vault.hosts = hosts(s.text for s in self.request.turns(Origin.USER, Origin.SYSTEM))

    def _context(self, moment: str, language: str) -> Context:
        caller, countries = self.caller, frozenset(self.settings.countries)
        roles, channel = frozenset(caller.roles), self._channel()
        return Context(
            moment, caller.tenant, caller.app, self.incoming.path, channel, language, countries, roles, caller.labels
        )

    def _owe(self, assistant: list[str], *, text_allowed: bool = True) -> None:
        self.disclosure = plan(
            assistant_texts=assistant,
            acknowledged=self.incoming.header("x-guardrails-notice-shown"),
            channel=self.context.channel,
            may_acknowledge=self.caller.ui,
            text_allowed=text_allowed,
            language=self.context.language,
            org=self.org,
            fallback=self.fallback,
            known=self.known,
        )

    def _channel(self) -> str:
        """The caller's channel. A client may say that a person reads after all, never that none does."""
        asked = self.incoming.header("x-guardrails-channel")
        return "person" if asked and asked != "api" and self.caller.channel == "api" else self.caller.channel

    @property
    def at(self) -> int:
        """When the call came, in seconds since 1970, as `created` of an answer has it."""
        return int(datetime.fromisoformat(self.context.now).timestamp())

    @property
    def shown(self) -> bool:
        """Is this installation to disclose at all? Only `unsafe_no_disclosure` in the policy says no."""
        return self.guard.policy.disclosure.shown

    @property
    def prefix(self) -> str:
        return self.disclosure.prefix if self.shown else ""

    @property
    def note(self) -> dict[str, Any] | None:
        """The body's `guardrails` field: only where a notice is due."""
        return {"disclosure": self.disclosure.field} if self._due else None

    @property
    def mute(self) -> dict[str, Any] | None:
        """The same where the answer turns out to have no content to stand before, such as a tool call."""
        return {"disclosure": self.disclosure.without_text().field} if self._due else None

    @property
    def _due(self) -> bool:
        return self.shown and self.disclosure.notice is not None

    def tell(self, *, in_text: bool) -> None:
        """The reader has got the notice: as text, or as a field only."""
        self.told = "text" if in_text else "field"

    def spent(self, since: int) -> int:
        return micros() - since

    def headers(self, decision: Decision, *, refused: bool = False) -> Headers:
        """The headers of every answer of ours. In a stream they speak of the input; the outcome is found by the id.

        `refused`: nothing was judged and nothing passes, so there is no answer of an AI to disclose.
        """
        policy = self.guard.policy
        phases = f"screen={self.guard_us / 1000:.1f}, log={self.log_us / 1000:.1f}, upstream={self.upstream_us / 1000:.1f}"
        told: list[tuple[str, str]] = [
            ("x-guardrails-decision", self.id),
            ("x-guardrails-action", "block" if refused else decision.action.word),
            ("x-guardrails-policy", f"{policy.id}@{policy.digest}"),
            ("x-guardrails-duration-ms", phases),
        ]
        if self.shown and not refused:
            told.append(("x-ai-disclosure", self.disclosure.header))
        return tuple(told)

    def words(self, decision: Decision) -> str:
        """What a person reads where a rule blocks: the gravest rule's message in their language."""
        answer = decision.stage is Stage.OUTPUT
        blocks = [r for r in decision.reasons if r.action is Action.BLOCK and r.mode is Mode.ENFORCE]
        gravest = max(blocks, key=lambda r: (r.result is Result.MATCH, r.severity, r.rule))
        if gravest.result is Result.ERROR:  # the author's words would claim what nobody has seen
            template = messages.blocked(self.context.language, reference=True, answer=answer)
            return messages.filled(template, {"title": gravest.rule, "id": self.id})
        kinds = ", ".join(sorted({f.entity for f in gravest.findings}))
        told = {"count": len(gravest.findings), "finding_type": kinds, "id": self.id}
        return self.guard.policy.message(gravest.rule, self.context.language, answer=answer, **told)

    def empty(self, stage: Stage = Stage.INPUT) -> Decision:
        """The decision about nothing: what is recorded where no text could be judged."""
        return self.guard.judge(stage, [], [], self.context)

    def intent(self, decision: Decision, edits: tuple[Edit, ...] = ()) -> Record:
        request = self.request
        return record.intent(
            id=uuid7(),
            call=self.id,
            at=self.context.now,
            context=self.context,
            decision=decision,
            provider=self.provider,
            model=self._model(request.model if request else ""),
            bytes_in=len(self.incoming.body),
            guard_us=self.guard_us,
            origin=self.origin,
            unscanned=request.unscanned if request else (),
            disclosure=self._told("text" if self.prefix else "field"),
            edits={"hide": len(edits)} if edits else None,
            unsafe=self._unsafe(),
        )

    def outcome(  # noqa: PLR0913 what can be told of an ending
        self,
        ending: Ending,
        decision: Decision | None = None,
        back: Restored | None = None,
        *,
        status: int | None = None,
        bytes_out: int = 0,
        served: str = "",
        usage: Mapping[str, Any] | None = None,
        error: Mapping[str, object] | None = None,
        unscanned: Sequence[str] = (),
    ) -> Record:
        tokens = {k: v for k, v in (usage or {}).items() if isinstance(v, int)}
        return record.outcome(
            id=uuid7(),
            call=self.id,
            at=now(),
            context=self.context,
            ending=ending,
            decision=decision,
            status=status,
            upstream_us=self.upstream_us,
            total_us=self.spent(self.began),
            bytes_out=bytes_out,
            origin=self.origin,
            restored=len(back.edits) if back else 0,
            unknown_placeholders=back.unknown if back else 0,
            kept_back=back.kept_back if back else 0,
            guard_us=self.guard_us,
            served=self._model(served) if served else None,
            disclosure=self._told(self.told),
            tokens_in=tokens.get("prompt_tokens"),
            tokens_out=tokens.get("completion_tokens"),
            error=error or ({"stage": "call", "class": self.mistake} if self.mistake else None),
            unscanned=unscanned,
        )

    def _told(self, placement: str) -> Mapping[str, object] | None:
        """The evidence that the notice was given (AUDIT B.1). It is shown where it stood in text; a field is for a program."""
        notice = self.disclosure.notice
        if not self.shown or notice is None:
            return None
        version = {"notice_id": notice.id, "version": notice.version, "lang": notice.language, "sha256": notice.digest}
        placed = {"placement": placement or "none", "shown": self.told == "text"}
        return {**version, **placed, "fallback": self.fallback, "trigger": "first"}

    def _unsafe(self) -> tuple[str, ...]:
        return (*self.settings.unsafe, *(() if self.shown else ("unsafe_no_disclosure",)))

    def _model(self, name: str) -> str:
        """The model's name where this installation knows it; any other string is the client's, and is hashed."""
        if not name or self.settings.knows(name):
            return name
        return "model_" + hashlib.sha256(self.master + b"model" + name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def forwarded(incoming: Incoming, settings: Settings, *, own_key: bool) -> Headers:
    """The headers that go to the provider: those that a provider needs, by name. Cookies, addresses of people and whatever else
    a browser or a gateway added stay here; `forward_headers` in the settings lets more pass.

    `own_key`: the client's credential is a key of this installation, which the provider must never see.
    """
    named = {name.lower() for name in settings.forward_headers}
    kept = [(k, v) for k, v in incoming.headers if k in FORWARDED or k.startswith(FORWARDED_FAMILIES) or k in named]
    if own_key or settings.upstream_key:
        kept = [(k, v) for k, v in kept if k not in CREDENTIALS]
    if settings.upstream_key:
        kept.append(("authorization", f"Bearer {settings.upstream_key}"))
    return (*kept, ("content-type", "application/json"))


def returned(headers: Headers) -> Headers:
    """The provider's headers that go back to the client; the date is that of our own answer (RFC 9110, 6.6.1)."""
    own = ("x-guardrails-", "x-ai-disclosure")
    return tuple((k, v) for k, v in headers if k not in HOP_BY_HOP and k != "date" and not k.startswith(own))
