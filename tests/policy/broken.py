"""Broken policies, one fault each: where it must be reported, and what the remedy must say."""

from __future__ import annotations

from typing import NamedTuple

from tests.policy.texts import one_rule


class Broken(NamedTuple):
    """One fault: the text of the file, where it must be reported, and a word that the remedy holds."""

    name: str
    text: str
    line: int
    column: int
    remedy: str


RULE = "rules:\n  - id: r\n    detect: {pii: [EMAIL_ADDRESS]}\n"
FLAG = RULE + "    action: flag\n"
HIDE = RULE + "    action: tokenize\n"

BROKEN = [
    # --- the text of the file
    Broken("empty", "", 1, 1, "begin with rules:"),
    Broken("only a comment", "# nothing\n", 1, 1, "begin with rules:"),
    Broken("a word", "hello\n", 1, 1, "begin with rules:"),
    Broken("a list", "- id: r\n", 1, 1, "write rules: above"),
    Broken("too long", "a" * 8_000_001, 1, 1, "several files"),
    Broken("control character", "rules: \x07\n", 1, 8, "take it out"),
    Broken("half a character", "rules: \ud800\n", 1, 8, "take it out"),
    Broken("tab begins a line", "rules:\n\t- id: r\n", 2, 1, "spaces"),
    Broken("tab after blanks", "rules:\n  - id: r\n  \taction: flag\n", 3, 3, "spaces"),
    Broken("second colon", FLAG + "    message: Stop: no mail\n", 5, 18, "quotes"),
    Broken("quote not closed", FLAG + '    message: "Stop\n', 5, 14, "close it"),
    Broken("backslash in double quotes", 'rules:\n  - id: r\n    detect: {regex: "\\d+"}\n', 3, 22, "single quotes"),
    Broken("text begins with @", FLAG + "    message: @you\n", 5, 14, "quotes"),
    Broken("text begins with %", FLAG + "    message: %s\n", 5, 14, "quotes"),
    Broken("text begins with !", FLAG + "    message: !stop\n", 5, 14, "quotes"),
    Broken("text begins with *", FLAG + "    message: *stop\n", 5, 14, "quotes"),
    Broken("text begins with a template", FLAG + "    message: {{ count }} found\n", 5, 15, "quotes"),
    Broken("no colon", FLAG + "    message\n", 5, 5, "key: value"),
    Broken("bracket not closed", "rules:\n  - id: r\n    detect: {pii: [EMAIL_ADDRESS}\n", 3, 33, "comma"),
    Broken("wrong indentation", "rules:\n  - id: r\n   action: flag\n", 3, 4, "line it up"),
    Broken("key twice", FLAG + "    action: block\n", 5, 5, "line 4"),
    Broken("alias of nothing", FLAG + "    controls: *law\n", 5, 15, "quotes"),
    Broken("alias of itself", "rules: &a [*a]\n", 1, 12, "write the part out"),
    Broken("merge key", "rules: []\n<<: {a: b}\n", 2, 1, "write the keys out"),
    Broken("too deep", "rules: " + "[" * 60 + "]" * 60 + "\n", 1, 47, "flatter"),
    Broken("a list as key", "? [a]\n: b\nrules: []\n", 1, 3, "quotes"),
    # --- the policy
    Broken("unknown key", "rulez: []\n", 1, 1, '"rules"'),
    Broken("no rules", "mode: shadow\n", 1, 1, "add rules:"),
    Broken("rules are no list", "rules: {id: r}\n", 1, 8, "hyphen"),
    Broken("wrong version of the language", "apiVersion: guard/v9\nrules: []\n", 1, 13, "guard/v1"),
    Broken("an overlay", "kind: Overlay\nrules: []\n", 1, 7, "into the policy"),
    Broken("wrong kind", "kind: Polizy\nrules: []\n", 1, 7, "Policy"),
    Broken("extends", "extends: base@^2\nrules: []\n", 1, 1, "one file"),
    Broken("id outside of metadata", "id: mine\nrules: []\n", 1, 1, "metadata: {id"),
    Broken("id of a policy", "metadata: {id: my policy}\nrules: []\n", 1, 16, "no blanks"),
    Broken("status", "metadata: {status: stabel}\nrules: []\n", 1, 20, '"stable"'),
    Broken("review date", "metadata: {review_by: 31.3.2027}\nrules: []\n", 1, 23, "2027-03-31"),
    Broken("mode", "mode: enforced\nrules: []\n", 1, 7, '"enforce"'),
    Broken("mode is off", "mode: off\nrules: []\n", 1, 7, "enforce or shadow"),
    Broken("default on_error", "defaults: {on_error: ignore}\nrules: []\n", 1, 22, '"unsafe_ignore"'),
    Broken("identifiers", "identifiers: allways\nrules: []\n", 1, 14, '"always"'),
    Broken("disclosure off", "disclosure: off\nrules: []\n", 1, 13, "unsafe_no_disclosure: true"),
    Broken("notice off", "disclosure: {notice: off}\nrules: []\n", 1, 22, "unsafe_no_disclosure: true"),
    Broken("notice", "disclosure: {notice: last}\nrules: []\n", 1, 22, "first"),
    Broken("org is a list", "disclosure: {org: [Acme]}\nrules: []\n", 1, 19, "quotes"),
    Broken("undisclosed in a scope", "scope: {}\ndisclosure: {unsafe_no_disclosure: true}\nrules: []\n", 2, 14, "take one"),
    # --- a rule
    Broken("a rule is a word", "rules: [no-cards]\n", 1, 9, "blank after the colon"),
    Broken("no blank after the colon", "rules:\n  - id:r\n", 2, 5, "blank after the colon"),
    Broken("unknown key of a rule", FLAG + "    stages: [input]\n", 5, 5, '"stage"'),
    Broken("no id", "rules:\n  - detect: {pii: all}\n    action: flag\n", 2, 5, "add for example id"),
    Broken("no detect", "rules:\n  - id: r\n    action: flag\n", 2, 5, "add for example detect"),
    Broken("no action", RULE, 2, 5, "add for example action"),
    Broken("nothing after the colon", RULE + "    action:\n", 4, 5, "write a value"),
    Broken("id with a blank", one_rule("id: no cards"), 4, 9, "no blanks"),
    Broken("id of the program's own", one_rule("id: builtin-mine"), 4, 9, "another id"),
    Broken("id twice", FLAG + "  - id: r\n    detect: {pii: all}\n    action: flag\n", 5, 9, "p.yaml:2:9"),
    Broken("action", RULE + "    action: blok\n", 4, 13, '"block"'),
    Broken("two actions", RULE + "    action: [mask, block]\n", 4, 13, "write one of"),
    Broken("option of an action", RULE + "    action: {mask: {keep: 4}}\n", 4, 21, "write action: mask"),
    Broken("option of redact", RULE + "    action: {redact: {wiht: x}}\n", 4, 23, '"with"'),
    Broken("redact with a list", RULE + "    action: {redact: {with: [link removed]}}\n", 4, 29, "quotes"),
    Broken("severity", FLAG + "    severity: hihg\n", 5, 15, '"high"'),
    Broken("stage", FLAG + "    stage: [input, ouput]\n", 5, 20, '"output"'),
    Broken("no stage", FLAG + "    stage: []\n", 5, 12, "at least one"),
    Broken("tokenize an answer", HIDE + "    stage: [input, output]\n", 5, 20, "use mask or redact"),
    Broken("tokenize an act", HIDE + "    stage: tool_call\n", 5, 12, "flag or block"),
    Broken("mask an act", RULE + "    action: mask\n    stage: tool_call\n", 5, 12, "flag or block"),
    Broken("on_error of a rule", FLAG + "    on_error: pass\n", 5, 15, "fail_closed or unsafe_ignore"),
    Broken("stream", FLAG + "    stream: hodl\n", 5, 13, '"hold"'),
    Broken("control", FLAG + "    controls: [GDPR 5]\n", 5, 16, "gdpr:art32"),
    Broken("a parameter", FLAG + "    when: {any_finding: {min_score: $params.low}}\n", 5, 37, "write the value"),
    Broken("title is a group", FLAG + "    title: {a: b}\n", 5, 12, "quotes"),
    # --- what to look for
    Broken("entity", one_rule("detect: {pii: [CREDITCARD]}"), 4, 20, '"CREDIT_CARD"'),
    Broken("entity nobody finds", one_rule("detect: {pii: [xyzzy]}"), 4, 20, "guardrails scan"),
    Broken("names come later", one_rule("detect: {pii: [person]}"), 4, 20, "phrases or regex"),
    Broken("no entity", one_rule("detect: {pii: []}"), 4, 19, "at least one"),
    Broken("pii without types", one_rule("detect: {pii: {}}"), 4, 19, "pii: all"),
    Broken("form", one_rule("detect: {phrase: [a]}"), 4, 14, '"phrases"'),
    Broken("form of a later version", one_rule("detect: [{secrets: {}}]"), 4, 15, "phrases or regex"),
    Broken("country", one_rule("detect: {pii: {types: all, regions: [Denmark]}}"), 4, 42, "two letters"),
    Broken("no form", one_rule("detect: EMAIL_ADDRESS"), 4, 13, "detect: {pii:"),
    Broken("empty phrase", one_rule("detect: {phrases: [a, '']}"), 4, 27, "take it out"),
    Broken("bracket in a pattern", one_rule("detect: {regex: '(a'}"), 4, 21, "close the bracket"),
    Broken("look-ahead", one_rule("detect: {regex: 'a(?=b)'}"), 4, 21, "looking ahead"),
    Broken("going back to a group", one_rule(r"detect: {regex: '(a)\1'}"), 4, 21, "going back"),
    Broken("nothing to repeat", one_rule("detect: {regex: '*a'}"), 4, 21, "before *"),
    Broken("range backwards", one_rule("detect: {regex: '[z-a]'}"), 4, 21, "from low to high"),
    Broken("pattern fits everywhere", one_rule("detect: {regex: '[0-9]*'}"), 4, 21, "+ instead of *"),
    Broken("name of an own entity", one_rule("detect: {regex: 'a', entity: 'é'}"), 4, 34, "CUSTOMER_NUMBER"),
    Broken("unreadable thing", one_rule("action: block", "detect: {unreadable: [imgae]}"), 4, 27, '"image"'),
    Broken("nothing unreadable", one_rule("action: block", "detect: {unreadable: []}"), 4, 26, "at least one"),
    Broken("hiding what cannot be read", one_rule("action: mask", "detect: {unreadable: all}"), 3, 5, "flag or block"),
    Broken(
        "a name for what cannot be read", one_rule("action: flag", "detect: {unreadable: all, entity: A}"), 4, 31, "take entity"
    ),
    # --- when
    Broken("unknown condition", FLAG + "    when: {atleast: 2}\n", 5, 12, '"at_least"'),
    Broken("CEL", FLAG + "    when: {cel: 'true'}\n", 5, 12, "any_finding"),
    Broken("score above one", FLAG + "    when: {any_finding: {min_score: 80}}\n", 5, 37, "for example 1"),
    Broken("count is no number", FLAG + "    when: {at_least: two}\n", 5, 22, "for example 1"),
    Broken("kind of a later version", FLAG + "    when: {any_finding: {kind: url}}\n", 5, 32, "regex or unreadable"),
    Broken("origin", FLAG + "    when: {any_finding: {origin: [users]}}\n", 5, 35, '"user"'),
    Broken(
        "entity that is not looked for", FLAG + "    when: {any_finding: {entity: CREDIT_CARD}}\n", 5, 34, "add it to detect"
    ),
    # --- messages
    Broken("name in a message", FLAG + '    message: "{{ cuont }}"\n', 5, 14, '"count"'),
    Broken("template not closed", FLAG + '    message: "{{ count"\n', 5, 14, "{{ count }}"),
    Broken("language", FLAG + "    message: {english: a}\n", 5, 15, "en, id, zh or da"),
    Broken("message is a list", FLAG + "    message: [a]\n", 5, 14, "en:"),
    # --- tests
    Broken("tests are no list", FLAG + "    tests: {input: a, expect: flag}\n", 5, 12, "hyphen"),
    Broken("test without a text", FLAG + "    tests: [{expect: flag}]\n", 5, 13, "input"),
    Broken("test with two texts", FLAG + "    tests: [{input: a, output: b, expect: flag}]\n", 5, 24, "write one of"),
    Broken("test expects nothing", FLAG + "    tests: [{input: a}]\n", 5, 13, "add expect"),
    Broken("unknown expectation", FLAG + "    tests: [{input: a, expect: nomatch}]\n", 5, 32, '"no_match"'),
    Broken("finding of a test", FLAG + "    tests: [{input: a, expect: {findings: [EMIAL]}}]\n", 5, 44, '"EMAIL_ADDRESS"'),
    Broken("test of another stage", HIDE + "    tests: [{output: a, expect: no_match}]\n", 5, 14, "test with"),
    Broken("text without an answer", HIDE + "    tests: [{input: a, expect: {output: b}}]\n", 5, 33, "model_says"),
    Broken("token", HIDE + '    tests: [{input: a, model_says: "{{ tok.0 }}", expect: match}]\n', 5, 36, "token.0"),
    Broken("attached thing", FLAG + "    tests: [{input: a, attach: imag, expect: flag}]\n", 5, 32, '"image"'),
    Broken(
        "attached to a call", FLAG + "    tests: [{tool_call: a, attach: file, expect: flag}]\n", 5, 28, "input, tool_result"
    ),
    Broken("an answer as tokens", FLAG + "    tests: [{output: a, attach: tokens, expect: flag}]\n", 5, 33, "to an input"),
    Broken("language of a test", FLAG + "    tests: [{input: a, lang: english, expect: match}]\n", 5, 30, "en, id"),
]
