"""The person is told that they talk to an AI: in their language, before the first answer, once, and provably.

`notices.py` has the words, `language.py` finds out in which language they are said, `due.py` whether and how. Pure: the
relay adds the prefix, the header and the field, and strips what comes back.
"""
