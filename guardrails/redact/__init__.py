"""Hiding and giving back. `vault.py` is the way in; everything here is pure, and every change is an Edit.

`placeholders.py` makes and recognises the words that stand for hidden values, `masks.py` says what stays visible of a masked
one, `links.py` knows when a place lies inside a URL, where giving back a value could finish a theft.
"""
