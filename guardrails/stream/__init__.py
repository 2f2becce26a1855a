"""Text that is still arriving: hold it back until it can be judged, let it go the moment it has been.

`window.py` judges one growing text and knows nothing of any wire; `flow.py` carries the events of a Chat Completions stream
through such windows, and `waiting.py` is what waits meanwhile. All are sync and know no clock: the relay feeds them and sends
what they release.
"""
