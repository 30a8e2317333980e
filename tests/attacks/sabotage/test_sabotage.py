"""The machinery: what becomes of mutants of each kind, and of a sample of the real ones."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from gatepost.attacks.errors import AttackError
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.sabotage import (
    ALIVE,
    MUTANTS,
    Fate,
    Ground,
    Mutant,
    Proof,
    prove,
    sabotage,
)
from gatepost.attacks.sabotage.assignment import Tried
from gatepost.attacks.sabotage.mutant import ISSUER
from gatepost.attacks.sabotage.report import Progress, tell_result
from tests.attacks.sabotage.grounds import every_ground

_APP, _COMPILER = "gatepost/app.py", "gatepost/rows/compiler.py"
_SAMPLE_OF = 3

# Of each kind one, on the ground that starts fastest.
_KINDS: tuple[tuple[Fate, Mutant], ...] = (
    (
        Fate.KILLED,
        Mutant(
            "a-weak-one",
            "A delete removes whosever row it finds.",
            _COMPILER,
            "            delete_stmt = delete_stmt.where(Allowed(owned, Operation.DELETE))\n",
            "",
            ("107",),
            ISSUER,
        ),
    ),
    (
        Fate.KILLED_BY_START,
        Mutant(
            "one-that-does-not-start",
            "The app refuses every body.",
            _APP,
            "        if not 0 < max_body_bytes <= _MOST_BODY_BYTES:",
            "        if True:",
            ("107",),
            ISSUER,
        ),
    ),
    (
        Fate.SURVIVED,
        Mutant(
            "a-harmless-one",
            "A comment says less.",
            _COMPILER,
            "    bases = (OwnerScoping, dialect.statement_compiler)\n",
            "    bases = (OwnerScoping, dialect.statement_compiler)  # the same\n",
            ("107",),
            ISSUER,
        ),
    ),
    (
        Fate.BROKEN,
        Mutant(
            "one-that-is-none",
            "The app cannot be imported.",
            _APP,
            "_MOST_BODY_BYTES = 1024 * 1024 * 1024\n",
            "_MOST_BODY_BYTES = nothing_of_that_name\n",
            ("107",),
            ISSUER,
        ),
    ),
    (
        Fate.UNAIMED,
        Mutant(
            "one-that-nothing-is-aimed-at",
            "The app says less.",
            _APP,
            "_MOST_BODY_BYTES = 1024 * 1024 * 1024\n",
            "_MOST_BODY_BYTES = 1024 * 1024\n",
            ("999",),
            ISSUER,
        ),
    ),
    (
        Fate.LEFT_OUT,
        Mutant(
            "one-without-its-ground",
            "Whatever.",
            _APP,
            "_MOST_BODY_BYTES = 1024 * 1024 * 1024\n",
            "_MOST_BODY_BYTES = 1024\n",
            ("107",),
            "a ground that is nowhere",
        ),
    ),
    (
        Fate.UNAIMED,
        Mutant(
            "one-of-which-nothing-can-be-told",
            "The app says less.",
            _APP,
            "_MOST_BODY_BYTES = 1024 * 1024 * 1024\n",
            "_MOST_BODY_BYTES = 1024 * 1024 * 512\n",
            ("131",),
            ISSUER,
        ),
    ),
)


def test_each_kind_of_mutant_is_told_from_the_others() -> None:
    """A mutant is killed, survives or is none, and each is called what it is."""
    told: list[Proof] = []
    mutants = [mutant for _, mutant in _KINDS]
    proofs = prove(mutants, every_ground(), told.append)
    assert {proof.mutant.name: proof.fate for proof in proofs} == {
        mutant.name: fate for fate, mutant in _KINDS
    }
    assert [proof.mutant for proof in proofs] == mutants
    assert {proof.mutant.name for proof in told} == {proof.mutant.name for proof in proofs}
    killed = proofs[0].by
    assert killed is not None
    assert (killed.attack, killed.outcome) == ("107", Outcome.FINDING)
    assert proofs[-1].why == "131: not applicable"


def test_what_the_sound_app_has_is_no_news() -> None:
    """A remark that the sound app has kills no mutant; a finding, or another attack in it, does."""
    remark = Tried(attack="1", trial="1 x | y", outcome=Outcome.REMARK, says="52.1 is taken")
    known, aims = {remark.trial: remark}, ("1", "53")
    assert remark.is_news({}, aims)
    assert not remark.is_news(known, aims)
    assert remark.model_copy(update={"outcome": Outcome.FINDING}).is_news(known, aims)
    assert remark.model_copy(update={"says": "52.1, 53 x are taken"}).is_news(known, aims)
    assert not remark.model_copy(update={"says": "52.1, 54 are taken"}).is_news(known, aims)
    assert not remark.model_copy(update={"outcome": Outcome.INCONCLUSIVE}).is_news({}, aims)


def test_a_sample_of_the_mutants_is_killed(tmp_path: Path) -> None:
    """Of three mutants by the seed none survives, and the report says so."""
    heard, report = io.StringIO(), tmp_path / "sabotage.json"
    code = sabotage(
        sample=_SAMPLE_OF,
        seed=18,
        grounds=every_ground(),
        json_to=report,
        console=Console(file=heard, width=400),
    )
    assert code == 0, heard.getvalue()
    written = json.loads(report.read_text("utf-8"))
    assert written["mutants"] == _SAMPLE_OF
    assert not any(written["fates"][fate] for fate in ALIVE)
    assert f"{_SAMPLE_OF}/{_SAMPLE_OF}" in heard.getvalue()


@pytest.mark.parametrize(
    ("target", "seconds", "why"),
    [
        ("nowhere:app", 0.001, "did not end within"),
        ("nowhere:app", 30, "There is no module nowhere"),
    ],
)
def test_a_sound_app_that_cannot_be_attacked_ends_it(target: str, seconds: float, why: str) -> None:
    """Nothing is proved by an app that does not come up, or not in time."""
    mutant = replace(_KINDS[0][1], ground="nowhere")
    grounds = {"nowhere": Ground(target)}
    with pytest.raises(AttackError, match=f"{target}, unmutated, cannot be attacked: .*{why}"):
        prove([mutant], grounds, lambda _: None, seconds=seconds)


def test_what_is_raised_by_who_is_told_ends_it() -> None:
    """Whoever presses Ctrl-C is not told of the other mutants as well."""
    told: list[Proof] = []

    def stop(proof: Proof) -> None:
        told.append(proof)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prove([mutant for _, mutant in _KINDS], {}, stop, at_once=1)
    assert [proof.fate for proof in told] == [Fate.LEFT_OUT]


def _heard(tell: Callable[[Console], None]) -> str:
    heard = io.StringIO()
    tell(Console(file=heard, width=400))
    return heard.getvalue()


def test_a_survivor_is_told_with_what_was_tried() -> None:
    """What has not fallen is named at the end, with its file and its aims; what has is counted."""
    mutant = _KINDS[0][1]
    survivor = Proof(mutant, Fate.SURVIVED, None, ("107", "107.1"), "107 refused [2]")
    idle = Proof(mutant, Fate.UNAIMED, why="no family plans it")
    dead = Proof(_KINDS[1][1], Fate.KILLED_BY_START)
    said = _heard(lambda console: tell_result(console, [survivor, idle, dead]))
    assert "3 mutants: 1 killed by the start, 1 survived, 1 unaimed" in said
    assert "survived  a-weak-one  A delete removes whosever row it finds." in said
    assert f"in {_COMPILER}, on the ground issuer; aimed at it: 107; tried: 107, 107.1" in said
    assert "tried: nothing" in said
    assert "107 refused [2]" in said
    assert dead.mutant.says not in said


def test_progress_says_why_in_one_line_and_how_long_it_takes() -> None:
    """A long reason is cut, and what takes minutes is told in minutes."""
    proof = Proof(_KINDS[0][1], Fate.BROKEN, why="it\n  said [red] " + "x" * 200)
    said = _heard(lambda console: Progress(console, 10**15).tell(proof))
    assert "it said [red] " + "x" * 145 + "…" in said
    assert "x" * 146 not in said
    assert "min left" in said
    assert "min left" not in _heard(lambda console: Progress(console, 1).tell(proof))


def test_a_mutant_has_to_be_meant() -> None:
    """A name that no mutant has is an error, and not a success without any."""
    with pytest.raises(AttackError, match="no-such-mutant"):
        sabotage(only=["no-such-mutant"], console=Console(file=io.StringIO()))


def test_every_mutant_has_a_ground() -> None:
    """There is an app for each mutant in a checkout."""
    assert {mutant.ground for mutant in MUTANTS} == {*every_ground()}
