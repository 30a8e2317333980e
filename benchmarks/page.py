"""How light the Tasks page is, and how soon it paints on a slow phone's processor."""

import gzip
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser
from tests.browser.deployment import deployed
from tests.browser.people import Visitor, visitor
from tests.services.chromium import chromium

from benchmarks.report import Report, ratio
from gatepost_tasks.app import PAGE

_ROUNDS = 9
_SLOWER = 4
_TASKS = 50
_MOST_SCRIPT_BYTES = 150_000

_PAINTS = """() => {
    const last = (type, name) => new Promise((resolve) => {
        new PerformanceObserver((list) => {
            const found = list.getEntries().filter((entry) => !name || entry.name === name).at(-1);
            if (found) resolve(found.startTime);
        }).observe({ type, buffered: true });
    });
    return Promise.all([
        last("paint", "first-contentful-paint"), last("largest-contentful-paint"),
    ]);
}"""
_FILL = """async (count) => {
    const { token } = await (await fetch("/api/auth/token")).json();
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    for (let number = 0; number < count; number += 1) {
        const body = JSON.stringify({ title: `Task ${number}` });
        await fetch("/api/tasks", { method: "POST", headers, body });
    }
}"""


def measure(report: Report, browser: Browser, url: str) -> None:
    """Load two screens again and again, with an empty cache, and by turns slowly and fast."""
    stranger, ada = visitor(browser, url), visitor(browser, url)
    ada.arrive("Ada")
    ada.page.evaluate(_FILL, _TASKS)
    screens = {"sign_in": (stranger, "/sign-in"), "tasks": (ada, "/")}
    for name, (somebody, path) in screens.items():
        slow: list[tuple[float, float]] = []
        fast: list[tuple[float, float]] = []
        for _ in range(_ROUNDS):
            slow.append(_load(somebody, path, slower=_SLOWER))
            fast.append(_load(somebody, path, slower=1))
        firsts = [first for first, _ in slow]
        report.absolute[f"{name}_first_paint_ms"] = statistics.median(firsts)
        report.absolute[f"{name}_largest_paint_ms"] = statistics.median(last for _, last in slow)
        report.ratios[f"{name}_slow_over_fast"] = ratio(firsts, [first for first, _ in fast])


def _load(somebody: Visitor, path: str, *, slower: int) -> tuple[float, float]:
    """Return when something, and the largest thing, was painted; milliseconds."""
    devtools = somebody.context.new_cdp_session(somebody.page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    somebody.page.goto(somebody.url + path)
    ready = "New task" if path == "/" else "Email"
    somebody.page.get_by_label(ready).wait_for()
    first, largest = somebody.page.evaluate(_PAINTS)
    devtools.detach()
    return float(first), float(largest)


def _weigh(report: Report) -> None:
    for kind, suffix in (("script", "js"), ("style", "css")):
        files = (PAGE / "assets").glob(f"*.{suffix}")
        weight = sum(len(gzip.compress(file.read_bytes())) for file in files)
        report.absolute[f"{kind}_kb"] = weight / 1000
    report.ratios["script_over_150_kb"] = report.absolute["script_kb"] * 1000 / _MOST_SCRIPT_BYTES


def main() -> None:
    """Measure, and publish."""
    report = Report("page", bars={"script_over_150_kb": 1})
    _weigh(report)
    with (
        tempfile.TemporaryDirectory() as directory,
        deployed(Path(directory)) as tasks,
        chromium() as browser,
    ):
        measure(report, browser, tasks.url)
    report.publish()


if __name__ == "__main__":
    main()
