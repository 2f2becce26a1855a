"""The wire: which strings of a body hold text, and how to change those and nothing else.

`strict.py` reads and writes bodies, `places.py` turns places of a body into segments and edits back into a body,
`jsontext.py` does the same inside a JSON document that travels as a string, `sse.py` cuts a stream into events, and each
dialect is a file of its own: `chat.py` (with `chat_chunks.py` for its streams and `chat_replies.py` for answers of our own).
"""
