"""The errors, drawn. Each is named by whose fault it is and tells a person what to do next.

    GuardrailsError
    ├── ClientError            the caller's request: 4xx
    │   ├── MalformedRequest   400: not JSON, a key twice, a number that no one can carry, a wrong type
    │   ├── Unauthorized       401: a key is needed and none, or an unknown one, came
    │   ├── UnknownRoute       404: a path that is not understood is refused, never passed unscreened
    │   ├── WrongMethod        405: a path that is understood, asked for with another method
    │   ├── SlowRequest        408: the rest of the request did not come
    │   ├── TooLarge           413
    │   └── NotJson            415: the body says of itself that it is something else
    ├── NotJudged              503: judging took too long, so nothing passes
    ├── Busy                   503: as many calls are open as are allowed here, or the server ends; come back later
    ├── PolicyError            the author's file: begins `file:line:column:`
    ├── SettingsError          the operator's settings
    ├── UpstreamError          the provider: 502, it cannot be reached or understood
    │   └── TooLate            504: it did not answer in time
    ├── AuditUnavailable       the log cannot be written: 503, nothing is forwarded
    │   └── AuditTooLate       the same, but the record may still be written
    └── LogBroken              the log does not verify: says which entry

No message quotes text, tokens or keys of a call. What a message says of this machine (a path, a disk) is for whoever runs it: a
client is told `public`.
"""

from __future__ import annotations


class GuardrailsError(Exception):
    """What went wrong, where, and what to do about it. `status`, `code` and `headers` are what an HTTP client is told."""

    status = 500
    code = "internal_error"
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def public(self) -> str:
        """The message as a client may read it."""
        return str(self)


class ClientError(GuardrailsError):
    status = 400
    code = "invalid_request_error"


class MalformedRequest(ClientError):
    code = "malformed_request"


class Unauthorized(ClientError):
    status = 401
    code = "invalid_api_key"


class UnknownRoute(ClientError):
    status = 404
    code = "unknown_route"


class WrongMethod(ClientError):
    """`allowed`: the methods that would do, as the header `allow` lists them (RFC 9110, 15.5.6)."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This path is there for {allowed} only.")
        self.headers = (("allow", allowed),)


class SlowRequest(ClientError):
    status = 408
    code = "request_timeout"
    headers = (("connection", "close"),)  # the rest may still come, and is no request (RFC 9110, 15.5.9)


class TooLarge(ClientError):
    status = 413
    code = "request_too_large"


class Busy(GuardrailsError):
    status = 503
    code = "busy"
    headers = (("retry-after", "1"), ("connection", "close"))  # its body is not read


class NotJudged(GuardrailsError):
    status = 503
    code = "screening_timeout"


class NotJson(ClientError):
    status = 415
    code = "unsupported_media_type"


class PolicyError(GuardrailsError):
    code = "policy_error"


class SettingsError(GuardrailsError):
    code = "settings_error"


class UpstreamError(GuardrailsError):
    status = 502
    code = "upstream_error"


class TooLate(UpstreamError):
    status = 504
    code = "upstream_timeout"


class AuditUnavailable(GuardrailsError):
    """Its message says which file and why, for the operator's log; a client learns only that it is so."""

    status = 503
    code = "audit_unavailable"

    @property
    def public(self) -> str:
        return "The guard's log cannot be written, so the call ends here. Try again; the server's own log says why."


class AuditTooLate(AuditUnavailable):
    """Nothing is forwarded, but the log may write the record yet."""


class LogBroken(GuardrailsError):
    code = "log_broken"
