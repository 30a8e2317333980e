"""One route for each guard, and what each kind of caller is owed there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI, WebSocket

from gatepost import Declaration, fresh, requires
from tests.gate.policies_served import ago

SECRET = "what-only-those-who-may-can-see"
HOUR = 60 * 60

GUARDS: dict[str, tuple[Declaration, ...]] = {
    "/plain": (),
    "/scope": (requires(scope="things:write things:read"),),
    "/role": (requires(role="admin"),),
    "/fresh": (fresh(300),),
    "/both": (requires(scope="things:write", role="admin"),),
    "/all": (fresh(300), requires(role="admin"), requires(scope="things:write")),
}


def guards_app(*paths: str) -> FastAPI:
    """Serve these guards, or every one, by GET, by POST and as a websocket."""
    app = FastAPI(openapi_url=None)
    for path, guards in GUARDS.items():
        if paths and path not in paths:
            continue
        app.get(path)(_marked(_read(), guards))
        app.post(path)(_marked(_written(), guards))
        app.websocket(path)(_marked(_live(), guards))
    return app


def _marked(
    endpoint: Callable[..., object], guards: Iterable[Declaration]
) -> Callable[..., object]:
    for guard in guards:
        endpoint = guard(endpoint)
    return endpoint


def _read() -> Callable[..., object]:
    async def read() -> str:
        return SECRET

    return read


def _written() -> Callable[..., object]:
    async def write(body: dict[str, str]) -> str:
        return SECRET + str(body)

    return write


def _live() -> Callable[..., object]:
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(SECRET)
        await websocket.close()

    return live


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody of an issuer elsewhere.

    Attributes:
        claims: of the token, besides those that each has; None where no token is shown.
        signed_in: seconds ago, or None where the token does not say.
    """

    claims: Mapping[str, object] | None = field(default_factory=dict)
    signed_in: int | None = HOUR

    def all_claims(self) -> dict[str, object]:
        """Return the claims as they stand now."""
        at: object = ... if self.signed_in is None else ago(self.signed_in)
        return {"auth_time": at, "sid": "the-session", **(self.claims or {})}


NOBODY = Caller(None)
SOMEBODY = Caller()
READER = Caller({"scope": "things:read"})
WRITER = Caller({"scope": "things:read things:write other"})
ADMIN = Caller({"roles": ["user", "admin"]})
NEW = Caller(signed_in=5)
TIMELESS = Caller(signed_in=None)
WRITING_ADMIN = Caller({"scope": "things:write", "roles": ["admin"]})
NEW_WRITER = Caller({"scope": "things:write"}, signed_in=5)
NEW_ADMIN = Caller({"roles": ["admin"]}, signed_in=5)
TIMELESS_ADMIN = Caller({"scope": "things:write", "roles": ["admin"]}, signed_in=None)
NEW_WRITING_ADMIN = Caller({"scope": "things:write", "roles": ["admin"]}, signed_in=5)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a caller is owed: a refusal and its reason, or to get in.

    Attributes:
        challenge: of `WWW-Authenticate`, after the realm.
        reason: private, for the event log.
    """

    status: int
    code: str = ""
    challenge: str = ""
    reason: str = ""


IN = Owed(200)
WHO = Owed(401, "UNAUTHORIZED", "", "credential_missing")
OLD = Owed(
    401,
    "INSUFFICIENT_USER_AUTHENTICATION",
    ', error="insufficient_user_authentication", '
    'error_description="A more recent sign-in is required", max_age="300"',
    "sign_in_too_old",
)
_MAY_NOT = ', error="insufficient_scope"'
NO_ROLE = Owed(403, "INSUFFICIENT_SCOPE", _MAY_NOT, "role_missing")


def no_scope(*scopes: str) -> Owed:
    """Owe the refusal that names these scopes."""
    challenge = f'{_MAY_NOT}, scope="{" ".join(scopes)}"'
    return Owed(403, "INSUFFICIENT_SCOPE", challenge, "scope_missing")


_TWO = no_scope("things:read", "things:write")
_ONE = no_scope("things:write")

LADDER: list[tuple[str, Caller, Owed]] = [
    *((path, NOBODY, WHO) for path in GUARDS),
    *((path, NEW_WRITING_ADMIN, IN) for path in GUARDS if path != "/scope"),
    ("/plain", TIMELESS, IN),
    ("/scope", SOMEBODY, _TWO),
    ("/scope", READER, _TWO),
    ("/scope", NEW_ADMIN, _TWO),
    ("/scope", WRITER, IN),
    ("/role", SOMEBODY, NO_ROLE),
    ("/role", WRITER, NO_ROLE),
    ("/role", ADMIN, IN),
    ("/fresh", SOMEBODY, OLD),
    ("/fresh", WRITING_ADMIN, OLD),
    ("/fresh", TIMELESS, OLD),
    ("/fresh", Caller(signed_in=330), OLD),
    ("/fresh", Caller(signed_in=240), IN),
    ("/fresh", Caller(signed_in=-3), IN),
    ("/fresh", NEW, IN),
    ("/both", SOMEBODY, _ONE),
    ("/both", ADMIN, _ONE),
    ("/both", WRITING_ADMIN, IN),
    ("/all", SOMEBODY, _ONE),
    ("/all", NEW, _ONE),
    ("/all", NEW_ADMIN, _ONE),
    ("/all", WRITING_ADMIN, OLD),
    ("/all", TIMELESS_ADMIN, OLD),
]
"""Who is asked for what, and in which order: nobody signs in again for what they may not do."""

# What no issuer means, or none that is well: in whichever claim it stands, it names nothing.
MALFORMED: dict[str, object] = {
    "a number": 7,
    "a fraction": 0.5,
    "true": True,
    "null": None,
    "an object": {"things:write": True, "admin": True},
    "a list in a list": [["things:write", "admin"]],
    "an object in a list": [{"name": "admin"}, {"things:write": "admin"}],
    "numbers": [1, 2, 3],
    "nothing": "",
    "an empty list": [],
    "only separators": " , ,,  ,",
    "another case": "Things:Write,ADMIN",
    "a prefix": "things:writes,administrator",
    "a part": "things,write,adm,in",
    "a line": "things:write\nadmin",
    "NUL at the end": "things:write\0,admin\0",
    "two hundred names": [f"x{number}" for number in range(200)],
}  # fmt: skip
