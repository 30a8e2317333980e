"""The how-to's app, conftest.py and tests, as they stand on the page."""

import re
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT
from tests.testing.running import PAGE, run_pytest, write_app


@pytest.mark.parametrize("arguments", [(), ("-n", "2", "--dist", "load")], ids=["one", "xdist"])
def test_the_pages_tests_pass(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Two people, nobody, a websocket, a stream and a sign-out; in one process and in two."""
    write_app(tmp_path)
    outcome = run_pytest(tmp_path, *arguments)
    shown = len(re.findall(r"^def test_", (ROOT / PAGE).read_text(), re.MULTILINE))
    assert outcome.counts == {"passed": shown}, outcome.text


def test_the_settings_of_another_database_are_taken(tmp_path: Path) -> None:
    """The page's own gatepost_settings puts the app on the database that it names."""
    write_app(tmp_path)
    (tmp_path / "test_elsewhere.py").write_text(
        "import pytest\n"
        "from on_postgresql import gatepost_settings\n\n"
        "@pytest.fixture\n"
        "def empty_postgresql_url(tmp_path):\n"
        "    return f'sqlite:///{tmp_path}/elsewhere.db'\n\n"
        "def test_it(as_user, tmp_path):\n"
        "    assert as_user('ada').get('/notes').json() == []\n"
        "    assert (tmp_path / 'elsewhere.db').stat().st_size > 0\n"
    )
    outcome = run_pytest(tmp_path, "test_elsewhere.py")
    assert outcome.counts == {"passed": 1}, outcome.text


def test_every_fixture_is_on_the_page(tmp_path: Path) -> None:
    """`pytest --fixtures` and the page's table name the same fixtures."""
    write_app(tmp_path)
    listed = run_pytest(tmp_path, "--fixtures", "--quiet").text
    ours = set(re.findall(r"^(\w+) -- .*gatepost/testing/plugin\.py", listed, re.MULTILINE))
    table = re.findall(r"^\| `(\w+)", (ROOT / PAGE).read_text(), re.MULTILINE)
    # pytest shows the reader's own gatepost_app in place of ours.
    assert ours | {"gatepost_app"} == set(table)
