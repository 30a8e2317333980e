"""What one person reads of another's in a vault and in a club: each hole is found, and only it."""

from hashlib import sha256
from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException, Request

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trial import Family
from gatepost.attacks.trials.caches import caches
from gatepost.attacks.trials.crossing import crossing
from gatepost.attacks.trials.entity_tags import entity_tags
from gatepost.attacks.trials.hearing import hearing
from gatepost.attacks.trials.hidden_members import hidden_members
from gatepost.attacks.trials.idempotency import idempotency
from gatepost.attacks.trials.later_pages import later_pages
from gatepost.attacks.trials.links import links
from gatepost.attacks.trials.lists import lists
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.people_shown import people_shown
from gatepost.attacks.trials.taken_names import taken_names
from tests.attacks.kit.club import club
from tests.attacks.kit.lab import PEOPLE, Me, attacked, lab_app
from tests.attacks.kit.reading import READING
from tests.attacks.kit.vault import vault

_DOCUMENT = "/documents/{number}"
_LINK = f"GET {_DOCUMENT}/link"
_OPEN: dict[str, object] = {"public": {"GET /download/*": "a signed link"}}
IN_VAULT: tuple[tuple[str, Family, str, str], ...] = (
    ("plain link", links, "123", _LINK),
    ("unsigned", links, "123", _LINK),
    ("optional", links, "123", _LINK),
    ("unbound", links, "123", _LINK),
    ("end", links, "123", _LINK),
    ("part", others_rows, "105.6", f"GET {_DOCUMENT}"),
    ("page", later_pages, "108.1", "GET /documents"),
    ("job", others_rows, "124", "GET /jobs/{job_id}"),
    ("job's caller", lists, "108", "GET /jobs/{job_id}"),
    ("hash", hidden_members, "128", f"GET {_DOCUMENT}"),
    ("secret", hidden_members, "128", "GET /hooks"),
    ("cache", caches, "122", f"GET {_DOCUMENT}"),
    ("kept", caches, "155", "GET /summary"),
    ("tag", entity_tags, "120", f"GET {_DOCUMENT}"),
    ("match", entity_tags, "120", f"PUT {_DOCUMENT}"),
    ("list tag", entity_tags, "120.1", "GET /documents"),
    ("key", idempotency, "121", "POST /documents"),
)
IN_CLUB: tuple[tuple[str, Family, str, str], ...] = (
    ("everybody", hearing, "153", "WEBSOCKET /live"),
    ("topic", hearing, "153", "WEBSOCKET /live"),
    ("subscribe", hearing, "153", "WEBSOCKET /live"),
    ("bare", hearing, "153", "WEBSOCKET /live"),
    ("everybody", hearing, "153.1", "GET /events"),
    ("address", people_shown, "150", "GET /users/{user_id}"),
    ("phone", people_shown, "150", "GET /users/{user_id}"),
    ("directory", people_shown, "150.1", "GET /users"),
    ("carry-over", crossing, "129", "POST /posts"),
    ("crossing", crossing, "130", "GET /posts"),
)


@pytest.mark.parametrize(("hole", "family", "attack_id", "operation"), IN_VAULT)
def test_a_hole_in_a_vault_is_found(
    hole: str, family: Family, attack_id: str, operation: str
) -> None:
    """A vault with one hole has the finding that names it."""
    came = attacked(vault(hole), family, file=_OPEN)
    assert (attack_id, operation) in came.findings, came.said(*Outcome)


@pytest.mark.parametrize(("hole", "family", "attack_id", "operation"), IN_CLUB)
def test_a_hole_in_a_club_is_found(
    hole: str, family: Family, attack_id: str, operation: str
) -> None:
    """A club with one hole has the finding that names it."""
    came = attacked(club(hole), family)
    assert (attack_id, operation) in came.findings, came.said(*Outcome)


def test_nothing_is_said_of_a_sound_vault() -> None:
    """Of a sound vault nothing is found, and what the holes are tried by is refused."""
    came = attacked(vault(), *READING, file=_OPEN)
    assert came.findings == set(), came.said(Outcome.FINDING)
    assert {(found, name) for _, _, found, name in IN_VAULT} <= came.of(Outcome.REFUSED)


@pytest.mark.parametrize("bound", [True, False])
def test_a_signed_link_is_tried_where_it_is_opened(bound: bool) -> None:  # noqa: FBT001 - a case
    """A link whose signature fits another file too is found at the route that opens it."""
    app, files, numbers = lab_app(), dict[str, tuple[str, str]](), count(1)

    def sign(name: str, expires: int) -> str:
        return sha256(f"a key {name if bound else ''} {expires}".encode()).hexdigest()

    @app.post("/files", status_code=201)
    def add(text: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
        name = f"f{next(numbers)}"
        files[name] = (me, text)
        return {"id": name}

    @app.post("/files/{file_id}/links", status_code=201)
    def give(file_id: str, me: Me) -> dict[str, str]:
        if files.get(file_id, ("", ""))[0] != me:
            raise HTTPException(404)
        return {"url": f"/links/{file_id}?expires=4000000000&key={sign(file_id, 4000000000)}"}

    @app.get("/links/{file_id}")
    def follow(file_id: str, expires: int, key: str) -> str:
        if file_id not in files or key != sign(file_id, expires):
            raise HTTPException(404)
        return files[file_id][1]

    file: dict[str, object] = {"public": {"GET /links/{file_id}": "whoever has a link"}}
    came = attacked(app, links, file=file)
    found = set() if bound else {("123", "GET /links/{file_id}")}
    assert came.findings == found, came.said(Outcome.FINDING)
    assert (("123", "GET /links/{file_id}") in came.of(Outcome.REFUSED)) == bound


def test_what_somebody_keeps_in_a_vault_is_theirs_to_read() -> None:
    """A secret that its owner has written, and reads again, is no secret of the app's."""
    app, kept = lab_app(), dict[str, list[dict[str, str]]]()

    @app.post("/secrets", status_code=201)
    def keep(secret: Annotated[str, Body()], password: Annotated[str, Body()], me: Me) -> None:
        kept.setdefault(me, []).append({"secret": secret, "password": password})

    @app.get("/secrets")
    def listing(me: Me) -> list[dict[str, str]]:
        return kept.get(me, [])

    came = attacked(app, hidden_members)
    assert came.of(Outcome.REFUSED) >= {("128", "GET /secrets"), ("128", "POST /secrets")}


def test_nothing_is_said_of_a_sound_club() -> None:
    """Of a sound club nothing is found, and what the holes are tried by is refused."""
    came = attacked(club(), *READING)
    assert came.findings == set(), came.said(Outcome.FINDING)
    assert {(found, name) for _, _, found, name in IN_CLUB} <= came.of(Outcome.REFUSED)


def _kept_count(hole: str) -> FastAPI:
    app, owners, kept = lab_app(), list[str](), dict[str, int]()

    @app.post("/notes", status_code=201)
    def create(sent: dict[str, str], me: Me) -> dict[str, object]:
        owners.append(me)
        kept.clear()
        return {"id": len(owners), **sent}

    @app.get("/summary")
    def summary(me: Me) -> dict[str, int]:
        whose = "everybody" if hole == "kept" else me
        return {"notes": kept.setdefault(whose, owners.count(me))}

    @app.get("/served")
    def served(me: Me) -> dict[str, int]:
        kept["served"] = kept.get("served", 0) + bool(me)
        return {"served": kept["served"]}

    return app


@pytest.mark.parametrize(("hole", "found"), [("kept", {("155", "GET /summary")}), ("", set())])
def test_a_count_kept_for_whoever_asks_next_is_found(
    hole: str, found: set[tuple[str, str]]
) -> None:
    """A cache that forgets whose count it has is found, though what is made empties it."""
    came = attacked(
        _kept_count(hole), caches, file={"bodies": {"POST /notes": {"text": "{canary}"}}}
    )
    assert came.findings == found, came.said(*Outcome)


def _kept_texts(hole: str) -> FastAPI:
    app, rows = lab_app(), list[tuple[str, bytes]]()
    content = {"text/plain": {"schema": {"type": "string"}}}

    @app.post("/pages", status_code=201, openapi_extra={"requestBody": {"content": content}})
    async def create(request: Request, me: Me) -> dict[str, int]:
        sent = await request.body()
        if any(text == sent and (hole or owner == me) for owner, text in rows):
            raise HTTPException(409, "there is one")
        rows.append((me, sent))
        return {"id": len(rows)}

    return app


@pytest.mark.parametrize(("hole", "found"), [("all", {("119", "POST /pages")}), ("", set())])
def test_a_text_that_another_has_kept_is_told(hole: str, found: set[tuple[str, str]]) -> None:
    """A body that is one text and no table may be taken by another as well."""
    came = attacked(_kept_texts(hole), taken_names)
    assert came.findings == found, came.said(*Outcome)
    assert came.of(Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE) == set(), came.said(*Outcome)


def _signed_out_by(calls: list[str]) -> FastAPI:
    app = lab_app()

    @app.post("/sign-out", status_code=204)
    def sign_out(me: Me) -> None:
        calls.append(me)

    return app


def test_nobody_is_signed_out_for_a_link() -> None:
    """Whoever is needed again is not signed out on the way, whatever the word for it has in it."""
    calls: list[str] = []
    leaving = {**PEOPLE, "sign_out": {"path": "/sign-out", "body": {}}}
    attacked(_signed_out_by(calls), links, file={"people": leaving})
    assert calls == []
