"""The routes that applications call. Plain ASGI beside FastAPI: these are the hot ones (docs/decisions/0002-dependencies.md).

`hot.py` reads a request, hands it to the relay and sends what comes back, and notices at once when the client hangs up.
"""
