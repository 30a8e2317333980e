"""What every request of a person carries whose credential is a cookie."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.listener import Listener
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import allowed_origins_of, operations_of_app
from tests.attacks.kit.cookie_lab import (
    CookieMe,
    Door,
    Lets,
    cookie_app,
    cookie_people,
    csrf_token_matches,
    own_origin,
)
from tests.serving import serving


class Note(BaseModel):
    """A note."""

    text: str


def _its_own_origin_only(request: Request) -> bool:
    return request.url.path != "/notes" or request.headers.get("origin", "") == str(
        request.base_url
    ).rstrip("/")


def _another_origin_only(request: Request) -> bool:
    return request.url.path != "/notes" or request.headers.get("origin") in {
        None,
        "https://app.example.com",
    }


def _app(lets: Lets) -> FastAPI:
    app = cookie_app(Door(lets=lets))

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: CookieMe) -> dict[str, str]:
        return {"id": me, "text": sent.text}

    return app


@pytest.mark.parametrize(
    "lets", [own_origin, csrf_token_matches, _its_own_origin_only, _another_origin_only]
)
def test_the_owner_is_taken_for_the_apps_own_page(lets: Callable[[Request], bool]) -> None:
    """Whatever the app asks of its own page, the owner's requests bring it."""
    app = _app(lets)
    file = AttackFile.model_validate({"people": cookie_people()})
    surface = Surface(operations_of_app(app), file, allowed_origins_of(app))
    creating = surface.find("POST", "/notes")
    assert creating is not None
    with serving(app) as url, Listener() as listener:
        stage = Stage(surface, Sender(url, per_second=5_000), listener, seed=1)
        assert stage.control(creating).status == 201
        assert stage.alice.set_cookies[0].startswith("session=")
