"""The wheel is the whole application; the source distribution builds it without Node."""

import os
import re
import signal
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

from gatepost.testing import sign_up
from tests.docs.snippets import ROOT
from tests.ports import free_port


def _hatchling(source: Path, target: str, output: Path, **environment: str) -> Path:
    """Build one distribution with the locked hatchling."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(output)],
        cwd=source,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    [built] = [path for path in output.iterdir() if path.suffix in {".gz", ".whl"}]
    return built


@pytest.fixture(scope="module")
def unpacked_sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    directory = tmp_path_factory.mktemp("sdist")
    built = _hatchling(ROOT, "sdist", directory)
    with tarfile.open(built) as archive:
        # Python 3.11.4 brought the filter; without it, the archive is one we have just made.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(directory, **safely)  # type: ignore[arg-type]  # noqa: S202 - built a moment ago, by us
    [unpacked] = [path for path in directory.iterdir() if path.is_dir()]
    return unpacked


@pytest.fixture(scope="module")
def wheel(unpacked_sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution on a machine with no program on its path."""
    nowhere = str(tmp_path_factory.mktemp("empty-path"))
    return _hatchling(unpacked_sdist, "wheel", tmp_path_factory.mktemp("wheel"), PATH=nowhere)


def test_the_source_distribution_carries_the_built_page(unpacked_sdist: Path) -> None:
    """Installing from it needs no Node; the page's sources are there, its packages are not."""
    page = unpacked_sdist / "examples" / "tasks" / "gatepost_tasks" / "page"
    assert (page / "index.html").is_file()
    assert (unpacked_sdist / "web" / "app" / "index.html").is_file()
    assert not list(unpacked_sdist.rglob("node_modules"))
    assert not list(unpacked_sdist.rglob("*.db"))


def test_the_wheel_carries_everything_that_runs(wheel: Path) -> None:
    """The page, the migrations and the type marker are in it, and nothing else at the top."""
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "gatepost/py.typed",
        "gatepost/store/migrations/env.py",
        "gatepost_tasks/migrations/versions/0001_tasks_and_lists.py",
        "gatepost_tasks/page/index.html",
        "gatepost_tasks/page/swagger/swagger-ui-bundle.js",
    ):
        assert needed in names
    assert {name.split("/")[0] for name in names} == {
        "gatepost",
        "gatepost_tasks",
        "pytest_gatepost",
        next(name.split("/")[0] for name in names if ".dist-info/" in name),
    }


def test_the_installed_wheel_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    """`gatepost demo` from the wheel serves the page and keeps two people apart."""
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)  # noqa: S202 - built a moment ago, by us
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONUNBUFFERED": "1"}
    where = [sys.executable, "-c", "import gatepost; print(gatepost.__file__)"]
    found = subprocess.check_output(where, env=environment, cwd=tmp_path, text=True)
    assert found.startswith(str(installed))
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "gatepost", "demo", "--port", str(port)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as demo:
        try:
            assert demo.stdout is not None
            assert any("Ctrl+C" in line for line in demo.stdout)
            url = f"http://127.0.0.1:{port}"
            page = httpx.get(f"{url}/").text
            for asset in re.findall(r'(?:src|href)="(/[^"]+)"', page):
                assert httpx.get(f"{url}{asset}").status_code == 200
            with sign_up(url) as ada, sign_up(url) as bob:
                ada.http.post("/api/tasks", json={"title": "mine"}).raise_for_status()
                assert len(ada.http.get("/api/tasks").json()["items"]) == 1
                assert bob.http.get("/api/tasks").json()["items"] == []
        finally:
            demo.send_signal(signal.SIGINT)
