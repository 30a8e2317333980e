"""`gatepost secret`: a new one each time, numbered after those before it, which it never shows."""

import json
from pathlib import Path

import pytest

from gatepost.settings import Settings
from tests.cli.running import demo, gatepost
from tests.ports import free_port

_ONE = "a-secret-that-is-long-enough-to-be-one"
_TWO = "another-secret-that-is-long-enough-to-be-one"
_THREE = "one-more-secret-that-is-long-enough-to-be-one"

_CASES: dict[str, tuple[dict[str, str], list[dict[str, str]]]] = {
    "none yet": ({}, [{"GATEPOST_SECRET": "NEW"}]),
    "none yet, in production": (
        {"GATEPOST_URL": "https://tasks.example"},
        [{"GATEPOST_SECRET": "NEW"}],
    ),
    "one": (
        {"GATEPOST_SECRET": _ONE},
        [
            {"GATEPOST_SECRETS": "1:<the secret you have>,2:NEW"},
            {"GATEPOST_SECRETS": "2:NEW,1:<the secret you have>"},
        ],
    ),
    "several": (
        {"BETTER_AUTH_SECRETS": f"4:{_TWO},3:{_ONE}"},
        [
            {"GATEPOST_SECRETS": "4:<secret 4>,5:NEW,3:<secret 3>"},
            {"GATEPOST_SECRETS": "5:NEW,4:<secret 4>,3:<secret 3>"},
        ],
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_it_says_what_to_deploy(tmp_path: Path, name: str) -> None:
    """What it says works when the secrets that there are stand in; none of them is shown."""
    environment, deploys = _CASES[name]
    ended = gatepost(tmp_path, "secret", "--json", **environment)
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    text = json.dumps(said["deploys"]).replace(said["secret"], "NEW")
    assert json.loads(text) == deploys
    plain = gatepost(tmp_path, "secret", **environment)
    assert plain.code == 0
    assert said["secret"] not in plain.out
    for shown in (ended.out, plain.out):
        assert _ONE not in shown
        assert _TWO not in shown
    for deploy in said["deploys"]:
        (value,) = deploy.values()
        for placeholder, old in (
            ("<the secret you have>", _ONE),
            ("<secret 4>", _TWO),
            ("<secret 3>", _THREE),
        ):
            value = value.replace(placeholder, old)
        settings = Settings.from_environment(dict.fromkeys(deploy, value))
        assert settings.secrets is not None
        assert said["secret"] in [secret.reveal() for secret in settings.secrets.every]
    assert list(tmp_path.iterdir()) == []


def test_the_development_file_is_rotated(tmp_path: Path) -> None:
    """The app starts with it, opens its key and seals it anew; no secret of the file is shown."""
    refused = gatepost(tmp_path, "secret", "--write")
    assert refused.code == 1
    with demo(tmp_path, PORT=str(free_port())):
        pass
    (before,) = json.loads(gatepost(tmp_path, "keys", "list", "--json").out)
    ended = gatepost(tmp_path, "secret", "--write")
    assert ended.code == 0, ended.err
    newest, old = (tmp_path / ".gatepost" / "secret").read_text().split(",")
    assert newest.startswith("2:")
    assert old.startswith("1:")
    for entry in (newest, old):
        assert entry.partition(":")[2] not in ended.out + ended.err
    with demo(tmp_path, PORT=str(free_port())):
        pass
    (after,) = json.loads(gatepost(tmp_path, "keys", "list", "--json").out)
    assert after == before
    assert gatepost(tmp_path, "keys", "rotate", GATEPOST_SECRETS=newest).code == 0
