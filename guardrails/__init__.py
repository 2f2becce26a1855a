"""A guard between an application and any language model. Start reading at `guardrails/model.py`, then `guardrails/guard.py`."""

__version__ = "0.1.0"
