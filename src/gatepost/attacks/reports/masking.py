"""Masking: no token, cookie or password that an attack used or was given leaves it in a report.

What is known is replaced by its name, `$TOKEN_ALICE`, so that a curl line says whose it was; what
only looks like a secret by its place or by its shape is replaced as well.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.people.person import Person

_SHORTEST = 6
"""Anything shorter would be found in words."""
_SHORTEST_TOKEN = 12
"""The same for a member of an answer, which may be a word."""

# Of the private use area, so that what comes from the app cannot be taken for a name of ours.
_BEGIN, _END = "\ue000", "\ue001"
_MARK = re.compile(f"{_BEGIN}([A-Z0-9_]+){_END}")

_KEY = (
    r"[\w.-]*(?:token(?!_type)|csrf|xsrf|password|passwd|secret|jwt|api_?key|credential|authorization"
    r"|otp|session_?id|cookie)[\w.-]*"
)
_SECRET_NAME = re.compile(
    r"(?i)token|csrf|xsrf|password|secret|jwt|key|credential|auth|session|cookie"
)
_HARMLESS_NAMES = frozenset(
    {"www-authenticate", "sec-websocket-key", "idempotency-key", "authentication-info"}
)
_MEMBER = re.compile(rf'(?i)("{_KEY}"\s*:\s*)"(?!{_BEGIN})(?:[^"\\]|\\.)+"')
_PAIR = re.compile(rf"(?i)((?:^|[?&;\s]){_KEY}=)(?!{_BEGIN})([^&;\s\"]+)")
_CREDENTIAL = re.compile(rf"(?i)\b(bearer|basic) (?!{_BEGIN})[\w.~+/=-]{{12,}}")
_JWT = re.compile(r"eyJ[\w-]{12,}(?:\.[\w-]*)*")
_USERINFO = re.compile(r"(://[^/\s:@]+:)[^/\s@]+(@)")
_RUN = re.compile(r"[\w+/=%.~-]{12,}")
_SET = re.compile(r"^([^=;]+)=([^;]+)")


class Masker:
    """Masks texts.

    Args:
        people: everybody with every credential that they have had.
        file: the attack file, which may have secrets as well.
        served: the origin of an app that is served for the attack only, and elsewhere next time;
            no secret, and a variable for curl all the same.
    """

    def __init__(
        self, people: Iterable[Person], file: AttackFile, served: str | None = None
    ) -> None:
        self._names: dict[str, str] = {}
        self._know(served, "URL")
        for person in people:
            self._know_person(person)
        self._know_file(file)
        known = sorted(self._names, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known)) or "(?!)")

    def text(self, text: str) -> str:
        """Mask a text of any kind; the names are marked, for `plain` or for a shell."""
        text = text.replace(_BEGIN, "?").replace(_END, "?")
        text = self._known.sub(lambda match: _marked(self._names[match[0]]), text)
        text = _MEMBER.sub(rf'\1"{_marked("SECRET")}"', text)
        text = _PAIR.sub(rf"\1{_marked('SECRET')}", text)
        text = _CREDENTIAL.sub(rf"\1 {_marked('TOKEN')}", text)
        text = _USERINFO.sub(rf"\1{_marked('PASSWORD')}\2", text)
        return _JWT.sub(_marked("TOKEN_FORGED"), text)

    def field(self, name: str, value: str) -> str:
        """Mask the value of a header."""
        lower = name.lower()
        masked = self.text(value)
        if lower == "set-cookie":
            return _SET.sub(rf"\1={_marked('COOKIE_SET')}", masked)
        if lower == "cookie":
            pairs = (pair.partition("=") for pair in masked.split(";"))
            return ";".join(name + equal + _without_runs(held) for name, equal, held in pairs)
        if _SECRET_NAME.search(lower) and lower not in _HARMLESS_NAMES:
            return _without_runs(masked)
        return masked

    def _know_person(self, person: Person) -> None:
        name = re.sub(r"\W", "_", person.name).upper()
        self._know(person.bearer, f"TOKEN_{name}")
        self._know(person.password, f"PASSWORD_{name}")
        if person.password:
            pair = f"{person.email}:{person.password}".encode()
            self._know(base64.b64encode(pair).decode(), f"BASIC_{name}")
        for cookie, value in {**person.cookies, **_pairs(person.cookie or "")}.items():
            self._know(value, f"COOKIE_{name}_{re.sub(r'[^A-Za-z0-9]', '_', cookie).upper()}")
        for header, value in person.headers.items():
            if header.lower() not in {"authorization", "cookie"}:
                self._know(value, f"HEADER_{name}")
        for value in _secrets_in(person.signed_in):
            self._know(value, f"TOKEN_{name}")

    def _know_file(self, file: AttackFile) -> None:
        self._know(file.tokens.secret, "APP_SECRET")
        for name, value in file.app.environment.items():
            if _SECRET_NAME.search(name):
                self._know(value, re.sub(r"\W", "_", name).upper())
        if file.people.admin is not None:
            self._know(file.people.admin.password, "PASSWORD_ADMIN")

    def _know(self, secret: str | None, name: str) -> None:
        if secret is None or len(secret) < _SHORTEST:
            return
        for spelled in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1]):
            self._names.setdefault(spelled, name)


def plain(masked: str) -> str:
    """Return a masked text with its names as a shell writes them: `$TOKEN_ALICE`."""
    return _MARK.sub(r"$\1", masked)


def parts(masked: str) -> Iterator[tuple[str, bool]]:
    """Yield a masked text in parts, each with whether it is the name of a secret."""
    for index, part in enumerate(_MARK.split(masked)):
        yield part, index % 2 == 1


def _marked(name: str) -> str:
    return f"{_BEGIN}{name}{_END}"


def _without_runs(masked: str) -> str:
    """Mask what is as long as a token, beside the names of what is known."""
    return "".join(
        part if _MARK.fullmatch(part) else _RUN.sub(_marked("TOKEN_FORGED"), part)
        for part in re.split(f"({_BEGIN}[A-Z0-9_]+{_END})", masked)
    )


def _pairs(cookie: str) -> dict[str, str]:
    found = (pair.strip().partition("=") for pair in cookie.split(";"))
    return {name: value for name, _, value in found if name}


def _secrets_in(members: Mapping[str, object]) -> Iterator[str]:
    for name, value in members.items():
        if isinstance(value, str) and len(value) >= _SHORTEST_TOKEN and _SECRET_NAME.search(name):
            yield value
        elif isinstance(value, dict):
            yield from _secrets_in(value)
