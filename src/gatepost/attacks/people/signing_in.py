"""Signing people up, in and out, as the attack file says it is done."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from gatepost.attacks.answers import Answered
from gatepost.attacks.attack_file import PeopleSection, Step
from gatepost.attacks.errors import AttackError
from gatepost.attacks.people.patience import sent_patiently
from gatepost.attacks.people.person import Person
from gatepost.attacks.people.plugin import plugin_of
from gatepost.attacks.sending import Sender
from gatepost.attacks.wire import RawRequest

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


class Doors:
    """Makes people.

    Args:
        section: how people sign in.
        sender: sends to the app.
    """

    def __init__(self, section: PeopleSection, sender: Sender) -> None:
        self._section = section
        self._sender = sender

    @property
    def opens_accounts(self) -> bool:
        """Whether new people can be made, and not only those named."""
        return self._section.kind in {"better-auth", "password"}

    @property
    def section(self) -> PeopleSection:
        """How people sign in."""
        return self._section

    def new(self, name: str) -> Person:
        """Sign somebody up and in.

        Raises:
            AttackError: the app refused, or the attack file names nobody of this name.
        """
        section = self._section
        if section.kind == "headers":
            return Person(name, "", "", section.alice if name == "alice" else section.bob)
        if section.kind == "plugin":
            return Person(name, "", "", plugin_of(section)(self._sender.url, name))
        return self.sign_in(self.sign_up(self.unknown(name)))

    def sign_up(self, person: Person) -> Person:
        """Sign somebody up whom the app does not know yet; returns them with its answer.

        Raises:
            AttackError: the app refused.
        """
        up = self.sign_up_step
        if up is None:
            return person
        answer = self._step(up, person, f"Signing up {person.name}")
        return replace(person, signed_up=_json(answer.body))

    def unknown(self, name: str) -> Person:
        """Return somebody with an address and a password whom the app does not know yet."""
        email = f"{name}-{secrets.token_hex(6)}@example.com"
        # What apps ask of passwords differs; this has one of everything.
        return Person(name, email, f"Aa1!{secrets.token_urlsafe(18)}", {})

    def administrator(self) -> Person | None:
        """Sign the administrator in whom the attack file names, if it does.

        Raises:
            AttackError: the app refused.
        """
        known = self._section.admin
        if known is None:
            return None
        if known.headers:
            return Person("admin", known.email, known.password, known.headers)
        return self.sign_in(Person("admin", known.email, known.password, {}))

    def sign_in(self, person: Person) -> Person:
        """Sign somebody in again; returns them with the new credential.

        Raises:
            AttackError: the app refused.
        """
        step = self.sign_in_step
        if step is None:
            raise AttackError("The attack file has no `sign_in` below [people].")
        return self.received(step, person, self._step(step, person, f"Signing in {person.name}"))

    def received(self, step: Step, person: Person, answer: Answered) -> Person:
        """Return somebody with the credential that an answer gives them.

        Args:
            step: what was asked for, which says where the token is.
            person: who asked.
            answer: the answer to it.

        Raises:
            AttackError: the answer has no token where there should be one.
        """
        cookies = dict(
            value.split(";", 1)[0].split("=", 1)
            for value in answer.every("Set-Cookie")
            if "=" in value
        )
        members = _json(answer.body)
        person = replace(person, set_cookies=answer.every("Set-Cookie"))
        if self._section.kind == "better-auth":
            return self._with_better_auth_token(person, members, cookies)
        if step.token is None:
            return replace(
                person,
                headers={"Cookie": _cookie_header(cookies)},
                signed_in=members,
                cookies=cookies,
            )
        token = _member(members, step.token)
        if not isinstance(token, str):
            raise AttackError(
                f"{step.method} {step.path} answered without {step.token!r}, where the attack file "
                "says the token is."
            )
        headers = {"Authorization": f"Bearer {token}"}
        return replace(person, headers=headers, signed_in=members, cookies=cookies)

    def sign_out(self, person: Person) -> bool:
        """Sign somebody out; returns whether there is a way to."""
        step = self.sign_out_step
        if step is None:
            return False
        self._step(step, person, f"Signing out {person.name}")
        return True

    @property
    def sign_up_step(self) -> Step | None:
        """How people sign up."""
        if self._section.kind == "better-auth":
            body: dict[str, object] = {
                "name": "{name}",
                "email": "{email}",
                "password": "{password}",
            }
            return Step(path=f"{self._section.base_path}/sign-up/email", body=body)
        return self._section.sign_up

    @property
    def sign_in_step(self) -> Step | None:
        """How people sign in."""
        if self._section.kind == "better-auth":
            body: dict[str, object] = {"email": "{email}", "password": "{password}"}
            return Step(path=f"{self._section.base_path}/sign-in/email", body=body)
        return self._section.sign_in

    @property
    def sign_out_step(self) -> Step | None:
        """How people sign out."""
        if self._section.kind == "better-auth":
            return Step(path=f"{self._section.base_path}/sign-out")
        return self._section.sign_out

    def request(self, step: Step, person: Person, **more: str) -> RawRequest:
        """Write the request of a step for somebody.

        Args:
            step: what the attack file says.
            person: whose address, password and answers go into it.
            more: further texts, such as `new_password`.
        """
        values = {
            **{name: str(value) for name, value in person.signed_in.items()},
            "name": person.name, "email": person.email, "password": person.password, **more,
        }  # fmt: skip
        body = _filled(step.body, values)
        encoded = urlencode(body) if step.form else json.dumps(body)  # type: ignore[arg-type] # a table
        fields = (("Content-Type", _FORM if step.form else _JSON), ("Origin", self._sender.url))
        return RawRequest(step.method, step.path, fields, encoded.encode())

    def _step(self, step: Step, person: Person, doing: str) -> Answered:
        signed_in = person
        if self._section.kind == "better-auth" and person.cookies:
            signed_in = replace(person, headers={"Cookie": _cookie_header(person.cookies)})
        answer = sent_patiently(self._sender, self.request(step, person), signed_in)
        if answer.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
            shown = answer.answered.body[:300].decode(errors="replace")
            raise AttackError(
                f"{doing} failed: {step.method} {step.path} answered {answer.status} {shown}. Say "
                "below [people] of the attack file how people sign in. It is attack.toml here; "
                'kind = "password", "headers" and "plugin" are for apps that are not behind '
                "Gatepost or Better Auth, and docs/reference/attack-file.md shows each."
            )
        return answer.answered

    def _with_better_auth_token(
        self, person: Person, members: Mapping[str, object], cookies: Mapping[str, str]
    ) -> Person:
        cookie = {"Cookie": _cookie_header(cookies)}
        signed_in = replace(person, headers=cookie, signed_in=members, cookies=cookies)
        asked = RawRequest("GET", f"{self._section.base_path}/token")
        answer = self._sender.send(asked, signed_in)
        token = _json(answer.answered.body).get("token")
        if answer.status != 200 or not isinstance(token, str):  # noqa: PLR2004
            return signed_in
        return replace(signed_in, headers={"Authorization": f"Bearer {token}"})


def _filled(value: object, values: Mapping[str, str]) -> object:
    if isinstance(value, str):
        for name, text in values.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, dict):
        return {name: _filled(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    return value


def _cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _json(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _member(members: Mapping[str, object], path: str) -> object:
    found: object = members
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
