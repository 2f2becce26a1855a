"""The words of the language, one table each: what they are called, what they are also called, what comes later."""

from __future__ import annotations

from guardrails.model import Action, Mode, Origin, Severity, Stage, Unreadable

#: What a rule can do now. The order of gravity is `model.Action`'s.
ACTIONS = {
    a.word: a for a in (Action.ALLOW, Action.FLAG, Action.MASK, Action.TOKENIZE, Action.HASH, Action.REDACT, Action.BLOCK)
}
#: Known words that a later version acts on; until then lint says so and the rule is left out.
LATER_ACTIONS = frozenset({a.word for a in Action} - ACTIONS.keys())

ALL_STAGES = frozenset(Stage)
REQUEST = frozenset({Stage.INPUT, Stage.TOOL_RESULT})
ANSWER = frozenset({Stage.OUTPUT, Stage.TOOL_CALL})
#: The stages that the texts of one message can have, by the message's main stage.
CARRIED = {Stage.INPUT: REQUEST, Stage.TOOL_RESULT: REQUEST, Stage.OUTPUT: ANSWER, Stage.TOOL_CALL: ANSWER}

#: Where a rule looks when it does not say.
DEFAULT_STAGES = {
    Action.TOKENIZE: REQUEST,
    Action.MASK: REQUEST | {Stage.OUTPUT},
    Action.REDACT: REQUEST | {Stage.OUTPUT},
    Action.HASH: REQUEST | {Stage.OUTPUT},
}

_GIVES_NOTHING_BACK = ("an answer has nothing to give back", "use mask or redact for output, flag or block for tool_call")
_CHANGES_AN_ACT = ("a hidden value silently changes what the tool does", "use flag or block for tool_call")
#: What cannot work, why, and what to write instead.
IMPOSSIBLE = {
    (Action.TOKENIZE, Stage.OUTPUT): _GIVES_NOTHING_BACK,
    (Action.TOKENIZE, Stage.TOOL_CALL): _GIVES_NOTHING_BACK,
    (Action.MASK, Stage.TOOL_CALL): _CHANGES_AN_ACT,
    (Action.REDACT, Stage.TOOL_CALL): _CHANGES_AN_ACT,
    (Action.HASH, Stage.TOOL_CALL): _CHANGES_AN_ACT,
}

STAGES = {s.value: s for s in Stage}
MODES = {m.value: m for m in Mode}
ORIGINS = {o.value: o for o in Origin}
SEVERITIES = {s.name.lower(): s for s in Severity}
ON_ERROR = {"fail_closed": True, "unsafe_ignore": False}
IDENTIFIERS = {"found": "found", "always": "always"}
STATUSES = {w: w for w in ("experimental", "testing", "stable", "deprecated")}

#: Short forms of Presidio's names, compared in lower case with `_` for blanks and hyphens.
ENTITY_ALIASES = {
    "email": "EMAIL_ADDRESS",
    "e_mail": "EMAIL_ADDRESS",
    "mail": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "telephone": "PHONE_NUMBER",
    "mobile": "PHONE_NUMBER",
    "card": "CREDIT_CARD",
    "credit_card_number": "CREDIT_CARD",
    "bank_card": "CREDIT_CARD",
    "iban": "IBAN_CODE",
    "ip": "IP_ADDRESS",
    "mac": "MAC_ADDRESS",
    "bitcoin": "CRYPTO",
    "wallet": "CRYPTO",
    "link": "URL",
    "date": "DATE_TIME",
    "name": "PERSON",
    "street_address": "ADDRESS",
    "organisation": "ORGANIZATION",
    "ssn": "US_SSN",
    "social_security_number": "US_SSN",
    "itin": "US_ITIN",
    "nhs": "UK_NHS",
    "nhs_number": "UK_NHS",
    "nino": "UK_NINO",
    "nric": "SG_NRIC_FIN",
    "pesel": "PL_PESEL",
    "codice_fiscale": "IT_FISCAL_CODE",
    "aadhaar": "IN_AADHAAR",
    "nik": "ID_NIK",
    "npwp": "ID_NPWP",
    "cpr": "DK_CPR",
    "cvr": "DK_CVR",
    "chinese_id": "CN_RIC",
    "id_number": "NATIONAL_ID",
    "birthday": "DATE_OF_BIRTH",
    "dob": "DATE_OF_BIRTH",
    "driving_licence": "DRIVER_LICENSE",
    "number_plate": "LICENSE_PLATE",
    "password": "SECRET",
    "api_key": "SECRET",
    "token": "SECRET",
    "disguise": "OBFUSCATION",
    "pan": "IN_PAN",
}

#: The members of the European Union, ISO 3166-1 alpha-2.
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - as people list them
)

#: What cannot be read, and what people also call it.
UNREADABLE = {
    **{one.value: one for one in Unreadable},
    **{f"{one.value}s": one for one in (Unreadable.IMAGE, Unreadable.VIDEO, Unreadable.FILE)},
    **dict.fromkeys(("picture", "pictures", "photo", "photos"), Unreadable.IMAGE),
    **dict.fromkeys(("sound", "sounds", "voice", "speech"), Unreadable.AUDIO),
    **dict.fromkeys(("movie", "movies", "film", "films"), Unreadable.VIDEO),
    **dict.fromkeys(("document", "documents", "attachment", "attachments"), Unreadable.FILE),
    **dict.fromkeys(("base64", "binary"), Unreadable.DATA),
    **dict.fromkeys(("tokens", "token_id"), Unreadable.TOKEN_IDS),
}

#: Words of the language for what no detector finds yet. A rule that asks for them would enforce nothing, so it is refused.
LATER_ENTITIES = frozenset({"PERSON", "LOCATION", "ORGANIZATION"})
LATER_KINDS = frozenset({"secret", "url"})


def plain(word: str) -> str:
    """A word as it is compared: no capitals, one kind of joint."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def entity(word: str) -> str:
    """Presidio's name for a word of an author: `iban`, `Iban-Code` and `IBAN_CODE` are one."""
    return ENTITY_ALIASES.get(plain(word), plain(word).upper())
