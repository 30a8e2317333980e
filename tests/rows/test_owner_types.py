"""Owners may be numbers and UUIDs, and only one text is each of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ADA, BOB = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"
PEOPLE = {"int": ["12", "34"], "uuid": [ADA, BOB]}

# Other spellings of the same number or UUID are other people: `sub` is compared as text elsewhere.
OTHERS = {
    "int": [
        "012",
        "+12",
        " 12",
        "12 ",
        "1_2",
        "１２",
        "12.0",
        "0x0c",
        "-12",
        "twelve",
        "",
        "9" * 30,
    ],
    "uuid": [
        ADA.upper(),
        ADA.replace("-", ""),
        f"{{{ADA}}}",
        f"urn:uuid:{ADA}",
        ADA[:-1],
        "ada",
        "",
    ],
}


def _seen(kind: str, path: Path) -> dict[str, object]:
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-m", "tests.rows.typed_owners", kind, str(path)),
            *(json.dumps(PEOPLE[kind]), json.dumps(OTHERS[kind])),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_sees_their_own(kind: str, tmp_path: Path) -> None:
    """A number or a UUID for an owner works as a text does."""
    answer = _seen(kind, tmp_path / "typed.db")
    assert {person: answer[person] for person in PEOPLE[kind]} == {
        person: [f"OF {person.upper()}"] for person in PEOPLE[kind]
    }


@pytest.mark.parametrize("kind", PEOPLE)
def test_another_spelling_is_another_person(kind: str, tmp_path: Path) -> None:
    """Two subjects of an issuer never become one owner, and a strange one is refused."""
    answer = _seen(kind, tmp_path / "typed.db")
    allowed: tuple[object, ...] = ("ScopeViolation", [])
    assert {other: answer[other] for other in OTHERS[kind] if answer[other] not in allowed} == {}
