"""How the weights in `guardrails/detectors/names/` were made: `python -m guardrails.training`. Nothing of a server imports this."""
