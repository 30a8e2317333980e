"""What shows everybody's activity cannot be left open by a line that was forgotten."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi import Depends, FastAPI

from gatepost import ConfigurationError, Declaration, Gatepost, public, requires
from gatepost.activity import Overview
from tests.conftest import settings_for


async def _through(overview: Overview) -> Overview:
    return overview


def _app(declaration: Declaration | None) -> FastAPI:
    app = FastAPI()

    async def direct(overview: Overview) -> int:
        return len((await overview.page(limit=1)).items)

    async def behind(overview: object = Depends(_through)) -> bool:
        return overview is not None

    for path, endpoint in (("/direct", direct), ("/behind", behind)):
        app.get(path)(endpoint if declaration is None else declaration(endpoint))
    return app


@pytest.mark.parametrize("declared", [None, public("the figures are for anybody")])
def test_it_is_not_for_everyone(declared: Declaration | None, tmp_path: Path) -> None:
    """With a route that takes `Overview` and asks for neither role nor scope nothing starts."""
    gatepost = Gatepost(settings_for(8000, tmp_path))
    app = _app(declared)
    with pytest.raises(ConfigurationError, match="takes Overview"):
        gatepost.route_table(app)


@pytest.mark.parametrize(
    ("declared", "beside"),
    [
        (requires(role="admin"), {}),
        (requires(scope="activity:read"), {}),
        (None, {"GET /direct": requires(role="a"), "GET /behind": requires(role="b")}),
    ],
)
def test_a_role_or_a_scope_will_do(
    declared: Declaration | None, beside: Mapping[str, Declaration], tmp_path: Path
) -> None:
    """Wherever it is declared: on the route, or beside the app."""
    gatepost, app = Gatepost(settings_for(8000, tmp_path)), _app(declared)
    gatepost.protect(app, policies=beside)
    shown = {route.shown for route in gatepost.route_table(app)}
    assert {"/direct", "/behind"} <= shown
