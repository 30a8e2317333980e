"""What one person reads of another's in a notebook: each hole is found, and nothing else is."""

from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, HTTPException, Query, Request

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trial import Family
from gatepost.attacks.trials.another import another
from gatepost.attacks.trials.counts import counts
from gatepost.attacks.trials.cursors import cursors
from gatepost.attacks.trials.includes import includes
from gatepost.attacks.trials.lists import lists
from gatepost.attacks.trials.named_elsewhere import named_elsewhere
from gatepost.attacks.trials.nested import nested
from gatepost.attacks.trials.oracles import oracles
from gatepost.attacks.trials.others_changed import others_changed
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.taken_names import taken_names
from tests.attacks.kit.lab import Me, attacked, lab_app
from tests.attacks.kit.notebook import notebook
from tests.attacks.kit.reading import READING

_NOTE = "/notes/{note_id}"
HOLES: tuple[tuple[str, Family, str, str], ...] = (
    ("GET", others_rows, "105", f"GET {_NOTE}"),
    ("HEAD", others_rows, "105.2", f"HEAD {_NOTE}"),
    ("PUT", others_changed, "106", f"PUT {_NOTE}"),
    ("action", others_changed, "106", f"POST {_NOTE}/clear"),
    ("quiet", others_changed, "106", f"POST {_NOTE}/clear"),
    ("DELETE", others_changed, "107", f"DELETE {_NOTE}"),
    ("list", lists, "108", "GET /notes"),
    ("archived", lists, "108", "GET /notes"),
    ("switch", lists, "108", "GET /notes"),
    ("export", lists, "112", "GET /notes/export"),
    ("search", lists, "112", "POST /notes/search"),
    ("precedence", oracles, "110", "GET /notes"),
    ("filter", oracles, "110", "GET /notes/exists"),
    ("sort", oracles, "110.1", "GET /notes"),
    ("count", counts, "109", "GET /notes/stats"),
    ("list", counts, "109", "GET /notes"),
    ("cursor", cursors, "111", "GET /notes"),
    ("cursor", cursors, "111.1", "GET /notes"),
    ("include", includes, "113", f"GET {_NOTE}"),
    ("included", includes, "113.1", f"GET {_NOTE}"),
    ("debug", includes, "152", f"GET {_NOTE}"),
    ("nested", nested, "114", f"GET {_NOTE}/comments/{{comment_id}}"),
    ("query", named_elsewhere, "105.3", "GET /note"),
    ("bulk", named_elsewhere, "106.1", "POST /notes/bulk-delete"),
    ("owner filter", another, "151", "GET /notes"),
    ("header", another, "151.1", "GET /notes"),
    ("unique", taken_names, "119", "POST /notes"),
)


@pytest.mark.parametrize(("hole", "family", "attack_id", "operation"), HOLES)
def test_a_hole_is_found(hole: str, family: Family, attack_id: str, operation: str) -> None:
    """A notebook with one hole has the finding that names it."""
    came = attacked(notebook(hole), family)
    assert (attack_id, operation) in came.findings, came.said(*Outcome)


@pytest.mark.parametrize("everybodys", [True, False])
def test_a_name_that_is_left_out_or_asked_for_is_taken_by_its_owner_only(
    everybodys: bool,  # noqa: FBT001 - a case
) -> None:
    """A name beside a raw body, and one that may be left out, are not taken for everybody."""
    app, taken, numbers = lab_app(), set[tuple[str, str, str]](), count(1)

    def take(kind: str, name: str | None, me: str) -> dict[str, int]:
        whose = "" if everybodys else me
        if name is not None and (kind, whose, name) in taken:
            raise HTTPException(409, "taken")
        taken.add((kind, whose, name or ""))
        return {"id": next(numbers)}

    @app.post("/files", status_code=201)
    async def upload(
        request: Request, name: Annotated[str, Query(pattern=r"^[\w .-]{1,100}$")], me: Me
    ) -> dict[str, int]:
        await request.body()
        return take("file", name, me)

    @app.get("/themes/{name}")
    def theme(name: str) -> str:
        raise HTTPException(404, f"no theme {name}")

    @app.post("/events", status_code=201)
    def add(
        title: Annotated[str, Body()], me: Me, uid: Annotated[str | None, Body()] = None
    ) -> dict[str, int]:
        return take("event", uid, f"{me}{title[:0]}")

    file: dict[str, object] = {
        "bodies": {"POST /events": {"title": "A talk"}},
        "public": {"GET /themes/{name}": "style sheets"},
    }
    came = attacked(app, taken_names, file=file)
    both = {("119", "POST /files"), ("119", "POST /events")}
    assert came.of(Outcome.FINDING if everybodys else Outcome.REFUSED) == both, came.said(*Outcome)


@pytest.mark.parametrize(("refusal", "lax"), [(404, False), (403, False), (404, True)])
def test_nothing_is_said_of_a_sound_notebook(refusal: int, *, lax: bool) -> None:
    """Of a sound notebook nothing is found, however it refuses, and nothing stays untold."""
    came = attacked(notebook(refusal=refusal, lax=lax), *READING)
    assert came.findings == set(), came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)


def test_what_is_looked_at_is_looked_at() -> None:
    """Of a sound notebook the attacks that it has something for are refused."""
    came = attacked(notebook(), *READING)
    told = came.of(Outcome.REFUSED)
    assert {(attack_id, operation) for _, _, attack_id, operation in HOLES} - told == set()
