"""The same load on two other guards, side by side: LiteLLM's content filter and llm-shield-proxy.

    python -m benchmarks.peers [--quick] [--json FILE] [--offline]

Each is installed into an environment of its own under build/ (pinned, by name), runs as its own documentation says, and must
show before it is measured that it hides an e-mail address from the model and changes nothing else of an answer. CPU is user and
system time of the whole tree of processes, in interleaved rounds. A peer that cannot be had or does not come up counts as not
measured, which is a missed bound, unless `--offline` says that this was to be expected.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import uvloop

from benchmarks import load, proxy, targets, texts, venvs
from benchmarks.measure import median
from benchmarks.report import Report, options, shown
from benchmarks.targets import Target

ROUNDS, QUICK_ROUNDS = 5, 2
PATTERNS = ("email", "us_phone", "visa", "mastercard", "amex", "discover", "us_ssn", "ipv4", "iban")


@dataclass(frozen=True, slots=True)
class Peer:
    """How a peer is installed and started. `options` writes its files into a folder; arguments and environment come back."""

    name: str
    requirement: str
    command: str
    ready: str  # a path that answers once it is up
    options: Callable[[Path, Target, int, str], tuple[list[str], dict[str, str]]] = field(repr=False)


def _litellm(folder: Path, below: Target, port: int, key: str) -> tuple[list[str], dict[str, str]]:
    rules = "".join(f"        - {{pattern_type: prebuilt, pattern_name: {name}, action: MASK}}\n" for name in PATTERNS)
    config = folder / "litellm.yaml"
    config.write_text(
        "model_list:\n"
        "  - model_name: gpt-4o-mini\n"
        "    litellm_params:\n"
        f"      {{model: openai/gpt-4o-mini, api_base: 'http://127.0.0.1:{below.port}/v1', api_key: sk-upstream}}\n"
        "guardrails:\n"
        "  - guardrail_name: content-filter\n"
        "    litellm_params:\n"
        "      guardrail: litellm_content_filter\n"
        "      mode: [pre_call, post_call]\n"
        "      default_on: true\n"
        "      patterns:\n"
        f"{rules}"
        f"general_settings: {{master_key: {key}}}\n"
    )
    # Its prices come from the package: the benchmark must not depend on a host that it would ask for them.
    env = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    return ["--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"], env


def _shield(_: Path, below: Target, port: int, key: str) -> tuple[list[str], dict[str, str]]:
    env = {"UPSTREAM_BASE_URL": f"http://127.0.0.1:{below.port}", "UPSTREAM_API_KEY": "sk-upstream", "VALID_VIRTUAL_KEYS": key}
    return ["--host", "127.0.0.1", "--port", str(port)], env


def _shield_whole(folder: Path, below: Target, port: int, key: str) -> tuple[list[str], dict[str, str]]:
    """With what the guard always does: answers judged too, and no call answered before its record is on the disk."""
    arguments, env = _shield(folder, below, port, key)
    seed = folder / "audit.key"
    seed.write_text(secrets.token_hex(32))
    durable = {
        "AUDIT_DURABILITY": "required",
        "AUDIT_DURABLE_PATH": str(folder / "audit.jsonl"),
        "AUDIT_SIGNING_KEY_FILE": str(seed),
    }
    return arguments, {**env, **durable, "ENABLE_RESPONSE_PII_REDACTION": "true"}


LITELLM, SHIELD = "litellm[proxy]==1.106.2", "llm-shield-proxy==1.7.0"
PEERS = (
    Peer("LiteLLM content filter", LITELLM, "litellm", "/health/liveliness", _litellm),
    Peer("llm-shield-proxy", SHIELD, "llm-shield-proxy", "/healthz", _shield),
    Peer("llm-shield-proxy, all on", SHIELD, "llm-shield-proxy", "/healthz", _shield_whole),
)


@contextmanager
def running(peer: Peer, below: Target, folder: Path) -> Iterator[Target]:
    """The peer, started. Raises venvs.Unobtainable or RuntimeError."""
    programs = venvs.installed(peer.command, peer.requirement, command=peer.command)
    port, key, name = targets.free_port(), "sk-" + secrets.token_hex(24), peer.name.replace(" ", "-").replace(",", "")
    (own := folder / name).mkdir()
    arguments, env = peer.options(own, below, port, key)
    command = [str(programs / peer.command), *arguments]
    with targets.running(name, command, port, env=env, path=peer.ready, key=key, cwd=own, start_s=180) as target:
        yield Target(peer.name, port, target.process, target.ready_s, key)


async def guards(target: Target, below: Target) -> None:
    """It must guard: an address in a question must not reach the model. Raises RuntimeError."""
    await load.control(below.port, delay_ms=0, stamp=False, echo=False)
    await proxy.check(target)
    await load.once(target.port, texts.request(next(proxy.SERIAL), with_data=True), target.key)
    seen = await load.last_seen(below.port)
    if b'"messages"' not in seen or b"@contoso.com" in seen:
        raise RuntimeError(f"{target.name} does not hide an e-mail address as it is configured here")


ECHO: dict[str, float | bool] = {"echo": True}
CASES = (
    proxy.Case("request, 1 at a time", 1, proxy.requests, 60, "request"),
    proxy.Case("request, 16 at once", 16, proxy.requests, 160, "request", 15),
    proxy.Case("stream, 1 at a time", 1, proxy.streams, 8, "stream"),
    proxy.Case("stream, 16 at once", 16, proxy.streams, 32, "stream", 10),
    proxy.Case(
        "request with personal data, 16 at once", 16, partial(proxy.requests, with_data=True), 160, "request", 15, upstream=ECHO
    ),
    proxy.Case(
        "stream with personal data, 16 at once", 16, partial(proxy.streams, with_data=True), 32, "stream", 10, upstream=ECHO
    ),
)


def compared(found: dict[str, dict[str, proxy.Measured]], names: Sequence[str], report: Report) -> None:
    for name in names:
        for case in CASES:
            theirs, ours = found[case.name][name], found[case.name]["ours"]
            each = proxy.ratios(theirs.cpu_ms, ours.cpu_ms)
            told = f"{shown(median(theirs.cpu_ms))} against {shown(median(ours.cpu_ms))} ms; "
            told += f"rounds {shown(min(each))} to {shown(max(each))}; p50 {shown(median(theirs.p50s))} ms"
            told += f"; {theirs.failed} calls failed" if theirs.failed else ""
            title = f"{name}: {case.name}: CPU"
            report.add(title, median(each), "x ours", bound=case.bound, more=True, note=told)
    report.raw["rounds"] = {c: {t: m.cpu_ms for t, m in one.items()} for c, one in found.items()}


async def run(report: Report, times: int, share: float, *, offline: bool) -> None:
    with ExitStack() as open_:
        below = open_.enter_context(targets.upstream())
        folder = open_.enter_context(targets.folder())
        ours = open_.enter_context(targets.ours(below, folder / "ours"))
        await guards(ours, below)
        up = [ours]
        for peer in PEERS:
            try:
                target = open_.enter_context(running(peer, below, folder))
                await guards(target, below)
            except (venvs.Unobtainable, RuntimeError, TimeoutError, OSError) as error:
                print(f"{peer.name}: {error}", file=sys.stderr)
                bound = None if offline else 1.0
                report.add(f"{peer.name}: measured", 0, bound=bound, more=True, note=str(error).splitlines()[0])
                continue
            up.append(target)
        found = await proxy.rounds(CASES, up, below, times, share)
        compared(found, [t.name for t in up[1:]], report)
        for target in up:
            report.add(f"{target.name}: RSS after the load", target.rss_kb() / 1000, "MB")
            report.add(f"{target.name}: ready after", target.ready_s, "s")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--rounds", type=int, metavar="N", help=f"default {ROUNDS}, with --quick {QUICK_ROUNDS}")
    parser.add_argument("--offline", action="store_true", help="a peer that cannot be installed is not a missed bound")
    chosen = parser.parse_args(arguments)
    report = Report("Beside other guards: their CPU in ours")
    times = chosen.rounds or (QUICK_ROUNDS if chosen.quick else ROUNDS)
    uvloop.run(run(report, times, 0.5 if chosen.quick else 1.0, offline=chosen.offline))
    return report.end(chosen.json)


if __name__ == "__main__":
    sys.exit(main())
