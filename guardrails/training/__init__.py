"""How the weights in `guardrails/taggers/weights/` were made: `python -m guardrails.training`. No server imports this."""
