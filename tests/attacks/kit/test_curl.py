"""The curl line of a finding: a shell makes of it what was sent, whatever was in it."""

import os
import subprocess

import pytest

from gatepost.attacks.answers import Answered
from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.people.person import Person
from gatepost.attacks.reports.exchanges import shown
from gatepost.attacks.reports.masking import Masker
from gatepost.attacks.sending import Exchange
from gatepost.attacks.wire import Fields, RawRequest

_TOKEN = "t0ken-of-bob-which-nobody-sees"
_BOB = Person("bob", "bob@example.com", "", {"Authorization": f"Bearer {_TOKEN}"})
_KNOWN = {"URL": "http://127.0.0.1:1", "TOKEN_BOB": _TOKEN, "HOME": "/wrong"}


def _arguments(request: RawRequest) -> list[str]:
    """Return what curl would be given by a shell that runs the line."""
    exchange = Exchange(request, Answered(200, (), b""), "bob", 0.1)
    line = shown(exchange, Masker([_BOB], AttackFile()), "$URL").curl
    assert _TOKEN not in line
    script = f'curl() {{ for each in "$@"; do printf "%s\\0" "$each"; done; }}; {line}'
    done = subprocess.run(
        ["sh", "-c", script], env={**os.environ, **_KNOWN}, capture_output=True, check=True
    )
    return done.stdout.decode().split("\0")[:-1]


_HOSTILE = (
    "$HOME",
    "`id`",
    "$(id)",
    "it's",
    'a "quoted" one',
    "a\\b",
    "!!",
    "*",
    "é",
    "$TOKEN_BOB",
)


@pytest.mark.parametrize("text", _HOSTILE)
def test_a_shell_leaves_hostile_text_as_it_is(text: str) -> None:
    """Nothing but the names of secrets is a variable: not in the target, a header or the body."""
    fields: Fields = (("Authorization", f"Bearer {_TOKEN}"), ("X-Text", text))
    given = _arguments(RawRequest("PATCH", f"/notes/{text}", fields, text.encode()))
    assert given[-1] == f"{_KNOWN['URL']}/notes/{text}"
    assert f"Authorization: Bearer {_TOKEN}" in given
    assert f"X-Text: {text}" in given
    assert given[given.index("--data-binary") + 1] == text
    assert given[given.index("-X") + 1] == "PATCH"


_CASES: dict[str, tuple[RawRequest, list[str]]] = {
    "nothing to say": (RawRequest("GET", "/"), []),
    "no body and no answer to it": (RawRequest("HEAD", "/"), ["-I"]),
    "an empty header": (RawRequest("GET", "/", (("X-Empty", ""),)), ["-H", "X-Empty;"]),
    "no text": (RawRequest("GET", "/", (), b"\xff\xfe"), ["--data-binary", "@body"]),
    "a target that is no path": (RawRequest("GET", "*"), ["--request-target", "*"]),
    "a body that is too long": (
        RawRequest("GET", "/", (), b"x" * 5000),
        ["--data-binary", "@body"],
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_what_curl_wants_in_another_way(name: str) -> None:
    """Each of these has its own spelling for curl."""
    request, given = _CASES[name]
    common = ["-i", "--path-as-is", "--globoff"]
    assert _arguments(request) == [*common, *given, f"{_KNOWN['URL']}/"]
