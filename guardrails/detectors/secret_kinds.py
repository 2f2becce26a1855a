"""What secrets look like: one row for each token form that an issuer publishes, and the words that stand before a password.

A form is a prefix, an alphabet and a length. The facts are the issuers' own (documents, secret-scanning partner lists of code
hosts, the rules of gitleaks and detect-secrets); a row that gives no exact length is swallowed to the end of its alphabet.
Keys that are meant to be seen are no rows here: Stripe's and Mapbox's `pk_…`, `pk.…`, PEM public keys, OAuth client ids. They
stand in web pages by design, and hiding them breaks answers about those pages.
"""

from __future__ import annotations

from typing import NamedTuple

#: The longest value, in characters: an RSA key of 16,384 bits has 12,700 in PEM.
LONGEST = 16_384

U = "[A-Z0-9]"
L = "[a-z0-9]"
H = "[a-f0-9]"
HX = "[A-Fa-f0-9]"
B = "[A-Za-z0-9]"
W = "[A-Za-z0-9_]"
D = "[A-Za-z0-9_-]"
S = "[A-Za-z0-9+/]"
UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


class Form(NamedTuple):
    """`prefix` then `least` to `most` characters of `body`; no `most`: all that follow. No `least`: `body` is a whole pattern.

    `mixed`: the prefix is weak, so letters and digits must follow. `doubt`: a body of `xxxx` is a placeholder and no token.
    `sign`: what must stand in a text that holds one, in RE2's words; without it the prefix is.
    `after`: the value begins after the prefix.
    """

    name: str
    prefix: str
    body: str
    least: int = 0
    most: int | None = None
    mixed: bool = False
    doubt: bool = True
    sign: str = ""
    after: bool = False


_AZURE = r"AzFu|AzSe|ACDb|\+ACR|\+ASt|\+AEh|\+AIo|\+ASb|\+AMC|APIM"

FORMS = (
    # Clouds
    Form("AwsKeyId", "(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])", U, 16, 16),
    Form("AwsBedrock", "ABSK", "[A-Za-z0-9+/=]", 109, doubt=False),
    Form("AwsBedrock", "bedrock-api-key-", S, 40),
    Form("AwsMarketplace", r"amzn\.mws\.", UUID),
    Form("GoogleApiKey", "AIza", D, 35, 35),
    Form("GoogleClientSecret", "GOCSPX-", D, 28, 28),
    Form("GoogleAccess", r"ya29\.", "[A-Za-z0-9._-]", 20),
    Form("GoogleRefresh", "1//0", D, 40),
    Form("FirebaseCloud", "AAAA", D + "{7}:APA91b" + D + "{130,150}"),
    Form("AzureClientSecret", "", r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])", sign="[0-9]Q~"),
    Form("AzureDevOps", "", B + "{76}AZDO" + B + "{4}", sign="AZDO"),
    Form("AzureKey", "", S + "{33,76}(?:" + _AZURE + ")" + S + "{3,8}={0,2}", sign=_AZURE),
    Form("Alibaba", "LTAI", B, 17, 21, mixed=True),
    Form("Tencent", "AKID", B, 32, 32, mixed=True),
    Form("Yandex", "AQVN", D, 35, 38),
    Form("Yandex", r"t1\.", "[A-Za-z0-9_-]{8,64}={0,2}[.]" + D + "{86}={0,2}"),
    Form("Yandex", "YC", D, 38, 38, mixed=True),
    Form("DigitalOcean", "do[opr]_v1_", H, 64, 64),
    Form("Cloudflare", r"v1\.0-", H + "{24}-" + H + "{146}"),
    Form("Heroku", "HRKU-", D, 36),
    Form("Fly", r"fo1_", D, 43, 43),
    Form("Fly", r"fm[12][ar]?_", "[A-Za-z0-9+/=]", 100),
    Form("Netlify", "nfp_", B, 36, 40),
    Form("Vercel", "vercel_blob_rw_", W, 30),
    Form("Scalingo", "tk-us-", D, 48, 48),
    Form("Supabase", "(?:sbp_|sb_secret_)", W, 30),
    Form("Neon", "napi_", L, 48, 80),
    Form("Tailscale", "tskey-(?:auth|api|client|scim|webhook)-", D, 16),
    Form("Pulumi", "pul-", H, 40, 40),
    Form("Terraform", "", B + r"{14}\.atlasv1\.[A-Za-z0-9=_-]{60,90}", sign="atlasv1"),
    Form("Vault", r"hv[sbr]\.", D, 24),
    Form("Vault", r"[sbr]\.", B, 24, 24, mixed=True),
    Form("OpenShift", "sha256~", D, 43, 43),
    Form("Databricks", "d(?:api|ose|srp)", H + "{32}(?:-[0-9])?", mixed=True),
    Form("PlanetScale", "pscale_(?:tkn|pw|oauth)_", "[A-Za-z0-9=._-]", 32),
    Form("Clickhouse", "4b1d", B, 38, 38),
    Form("Aiven", "AVNS_", D, 16, 24),
    # Code
    Form("GithubToken", "gh[pousr]_", B, 36),
    Form("GithubToken", "github_pat_", W, 36),
    Form("GitlabToken", "gl(?:pat|dt|ptt|ft|cbt|soat|ffct|rtr|wt|rt)-", r"[A-Za-z0-9_.-]", 20),
    Form("GitlabToken", "glimt-", D, 25),
    Form("GitlabToken", "glagent-", D, 50),
    Form("GitlabToken", "gloas-", D, 64),
    Form("GitlabToken", "GR1348941", D, 20),
    Form("Bitbucket", "ATBB", B, 32),
    Form("Atlassian", "AT(?:ATT|CTT)3", "[A-Za-z0-9=_-]", 50),
    Form("Npm", "npm_", B, 36),
    Form("Pypi", "pypi-AgE", D, 85),
    Form("Rubygems", "rubygems_", H, 48, 48),
    Form("Crates", "cio", B, 32, 32, mixed=True),
    Form("Nuget", "oy2", L, 43, 43, mixed=True),
    Form("Clojars", "CLOJARS_", L, 60, 60),
    Form("Packagist", "packagist_[uo][urt]t_", HX, 60, 80),
    Form("Docker", "dckr_(?:pat|oat)_", D, 27),
    Form("Artifactory", "AKC", B, 10, mixed=True, doubt=False),  # JFrog's documents write x for what is left out
    Form("Artifactory", "AP[0-9A-F]", "(?:x{8,80}|" + B + "{24,120})", mixed=True, doubt=False),
    Form("Artifactory", "cmVmdGtu", B, 56, 56),
    Form("Sonar", "sq[pua]_", H, 40, 40),
    Form("Snyk", r"snyk_[a-z]{3,4}\.", r"[A-Za-z0-9._-]", 40),
    Form("Sourcegraph", f"sgp_(?:{H}{{16}}_|local_)?", HX, 40, 40),
    Form("Sourcegraph", "slk_", HX, 64, 64),
    Form("CircleCi", "CC(?:IPAT|IPRJ)_", B + "{22}_" + HX + "{40}"),
    Form("Buildkite", "bk[ua]a?_", H, 40, 40),
    Form("Harness", r"[ps]at\.", D + "{22}[.]" + HX + "{24}[.]" + B + "{20}"),
    Form("Octopus", "API-", U, 25, 26, mixed=True),
    Form("Doppler", r"dp\.(?:pt|ct|sa|scim|audit|st)\.", r"[A-Za-z0-9._-]", 40),
    Form("Infracost", "ico-", B, 32, 32),
    Form("Postman", "PMAK-", H + "{24}-" + H + "{34}"),
    Form("Readme", "rdme_", L, 70, 70),
    Form("Prefect", "pn[ub]_", L, 36, 36),
    Form("LaunchDarkly", "(?:sdk|mob|api)-", UUID),
    Form("Sentry", "sntrys_eyJ", r"[A-Za-z0-9+/=_-]", 60),
    Form("Sentry", "sntryu_", H, 64, 64),
    Form("NewRelic", "NR(?:AK|IQ|RA|II|BR)-", D, 27, 36),
    Form("NewRelic", "NRJS-", H, 19, 19),
    Form("Grafana", "glc_", "[A-Za-z0-9+/=]", 32),
    Form("Grafana", "glsa_", B + "{32}_" + HX + "{8}"),
    Form("Grafana", "eyJrIjoi", "[A-Za-z0-9=]", 40),
    Form("Dynatrace", r"dt0[a-z]\d{2}\.", B + "{24}[.]" + B + "{64}"),
    Form("Honeycomb", "hc[abi][mli]k_", L, 40),
    Form("Checkly", "cu_", H, 32, 32),
    Form("Age", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]", 58, 58),
    Form("OnePassword", "ops_eyJ", "[A-Za-z0-9+/=_-]", 100),
    Form("OnePassword", "A3-", f"{U}{{6}}-(?:{U}{{11}}|{U}{{6}}-{U}{{5}})-{U}{{5}}-{U}{{5}}-{U}{{5}}"),
    # Models
    Form("OpenAi", "sk-(?:proj|svcacct|admin|None)-", D, 20),
    Form("OpenAi", "sk-", B, 20, mixed=True),
    Form("Anthropic", r"sk-ant-[a-z]{2,8}\d\d-", D, 24),
    Form("OpenRouter", "sk-or-(?:v1-)?", HX, 40),
    Form("Langfuse", "sk-lf-", UUID),
    Form("HuggingFace", "hf_", B, 30, 40),
    Form("HuggingFace", "api_org_", "[A-Za-z]", 34, 34),
    Form("Groq", "gsk_", B, 40),
    Form("Xai", "xai-", B, 60),
    Form("Perplexity", "pplx-", B, 40),
    Form("Replicate", "r8_", B, 36, 40),
    Form("ElevenLabs", "sk_", H, 48, 48),
    Form("Langchain", "ls(?:_|v2_pt|v2_sk)_", H + "{32}(?:_" + H + "{10})?"),
    Form("Cerebras", "csk-", L, 40),
    Form("Nvidia", "nvapi-", D, 60),
    Form("Pinecone", "pcsk_", W, 40),
    Form("Together", "tgp_v1_", D, 40),
    # Messages
    Form("Slack", r"xox[abeoprs](?:\.xox[bp])?-", "[A-Za-z0-9-]", 20, mixed=True),
    Form("Slack", r"xapp-\d-", "[A-Za-z0-9-]", 30, mixed=True),
    Form("SlackHook", r"(?:https?:)?//hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/", "[A-Za-z0-9+/]", 38),
    Form("DiscordHook", r"(?:https?:)?//(?:\w{1,20}\.)?discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{17,20}/", D, 60),
    Form("Discord", "[MNO]", D + r"{22,28}\." + D + r"{6}\." + D + "{27,38}", sign=r"\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{10}"),
    Form("Discord", r"mfa\.", D, 80, 100),
    Form("TeamsHook", r"https://\w{1,40}\.webhook\.office\.com/webhookb2/", "[A-Za-z0-9@/-]", 80),
    Form("ZapierHook", r"https://hooks\.zapier\.com/hooks/catch/\d{1,12}/", L, 6),
    Form("Telegram", "", r"\d{8,10}:AA" + D + "{32,34}", sign=":AA"),
    Form("Telegram", "bot", r"\d{8,10}:AA" + D + "{32,34}"),
    Form("Twilio", "SK", L, 32, 32, doubt=False),
    Form("Twilio", "AC", L, 32, 32, doubt=False),  # the account, half of what a call needs
    Form("SendGrid", r"SG\.", D + r"{16,32}\." + D + "{30,64}"),
    Form("Brevo", "x(?:key|smtp)sib-", H + "{64}-" + B + "{16}"),
    Form("Mailgun", "key-", H, 32, 32),
    Form("Mailgun", "", H + "{32}-" + H + "{8}-" + H + "{8}", sign="[a-f0-9]{12}-[a-f0-9]{8}-[a-f0-9]{8}"),
    Form("Mailchimp", "", H + r"{32}-us\d{1,2}", sign="-us[0-9]"),
    Form("Resend", "re_", B + "{8}_" + B + "{20,32}", mixed=True),
    Form("Courier", "(?:pk|dk)_prod_", U, 28, 28),
    Form("Facebook", "EAA", B, 80, mixed=True),
    Form("FacebookApp", r"\d{15,17}\|", D, 27, 40, sign=r"[0-9]\|", after=True),
    Form("Twitter", "A{22}", "[A-Za-z0-9%]", 60, mixed=True),
    Form("Sidekiq", "BUNDLE_(?:ENTERPRISE|GEMS)__CONTRIBSYS__COM(?:=|: ?)", "[a-f0-9]{8}:[a-f0-9]{8}", after=True),
    Form("Intra42", "s-s4t2(?:ud|af)-", H, 64, 64),
    # Money and shops
    Form("Stripe", "(?:sk|rk)_(?:live|test|prod)_", B, 10),
    Form("Stripe", "whsec_", "[A-Za-z0-9+/=]", 24),
    Form("Square", "sq0[a-z]{3}-", D, 22),
    Form("Square", "EAAA", D, 56, 64),
    Form("Shopify", "shp(?:at|ca|pa|ss|tka|ua)_", HX, 32, 32),
    Form("Plaid", "access-(?:sandbox|development|production)-", UUID),
    Form("Braintree", r"access_token\$(?:production|sandbox)\$", L + r"{16}\$" + H + "{32}"),
    Form("Flutterwave", "FLWSECK(?:_TEST)?-", D, 16),
    Form("Razorpay", "rzp_(?:live|test)_", B, 14, 14),
    Form("GoCardless", "live_", D, 40, 40, mixed=True),
    Form("Lob", "(?:live|test)_", H, 35, 35),
    Form("Shippo", "shippo_(?:live|test)_", HX, 40, 40),
    Form("Duffel", "duffel_(?:live|test)_", D, 43, 43),
    Form("EasyPost", "EZ[AT]K", B, 54, 54),
    Form("Checkout", "sk_(?:sbox_)?(?:test_)?", UUID),
    # Offices and content
    Form("Notion", "ntn_", B, 40),
    Form("Notion", "secret_", B, 43, 43),
    Form("Linear", "lin_(?:api|oauth)_", B, 32),
    Form("Figma", "fig[doru]h?_", D, 40),
    Form("Airtable", "pat", B + r"{14}\." + H + "{64}"),
    Form("HubSpot", r"pat-(?:na|eu|ap)\d-", UUID),
    Form("Asana", r"[01]/\d{16}(?:/\d{16})?:", H, 32, 32),
    Form("Trello", "ATTA", HX, 64, 64),
    Form("Zoho", r"1000\.", H + r"{32}\." + H + "{32}"),
    Form("Salesforce", "00D" + B + "{12,15}!", r"[A-Za-z0-9._]", 80),
    Form("Dropbox", r"sl\.(?:u\.)?", D, 100),
    Form("Contentful", "CFPAT-", D, 43),
    Form("Typeform", "tfp_", "[A-Za-z0-9=._-]", 40),
    Form("Mapbox", r"sk\.eyJ", r"[A-Za-z0-9._-]", 60),
    Form("MaxMind", "", B + "{6}_" + B + "{29}_mmk", sign="_mmk"),
    Form("Adafruit", "aio_", B, 28, 28),
    Form("Beamer", "b_", "[A-Za-z0-9=_-]", 44, 44, mixed=True),
    Form("Frameio", "fio-u-", "[A-Za-z0-9=_-]", 64, 64),
    Form("Settlemint", "sm_(?:aat|pat|sat)_", B, 16, 16),
    Form("WakaTime", "waka_", UUID),
    Form("RapidApi", "", L + "{10}msh" + L + "{15}p1" + L + "{6}jsn" + L + "{12}", sign="[a-z0-9]msh[a-z0-9]"),
    Form("Bearer", "sess-", B, 40, 40, mixed=True),
    Form("Ionic", "ion_", B, 42, 42),
    Form("Okta", "00", D, 40, 40, mixed=True),
    Form("Microsoft", "EwB[A-Za-z0-9]", "[A-Za-z0-9+/=]", 150, mixed=True),
)

# --- labels ------------------------------------------------------------------------------------------------------------------

#: What a password is called. What stands beside one of these may be any word that is not plain prose.
PASSWORDS = """
password passwd passwort passphrase passcode passwrd passw pwd pass pw psw identified_by kennwort losungswort
contraseña contrasena contrasenya senha palavra-passe palavra_passe motdepasse mot_de_passe mdp wachtwoord
lösenord losenord adgangskode adgangsord kodeord passord salasana hasło haslo heslo jelszó jelszo parool şifre sifre parola
пароль парола κωδικός katasandi kata_sandi sandi mật_khẩu mat_khau
密码 密碼 口令 暗号 パスワード 비밀번호 암호 كلمة_المرور كلمة_السر رمز_عبور סיסמה סיסמא รหัสผ่าน पासवर्ड
"""
#: What a key or a token is called. What stands beside one of these must look drawn by lot.
KEYS = """
secret token apikey accesskey secretkey privatekey accountkey authkey appkey apitoken credential credentials creds
api_key secret_key access_key private_key account_key auth_key app_key master_key encryption_key encrypt_key signing_key
sign_key shared_key license_key consumer_key service_key storage_key deploy_key admin_key session_key webhook_key hmac_key
crypto_key iam_key cipher_key aes_key integration_key subscription_key application_key client_key ingest_key write_key
server_key org_key project_key function_key host_key sas_key maps_key read_key root_key unseal_key ssh_key rsa_key user_key
bot_key secure_key logged_in_key nonce_key auth_salt secure_auth_salt logged_in_salt nonce_salt secret_salt rails_master_key
jwt bearer authorization authtoken sharedaccesssignature sharedaccesskey api_secret kunci_api kunci_rahasia kunci_akses
clave_api clave_secreta clé_api clé_secrète cle_api chave_de_api chave_api chave_secreta chiave_api chiave_segreta
api-schlüssel api_schlüssel geheimschlüssel zugriffsschlüssel zugangsschlüssel api-nøgle api_nøgle api-nyckel adgangsnøgle
x-auth x-token
密钥 密鑰 秘钥 秘鑰 令牌 访问令牌 アクセスキー シークレット トークン api密钥 ключ_api токен секрет 토큰 시크릿
"""
#: Whose keys have no form of their own: beside the name stands something drawn by lot, or nothing was found.
VENDORS = """
adobe airtable algolia asana atlassian bitbucket bittrex cloudflare codecov cohere coinbase confluent contentful datadog
deepseek discord droneci dropbox etsy facebook fastly finicity finnhub flickr freshbooks gitter heroku hubspot intercom jfrog
jira kraken kucoin launchdarkly linkedin looker mailgun mattermost meraki messagebird mistral netlify newrelic nytimes okta
plaid rapidapi sendbird sentry snyk softlayer sourcegraph squarespace sumologic telegram travis trello twilio twitch twitter
zendesk
"""
_OTHERS = """
public pub publishable no non max min num number total count per input output prompt completion next page prev previous
continuation pagination sync cursor pad eos bos unk mask sep cls special stop start end begin cancellation cancel primary
foreign sort partition forgot forgotten reset confirm change invalid wrong incorrect missing bad expired empty type
lexer parser csrf xsrf syntax image vision audio cached reasoning text design hidden show toggle require requires has is
dict map index cache hash object file column
"""
#: Said of a label right before it, these make it something else: what is published, counted, or a part of speech.
OTHERS = frozenset(_OTHERS.split())
#: The same, said as a word of its own: "public key", "next page token".
OTHER_WORDS = frozenset(
    {"public", "publishable", "page", "pagination", "primary", "foreign", "sort", "csrf", "eos", "bos", "pad", "no"}
)
#: May stand between a label and its end: `password2`, `API_KEY_PROD`.
SUFFIXES = (
    r"(?P<bent>n|en|et|ene|nya|ku|mu)?(?:[_.-]?(?:\d{1,3}|prod|production|dev|staging|stage|test|live|value|main|primary|secondary|plain|text|plaintext|env|"
    r"confirm|confirmation|base64|b64|hex|string|old|new|default))?"
)
VENDOR_SUFFIXES = r"(?:[ _.-]?(?:api|access|auth|app|client|personal|secret|key|token|pat|id)){0,3}"
#: Words that say "is" after a label, and those that may follow: "my password is now …".
IS = (
    "(?:(?:is|was|been) )?(?:changed|set|reset|updated) to|diganti menjadi|is|was|are|adalah|ialah|yaitu|yakni|er|ist|war"
    "|lautet|es|est|é|è|sind|är|jest|это|on|=|->|→"
)
STILL = "now|still|currently|just|simply|set to|sekarang|nu|jetzt|ahora|maintenant|:|="
#: May follow a label that its value follows right away: "kata sandi saya …", "password of …".
WHOSE = "saya|aku|anda|kamu|kami|akun|wifi|of|to|by|-|\u2013|\u2014"
SPACELESS_IS = "是|为|為|は|が|는|은|이|가"
_NOTHING = """
none null nil undefined true false yes no on off string str int integer number float text bytes bool boolean object any
required optional empty default unknown n/a na tbd todo here hidden masked redacted removed secret password passwd pass
token key apikey value username user admin-password changeme change-me change_me changeit example sample placeholder
dummy test testing foobar basic bearer digest char varchar json array list dict self this var let const function return
wajib harus diperlukan erforderlich requerido obligatoire request response session cookie header input output enabled
disabled invalid incorrect wrong expired missing correct valid weak strong safe secure
"""
#: Values that are none: kinds, negations, what a form asks for.
NOTHING = frozenset(_NOTHING.split())
