"""Which secrets are found, which words are none, and that a stream finds what the whole text holds."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.hits import veiled
from guardrails.detectors.islands import open_word
from guardrails.detectors.secret_kinds import LONGEST
from guardrails.detectors.secrets import REACH, TRIGGERS, Secrets, stirs
from guardrails.model import Finding, Segment
from tests.detectors.streams import streamed, whole

SECRETS = Secrets()

# Assembled, so that the secret scanners of code hosts see none.
GITHUB = "ghp_" + "a1B2" * 9
GITLAB = "glpat-" + "Ab3x9" * 4
OPENAI = "sk-" + "Zz9y8X7w" * 4
AWS = "AKIA" + "Z7QW4M2K" * 2
SLACK = "xoxb-" + "123456789012-" * 2 + "aB3dE6gH9jK2" * 2
JWT = ".".join(
    (
        "eyJ" + "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "eyJ" + "zdWIiOiI0MiIsIm5hbWUiOiJKYW5lIn0",
        "s5Yx0aQnVd3Tq8LrWm2Kz9PfBhJc4GgE",
    )
)
UUID = "5d2f8c1e-" + "7b3a-4e6d-9f10-2c4b6a8d0e1f"
HEX = "9f3a7c" + "1e5b" * 6 + "d0"
BODY = "\n".join("MIIEowIBAAKCAQEA7bq3xk8Jf0uQ1zYt5vWc9eRmN2pLhS4dGgTiVoXaBwKyZsUf" for _ in range(5)) + "\nKx8="
PEM = f"-----BEGIN RSA {'PRIVATE'} KEY-----\n{BODY}\n-----END RSA {'PRIVATE'} KEY-----"
PGP = f"-----BEGIN PGP {'PRIVATE'} KEY BLOCK-----\nVersion: GnuPG v2\n\n{BODY}\n=Ab1x\n-----END PGP {'PRIVATE'} KEY BLOCK-----"
OPENSSH = PEM.replace("RSA", "OPENSSH")
ESCAPED = PEM.replace("\n", "\\n")

#: A text, with what is to be found between « and ».
FOUND = [
    # Tokens, wherever they stand
    f"use «{GITHUB}» please",
    f"«{GITLAB}».",
    f"key:«{OPENAI}»",
    f"({'key'} «{AWS}»)",
    f'"«{SLACK}»"',
    f"https://host/x?t=«{GITHUB}»&y=1",
    f"one\\n«{GITHUB}»\\ntwo",
    f"密钥是«{GITHUB}»，谢谢",
    f"Bearer «{JWT}»",
    f"cookie: id=«{JWT}»; path=/",
    f"«{JWT.rpartition('.')[0]}» unsigned",
    f"key\n«{PEM}»\nend",
    f'"private_key": "«{ESCAPED}»\\n",',
    f"«{PGP}»",
    f"«{OPENSSH}»",
    f"«{PEM[:300]}»",
    # Links, headers, command lines
    "postgres://svc:«Xk9c19!q9»@db.internal:5432/app",
    "redis://:«p4ssw0rd»@cache:6379",
    "https://jane:«tr0ub4dor»@contoso.com/x",
    "amqp://u%40x:«a.b-C_9»@mq",
    "amqp://guest:«p4ss,w0rd;x»@mq",
    "curl -u jane:«a1,b2,c3» -v",
    f"Authorization: Bearer «{HEX}»",
    f'-H "authorization: token «{HEX}»"',
    f"Authorization: «{UUID}»",
    "Authorization: Basic «amFuZTpodW50ZXIy»",
    "curl -u jane:«h0pk1ns~21s» https://contoso.com",
    "curl --user 'jane:«pRf7vG2h»' x",
    "curl --user jane@contoso.com:«pQ9wTxu4Fg» x",
    "machine contoso.com login jane password «s3cretpw»",
    "mysql --password «s3cretpw» -h db",
    "mysql --password=«s3cretpw» -h db",
    f"tool --token «{HEX}»",
    "CREATE USER 'a'@'b' IDENTIFIED BY '«cGrDSx5uODqnyWob»';",
    "ALTER USER a WITH PASSWORD '«swordfish»';",
    f"//packages.contoso.com/:_authToken=«{UUID}»",
    # Assignments
    'DB_PASS = "«umo!Yb38AOXvhk»"',
    'pass := "«929D00zhMX»"',
    '  dbPass: "«gK2$lL9%@!Fp%»",',
    '  db-password: "«%K4P$h$b9nbvMzP»"',
    "DB_PASSWORD=«hunter22»",
    "export DATABASE_PASSWORD='«swordfish»'",
    '{"password": "«swordfish»"}',
    '{\\"password\\": \\"«sw0rdfish»\\"}',
    "password => '«hunter2»',",
    'password: str = "«hunter2x»"',
    'const password: string = "«hunter2x»";',
    "define('DB_PASSWORD', '«p@ss1word»');",
    'setPassword("«hunter2x»")',
    "<password>«swordfish»</password>",
    '<add key="Password" value="«hunter2x»" />',
    "- name: DB_PASSWORD\n  value: «hunter2x»\n",
    "spring.datasource.password=«hunter2x»",
    "Server=db;User Id=sa;Password=«Str0ng!Pw»;Encrypt=True",
    "define('AUTH_KEY', 'x');define('AUTH_SALT',  '«zR 4|k@;]Q0 w#8{V!m}p$T2&u^N»');",
    f'apiKey: "«{HEX}»"',
    f"API_KEY_PROD={'«' + HEX + '»'}",
    f"x-api-key: «{HEX}»",
    f"X-Octopus-ApiKey: «{UUID}»",
    f"?access_token=«{HEX}»&x=1",
    "AWS_SECRET_ACCESS_KEY = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ9kLmT2aB»",
    f'client_secret: "«{HEX}»"',
    f"okta_key = «{HEX}»",
    # Prose and chat, in many languages
    "my password is «hunter2!»",
    "My password is now «Summer2024x».",
    "the password for the wifi is «blue7horse»",
    'the password is "«swordfish»".',
    "pw: «hunter2»",
    "user: jane, pass: «hunter2»",
    "kata sandi saya adalah «kucing99»",
    "sandi: «kucing99»",
    "我的密码是«hunter2024»。",
    "密码：«hunter2024»",
    "口令: «hunter2024»",
    "min adgangskode er «sommer22»",
    "kodeord: «sommer22»",
    "das Passwort lautet «Sommer22»",
    "Kennwort: «Sommer22»",
    "la contraseña es «verano22»",
    "mot de passe : «soleil22»",
    "a senha é «verao2022»",
    "пароль: «leto2022»",
    "パスワードは«natsu2022»です",
    f"API key for backend: «{HEX}». Never tell",
    "**Password:** «hunter2x»",
    "**Password: «hunter2x»**",
    "| password | «hunter2x» |",
    "[db_password] «blue7horse»",
    "ENV SECRET_KEY " + f"«{HEX}»",
    "kata sandi saya «kucing99»",
    "adgangskoden er «sommer22»",
    "the default password of «Blue7!horse»",
    "I set my password to «Blue7!horse»",
    "the password was changed to «blue7horse»",
    "my token «" + HEX + "»",
    "пароль «Leto_2022!»",
    "口令 «Summer!55»",
    'user jane password "«s3cretpw»"',
    '"name":"DB_PASSWORD","value":"«hunter2x»"',
    "passwd: «bQaWvQqddZ»",
]

NEAR_MISSES = [
    # What stands for a secret that is elsewhere
    'password = "<password>"',
    "password: ${DB_PASSWORD}",
    "password=$DB_PASS",
    "password: {{ db_password }}",
    "password=%(password)s",
    "password = '********'",
    "password: xxxxxxxx",
    'api_key = "your-api-key"',
    'api_key = "YOUR_API_KEY_HERE"',
    "password: changeme",
    'password = ""',
    "password: null",
    "password = None",
    "token: true",
    "password: [REDACTED]",
    'key = "sk-..."',
    "ghp_" + "x" * 36,
    "AKIA" + "IOSFODNN7EXAMPLE",
    "https://user:password@contoso.com/",
    "https://user:${PASS}@contoso.com",
    "postgres://u:<pw>@h",
    "curl -u user:$PASS x",
    "curl -u <user>:<password>",
    "Authorization: Bearer $TOKEN",
    "Authorization: Bearer <token>",
    "--password $PASS",
    # Code
    "password = os.environ['DB_PASSWORD']",
    'password = os.environ["X1"]',
    "password = getenv('DB_PASSWORD')",
    "token = process.env.TOKEN1",
    "password = get_password()",
    "password = user.password",
    "def f(password: str) -> None:",
    "password: SecretStr",
    "login(password=password)",
    "token = tokens[0]",
    "token = tokenizer.encode(text)",
    "if password == other_password:",
    "secret: bytes",
    "type: 'password'",
    '<input type="password" id="pw1">',
    'label="Password:"',
    "public_key = 'abc'",
    'getpass("Password: ")',
    "max_tokens: 4096",
    "token: 123",
    'eos_token="<|endoftext|>"',
    "next_page_token: CAUQAA1b2C3d",
    "tokens_per_minute: 60000",
    "primary_key = 'user_id1'",
    "password_hash = 5f4dcc3b5aa765d6",
    "passwordField1 = form",
    "secretary: Jane2",
    "compass = north1x",
    "bypass: route66",
    "monkey = 12ab34cd",
    "Pass `token=False1` to",
    "keyboard: qwerty12",
    "pass -Dsecurity2=no1",
    "re.compile('senha|user.?name1')",
    "password base64-encoded",
    "password oauth2",
    "password in utf-8",
    "token gpt-4o-2024-08-06",
    "private_key: PrivateKeyTypes",
    "*.pwn: *.inc",
    "self.password = self.passwords[0]",
    "password: str | None = None",
    "token (JWT) is required",
    "my password is the usual",
    "change your password to something safe",
    "a pass of 10 dollars",
    # Prose
    "password is required",
    "The password must be at least 8 characters",
    "token budget",
    "reset your password: click here",
    "Password: required",
    "forgot your password?",
    "the token limit is 4096 tokens",
    "the secret of success is patience",
    "my password is secret",
    "sandi wajib diisi",
    "Passwords: see the wiki",
    "the key is under the mat",
    "a pass is 10 dollars",
    "password for two-factor login: optional",
    "Passwort vergessen?",
    "密码不能为空",
    "密码是必填项",
    "password strength: strong",
    "the password was changed",
    "password length is 8-20",
    "use SHA256 as the token hash",
    # Other long things
    f"commit {HEX}a1b2c3d4",
    f"sha256: {HEX}{HEX}",
    f"id {UUID}",
    f"trace_id={HEX}",
    f"md5 {HEX}",
    f'"integrity": "sha512-{"aB3x" * 21}ab=="',
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
    f"-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----",
    f"a file begins with -----BEGIN RSA {'PRIVATE'} KEY----- and ends later",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7",
    "pk_live_" + "a1B2" * 6,
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
    "eyJ" + "hIjoxfQ.eyJ" + "iIjoyfQ",
    "https://contoso.com:8080/a@b",
    "sk-learn",
    "APACHE2HTTPD",
    "APEX2024SALE",
    "task-" + "a1B2c3D4" * 4,
    "https://contoso.com/@jane",
    "2024-05-06T07:08:09Z",
    "gpt-4o-2024-08-06",
    "/run/secrets/db_password1",
    "s.AcceptanceTimeoutSeconds",
]


def found(text: str) -> list[str]:
    return [text[h.start : h.end] for h in SECRETS.find(text)]


@pytest.mark.parametrize("marked", FOUND)
def test_found(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    begin = marked.index("«")
    assert [(h.start, h.end) for h in SECRETS.find(text)] == [(begin, marked.index("»") - 1)], found(text)


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_near_misses(text: str) -> None:
    assert found(text) == []


@dataclass(frozen=True)
class Alone:
    """The secrets as a detector of their own (`model.Detector`)."""

    name: str = "secrets"
    reach: int = REACH
    quick: bool = False

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        for h in SECRETS.find(segment.text, start):
            yield Finding(segment.path, h.start, h.end, h.entity, h.score, h.recognizer)

    def settled(self, text: str, start: int = 0) -> int:
        if self.quick and not stirs(text, start) and (word := open_word(text, start)) is not None:
            return word
        return SECRETS.settled(text, start)


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("text", [m.replace("«", "").replace("»", "") + " and more" for m in FOUND] + NEAR_MISSES)
def test_a_stream_finds_the_same(text: str, quick: bool) -> None:
    assert streamed(Alone(quick=quick), text, range(1, len(text))) == whole(Alone(), text)


MARKS = """
password|pass|token|api_key|kata sandi|密码|"password"|--password|Authorization: Bearer |Basic |curl -u jane:|
postgres://svc:|://|user jane|IDENTIFIED BY |<password>|</password>|login me password |name: DB_PASSWORD|value: |
API key for |AUTH_SALT', '|okta_key|Pass|passwords|@host| is | was changed to | of | to | by | - |是|：|: |=|:=|=>|saya |
my password is now |with password |token for the api is ||BEGIN|-----BEGIN |-----END RSA |PRIVATE KEY-----|-----|
Comment: x|eyJ|ghp_|sk-|ABSK|glc_|BUNDLE_GEMS__CONTRIBSYS__COM=|cafebabe:deadbeef|hunter2!|Xk9$mQ2p|
correct horse battery|swordfish|s3cr3tV4lue99|the|don't|required|7|A|é|x@contoso.com|...|
https://hooks.slack.com/services/|
"""
PIECES = [
    *(m.replace("«", "").replace("»", "") for m in FOUND),
    *(mark for line in MARKS.strip("\n").split("\n") for mark in line.split("|") if mark),
    *" \n\"'`“”«\\(),;&|<>{}[]!./@+-_\ufffc\t",
    *[
        "  ",
        '\\"',
        "\\n",
        "**",
        "\n\n",
        " " * 9,
        "a1B2c3D4" * 30,
        "A" * 70,
        "Z9x" * 64,
        "word " * 40,
        GITHUB[:9],
        JWT[:50],
        PEM[:40],
        HEX,
    ],
]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)


@settings(max_examples=150, deadline=None)
@given(text=texts, cuts=st.lists(st.integers(1, 1500), max_size=12), step=st.integers(1, 9), quick=st.booleans())
def test_the_chop_law(text: str, cuts: list[int], step: int, quick: bool) -> None:
    detector = Alone(quick=quick)
    expected = whole(Alone(), text)
    assert streamed(detector, text, sorted({c for c in cuts if c < len(text)})) == expected
    assert streamed(detector, text, range(1, len(text), max(step, len(text) // 200))) == expected


@settings(max_examples=200, deadline=None)
@given(text=texts, more=texts)
def test_what_is_settled_stays(text: str, more: str) -> None:
    edge = SECRETS.settled(text)
    now = [h for h in SECRETS.find(text) if h.end <= edge]
    later = list(SECRETS.find(text + more))
    assert not [h for h in later if h.start < edge < h.end]
    assert [h for h in later if h.end <= edge] == now
    assert list(SECRETS.find(text + more, edge)) == [h for h in later if h.start >= edge]


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_where_no_trigger_is_nothing_is(text: str) -> None:
    options = re2.Options()
    options.max_mem = 64 << 20
    triggers = re2.Set.SearchSet(options)
    for trigger in TRIGGERS:
        triggers.Add(trigger)
    triggers.Compile()
    assert triggers.Match(text) or not found(text)


UNITS = [
    "eyJ",
    "password",
    "password=",
    "password: ",
    'password="',
    "password='a b ",
    "token:",
    "-----BEGIN ",
    "A",
    "aB3/",
    "aB3-",
    '"',
    "' ",
    "://a:b@",
    "-u a:",
    "Bearer ",
    "sk-",
    "aglpat-",
    "密码",
    "密码是",
    "\ufffc",
    "\\",
    "İ",
    "word ",
    "abc8Q~",
    "123456789:AA",
    "-----",
    "a.",
    "pass a b c ",
    f"-----BEGIN RSA {'PRIVATE'} KEY-----",
    f"-----BEGIN RSA {'PRIVATE'} KEY-----\nA b ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_any_text_ends(unit: str) -> None:
    """100 KB of what could go on for ever. The shared limit of a test ends what is not linear; benchmarks measure it."""
    text = unit * (100_000 // len(unit))
    assert all(h.end <= len(text) for h in SECRETS.find(text))
    assert 0 <= SECRETS.settled(text) <= len(text)


@pytest.mark.parametrize("unit", [u for u in UNITS if u not in ("password=",)])
def test_the_hold_back_is_bounded(unit: str) -> None:
    """Nothing waits that is no secret; what is one (`password=password=…` without end) does."""
    text = (unit * 3000)[:9000]
    assert len(text) - SECRETS.settled(text) <= 260


LONG = "".join(GITHUB[4 + i % 30] + HEX[i % 29] for i in range(6000))


@pytest.mark.parametrize(
    ("before", "body", "after"),
    [
        ("key\n", PEM.partition("\n")[0] + "\n" + "\n".join(LONG[i : i + 64] for i in range(0, 9600, 64)), "\n\nand more"),
        ("t ", f"{JWT.split('.')[0]}.{LONG}.{LONG[:60]}", " and"),
        ("API_KEY=", LONG, "\nand"),
        ('{"api_key": "', LONG, '", "x": 1}'),
        ("use ", "sk-proj-" + LONG, " and"),
    ],
    ids=["pem", "jwt", "assigned", "quoted", "token"],
)  # fmt: skip
def test_what_is_long_is_swallowed(before: str, body: str, after: str) -> None:
    text = before + body + after
    assert found(text) == [body]
    for cut in range(len(before) + 260, len(before) + len(body), 997):
        assert SECRETS.settled(text[:cut]) == len(before)
    assert streamed(Alone(), text, range(4, len(text), 40)) == whole(Alone(), text)


def test_what_is_longer_than_any_key_ends_somewhere() -> None:
    text = "API_KEY=" + LONG * 3
    assert [(h.start, h.end) for h in SECRETS.find(text)] == [(8, 8 + LONGEST)]
    assert streamed(Alone(), text, range(0, len(text), 1999)) == whole(Alone(), text)


@pytest.mark.parametrize(
    "text", ["The weather is fine today and", "I don't know what we'd do, really", "see the list. Then go", "我们明天见面"]
)
def test_prose_does_not_stir(text: str) -> None:
    assert not stirs(text, 0)


UNMARKED = [m.replace("«", "").replace("»", "") for m in FOUND]


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(st.sampled_from([*UNMARKED, *NEAR_MISSES]), max_size=8), joint=st.sampled_from(["\n", " ", "\n\n", " | "])
)
def test_hiding_what_is_found_brings_nothing_to_light(lines: list[str], joint: str) -> None:
    text = joint.join(lines)
    assert list(SECRETS.find(veiled(text, 0, SECRETS.find(text)))) == []


def test_a_header_needs_no_lot() -> None:
    assert found("Authorization: sha256~aB3dE5@=-.a+/hgd") == ["sha256~aB3dE5@=-.a+/hgd"]
    assert found("authorization code is required") == []
