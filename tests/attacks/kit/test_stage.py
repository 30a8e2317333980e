"""The stage: who comes onto it, and what is said where somebody cannot."""

from dataclasses import replace

import pytest
from fastapi import FastAPI, HTTPException, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.listener import Listener
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import operations_of_app
from tests.attacks.kit.cookie_lab import CookieMe, cookie_app, cookie_people
from tests.attacks.kit.lab import LAB, Me, lab_app
from tests.attacks.kit.rented import staged
from tests.serving import serving


class _Full:
    """Lets so many people sign up, and then nobody."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app, self._left = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/register":
            self._left -= 1
            if self._left < 0:
                await Response("the house is full", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def test_where_nobody_new_may_sign_up_it_is_told() -> None:
    """A trial that needs somebody new cannot tell, and says by which answer."""
    app = lab_app()
    app.add_middleware(_Full, most=2)
    with staged(app) as stage:
        for _ in range(2):
            with pytest.raises(Inconclusive, match="answered 403 the house is full"):
                stage.somebody("carol")
            with pytest.raises(Inconclusive, match="Signing up dave"):
                stage.new_person("dave")


def test_who_cannot_sign_in_again_is_told() -> None:
    """Nor can one that needs a second session, where the app gives none."""
    with staged(lab_app()) as stage:
        again = stage.sign_in_again(stage.alice)
        assert again.bearer not in {None, stage.alice.bearer}
        with pytest.raises(Inconclusive, match="Signing in alice failed"):
            stage.sign_in_again(replace(stage.alice, password="another"))


def test_whoever_would_be_gone_afterwards_is_somebody_new() -> None:
    """Alice is not deleted for a trial: a leaver is, whose id the path names."""
    app = lab_app()

    @app.get("/me")
    def read(me: Me) -> dict[str, str]:
        return {"id": f"u-{me}"}

    @app.delete("/users/{user_id}")
    def leave(user_id: str, me: Me) -> None:
        if user_id != f"u-{me}":
            raise HTTPException(404, "nobody")
        LAB.passwords.pop(me)

    with staged(app) as stage:
        leaving = stage.surface.find("DELETE", "/users/{user_id}")
        assert leaving is not None
        assert stage.prepare(leaving).values == {"user_id": f"u-{stage.alice.email}"}
        (leaver,) = stage.prepare(leaving, fresh=True).values.values()
        assert leaver.startswith("u-leaver-1-")
        assert stage.control(leaving).succeeded
        assert stage.alice.email in LAB.passwords


def test_an_app_that_breaks_off_is_still_attacked() -> None:
    """Where the first thing that is tried of a cookie's person gets no answer, they go on."""
    app: FastAPI = cookie_app()

    @app.post("/notes")
    def half(me: CookieMe) -> Response:
        return Response(me.encode(), headers={"Content-Length": "999"})

    file = AttackFile.model_validate({"people": cookie_people()})
    with serving(app) as url, Listener() as listener:
        surface = Surface(operations_of_app(app), file)
        stage = Stage(surface, Sender(url, per_second=5_000), listener, seed=1)
        assert stage.alice.headers["Origin"] == url
        assert stage.alice.cookie is not None
