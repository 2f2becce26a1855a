"""Conversations of about 1 KB and answers, the same for the same seed in every process; nothing personal unless asked for.

The requests, the upstream and whoever checks an answer make the same text from the same number, so that no text has to be
sent around and hardly any is ever said twice.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache

import orjson

_WHO = (
    "the team",
    "our supplier",
    "the new release",
    "your colleague",
    "the night shift",
    "a customer",
    "the library",
    "the shop",
)
_DOES = (
    "moves",
    "checks",
    "sends back",
    "describes",
    "repairs",
    "prefers",
    "compares",
    "orders",
    "forgets",
    "paints",
    "counts",
)
_HOW = (
    "quietly",
    "twice a week",
    "without a reason",
    "as agreed",
    "in a hurry",
    "with great care",
    "once more",
    "on paper",
    "late",
)
_WHAT = (
    "the report",
    "two rooms",
    "a long list",
    "the old engine",
    "three samples",
    "the invoice",
    "every window",
    "a draft",
    "the map",
)
_WHY = (
    "because it rains",
    "so that nobody waits",
    "until the meeting ends",
    "although it costs more",
    "before winter comes",
    "again",
)
_WHERE = (
    "in Lisbon",
    "near the harbour",
    "at the office",
    "on the second floor",
    "in the north",
    "at home",
    "beside the river",
)
_WHEN = (
    "on Monday",
    "at 18:30",
    "in March",
    "after lunch",
    "by the 3rd",
    "since 2019",
    "next week",
    "in 45 minutes",
    "tomorrow",
)
#: Words without a plan: what is searched with automata must meet states that it has not met yet, as with people's own words.
_ANY = """
able account across action address afternoon against agreement airport album almost amount animal answer anyone apple area
argue arrive article autumn available average balance basic basket battery beautiful because become bedroom behind belief
bicycle billion birthday blanket bottle bottom branch bread bridge brother budget building business button cabinet camera
cannot capital careful carpet castle catalogue center certain chair chapter cheese choice circle citizen climate clothes
coast coffee colour column comfort common company complete concert condition consider contract corner cotton country couple
course cousin cover create culture current curtain custom damage danger daughter decide degree deliver depend desert design
detail develop different digital dinner direction discuss distance doctor document double driver during early earth economy
education effort eight either electric element energy engine enough entire environment equal escape evening event every
evidence exact example except exercise expect explain extra factory family famous farmer feature festival field figure
finally finger finish flavour flight floor flower folder foreign forest forward frame freedom fresh friend function
furniture future garage garden general gentle glass government grade grammar green ground group growth guest guitar habit
handle happen health heavy height history holiday honest horse hospital however hundred husband image imagine important
improve include increase industry inside instead interest island jacket journey judge kitchen knowledge ladder language
large laugh lawyer leader learn leather lemon length letter level library limit listen little local lovely machine magazine
manner market material matter maybe measure medicine member memory message middle million minute mirror mixture modern
moment morning mountain movement museum music narrow nation nature nearly neighbour network nothing notice number object
ocean office often opinion orange order ordinary origin other outside package painting paper parent park partner passage
patient pattern people perfect perhaps period person picture piece planet plastic player pocket point polite popular
position possible potato powder practice prepare present price private problem produce program project promise protect
public purpose quality quarter question quick quiet radio railway rather reason recent record region regular relation
remember remote repair reply report research result return river rough round sample sauce school science screen season
second secret section seldom sentence series serious service seven several shadow shape share shelter shirt shoulder signal
silver simple single sister skill sleep slowly smooth social society software soldier solution someone sound source south
space special speech spirit spread spring square stable station storm story straight strange street strong student subject
success sudden summer supply support surface surprise system table teacher team temperature theory thick thing thought
through ticket tissue together tomato tongue toward tower traffic travel treat trouble trust under uniform union unusual
upper useful usual valley value various vegetable vehicle village visit voice volume waiter wall weather weekend weight
welcome wheel whether while whole window winter wisdom within without woman wonder wooden world worry worth writer yellow
young
""".split()  # noqa: SIM905 hundreds of quoted words would be hard to read
_FORMS = (
    "{any} {any} {any} {any} {any}, {any} {any} {any} {any} {any}.",
    "{who} {any} {any} the {any} {any}, and {any} {any} a {any} {any} {when}.",
    "The {any} {any} of {any} {any} {does} {what}, {any} {any} {any}.",
    "{who} {does} {what} {how}, {why}.",
    "Could you explain why {who} {does} {what} {where}?",
    "I think that {who} {does} {what} {when}, and {who2} {does2} it {how}.",
    "{when}, {who} {does} {what}; that is {n} of {m}.",
    "It would be good if {who2} {does2} {what} {how} {where}.",
    "Please note: {what} costs ${n}.50, {why}.",
    "- {what}: {who} {does} it {when} ({n} %)",
    "What happens when {who} {does} {what} {where} {when}?",
)
SYSTEMS = (
    "You are a helpful assistant. Answer briefly, in plain words, and say so when you do not know.",
    "You help the customers of a furniture shop. Be kind, never promise a delivery date.",
    "You review Python code. Point out mistakes, then suggest the smallest change that mends them.",
    "You plan trips by train. Prefer few changes, and name the operator of each leg.",
)
#: What a person may write into a chat although it is nobody's business; the mailbox differs from call to call.
_PERSONAL = (
    "My address is jane.cooper{n}@contoso.com and my number +1 415-555-0132.",
    "Charge the card 4111 1111 1111 1111, please, and write to jane.cooper{n}@contoso.com.",
    "The account is DE89370400440532013000; questions to jane.cooper{n}@contoso.com, I write from 81.2.69.142.",
)
_HOLE = re.compile(r"\{any\}")
_PIECES = re.compile(r" ?\w+|[^\w]", re.ASCII)


def prose(seed: int, size: int) -> str:
    """Sentences, `size` characters or a few more."""
    dice, said, length = random.Random(seed), [], 0
    while length < size:
        said.append(_sentence(dice.getrandbits(16)))
        length += len(said[-1]) + 1
    return " ".join(said)


@lru_cache(maxsize=65_536)  # whoever makes texts here shares two cores with what is measured
def _sentence(number: int) -> str:
    dice = random.Random(number)
    pick = dice.choice
    words = {"who": pick(_WHO), "does": pick(_DOES), "what": pick(_WHAT), "how": pick(_HOW), "why": pick(_WHY)}
    more = {"where": pick(_WHERE), "when": pick(_WHEN), "who2": pick(_WHO), "does2": pick(_DOES)}
    form = _HOLE.sub(lambda _: pick(_ANY), pick(_FORMS))
    form = form.format(**words, **more, n=dice.randrange(1, 90), m=dice.randrange(90, 200))
    return form[0].upper() + form[1:]


def pieces(text: str, count: int = 0) -> list[str]:
    """A text in the pieces of a stream: a word with the blank before it, or one other character. `count`: so many, at most."""
    found = _PIECES.findall(text)
    return found[:count] if count else found


def answer(seed: int, size: int = 640) -> str:
    """What the model says to the request with this seed."""
    return prose(seed * 2 + 1, size)


def streamed(seed: int, count: int) -> list[str]:
    """The deltas of a streamed answer: `count` pieces."""
    return pieces(answer(seed, count * 7 + 40), count)


def personal(seed: int) -> str:
    return _PERSONAL[seed % len(_PERSONAL)].format(n=seed)


def conversation(seed: int, *, with_data: bool = False) -> list[dict[str, str]]:
    """Messages of about 0.8 KB: every other one a single question, every other one three turns. Nothing but the system's is
    ever repeated."""
    system = {"role": "system", "content": SYSTEMS[seed % len(SYSTEMS)]}
    own = personal(seed) + " " if with_data else ""
    if seed % 2:
        return [system, {"role": "user", "content": own + prose(seed * 2, 640 - len(own))}]
    return [
        system,
        {"role": "user", "content": own + prose(seed * 2, 240 - len(own))},
        {"role": "assistant", "content": prose(seed * 2 + 10_000_000, 240)},
        {"role": "user", "content": prose(seed * 2 + 20_000_000, 100)},
    ]


def request(  # noqa: PLR0913 what an SDK's call has
    serial: int,
    *,
    stream: bool = False,
    chunks: int = 200,
    seed: int | None = None,
    with_data: bool = False,
    messages: Sequence[dict[str, str]] = (),
) -> bytes:
    """A body as an SDK sends it. `serial` makes the conversation, `seed` (default: the same) the answer."""
    body = {
        "model": "gpt-4o-mini",
        "messages": list(messages) or conversation(serial, with_data=with_data),
        "temperature": 0.7,
        "max_tokens": chunks,
        "seed": serial if seed is None else seed,
    }
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return orjson.dumps(body)


def growing(seed: int, turns: int, notice: str = "") -> list[bytes]:
    """The calls of one conversation, each with all that was said before. `notice`: stood before the first answer."""
    said: list[dict[str, str]] = [{"role": "system", "content": SYSTEMS[seed % len(SYSTEMS)]}]
    calls = []
    for turn in range(turns):
        serial = seed * 100 + turn
        said.append({"role": "user", "content": prose(serial * 2, 200)})
        calls.append(request(serial, messages=said))
        said.append({"role": "assistant", "content": (notice if turn == 0 else "") + answer(serial)})
    return calls
