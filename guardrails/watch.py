"""What operators see of calls: numbers (`metrics.py`) and, where they ask for it, one line for each call. Never text.

Every label comes from a closed set: the routes of the server's table, the policy's own rules and entities, the words of the
model. A tenant is named in a line because it stands in the server's table of callers; it is no label.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from guardrails import __version__
from guardrails.calls import Call
from guardrails.errors import AuditUnavailable
from guardrails.metrics import OTHER, Family, Kind, Meter, Metrics
from guardrails.model import Action, Decision, Edit, Mode, Result, Stage
from guardrails.policy import Policy
from guardrails.record import Ending
from guardrails.relay import Told

log = logging.getLogger("guardrails.calls")

#: Seconds. From what a commit takes to what a long answer takes.
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
BOUNDS_US = tuple(bound * 1e6 for bound in BOUNDS)
SUM = len(BOUNDS) + 1  # of a histogram's cells, the last
PHASES = ("screen", "log", "upstream", "total")
STATUSES = ("none", "1xx", "2xx", "3xx", "4xx", "5xx")
FAULTS = ("rate_limited", "refused", "failed", "late", "unreachable", "broken")
SPOKE = (Result.MATCH, Result.ERROR)
QUIET_S = 1.0  # a log that fails is told of at most once in this time

CALLS = "guardrails_calls_total"
FINDINGS = "guardrails_findings_total"
EDITS = "guardrails_edits_total"
RULES = "guardrails_rule_results_total"
NOTICES = "guardrails_disclosures_total"
UPSTREAM = "guardrails_upstream_errors_total"
UNWRITTEN = "guardrails_log_failures_total"
PHASE = "guardrails_phase_seconds"
REFUSED = "guardrails_requests_refused_total"
OPEN = "guardrails_open_calls"
STREAMS = "guardrails_open_streams"
QUEUE = "guardrails_log_queue_records"
UP = "guardrails_worker_ready"
RESIDENT = "guardrails_worker_resident_bytes"
CPU = "guardrails_worker_cpu_seconds"
RESTARTS = "guardrails_worker_restarts_total"
#: Statuses of refusals that come before there is a call.
REFUSALS = ("400", "401", "403", "404", "405", "408", "413", "431", "503", OTHER)


def families(routes: Iterable[str], entities: Iterable[str], policy: Policy) -> tuple[Family, ...]:
    """The whole table of what is counted, for these routes and this policy."""
    kinds = sorted({*entities, *(name for rule in policy.rules for name in rule.sought.own), OTHER})
    rules = [rule.id for rule in policy.rules]
    words = [action.word for action in Action]
    yes_no = ("false", "true")
    return (
        Family(
            CALLS,
            "Calls that ended, by how.",
            labels={"route": (*routes, OTHER), "ending": [*Ending], "status": STATUSES, "stream": yes_no},
        ),
        Family(
            FINDINGS,
            "Findings of enforcing rules, by what the rule does about them.",
            labels={"stage": [*Stage], "entity": kinds, "action": words},
        ),
        Family(EDITS, "Places that were hidden in requests."),
        Family(
            RULES,
            "Rules that spoke, or could not look.",
            labels={"rule": [*rules, OTHER], "result": SPOKE, "mode": [*Mode]},
        ),
        Family(NOTICES, "Notices that a reader got.", labels={"placement": ("text", "field")}),
        Family(UPSTREAM, "Calls that failed at the provider.", labels={"class": FAULTS}),
        Family(UNWRITTEN, "Records that the log could not take: their calls were not served."),
        Family(PHASE, "Where the time of calls goes.", Kind.HISTOGRAM, {"phase": PHASES}, BOUNDS),
        Family(REFUSED, "Requests that were answered before there was a call.", labels={"status": REFUSALS}),
        Family(OPEN, "Calls that are open now.", Kind.GAUGE),
        Family(STREAMS, "Streams that are open now.", Kind.GAUGE),
        Family(QUEUE, "Records that wait to be written.", Kind.GAUGE),
        Family(UP, "1 while the worker takes calls.", Kind.GAUGE, apart=True),
        Family(RESIDENT, "Memory of the worker.", Kind.GAUGE, apart=True),
        Family(RESTARTS, "Workers that died and were started again."),
        Family(CPU, "User and system time of the worker.", Kind.GAUGE, apart=True),
    )


def measured(families: Iterable[Family], policy: Policy, workers: int = 1) -> Metrics:
    metrics = Metrics(families, workers)
    metrics.told("guardrails_build_info", "What runs here.", version=__version__, policy=policy.id, digest=policy.digest)
    return metrics


@dataclass(slots=True)
class Watcher:
    """`relay.Watch`: counts in one worker's column and writes the lines. Places are looked up at a series' first use."""

    meter: Meter = field(repr=False)
    _places: dict[tuple[str, ...], int] = field(default_factory=dict, repr=False)
    _kinds: dict[tuple[Any, ...], int] = field(default_factory=dict, repr=False)
    _phases: tuple[int, ...] = field(init=False, repr=False)
    _quiet_until: float = 0.0
    failed_at: float = 0.0  # when the log could last not be written, by the steady clock; 0: it always could

    def __post_init__(self) -> None:
        self._phases = tuple(self.meter.place(PHASE, phase) for phase in PHASES)

    def count(self, *series: str, amount: float = 1.0) -> None:
        """`series`: the family and its values."""
        place = self._places.get(series)
        if place is None:
            place = self._places[series] = self.meter.place(*series)
        self.meter.add(place, amount)

    def put(self, series: str, value: float) -> None:
        """What a gauge without labels shows."""
        place = self._places.get((series,))
        if place is None:
            place = self._places[(series,)] = self.meter.place(series)
        self.meter.put(place, value)

    def judged(self, call: Call, decision: Decision, edits: Sequence[Edit]) -> None:
        self.failed_at = 0.0
        call.asked = decision.action
        if decision.reasons:
            self._spoke(decision)
        if edits:
            self.count(EDITS, amount=len(edits))

    def ended(self, call: Call, ending: Ending, said: Decision | None, told: Told) -> None:
        cells = self.meter.cells
        cells[self._calls(call.incoming.path, ending, told.status // 100, told.stream)] += 1.0
        if said is not None and said.reasons:
            self._spoke(said)
        if call.told:
            self.count(NOTICES, call.told)
        if ending is Ending.UPSTREAM_ERROR:
            self.count(UPSTREAM, fault(told))
        spent = (call.guard_us, call.log_us, call.upstream_us, call.spent(call.began))
        for place, us in zip(self._phases, spent, strict=True):  # as Meter.observe, which a call would pay for four times
            cells[place + bisect_left(BOUNDS_US, us)] += 1.0
            cells[place + SUM] += us / 1e6
        level = logging.WARNING if ending in TROUBLES else logging.INFO
        if log.isEnabledFor(level):
            log.log(level, "call", extra={"facts": facts(call, ending, said, told, spent)})

    def _calls(self, *key: Any) -> int:
        """Where calls of one kind are counted. `key`: route, ending, hundreds of the status, whether it was a stream."""
        place = self._kinds.get(key)
        if place is None:
            route, ending, hundreds, stream = key
            series = (route, ending, f"{hundreds}xx" if hundreds else "none", "true" if stream else "false")
            place = self._kinds[key] = self.meter.place(CALLS, *series)
        return place

    def unwritten(self, call: Call, error: AuditUnavailable) -> None:
        self.count(UNWRITTEN)
        self.failed_at = time.monotonic()
        if self.failed_at >= self._quiet_until:
            self._quiet_until = self.failed_at + QUIET_S
            log.error("the log cannot be written, so calls are refused", extra={"facts": {"call": call.id, "why": str(error)}})

    def _spoke(self, decision: Decision) -> None:
        stage = decision.stage.value
        for reason in decision.reasons:
            self.count(RULES, reason.rule, reason.result, reason.mode)
            if reason.mode is Mode.ENFORCE:
                word = reason.action.word
                for finding in reason.findings:
                    self.count(FINDINGS, stage, finding.entity, word)


#: Endings that an operator should look at.
TROUBLES = frozenset({Ending.UPSTREAM_ERROR, Ending.DETECTOR_ERROR, Ending.ABORTED})


def fault(told: Told) -> str:
    """The class of a provider's failure, by the status that the client got."""
    if told.stream:
        return "broken"
    if told.status == 429:
        return "rate_limited"
    if told.status in (502, 504):
        return "late" if told.status == 504 else "unreachable"
    return "failed" if told.status >= 500 else "refused"


def facts(call: Call, ending: Ending, said: Decision | None, told: Told, spent: Sequence[int]) -> dict[str, Any]:
    """One call's line. The route is one of the server's table: a call exists for no other."""
    line: dict[str, Any] = {
        "call": call.id,
        "route": call.incoming.path,
        "tenant": call.context.tenant,
        "ending": str(ending),
        "status": told.status,
        "action": max(call.asked, said.action if said else Action.ALLOW).word,
        "stream": told.stream,
        "bytes_in": len(call.incoming.body),
        "bytes_out": told.sent,
    }
    line |= {f"{phase}_ms": round(us / 1000, 1) for phase, us in zip(PHASES, spent, strict=True)}
    return line | ({"fault": call.mistake} if call.mistake else {})
