"""What a person is told when a rule acts: the author's words in the reader's language, or the project's own.

Templates are data, not a language: `{{ count }}` and a few other names of a fixed list, filled in once. What is filled in is
never read as a template again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What a message may name, and what each means.
FIELDS = {
    "count": "how many findings the rule rests on",
    "finding.type": "the kind of the first finding: EMAIL_ADDRESS",
    "title": "the rule's title",
    "rule": "the rule's id",
    "id": "the reference of the decision, by which the log finds it",
}
NAME = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
ANY_LANGUAGE = ""  # the language of a message that is one text and not a map

#: Where the author wrote no message. Drafts: a native speaker and a lawyer have yet to read them.
BLOCKED = {
    "en": ('Your request was not processed because of the rule "{{ title }}"', " (reference {{ id }})", "."),
    "id": ('Permintaan ini tidak dapat diproses karena kebijakan "{{ title }}"', " (nomor referensi {{ id }})", "."),
    "zh": ("根据“{{ title }}”规定，本次请求未被处理", "（编号：{{ id }}）", "。"),
    "da": ('Din forespørgsel blev stoppet af reglen "{{ title }}"', " (reference {{ id }})", "."),
}

WITHHELD = {
    "en": ('The answer was withheld because of the rule "{{ title }}"', " (reference {{ id }})", "."),
    "id": ('Jawaban tidak ditampilkan karena kebijakan "{{ title }}"', " (nomor referensi {{ id }})", "."),
    "zh": ("根据“{{ title }}”规定，本次回答不予显示", "（编号：{{ id }}）", "。"),
    "da": ('Svaret blev holdt tilbage på grund af reglen "{{ title }}"', " (reference {{ id }})", "."),
}


def pick(messages: Mapping[str, str], language: str) -> str | None:
    """The text for a BCP 47 language: exact, its base language, a variety of it, the text for all languages, English."""
    exact = language.lower().replace("_", "-")
    base = exact.split("-")[0]
    varieties = sorted(known for known in messages if known.startswith(base + "-"))
    for wanted in (exact, base, *varieties, ANY_LANGUAGE, "en"):
        if wanted in messages:
            return messages[wanted]
    return None


def blocked(language: str, *, reference: bool, answer: bool = False) -> str:
    """The project's own words; `reference`: whether there is a number by which a person can ask; `answer`: what is held back
    is the model's answer, not the person's request."""
    base = language.lower().replace("_", "-").split("-")[0]
    words = WITHHELD if answer else BLOCKED
    start, number, end = words.get(base, words["en"])
    return start + (number if reference else "") + end


def filled(template: str, fields: Mapping[str, object]) -> str:
    """The template with its names filled in, in one pass; a name without a value leaves nothing behind."""
    return NAME.sub(lambda m: str(fields.get(m[1], "")), template)
