"""Two credentials in one request: what is granted is remarked on, what is refused is not."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.two_credentials import two_credentials
from tests.attacks.kit.cookie_lab import SESSIONS, cookie_app, cookie_people
from tests.attacks.kit.lab import Me, attacked, lab_app

_NAME = "session="


def _app(*, bearers: bool, strict: bool) -> FastAPI:
    app = cookie_app()

    def who(request: Request) -> str:
        cookies = [each.strip() for each in request.headers.get("cookie", "").split(";")]
        found = [each.removeprefix(_NAME) for each in cookies if each.startswith(_NAME)]
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        found += [token] if bearers and scheme == "Bearer" else []
        if strict and len(found) > 1:
            raise HTTPException(400, "more than one credential")
        whose = SESSIONS.get(found[0]) if found else None
        if whose is None:
            raise HTTPException(401, "nobody's")
        return whose

    @app.get("/me")
    def me(whose: Annotated[str, Depends(who)]) -> dict[str, str]:
        return {"email": whose}

    return app


@pytest.mark.parametrize(
    ("bearers", "strict", "remarked"),
    [
        (True, True, set()),
        (False, True, set()),
        (False, False, {"6.7"}),
        (True, False, {"5.6", "6.7"}),
    ],
)
def test_two_credentials_that_are_granted_are_remarked_on(
    bearers: bool,  # noqa: FBT001 - a column
    strict: bool,  # noqa: FBT001 - a column
    remarked: set[str],
) -> None:
    """A request of two people is a remark where it is granted; a header that counts nowhere not."""
    people: dict[str, object] = {"people": cookie_people()}
    came = attacked(_app(bearers=bearers, strict=strict), two_credentials, file=people)
    assert {number for number, _ in came.of(Outcome.REMARK)} == remarked
    assert came.said(Outcome.FINDING, Outcome.INCONCLUSIVE) == {}


def test_an_app_without_cookies_has_none_twice() -> None:
    """Where the credential is a bearer token, there is nothing of the kind."""
    app = lab_app()

    @app.get("/me")
    def me(whose: Me) -> dict[str, str]:
        return {"email": whose}

    came = attacked(app, two_credentials)
    assert came.outcomes("5.6") | came.outcomes("6.7") == {Outcome.NOT_APPLICABLE}
