"""Reports: each says what got in, in its own format, and none has a secret in it."""

import json
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.as_html import as_html
from gatepost.attacks.reports.as_json import as_json
from gatepost.attacks.reports.as_junit import as_junit
from gatepost.attacks.reports.as_sarif import as_sarif
from gatepost.attacks.reports.as_text import print_report
from gatepost.attacks.reports.report import Report
from tests.attacks.kit.leaky import APP, HOLE
from tests.attacks.kit.reported import Attacked, attacked_leaky_app


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    """The leaky app, attacked with all that there is and with a request full of secrets."""
    return attacked_leaky_app(tmp_path_factory.mktemp("leaky"))


def _as_text(report: Report) -> str:
    console = Console(file=StringIO(), width=200)
    print_report(report, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


_FORMATS = {
    "text": _as_text,
    "JSON": as_json,
    "HTML": as_html,
    "SARIF": as_sarif,
    "JUnit": as_junit,
}


@pytest.mark.parametrize("name", _FORMATS)
def test_no_format_has_a_secret(attacked: Attacked, name: str) -> None:
    """No token, cookie, password or JWT is in a report: not whole, and not all but its end."""
    written = _FORMATS[name](attacked.report)
    assert HOLE[2] in written
    assert len(attacked.secrets) >= 8
    for secret in attacked.secrets:
        assert secret not in written
        assert secret[:-1] not in written
    assert "eyJ" not in written
    assert "s3rv3r-" not in written
    if name != "text":
        assert "$TOKEN_BOB" in written


def test_the_json_has_everything(attacked: Attacked) -> None:
    """The hole has its attack, place, weakness and exchange; each route has its state."""
    said = json.loads(as_json(attacked.report))
    assert said["version"] == 1
    assert {each["state"] for each in said["routes"]} == {"attacked", "waived"}
    waived = {each["path"]: each["reason"] for each in said["routes"] if each["reason"]}
    assert waived["/hooks/stripe"] == "signed by Stripe"
    assert waived["/health"] == "public: a probe"
    found = next(each for each in said["findings"] if each["attack"] == HOLE[0])
    assert (found["method"], found["path"], found["outcome"]) == (*HOLE[1:], "finding")
    assert (found["cwe"], found["asvs"], found["api_top10"]) == (639, "8.2.2", "API1:2023")
    assert found["file"] == "leaky_of_reports.py"
    source = APP.splitlines()
    assert source[found["line"] - 1] == '@app.get("/notes/{note_id}")'
    assert found["exchanges"][0]["by"] == "bob"
    assert found["exchanges"][0]["answer"]["status"] == 200
    assert said["counts"]["trials"] == sum(said["counts"][outcome.value] for outcome in Outcome)


def test_sarif_is_what_code_hosts_take(attacked: Attacked) -> None:
    """Each result has a rule with help, a line of a file of the repository, and a fingerprint."""
    said = json.loads(as_sarif(attacked.report))
    assert said["version"] == "2.1.0"
    (run,) = said["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert not Path(place["artifactLocation"]["uri"]).is_absolute()
        assert place["region"]["startLine"] > 0
    assert HOLE[0] in {result["ruleId"] for result in run["results"]}
    assert {result["baselineState"] for result in run["results"]} == {"new"}


def test_junit_counts_as_it_lists(attacked: Attacked) -> None:
    """The attributes of each suite are the numbers of what is in it."""
    root = ET.fromstring(as_junit(attacked.report))  # noqa: S314 - our own
    assert int(root.attrib["failures"]) == len(attacked.report.new)
    for suite in root.findall("testsuite"):
        cases = suite.findall("testcase")
        for name, found in (
            ("tests", cases),
            ("failures", suite.findall("testcase/failure")),
            ("skipped", suite.findall("testcase/skipped")),
        ):
            assert int(suite.attrib[name]) == len(found)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = {name: value or "" for name, value in attrs}
        self.loaded += [value for name, value in named.items() if name in {"src", "srcset", "data"}]
        self.links += [named["href"]] if "href" in named else []
        self.anchors |= {named["id"]} if "id" in named else set()
        assert not any(name.startswith("on") for name in named)


def test_the_page_needs_nothing_else(attacked: Attacked) -> None:
    """It has no script, loads nothing, and each link within it leads somewhere."""
    page = _Page()
    written = as_html(attacked.report)
    page.feed(written)
    assert {"script", "link", "img", "iframe"} & set(page.tags) == set()
    assert page.loaded == []
    within = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert within
    assert within <= page.anchors
    assert "prefers-color-scheme: dark" in written
    assert "width=device-width" in written
    assert "&lt;script&gt;" in written


def test_the_page_shows_the_code(attacked: Attacked) -> None:
    """A finding comes with the first lines of its handler."""
    assert "if note_id not in notes or (SOUND and owner != me):" in as_html(attacked.report)
