"""What conversations are made of, and short ways to write the usual steps."""

from dataclasses import dataclass, field

from tests.provider.oracle.deployment import PLAIN, Deployment

PASSWORD = "correct horse battery"
FORM = "application/x-www-form-urlencoded"
SIGN_UP = "/sign-up/email"
SIGN_IN = "/sign-in/email"
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `body` is sent as it stands; a Content-Type goes only where it is written.

    Attributes:
        id: names it within its conversation.
        path: what follows the base path.
    """

    id: str
    method: str
    path: str
    body: str | bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Age:
    """Not a request: the session of the jar becomes older by so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Change:
    """Not a request: a statement on the database; `:user` is whose session the jar holds.

    Names are quoted as PostgreSQL wants them, and a boolean is `true` or `false`.
    """

    sql: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Not a request: what the jar holds now stays at hand as `<<name.jar>>`, and the jar is empty.

    So are `<<name.signed>>`, `<<name.token>>` and `<<name.signature>>`.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Mails:
    """Not a request: which mails were sent since the last such step is compared, as an answer is.

    Attributes:
        expected: how many are waited for; 0 says that there must be none.
    """

    id: str
    expected: int = 1


AnyStep = Step | Age | Change | Keep | Mails


@dataclass(frozen=True, slots=True)
class Conversation:
    """Steps that share a cookie jar, played in a deployment."""

    id: str
    steps: tuple[AnyStep, ...] = field(default=())
    deployment: Deployment = PLAIN


def post(step: str, path: str, body: str | bytes | None = None, **headers: str) -> Step:
    """POST JSON, unless a header says something else."""
    named = {"content_type": "application/json"} if body is not None else {}
    named |= headers
    return Step(step, "POST", path, body, _headers(named))


def get(step: str, path: str, **headers: str) -> Step:
    """GET, with the headers given."""
    return Step(step, "GET", path, None, _headers(headers))


def _headers(named: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), value) for name, value in named.items() if value != "-")


def sign_up(email: str, more: str = "", **headers: str) -> Step:
    """Sign up with the usual name and password."""
    body = f'{{"name":"Ada","email":"{email}","password":"{PASSWORD}"{more}}}'
    return post(f"sign up {email} {more}".strip(), SIGN_UP, body, **headers)


def sign_in(email: str, more: str = "", *, step: str = "", **headers: str) -> Step:
    """Sign in with the usual password."""
    body = f'{{"email":"{email}","password":"{PASSWORD}"{more}}}'
    return post(step or f"sign in {email} {more}".strip(), SIGN_IN, body, **headers)


def own(step: str, path: str, body: str | None = "{}", *, who: str = "", **headers: str) -> Step:
    """POST as the person of the jar, or of one that was kept, from the app's own page."""
    shown = {"cookie": _jar(who), "origin": "<<origin>>"}
    return post(step, path, body, **(shown | headers))


def see(step: str, path: str, *, who: str = "", **headers: str) -> Step:
    """GET as the person of the jar, or of one that was kept."""
    return get(step, path, **({"cookie": _jar(who)} | headers))


def _jar(who: str) -> str:
    return f"<<{who}.jar>>" if who else "<<jar>>"
