"""Bodies and streams with everything in them that the wire knows, harmless all of it; and what a stream says once assembled."""

import json

from guardrails.wire.sse import DONE, Decoder

JSON = ("content-type", "application/json")
EVENTS = ("content-type", "text/event-stream; charset=utf-8")


def exact(spelt):
    """Everything that JSON can say of a body: the order and number of keys, 1 beside 1.0, 0.0 beside -0.0."""
    return repr(json.loads(spelt, object_pairs_hook=lambda pairs: ("object", pairs)))


REQUEST = rb"""{ "model":"gpt-4o-mini",
 "x_first": {"b": 1, "a": [null, true, false, {}, [], "", 1.0, 1e-7, -0.0, 1.10, 1E5, 18446744073709551615, -7]},
 "messages": [
  {"role":"developer","content":"Be brief \u2014 and kind. \ud83d\ude42 \/ \u0000 \" \\ \u0022 caf\u00e9 \u4f60\u597d"},
  {"role":"user","name":"maria_2","content":[
    {"type":"text","text":"What is in \u201cthis\u201d picture?","cache_control":{"type":"ephemeral","ttl":"1h"},"x_part":null},
    {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},
    {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}},
    {"type":"file","file":{"file_id":"file-abc","filename":"notes.txt"}}]},
  {"role":"assistant","content":null,"refusal":null,"audio":{"id":"audio_abc"},
   "reasoning_details":[{"type":"reasoning.encrypted","data":"gAAA=","id":"rs_1","format":"x-v1","index":0}],
   "tool_calls":[
    {"id":"call_a","type":"function","function":{"name":"look",
     "arguments":"{ \"where\" :\"left\", \"n\":1.0 , \"where\": \"right\"}"}},
    {"id":"call_b","type":"custom","custom":{"name":"say","input":"go {on"}}]},
  {"role":"tool","tool_call_id":"call_a","content":"{\"seen\": [1, 2.50, \"a tree\"]}\n{\"seen\": []}"},
  {"role":"tool","tool_call_id":"call_b","content":[{"type":"text","text":"done"}]},
  {"role":"function","name":"old","content":"ok"},
  {"role":"assistant","content":[{"type":"text","text":"A tree."},{"type":"refusal","refusal":"no"}]},
  {"role":"user","content":"Thank you. And now?"}],
 "tools":[
  {"type":"function","function":{"name":"look","description":"Looks around","strict":true,"parameters":{"type":"object",
   "properties":{"where":{"type":"string","enum":["left","right"],"pattern":"^[a-z]+$","format":"email","default":"left"},
    "n":{"type":"number","minimum":-1.0,"maximum":1e3,"multipleOf":0.50}},"required":["where"],"additionalProperties":false}}},
  {"type":"custom","custom":{"name":"say","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: /a+/"}}}},
  {"type":"mcp","server_label":"docs","server_url":"https://mcp.example.com/sse","headers":{"Authorization":"Bearer t"}}],
 "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","name":"look"}]}},
 "parallel_tool_calls":true,
 "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{}}}},
 "functions":[{"name":"old","parameters":{}}], "function_call":"auto",
 "seed":9223372036854775808, "stop":["\n\n","END"], "logit_bias":{"50256":-100,"7":0.5}, "logprobs":true, "top_logprobs":2,
 "user":"user-abc", "safety_identifier":"sid-1", "prompt_cache_key":"k-1", "metadata":{"team":"blue","empty":""},
 "store":false, "service_tier":"flex", "prediction":{"type":"content","content":"A tree."}, "modalities":["text","audio"],
 "audio":{"voice":"alloy","format":"mp3"}, "web_search_options":{"search_context_size":"low","user_location":null},
 "reasoning_effort":"low", "verbosity":"high", "max_completion_tokens":100, "max_tokens":null, "n":2, "temperature":1.0,
 "top_p":0.10, "presence_penalty":-0.0, "frequency_penalty":0, "stream":false, "stream_options":null,
 "guided_json":{"type":"object"}, "extra_body":{"deep":{"er":[[[["est"]]]]}}, "provider":{"order":["one","two"]},
 "top_k":40, "":"an empty key", "chat_template_kwargs":{"enable_thinking":false} }"""


ANSWER = rb"""{"id":"chatcmpl-1", "x_top":{"b":[],"a":{}},
 "object":"chat.completion","created":1735689600,"model":"gpt-4o-mini-2024-07-18",
 "choices":[
  {"index":1,"finish_reason":"tool_calls","x_choice":"kept","stop_reason":null,"logprobs":null,
   "message":{"role":"assistant","content":null,"refusal":null,"annotations":[],
    "tool_calls":[
     {"id":"call_a","type":"function","function":{"name":"look","arguments":"{\"where\": \"left\",\n \"n\":1.50}"}},
     {"id":"call_b","type":"function","function":{"name":"look","arguments":"{}"},"index":1},
     {"id":"call_c","type":"custom","custom":{"name":"say","input":"go on"},"x_call":[1]}]}},
  {"index":0,"finish_reason":"stop","content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},
   "logprobs":{"content":[{"token":" caf\u00e9","logprob":-0.0,"bytes":[32,99,97,102,195,169],
     "top_logprobs":[{"token":" caf\u00e9","logprob":-1e-7,"bytes":null}]}],"refusal":[]},
   "message":{"role":"assistant","content":" caf\u00e9 \u4f60\u597d \ud83d\ude42 \/","refusal":null,
    "reasoning":"First, a caf\u00e9.",
    "reasoning_content":"Then a tree.","reasoning_details":[{"type":"reasoning.text","text":"a tree","signature":"sig"}],
    "audio":{"id":"audio_1","data":"UklGRg==","expires_at":1735693200,"transcript":"a tree"},
    "annotations":[{"type":"url_citation",
     "url_citation":{"start_index":0,"end_index":3,"title":"Trees","url":"https://example.org/t"}}],
    "x_message":{"deep":[{"er":1.0}]}}}],
 "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0},"cost":1.10e-5},
 "service_tier":"default","system_fingerprint":null,"prompt_filter_results":[],"provider":"One"}
"""

ASK = json.dumps({"model": "m", "stream": True, "n": 2, "messages": [{"role": "user", "content": "Go on"}]}).encode()


def chunk(delta, index=0, finish=None, **more):
    made = {"id": "c1", "object": "chat.completion.chunk", "created": 1735689600, "model": "m", **more}
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return json.dumps({**made, "choices": [choice]}, ensure_ascii=False).encode()


def frame(data, end=b"\n"):
    return b"data: " + data + end + end


def tool(index, arguments, **more):
    return {"tool_calls": [{"index": index, **more, "function": {"arguments": arguments, **more.pop("function", {})}}]}


ROLE = chunk({"role": "assistant", "content": "", "refusal": None})
USAGE = b'{"id":"c1","object":"chat.completion.chunk","created":1,"choices":[],"usage":{"total_tokens": 7, "cost":1.10}}'
WORDS = [chunk({"content": word}) for word in ("The", " river", " runs", " past", " caf\xe9s", " and 你好", " \U0001f642", ".")]
TOKEN = b'{"token":" a","logprob":-1.0e-7,"bytes":[32,97],"top_logprobs":[]}'
STREAMS = {
    "plain": b"".join(map(frame, [ROLE, *WORDS, chunk({}, finish="stop"), USAGE])) + DONE,
    "CRLF": b"".join(frame(d, b"\r\n") for d in [ROLE, *WORDS, chunk({}, finish="stop"), USAGE, b"[DONE]"]),
    "CR": b"".join(frame(d, b"\r") for d in [ROLE, *WORDS, chunk({}, finish="stop"), b"[DONE]"]),
    "all three line ends": frame(ROLE, b"\r\n")
    + frame(WORDS[0], b"\r")
    + frame(WORDS[1])
    + frame(chunk({}, finish="stop"))
    + DONE,
    "byte order mark": b"\xef\xbb\xbf" + frame(ROLE) + frame(WORDS[0]) + frame(chunk({}, finish="stop")) + DONE,
    "comments": b": OPENROUTER PROCESSING\n\n"
    + frame(ROLE)
    + b":\n\n"
    + frame(WORDS[0])
    + b": ping\r\n\r\n: pong\n\n"
    + frame(chunk({}, finish="stop"))
    + DONE,
    "names, ids, times": b"retry: 3000\n\n"
    + b"event: chunk\nid: 1\n"
    + frame(ROLE)
    + b"id: 2\nretry: 10\n"
    + frame(WORDS[0])
    + b"event: chunk\ndata: "
    + chunk({}, finish="stop")
    + b"\nid: 3\n\n"
    + DONE,
    "a comment within an event": b": OPENROUTER PROCESSING\n"
    + frame(ROLE)
    + frame(WORDS[0])[:-1]
    + b": a word of ours\n\n"
    + frame(chunk({}, finish="stop"))
    + DONE,
    "several data lines": frame(ROLE.replace(b', "', b',\ndata: "'))
    + frame(WORDS[0].replace(b', "', b',\r\ndata:"', 1))
    + frame(chunk({}, finish="stop"))
    + DONE,
    "no blank after the colon": b"data:"
    + ROLE
    + b"\n\ndata:"
    + WORDS[0]
    + b"\n\n"
    + frame(chunk({}, finish="stop"))
    + b"data:[DONE]\n\n",
    "blank lines": b"\n\n" + frame(ROLE) + b"\n" + frame(WORDS[0]) + b"\n\n\n" + frame(chunk({}, finish="stop")) + DONE,
    "usage null, obfuscation": b"".join(
        frame(d)
        for d in [
            chunk({"role": "assistant"}, usage=None, obfuscation="Zq3x"),
            chunk({"content": "The"}, usage=None, obfuscation=""),
            chunk({"content": " end"}, usage=None, obfuscation="k2"),
            chunk({}, finish="length", usage=None),
            USAGE,
        ]
    )
    + DONE,
    "interleaved": b"".join(
        frame(d)
        for d in [
            chunk({"role": "assistant", "content": ""}, 1),
            ROLE,
            chunk({"content": "The"}, 1),
            WORDS[0],
            chunk({"reasoning_content": "Hm"}, 0),
            chunk({"content": " other"}, 1),
            WORDS[1],
            chunk({"reasoning_content": " so"}, 0),
            chunk({"refusal": "No"}, 1),
            chunk({}, 1, "stop"),
            chunk({}, 0, "stop"),
            USAGE,
        ]
    )
    + DONE,
    "tools": b"".join(
        frame(d)
        for d in [
            ROLE,
            WORDS[0],
            chunk(tool(0, "", id="call_a", type="function", function={"name": "look"})),
            chunk(tool(1, "", id="call_b", type="function", function={"name": "look"})),
            chunk(tool(0, '{"wh')),
            chunk(tool(1, '{"n": ')),
            chunk(tool(0, 'ere": "left"}')),
            chunk(tool(1, "1.50}")),
            chunk({}, finish="tool_calls"),
        ]
    )
    + DONE,
    "log probabilities": b"".join(
        frame(d)
        for d in [
            ROLE,
            *(chunk({"content": " a"}).replace(b'"logprobs": null', b'"logprobs":{"content":[' + TOKEN + b"]}") for _ in "abc"),
            chunk({}, finish="stop"),
        ]
    )
    + DONE,
    "vendor keys": b"".join(
        frame(d)
        for d in [
            chunk({"role": "assistant", "content": None, "x_note": None}, x_top={"a": [1.0]}),
            WORDS[0].replace(b'"delta"', b'"content_filter_results":{"hate":{"filtered":false}}, "delta"'),
            b'{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}',
            chunk({}, finish="stop", provider="One"),
        ]
    )
    + DONE,
    "text with the end": frame(ROLE)
    + frame(WORDS[0])
    + frame(chunk({"content": " end."}, finish="stop"))
    + frame(USAGE)
    + DONE,
}


def raws(stream):
    return [e.raw for e in Decoder().feed(stream)]


def read(raw):
    data = next(iter(Decoder().feed(raw))).data
    return json.loads(data) if data and data != b"[DONE]" else None


def says(chunk_):
    """Does it bring a piece of a text?"""
    deltas = [c["delta"] for c in chunk_["choices"] if c.get("delta")] if chunk_ else []
    return any(v for d in deltas for k, v in d.items() if k != "role" and v)


def others(stream):
    """The events that bring no text, as bytes."""
    return [raw for raw in raws(stream) if not says(read(raw))]


def assembled(stream):
    """What an SDK makes of it: each text whole, each object's fields, log probabilities in a row."""
    said = {}
    for one in filter(None, map(read, raws(stream))):
        for choice in one["choices"]:
            mine = said.setdefault(choice["index"], {})
            for key, value in (*choice["delta"].items(), ("finish", choice["finish_reason"])):
                if key == "tool_calls":
                    for call in value or ():
                        text = call["function"].pop("arguments", "")
                        mine["call", call["index"]] = mine.get(("call", call["index"]), "") + text
                        mine.setdefault(("head", call["index"]), call)
                elif value is not None:
                    mine[key] = mine.get(key, "") + value if isinstance(value, str) else value
            mine["logprobs"] = [*mine.get("logprobs", []), *((choice.get("logprobs") or {}).get("content") or [])]
    return said
