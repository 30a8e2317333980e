"""What one side of a conversation remembers, and fills into what is said next."""

import json
import re
import string
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from tests.provider.oracle.mailbox import Mail

_SESSION_COOKIE = ".session_token"
_BLANK = re.compile(r"<<([\w.]+)>>")


@dataclass(frozen=True, slots=True)
class Identity:
    """The cookies of one browser.

    Attributes:
        cookies: those that the servers have set and not taken back.
        signed: the last value of the session cookie, which stays at hand after it was taken back.
    """

    cookies: dict[str, str] = field(default_factory=dict)
    signed: str = ""

    @property
    def token(self) -> str:
        """The session token, without its signature."""
        return unquote(self.signed).rpartition(".")[0]

    def taking(self, set_cookie: str) -> "Identity":
        """Return the identity after a Set-Cookie."""
        name, _, value = set_cookie.split(";", 1)[0].partition("=")
        if "Max-Age=0" in set_cookie:
            kept = {other: self.cookies[other] for other in self.cookies if other != name}
            return replace(self, cookies=kept)
        signed = value if name.endswith(_SESSION_COOKIE) else self.signed
        return Identity({**self.cookies, name: value}, signed)

    def known(self) -> dict[str, str]:
        """Return what can be filled in."""
        token, _, signature = unquote(self.signed).rpartition(".")
        return {
            "jar": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "signed": self.signed,
            "plain": unquote(self.signed),
            "token": token,
            "signature": signature,
            "loose": f"{token}.{_loosened(signature)}",
        }


@dataclass(slots=True)
class Jar:
    """An identity, those that were kept, the last answer and the last mail."""

    base_url: str
    base_path: str
    identity: Identity = field(default_factory=Identity)
    kept: dict[str, Identity] = field(default_factory=dict)
    answer: str = ""
    mail: Mail | None = None

    def keep(self, name: str) -> None:
        """Put the identity aside and begin with an empty one."""
        self.kept[name], self.identity = self.identity, Identity()

    def fill(self, template: str) -> str:
        """Put what is known into `<<…>>`.

        Raises:
            KeyError: nothing is known by that name.
        """
        return _BLANK.sub(lambda blank: self._known(blank[1]), template)

    def _known(self, name: str) -> str:
        if name == "origin":
            return self.base_url
        if name == "localhost":
            return self.base_url.replace("127.0.0.1", "localhost")
        whose, _, rest = name.partition(".")
        if whose == "answer":
            return self._answered(rest)
        if whose == "mail":
            return self._mailed(rest)
        if whose in self.kept:
            return self.kept[whose].known()[rest]
        return self.identity.known()[name]

    def _answered(self, path: str) -> str:
        found: object = json.loads(self.answer)
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else _member(found, step)
        return str(found)

    def _mailed(self, name: str) -> str:
        if self.mail is None:
            raise KeyError("no mail has been read: put `Mails` before the step")
        below = self.mail.url.removeprefix(self.base_url + self.base_path)
        return {"to": self.mail.to, "token": self.mail.token, "url": self.mail.url, "path": below}[
            name
        ]


def _member(of: object, name: str) -> object:
    if not isinstance(of, dict):
        raise KeyError(name)
    return of[name]


def _loosened(signature: str) -> str:
    """Spell the same bytes otherwise: the last digit before the padding has two spare bits."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    last = signature[-2:-1]
    return f"{signature[:-2]}{alphabet[alphabet.index(last) | 1]}=" if last else ""
