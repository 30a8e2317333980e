"""The error tree.

GatepostError
├── ConfigurationError          the app cannot start; says what, where, and what to write
├── NotStarted                  a request came before the app's lifespan ran
├── TokenError                  a token that is not to be believed (tokens/)
├── ScopeViolation              a statement that would leave its owner's rows (rows/)
└── Refusal                     an answer for the caller: a public code, a private reason
    ├── BadRequest              400
    ├── Unauthenticated         401
    ├── Forbidden               403
    ├── NotFound                404, also for a row that is somebody else's
    ├── Conflict                409
    ├── PreconditionFailed      412
    └── Unavailable             503

The numbers stand in one file per door: `gate/responses.py` and `provider/answers.py`.
"""

from enum import StrEnum


class GatepostError(Exception):
    """The root of every error that Gatepost raises on purpose."""


class ConfigurationError(GatepostError):
    """The app cannot start. The message is one that its developer can act upon."""


class NotStarted(GatepostError):
    """A request came in before the lifespan of the app had run, so nothing can be verified."""


class TokenError(GatepostError):
    """A token that is not to be believed.

    `reason` is private: it goes to the event log and never to the caller, who learns one
    thing only, `invalid_token` (RFC 6750, section 3.1).
    """

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(reason.value)
        self.reason = reason


class ScopeViolation(GatepostError):
    """A statement on a scoped session that would read or write past its owner."""

    def __init__(self, model: str, kind: str, instead: str) -> None:
        super().__init__(f"{model}: {kind} is refused on a scoped session. Instead: {instead}")
        self.model = model
        self.kind = kind
        self.instead = instead


class Refusal(GatepostError):
    """An answer owed to the caller.

    Args:
        message: one sentence for a person; it must not repeat what the caller sent.
        code: a stable name for a program, in upper case with underscores.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class BadRequest(Refusal):
    """The request cannot be understood or contradicts itself."""


class Unauthenticated(Refusal):
    """Nobody is signed in, or what was shown does not prove who it is."""


class Forbidden(Refusal):
    """Somebody is signed in, who may not do this."""


class NotFound(Refusal):
    """There is no such thing for this caller."""


class Unavailable(Refusal):
    """What this needs cannot be reached now; the same request may succeed in a moment."""


class Conflict(Refusal):
    """What is asked for collides with what the caller already has."""


class PreconditionFailed(Refusal):
    """What is to be changed is not what the caller has seen."""
