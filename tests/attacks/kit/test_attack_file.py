"""The attack file: what it may say, and that whatever else is refused with what to write."""

from pathlib import Path

import pytest

from gatepost.attacks.attack_file import AttackFile, read_attack_file
from gatepost.attacks.errors import AttackError


def test_nothing_has_to_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file everything is as it is by default."""
    monkeypatch.chdir(tmp_path)
    assert read_attack_file(None) == AttackFile()


@pytest.mark.parametrize(
    ("name", "heading"), [("attack.toml", ""), ("pyproject.toml", "tool.gatepost.attack.")]
)
def test_it_is_found_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, heading: str
) -> None:
    """`attack.toml`, or else the section of `pyproject.toml`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(f'[{heading}public]\n"GET /health" = "a probe"\n')
    assert read_attack_file(None).public == {"GET /health": "a probe"}


_WRONG = {
    "no TOML": ("[public", "is no TOML"),
    "an unknown table": (
        '[pubic]\n"GET /" = "x"',
        "has no 'pubic'; write public. It has admin, app",
    ),
    "no reason": ('[waived]\n"GET /x" = " "', "[waived] GET /x: write the reason"),
    "no route": ('[public]\n"health" = "a probe"', "write a method and a path"),
    "no way in": ('[people]\nkind = "password"', 'kind = "password" needs sign_in'),
    "nobody": ('[people]\nkind = "headers"', 'kind = "headers" needs alice and bob'),
    "no plugin": ('[people]\nkind = "plugin"', 'kind = "plugin" needs plugin'),
    "no name of a route": ('[public]\n"health" = "a probe"', "[public] 'health': write a method"),
    "a path that is none": (
        '[people]\nbase_path = "auth"',
        "[people] base_path: write a path from the root",
    ),
    "a kind of its own": (
        '[people]\nkind = "oauth"',
        "[people] kind: Input should be 'better-auth'",
    ),
    "an unknown member": (
        "[people.admin]\nmail = 'x'",
        "[people.admin] has no 'mail'; write email.",
    ),
    "an unknown member of a step": (
        "[people.sign_in]\npath = '/login'\nbdy = {}",
        "[people.sign_in] has no 'bdy'; write body. It has body, form, method, path, token.",
    ),
    "a text for a table": (
        "[people]\nalice = 'token'",
        '[people] alice: write a table, { NAME = "',
    ),
}


@pytest.mark.parametrize("name", _WRONG)
def test_what_it_cannot_say_is_refused(tmp_path: Path, name: str) -> None:
    """A mistake is named by its place in the file."""
    text, said = _WRONG[name]
    file = tmp_path / "attack.toml"
    file.write_text(text)
    with pytest.raises(AttackError) as refused:
        read_attack_file(file)
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A file that was asked for has to be there."""
    with pytest.raises(AttackError, match=r"missing\.toml cannot be read: No such file"):
        read_attack_file(tmp_path / "missing.toml")


@pytest.mark.parametrize("absolute", [False, True])
def test_a_key_is_beside_its_attack_file(tmp_path: Path, *, absolute: bool) -> None:
    """A key that is named without a folder lies where the file does, from wherever it is read."""
    key = tmp_path / "key.pem"
    file = tmp_path / "attack.toml"
    file.write_text(f'[tokens]\nprivate_key = "{key if absolute else key.name}"\n')
    assert read_attack_file(file).tokens.private_key == key
