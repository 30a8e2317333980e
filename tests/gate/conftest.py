"""Apps that more than one module asks: behind real servers, and beside the gate."""

from collections.abc import Iterator

import httpx
import pytest

from gatepost.testing import anonymous
from tests.gate.forgetful import forgetful
from tests.gate.guarded import Guarded, guarded
from tests.gate.servers import Served, served_by
from tests.serving import serving


@pytest.fixture(scope="session")
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """The app of `served.py` behind the server of that name."""
    with served_by(request.param) as running:
        yield running


@pytest.fixture(scope="module")
def open_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The app of `forgetful.py`, bare; a client without a token."""
    app = forgetful(tmp_path_factory.mktemp("bare"), checked=True)
    with serving(app) as url, anonymous(url) as anyone:
        yield anyone


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """The same app behind the gate, without the dependency that checks."""
    app = forgetful(tmp_path_factory.mktemp("files"), checked=False)
    with guarded(app, tmp_path_factory.mktemp("gated")) as served:
        yield served
