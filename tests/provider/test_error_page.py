"""The page that a failed sign-in ends on says nothing that its address says."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.provider.served import Served, serving_provider

_HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Your account is locked, call 555-0100",
    "javascript:alert(1)",
    "STATE_MISMATCH",
    "{{7*7}}",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory: Path = tmp_path_factory.mktemp("error")
    with serving_provider(f"sqlite:///{directory / 'provider.db'}") as served:
        yield served


def _page(served: Served, *pairs: tuple[str, str]) -> httpx.Response:
    return httpx.get(f"{served.auth}/error", params=pairs).raise_for_status()


def test_it_knows_some_codes(served: Served) -> None:
    """A code of ours is shown, with a sentence for a person."""
    for code in ("state_mismatch", "state_not_found"):
        page = _page(served, ("error", code), ("error_description", "something else"))
        assert f"<code>{code}</code>" in page.text
        assert "something else" not in page.text


@pytest.mark.parametrize("said", _HOSTILE)
def test_it_repeats_nothing(served: Served, said: str) -> None:
    """Whatever is in the address, the page is that of an unknown code, byte for byte."""
    unknown = _page(served).text
    assert "<code>UNKNOWN</code>" in unknown
    for pairs in (
        (("error", said),),
        (("error_description", said),),
        (("error", said), ("error_description", said), (said, said)),
        (("error", "state_mismatch"), ("error", said)),
    ):
        assert _page(served, *pairs).text == unknown


def test_it_runs_nothing_and_is_framed_nowhere(served: Served) -> None:
    """Its policy allows its own style and nothing else; it is no one's to keep."""
    headers = _page(served).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"].startswith("text/html")


def test_a_callback_ends_there(served: Served) -> None:
    """Whoever comes back from a provider that is none is sent to it, and not elsewhere."""
    query = "state=x&error_description=y&callbackURL=https://evil.example"
    answer = httpx.get(f"{served.auth}/callback/github?{query}")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{served.auth}/error?error=state_mismatch"
