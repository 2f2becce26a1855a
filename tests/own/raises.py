"""A module that cannot be imported, as its author's mistake would have it."""

MODEL = {}["model"]
