"""Every route of an app has a state in the report, and whatever was not attacked a reason."""

import sys
from pathlib import Path

import pytest

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict, got_in, not_applicable, remark
from gatepost.attacks.reports.places import ShownPlace, code_at, lasting_path, shown_place
from gatepost.attacks.reports.route_states import RouteState, state_of
from gatepost.attacks.targets import Operation, Place, Surface

_FILE = AttackFile.model_validate(
    {"waived": {"POST /hooks": "signed"}, "public": {"GET /open": "a probe"}}
)
_UNKNOWN = Verdict(Outcome.INCONCLUSIVE, "no row")
_NOT_RUN = Verdict(Outcome.NOT_RUN, "the time was over")
_NOTES, _OPEN = Operation("GET", "/notes"), Operation("GET", "/open")
_CASES: dict[str, tuple[Operation, list[Verdict], bool, RouteState, str]] = {
    "refused": (_NOTES, [REFUSED], False, RouteState.ATTACKED, ""),
    "got in": (_NOTES, [got_in("x")], False, RouteState.ATTACKED, ""),
    "remarked": (_NOTES, [remark("x"), not_applicable("y")], False, RouteState.ATTACKED, ""),
    "waived": (Operation("POST", "/hooks"), [], False, RouteState.WAIVED, "signed"),
    "open": (_OPEN, [], False, RouteState.WAIVED, "public: a probe"),
    "open and attacked": (_OPEN, [REFUSED], False, RouteState.ATTACKED, ""),
    "not tried as its owner": (
        _NOTES, [REFUSED, _UNKNOWN], False, RouteState.INCONCLUSIVE, "1 of 2 attacks: no row",
    ),
    "stopped": (
        _NOTES, [REFUSED, _NOT_RUN], False, RouteState.NOT_RUN, "1 of 2 attacks: the time was over",
    ),
    "nothing applies": (
        _NOTES, [not_applicable("y")], False, RouteState.INCONCLUSIVE, "no attack applies: y",
    ),
    "nothing is aimed at it": (
        _NOTES, [], False, RouteState.INCONCLUSIVE, "no attack of the catalogue is aimed at it",
    ),
    "left out": (_NOTES, [], True, RouteState.LEFT_OUT, "not among what was asked for"),
}  # fmt: skip


@pytest.mark.parametrize("name", _CASES)
def test_a_route_has_its_state(name: str) -> None:
    """What could not be told is never taken for refused."""
    operation, verdicts, chosen, state, reason = _CASES[name]
    surface = Surface((operation,), _FILE)
    assert state_of(operation, surface, verdicts, chosen=chosen) == (state, reason)


def test_a_place_names_no_machine(tmp_path: Path) -> None:
    """A file is told by where it is in the project, or else in the folder of its import."""
    mine = Place(str(tmp_path / "app" / "main.py"), 3)
    assert shown_place(mine, tmp_path) == ShownPlace("app/main.py", 3, is_ours=True)
    library = Place(str(Path(pytest.__file__)), 1)
    assert shown_place(library, tmp_path) == ShownPlace("pytest/__init__.py", 1, is_ours=False)
    elsewhere = Place("/nowhere/at/all.py", 1)
    assert shown_place(elsewhere, tmp_path) == ShownPlace("all.py", 1, is_ours=False)
    assert shown_place(None, tmp_path) is None
    assert all(not Path(folder).is_relative_to("/nowhere") for folder in sys.path)


def test_the_code_of_a_handler_ends_with_it(tmp_path: Path) -> None:
    """Its lines are shown, and those of the next are not."""
    file = tmp_path / "main.py"
    file.write_text("@app.get('/')\ndef read():\n    return 1\n\n\ndef other(): ...\n")
    assert code_at(Place(str(file), 1)) == "@app.get('/')\ndef read():\n    return 1"
    assert code_at(Place(str(tmp_path / "gone.py"), 1)) == ""
    assert code_at(None) == ""


@pytest.mark.parametrize(
    ("path", "lasting"),
    [
        ("/assets/index-DXciclER.js", "/assets/index-*.js"),
        ("/assets/index-DY9fN6_s.css", "/assets/index-*.css"),
        ("/swagger/swagger-ui-bundle.js", "/swagger/swagger-ui-bundle.js"),
        ("/notes/{note_id}", "/notes/{note_id}"),
    ],
)
def test_a_build_is_no_other_route(path: str, lasting: str) -> None:
    """The hash in the name of a built file does not make a report or a baseline another one."""
    assert lasting_path(path) == lasting
