"""A team's own recognizers in YAML, for people who do not program: every fault in one go, `file:line:column: what; what to do`.

A file is a list. Each recognizer says what it finds (`entity`), by words (`deny_list`) or by a pattern (`regex`), and brings
examples of what must match and what must not. These are tried whenever the file is read: a recognizer that does not do what its
author wrote beside it is refused.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

import re2

from guardrails.detectors import checksums
from guardrails.detectors.custom import Custom, CustomDetector, Recognizer
from guardrails.detectors.folding import fold
from guardrails.detectors.labels import NEAR, WINDOW
from guardrails.detectors.patterns import THRESHOLD
from guardrails.detectors.widths import width
from guardrails.model import Segment
from guardrails.policy import values
from guardrails.policy.detect_keys import compiles
from guardrails.policy.faults import BrokenPolicy, Fault, Faults, Level, Place, shown
from guardrails.policy.source import Items, Map, Node, Text, documents
from guardrails.policy.words import entity as entity_of

MOST_WORDS = 20_000
LONGEST_WORD, LONGEST_PATTERN = 200, 1_000  # characters
LONG = 200  # characters of a match that keep an answer waiting for longer than anybody likes
KEYS = (
    *("entity", "name", "deny_list", "regex", "ignore_case", "checksum", "context", "score", "score_with_context"),
    *("languages", "countries", "examples"),
)
_NAME = re.compile("[A-Z][A-Z0-9_]{0,39}")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_SHAPE = re.compile(r"[a-z_]{2,12}(\.[a-z0-9_]{1,24})?")


def _mod_97(value: str) -> bool:
    """ISO/IEC 7064, MOD 97-10: letters are 10 to 35."""
    plainly = checksums.plain(value)
    return bool(plainly) and int("".join(str(int(c, 36)) for c in plainly)) % 97 == 1


def _of_digits(check: Callable[[Sequence[int]], bool]) -> Callable[[str], bool]:
    return lambda value: bool(digits := checksums.digits(value)) and check(digits)


#: Those that have names of their own; every other is a module of python-stdnum, such as `dk.cpr`.
CHECKSUMS: Mapping[str, Callable[[str], bool]] = {
    "luhn": _of_digits(checksums.luhn),
    "mod97": _mod_97,
    "mod11_10": _of_digits(checksums.mod_11_10),
    "verhoeff": _of_digits(checksums.verhoeff),
    "iban": checksums.iban,
}


class BrokenRecognizers(BrokenPolicy):
    """The files cannot be used; nothing of them was loaded."""


@dataclass(frozen=True, slots=True)
class _Example:
    """A text, and what must be found in it: True something, False nothing, a text exactly that."""

    place: Place
    text: str = field(repr=False)
    finds: str | bool = True


def load(sources: Iterable[tuple[str, str]]) -> tuple[Recognizer, ...]:
    """The recognizers in these files, given as (name, text). Raises BrokenRecognizers with all faults."""
    found, faults = read(sources)
    errors = [fault for fault in faults if fault.level is Level.ERROR]
    if errors:
        raise BrokenRecognizers(errors)
    return found


def are_meant(text: str) -> bool:
    """Is this a file of recognizers, right or wrong? A list, of which something says what it finds or brings examples."""
    items = [item for node in documents(text, "", Faults()) if isinstance(node, Items) for item in node.items]
    return any({"entity", "examples"} & item.entries.keys() for item in items if isinstance(item, Map))


def read(sources: Iterable[tuple[str, str]]) -> tuple[tuple[Recognizer, ...], tuple[Fault, ...]]:
    """What can be understood of files that are to be used together; errors and advice, in the order of their places."""
    faults = Faults()
    made: list[tuple[Recognizer, list[_Example]]] = []
    names: dict[str, Place] = {}
    for file, text in sorted(sources):
        found = documents(text, file, faults)
        if not found and not any(place.file == file for place in faults.errors):
            faults.error(Place(file, 1, 1), "the file is empty", "begin with - entity: and what to look for below it")
        for node in found:
            made += _document(node, names, faults)
    for one, examples in made:
        _try(one, examples, faults)
    return tuple(one for one, _ in made), tuple(sorted([*faults.errors.values(), *faults.warnings]))


def _document(node: Node, names: dict[str, Place], faults: Faults) -> Iterator[tuple[Recognizer, list[_Example]]]:
    if not isinstance(node, Items):
        what = "the file is not a list" if isinstance(node, Map) else "this is no recognizer"
        faults.error(node.place, what, "begin each recognizer with a hyphen: - entity: CUSTOMER_NUMBER")
        return
    if not node.items:
        faults.error(node.place, "the list is empty", "begin with - entity: and what to look for below it")
    for item in node.items:
        before = len(faults.errors)
        got = values.fields(item, "a recognizer", KEYS, {}, faults)
        if got is None:
            continue
        made = _recognizer(got, item.place, names, faults)
        examples = _examples(got, item.place, faults)
        if made is not None and len(faults.errors) == before:
            yield made, examples


def _recognizer(got: values.Fields, place: Place, names: dict[str, Place], faults: Faults) -> Recognizer | None:
    entity = _entity(got, place, faults)
    words, patterns = _words(got, faults), _patterns(got, faults)
    if "deny_list" not in got and "regex" not in got:
        faults.error(
            place, "the recognizer does not say what it looks for", "add deny_list: with words, or regex: with a pattern"
        )
    case = values.word(got["ignore_case"][1], "ignore_case", _TRUTH, faults) if "ignore_case" in got else None
    check = _checksum(got, faults)
    context = _texts(got, "context", "context words", LONGEST_WORD, faults)
    score, named = _scores(got, bool(context), faults)
    languages = [code for node in _list(got, "languages", faults) if (code := values.language(node, faults))]
    countries = [code for node in _list(got, "countries", faults) if (code := _country(node, faults))]
    name = _name(got, entity, place, names, faults)
    if entity is None or name is None:
        return None
    return Recognizer(
        name=name,
        entity=entity,
        words=words,
        patterns=patterns,
        ignore_case=(True, False) if case is None else (case, case),
        check=check,
        context=context,
        score=score,
        named=named,
        languages=frozenset(code.partition("-")[0] for code in languages),
        countries=frozenset(countries),
    )


# --- one reader for each key ------------------------------------------------------------------------------------------------


def _entity(got: values.Fields, place: Place, faults: Faults) -> str | None:
    """The kind of personal data that it finds: one that is known, or a name of the team's own."""
    if "entity" not in got:
        faults.error(place, "the recognizer does not say what it finds", "add entity: with a name like CUSTOMER_NUMBER")
        return None
    node = got["entity"][1]
    said = node.text if isinstance(node, Text) else ""
    name = entity_of(said)
    if _NAME.fullmatch(name):
        return name
    faults.error(node.place, f"{shown(said)} cannot be an entity's name", "write it like CUSTOMER_NUMBER")
    return None


def _name(got: values.Fields, entity: str | None, place: Place, names: dict[str, Place], faults: Faults) -> str | None:
    """What findings and records call it; by default after its entity: CustomerNumberRecognizer."""
    if "name" in got:
        place = got["name"][1].place
        name = values.identifier(got["name"][1], "a recognizer's name", faults)
    else:
        name = entity and "".join(part.capitalize() for part in entity.split("_")) + "Recognizer"
    if name and name in names:
        faults.error(place, f"a second recognizer is called {name}", f"give it another name: the first is at {names[name]}")
    if name:
        names.setdefault(name, place)
    return name


def _words(got: values.Fields, faults: Faults) -> tuple[str, ...]:
    words = _texts(got, "deny_list", "words", LONGEST_WORD, faults)
    if len(words) > MOST_WORDS:
        faults.error(got["deny_list"][0].place, f"the list has more than {MOST_WORDS:,} words", "divide it into several")
    return words


def _patterns(got: values.Fields, faults: Faults) -> tuple[str, ...]:
    found = []
    for node in _list(got, "regex", faults, "patterns"):
        if len(node.text) > LONGEST_PATTERN:
            faults.error(node.place, f"this has more than {LONGEST_PATTERN:,} characters", "divide it into several")
        elif compiles(node, faults):
            found.append(node.text)
            _advise(node, faults)
    return tuple(sorted(set(found)))


def _advise(pattern: Text, faults: Faults) -> None:
    """What a streamed answer waits for."""
    longest = width(pattern.text)
    if longest is None:
        what = "no one knows how long a match can be, so streamed answers wait until they are whole"
        faults.advise(pattern.place, what, "write {0,40} for *, {1,40} for +, and take ^ out")
    elif longest > LONG:
        what = f"a match can have {longest:,} characters, and streamed answers come so much later"
        faults.advise(pattern.place, what, "make it shorter, if you can")


def _checksum(got: values.Fields, faults: Faults) -> Callable[[str], bool] | None:
    if "checksum" not in got:
        return None
    key, node = got["checksum"]
    if "regex" not in got:
        faults.error(key.place, "a checksum says which numbers of a pattern count, and there is no pattern", "add regex:")
    said = values.text(node, "a checksum", faults)
    if said is None:
        return None
    name = said.strip().lower()
    check = CHECKSUMS.get(name.replace("-", "_")) or _stdnum(name)
    if check is None:
        advice = "write luhn, mod97, mod11_10, verhoeff, iban, or a module of python-stdnum such as dk.cpr"
        faults.error(node.place, f"there is no checksum {shown(said)}", faults.nearest(name, checksum_names(), advice))
    return check


def _stdnum(name: str) -> Callable[[str], bool] | None:
    """What python-stdnum has under this name."""
    if not _SHAPE.fullmatch(name):
        return None
    try:
        found: Any = import_module(f"stdnum.{name}")
    except ImportError:
        return None
    is_valid = getattr(found, "is_valid", None)
    return partial(_holds, is_valid) if callable(is_valid) else None


def _holds(is_valid: Callable[[str], object], value: str) -> bool:
    try:
        return bool(is_valid(value))
    except Exception:  # noqa: BLE001 a value that its arithmetic is not made for has no right check digits
        return False


def checksum_names() -> list[str]:
    """Every checksum that can be named."""
    import stdnum  # noqa: PLC0415 for a fault's advice only

    modules = (found.name.removeprefix("stdnum.") for found in pkgutil.walk_packages(stdnum.__path__, "stdnum."))
    return [*CHECKSUMS, *(name for name in modules if "." in name)]


def _scores(got: values.Fields, context: bool, faults: Faults) -> tuple[float, float]:
    """How sure it is by itself, and beside a context word. With context words and no `score` it is nothing by itself."""
    told = {key: values.number(got[key][1], key, 0, 1, faults) for key in ("score", "score_with_context") if key in got}
    if "score_with_context" in told and not context:
        faults.error(got["score_with_context"][0].place, "no context words are given", "add context:, or take this line out")
    score = told.get("score", 0.0 if context else 1.0)
    named = told.get("score_with_context", max(score or 0.0, 1.0) if context else score)
    if score is None or named is None:
        return 1.0, 1.0
    place = next((got[key][1].place for key in ("score_with_context", "score") if key in got), None)
    if place and max(score, named) < THRESHOLD:
        faults.error(place, f"it would never be found: below {THRESHOLD} nothing counts", f"write {THRESHOLD} or more")
    elif place and named < score:
        faults.error(place, "a context word would make it less sure", f"write {score:g} or more")
    return score, named


def _country(node: Text, faults: Faults) -> str | None:
    code = node.text.strip().upper()
    if re.fullmatch("[A-Z]{2}", code):
        return code
    faults.error(node.place, f"{shown(node.text)} is no country code", "write two letters (ISO 3166), for example DK")
    return None


def _list(got: values.Fields, key: str, faults: Faults, what: str = "") -> list[Text]:
    return values.texts(got[key][1], what or key, faults) if key in got else []


def _texts(got: values.Fields, key: str, what: str, longest: int, faults: Faults) -> tuple[str, ...]:
    found = []
    for node in _list(got, key, faults, what):
        if len(node.text) > longest:
            faults.error(node.place, f"this has more than {longest} characters", "shorten it")
        elif not any(c.isalnum() for c in fold(node.text).text):
            faults.error(node.place, "there is no letter and no digit in it", "take it out")
        else:
            found.append(node.text.strip())
    return tuple(sorted(set(found)))


# --- the examples -----------------------------------------------------------------------------------------------------------


def _examples(got: values.Fields, place: Place, faults: Faults) -> list[_Example]:
    form = "examples: {match: [a text with it], no_match: [a text without it]}"
    if "examples" not in got:
        faults.error(place, "the recognizer has no examples", f"add {form}")
        return []
    said = values.fields(got["examples"][1], "examples", ("match", "no_match"), {}, faults)
    if said is None:
        return []
    for key in ("match", "no_match"):
        if key not in said:
            faults.error(got["examples"][0].place, f"examples has no {key}", f"write {form}")
    found = []
    if "match" in said:
        node = said["match"][1]
        for item in node.items if isinstance(node, Items) and node.items else (node,):
            found += [_exactly(item, faults)] if isinstance(item, Map) else _plainly(item, True, faults)
    if "no_match" in said:
        found += _plainly(said["no_match"][1], False, faults)
    return [example for example in found if example is not None]


def _plainly(node: Node, finds: bool, faults: Faults) -> list[_Example | None]:
    return [_Example(item.place, item.text, finds) for item in values.texts(node, "examples", faults)]


def _exactly(node: Map, faults: Faults) -> _Example | None:
    """`{text: …, finds: …}`: what is to be found, exactly."""
    said = values.fields(node, "an example", ("text", "finds"), {}, faults)
    if said is None:
        return None
    told = {key: values.text(said[key][1], key, faults) for key in said}
    if len(said) < 2:
        faults.error(node.place, "an example of this form needs both", "write {text: a whole text, finds: what is found in it}")
    text, finds = told.get("text"), told.get("finds")
    if text is None or finds is None:
        return None
    return _Example(node.place, text, finds)


def _try(one: Recognizer, examples: Sequence[_Example], faults: Faults) -> None:
    detector = Custom([one]).everywhere()
    for example in examples:
        found = _found(detector, example.text)
        if example.finds is False:
            if found:
                remedy = "make the pattern or the words narrower, or add context:"
                faults.error(example.place, f"must not match, but {one.name} finds {_listed(found)}", remedy)
        elif not found:
            what, remedy = _why_not(one, example.text)
            faults.error(example.place, f"must match, but {one.name} finds nothing: {what}", remedy)
        elif example.finds is not True and found != [example.finds]:
            remedy = "mend the pattern, or what the example says"
            faults.error(example.place, f"{one.name} finds {_listed(found)}, not {shown(example.finds)}", remedy)


def _found(detector: CustomDetector, text: str) -> list[str]:
    return [text[f.start : f.end] for f in detector.find(Segment("", text))]


def _listed(found: Sequence[str]) -> str:
    return " and ".join(map(shown, found[:3])) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def _why_not(one: Recognizer, text: str) -> tuple[str, str]:
    """Which of its conditions fails, in the order in which an author would look."""
    bare = Recognizer(one.name, one.entity, one.words, one.patterns, one.ignore_case)
    if not _found(Custom([bare]).everywhere(), text):
        if any(re2.search(pattern, text) for pattern in one.patterns):
            read = f"the pattern fits what is written, but that is looked at as {shown(fold(text).text)}"
            return read, "write the pattern for that: plain letters, digits and hyphens"
        if one.words and not one.patterns:
            return "none of its words stands there as a whole word", "correct the word or the example"
        return "the pattern fits nowhere", "correct the pattern or the example"
    checked = Recognizer(one.name, one.entity, one.words, one.patterns, one.ignore_case, one.check)
    if (fits := _found(Custom([bare]).everywhere(), text)) and not _found(Custom([checked]).everywhere(), text):
        return f"the checksum refuses {_listed(fits)}", "take a number with right check digits, or another checksum"
    return (
        f"no context word stands within {NEAR} words and {WINDOW} characters before it",
        "add the word that stands there to context:, or write a score: of 0.4 or more",
    )
