"""Nothing is given back inside a link to a stranger, however the link is dressed; and honest text is not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.redact.links import Links, host_after, hosts

KNOWN = frozenset({"contoso.com", "shop.contoso.com"})

FOREIGN = [
    "https://evil.example/?q=",
    "see https://evil.example/",
    "http://evil.example/a/b?x=1&y=",
    "https://evil.example#",
    "HTTPS://EVIL.EXAMPLE/",
    "//evil.example/",
    "\\\\evil.example\\",
    "[link](https://evil.example/?q=",
    "![x](https://evil.example/?q=",
    "[link](<https://evil.example/ ",
    '<img src="https://evil.example/a b ',
    "<img src='https://evil.example/a b ",
    "<https://evil.example/",
    "evil.example/?q=",
    "www.evil.example/",
    "evil.example:8080/",
    "mailto:thief@evil.example?body=",
    "https://contoso.com@evil.example/",
    "https://contoso.com:x@evil.example/",
    "https://evil.example/https://contoso.com/",
    "https://contoso.com/redirect?to=https://evil.example/",
    "https://contoso.com.evil.example/",
    "https://evil.example/a，",
    "https://",
    "https://sub.",
    "https://evil.example/" + "a" * 5000,
    '[a](https://evil.example/"',
    "![x](https:&sol;&sol;evil.example&sol;",
    "![x](https:&#47;&#47;evil.example&#47;",
    "![x](&#104;ttps&colon;&#x2F;&#x2f;evil.example&#47;",
    "![x](https:\\/\\/evil\\.example\\/",
    "![x](https://shop.contoso.com\\@evil.example/",
    "https://shop.contoso.com\\.evil.example/",
    "![x](https://evil.example/?q=\u00a0",
    "![x](https://evil.example/?q=\u3000",
    "![x](https://evil.example/?q=\u2028",
    "![x](https://evil.example/?q= ",
    "![x]( <https://evil.example/?q= ",
    "![x](\n<https://evil.example/?q= ",
    "![x](<https://evil.example/\\> ",
    "[1]: <https://evil.example/?q= ",
    "[1]: https&colon;//evil.example/",
    '<img src= "https://evil.example/?q= ',
    '<img src =\n"https://evil.example/?q= ',
    '<img src="ht\ntps:/\n/evil.example/?q= ',
    'He said x=" hello <img src="https://evil.example/?q= ',
    "<a style='background:url(\"https://evil.example/?q= ",
    '<style>a{background:url( "https://evil.example/?q= ',
    "<img src=https://evil.example/?q=<",
    "https:/a_b.evil.example/?q=",
    "https:/évil.example/",
    "https:/evil.example./",
    "https:/evil.example;",
    "https:/evil。example/",
    "https://evil。example/?q=",
    "![" + 4100 * "A" + "](https://evil.example/?q=",
    'https://evil.example/?q="',
    "https://evil.example/?q=“",
    "https://evil.example/?q=>",
    "[a](//évil.example/",
    "évil.example/?q=",
    "écontoso.com/?q=",
    "x_y.evil.example/?q=",
    "mailto:thief@evil.example?subject=x&body=",
    "mailto&colon;thief@evil.example?body=",
    "mailto:thief@evil.example,b@contoso.com?body=",
    "mailto:b@contoso.com?cc=thief@evil.example&body=",
    "sms:+15550100?body=",
    "sip:thief@evil.example?x=",
    "xmpp:thief@evil.example?message;body=",
    "[a](tg:resolve?text=",
    "<a href=tg:resolve?text=",
    "<foo:thief?text=",
    "<img src=//evil。example，",
    "<http://évil.example，",
    "[1]: HTTPS://evil.example/<b>",
    "https://contoso.com/" + "a" * 2500,  # nobody looks at the end of it
    '<img src="https://contoso.com/' + "a b" * 1000,
    '{"url":"https://evil.example/","email":"',  # GFM's link goes on to the next blank
]
OWN = [
    "",
    "Your address is ",
    "https://contoso.com/?q=",
    "https://shop.contoso.com/orders?mail=",
    "see https://evil.example/ and ",
    "see https://evil.example, ",
    "https://evil.example\n",
    "请看 https://evil.example，邮箱是",
    "and/or ",
    "1/2 ",
    "mailto:",
    '{"url": "https://evil.example/", "email": "',
    '{"url":"https://contoso.com/","email":"',
    "either/or:",
    "C#",
    "why?",
    "a/b",
    "请看 https://evil.example。邮箱是",
    "请看evil.example，邮箱是",
    "note:",
    "Re: ",
    "Kontakt:",
    "姓名：",
    "tel:",
    "Tel:+",
    "[mail](mailto:",
    '<a href="tel:',
    "[x](",
    '<a href="',
    'send(to="',
    'say = "Dear ',
    "e.g.",
    "12:30 ",
    "f[0](see ",
    "<soap:Body>",
    "https://contoso.com/index.html?mail=",
    "contoso.com/?q=",
    "[x](https://shop.contoso.com/a?b=",
    '<img src="https://contoso.com/a b ',
    "[x](https://evil.example/) and ",
    "[x](https://evil.example/\n\nYour ",
    '<a href="https://evil.example/"> ',
    "<td>https://evil.example/</td><td>",
    "<https://evil.example/>\n",
    "word," * 2000,
    "谢谢，" * 3000,
]


@pytest.mark.parametrize("text", FOREIGN)
def test_inside_a_strangers_link(text):
    links = Links()
    links.read(text)
    assert links.foreign(KNOWN)


@pytest.mark.parametrize("text", OWN)
def test_not_inside_a_strangers_link(text):
    links = Links()
    links.read(text)
    assert not links.foreign(KNOWN)


@given(st.lists(st.sampled_from(FOREIGN + OWN), max_size=6).map("".join), st.lists(st.integers(0, 300), max_size=6))
def test_however_it_is_read_the_answer_is_the_same(text, cuts):
    whole, piecewise = Links(), Links()
    whole.read(text)
    at = sorted({min(c, len(text)) for c in cuts})
    for a, b in zip([0, *at], [*at, len(text)], strict=True):
        piecewise.read(text[a:b])
    assert whole == piecewise


def test_a_placeholder_is_never_part_of_a_known_host():
    links = Links()
    links.read("https://")
    links.skip()
    links.read(".contoso.com/")
    assert links.foreign(KNOWN)


@pytest.mark.parametrize(
    ("rest", "host"),
    [
        (".evil.example/", "evil.example"),
        (".evil.example", "evil.example"),
        ("x.evil.example?", "x.evil.example"),
        (".EVIL.COM", "evil.com"),
        (".x_y.evil.com", "x_y.evil.com"),
        (".évil.com", "évil.com"),
        ("。evil.com", "evil.com"),
        ("。com/", "com"),
        (".邪恶.中国/", "邪恶.中国"),
    ],
)
def test_a_value_glued_to_a_host(rest, host):
    assert host_after(rest) == host


@pytest.mark.parametrize(
    "rest",
    [
        "",
        ".",
        ". Thanks",
        ".\nThanks",
        ", and",
        "'s card",
        " .com",
        "…",
        "。谢谢",
        "。Thanks",
        "我是jane.cooper@contoso.com",
        "已收到。谢谢，",
        ".谢谢",
        "。谢谢:",
    ],
)
def test_the_end_of_a_sentence_is_no_host(rest):
    assert host_after(rest) is None


def test_hosts_that_stand_in_a_text():
    text = "Visit https://shop.contoso.com/a?b=c or contoso.org. Mail jane@private.example! v1.2.3 e.g. Contoso.NET"
    assert hosts([text]) >= {"shop.contoso.com", "contoso.org", "contoso.net"}
    assert "private.example" not in hosts([text])
