"""What the guard costs, measured over real processes and sockets: `make bench`.

    proxy.py      a request and a stream, beside a bare pass-through that guards nothing
    streams.py    1,000 open streams
    peers.py      the same load on two other guards, installed into environments of their own
    soak.py       ten minutes of everything at once
    audit.py      a record: to build, to hand over, to write
    kill.py       kill -9 under load, a hundred times on one log
    hotspots.py   where the time goes
    detection.py  what is found, what is not, at what cost: beside Presidio; in disguise; in harmless texts
    names.py      names and addresses: found, invented, at what cost, of people of which origin
    linearity.py  twice the text, twice the time: plain and hostile texts up to 1 MB

Each prints a table and ends with status 1 where a bound is missed. `servers/` has what runs in processes of its own.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command `guardrails` has it; to be said before numpy is imported
