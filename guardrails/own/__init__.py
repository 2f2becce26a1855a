"""A team's own recognizers: those written in Python, run in a process of their own, and those written in YAML.

`process.py` is the server's side of that process, `__main__.py` the other one, `frames.py` what they say to each other;
`written.py` reads YAML for people who do not program. What is written in YAML is found by `detectors/custom.py`.
"""
