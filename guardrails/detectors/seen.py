"""What was found in a text is remembered, so that a conversation's history is not searched again with each turn.

What is kept is no text: a keyed hash (BLAKE2b, RFC 7693) over everything that a finding depends on, and offsets. The key is
the tenant's, so that nobody can tell from how long a call takes what another tenant has sent. Bounded: what was not asked for
longest is forgotten first.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from guardrails.model import Context, Detector, Finding, Kind, Origin, Segment, Stage

TENANTS, TEXTS = 64, 1024  # texts of each tenant: about 250 bytes each
SHORT = 48  # characters: searching so little costs less than remembering it


class Place(NamedTuple):
    """A finding without the path of the text it was found in."""

    start: int
    end: int
    entity: str
    score: float
    detector: str

    def at(self, segment: Segment) -> Finding:
        return Finding(
            segment.path, self.start, self.end, self.entity, self.score, self.detector, segment.stage, segment.origin
        )


class Shelf(NamedTuple):
    """What one call can ask: the texts of its tenant, as its detectors see them."""

    texts: OrderedDict[bytes, tuple[Place, ...]]
    key: bytes
    versions: bytes

    def __repr__(self) -> str:
        return f"Shelf({len(self.texts)} texts)"

    def name(self, segment: Segment) -> bytes | None:
        """The key under which a text is remembered; None where it is too short to be worth it."""
        if len(segment.text) < SHORT:
            return None
        text = segment.text.encode("utf-8", "surrogatepass")
        seen_as = _seen_as(segment.kind, segment.stage, segment.origin, self.versions)
        return hashlib.blake2b(seen_as + text, digest_size=16, key=self.key).digest()

    def find(self, name: bytes | None, segment: Segment) -> list[Finding] | None:
        if name is None or (places := self.texts.get(name)) is None:
            return None
        with suppress(KeyError):  # long texts are searched in threads: it may just have been forgotten
            self.texts.move_to_end(name)
        return [place.at(segment) for place in places]

    def keep(self, name: bytes | None, found: Iterable[Finding]) -> None:
        if name is None:
            return
        self.texts[name] = tuple(Place(f.start, f.end, f.entity, f.score, f.detector) for f in found)
        if len(self.texts) > TEXTS:
            self.texts.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """The memory of one guard, whose policy and settings are not part of a name: a guard that takes its place begins anew.

    `key`: 32 secret bytes, which tenants' keys are made from."""

    key: bytes = field(repr=False)
    _tenants: OrderedDict[str, tuple[OrderedDict[bytes, tuple[Place, ...]], bytes]] = field(
        default_factory=OrderedDict, repr=False
    )

    def shelf(self, context: Context, detectors: Sequence[Detector]) -> Shelf:
        """`detectors`: those bound to this call. A detector's name changes with its version (`model.Detector`)."""
        known = self._tenants.get(context.tenant)
        if known is None:
            own = hashlib.blake2b(context.tenant.encode("utf-8", "surrogatepass"), digest_size=32, key=self.key).digest()
            known = self._tenants[context.tenant] = (OrderedDict(), own)
            if len(self._tenants) > TENANTS:
                self._tenants.popitem(last=False)
        with suppress(KeyError):
            self._tenants.move_to_end(context.tenant)
        texts, own = known
        return Shelf(texts, own, _versions(tuple([d.name for d in detectors]), context.language, context.countries))


@lru_cache(maxsize=256)
def _versions(detectors: tuple[str, ...], language: str, countries: frozenset[str]) -> bytes:
    return "\0".join((*detectors, language, *sorted(countries))).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1024)
def _seen_as(kind: Kind, stage: Stage, origin: Origin, versions: bytes) -> bytes:
    """All but the text, with the length of what could run into it."""
    return f"{kind}:{stage}:{origin}:{len(versions)}:".encode() + versions
