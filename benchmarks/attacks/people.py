"""People of an app under attack, signed up and signed in as its attack file says."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

import httpx
from pydantic import JsonValue

from benchmarks.attacks.attack_files import Asked, People

_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in.

    Attributes:
        headers: the credential.
        sign_in: how to get another, everything filled in, where the app has a request for it.
    """

    name: str
    headers: Mapping[str, str]
    sign_in: Asked | None = None


def make_people(people: People, url: str) -> list[Person]:
    """Make Alice and Bob in the app at an address, and find its administrator, where there is one.

    Args:
        people: of the attack file.
        url: the origin of the app.

    Raises:
        httpx.HTTPError: the app does not let them in.
        LookupError: its answer has no token where the file says.
    """
    made = [_made(people, url, name) for name in ("alice", "bob")]
    if people.admin is None:
        return made
    if people.admin.headers:
        return [*made, Person("admin", people.admin.headers)]
    words = {"name": "admin", "email": people.admin.email, "password": people.admin.password}
    return [*made, _signed_in(people, url, words)]


def _made(people: People, url: str, name: str) -> Person:
    if people.kind == "headers":
        return Person(name, people.alice if name == "alice" else people.bob)
    if people.kind == "plugin":
        module, _, function = people.plugin.partition(":")
        plugin = cast(
            "Callable[[str, str], dict[str, str]]", getattr(import_module(module), function)
        )
        return Person(name, plugin(url, name))
    email = f"{name}-{secrets.token_hex(4)}@example.com"
    words = {"name": name, "email": email, "password": f"Long-{secrets.token_urlsafe()}"}
    sign_up = people.sign_up
    if people.kind == "better-auth":
        sign_up = _better_auth(people, "sign-up", email="{email}", name="{name}")
    if sign_up is not None:
        with _client(url) as client:
            _ask(client, _filled(sign_up, words))
    return _signed_in(people, url, words)


def _signed_in(people: People, url: str, words: Mapping[str, str]) -> Person:
    with _client(url) as client:
        if people.kind == "better-auth":
            _ask(client, _filled(_better_auth(people, "sign-in", email="{email}"), words))
            answer = client.get(f"{people.base_path}/token").raise_for_status()
            return Person(words["name"], {"Authorization": f"Bearer {_member(answer, 'token')}"})
        if people.sign_in is None:
            raise LookupError("the attack file does not say how to sign in")
        asked = _filled(people.sign_in, words)
        answer = _ask(client, asked)
        if asked.token is not None:
            headers = {"Authorization": f"Bearer {_member(answer, asked.token)}"}
        else:
            cookies = (f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
            headers = {"Cookie": "; ".join(cookies)}
        return Person(words["name"], headers, asked)


def _better_auth(people: People, what: str, **body: JsonValue) -> Asked:
    return Asked(path=f"{people.base_path}/{what}/email", body={**body, "password": "{password}"})


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, timeout=_SECONDS, trust_env=False)


def _ask(client: httpx.Client, asked: Asked) -> httpx.Response:
    if asked.form:
        form = {name: str(value) for name, value in asked.body.items()}
        answer = client.request(asked.method, asked.path, data=form)
    else:
        answer = client.request(asked.method, asked.path, json=asked.body)
    if answer.is_redirect:  # how a page answers a form
        return answer
    return answer.raise_for_status()


def _filled(asked: Asked, words: Mapping[str, str]) -> Asked:
    body = {name: _fill(value, words) for name, value in asked.body.items()}
    return asked.model_copy(update={"body": body})


def _fill(value: JsonValue, words: Mapping[str, str]) -> JsonValue:
    if isinstance(value, str):
        for name, word in words.items():
            value = value.replace(f"{{{name}}}", word)
        return value
    if isinstance(value, list):
        return [_fill(item, words) for item in value]
    if isinstance(value, dict):
        return {name: _fill(item, words) for name, item in value.items()}
    return value


def _member(answer: httpx.Response, dotted: str) -> str:
    found: object = answer.json()
    for name in dotted.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, str):
        return found
    raise LookupError(f"no {dotted} in the answer of {answer.request.url}")
