"""Our own table of ids: of a hundred countries, and of papers, accounts and patients everywhere.

`KINDS` is the table, a row for each form of each kind. A new kind is a row here and a row in the tests' table.
"""

from __future__ import annotations

from guardrails.detectors.ids import africa_oceania, americas, asia, europe, papers
from guardrails.detectors.ids.kind import Kind

KINDS: tuple[Kind, ...] = (*papers.KINDS, *europe.KINDS, *asia.KINDS, *americas.KINDS, *africa_oceania.KINDS)
#: What all of them find: names that a rule can use.
ENTITIES = frozenset(k.entity for k in KINDS)
