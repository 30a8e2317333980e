"""Reports: each says what got in, in its own format, and none has a secret in it."""

import json
import sys
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.as_html import as_html
from gatepost.attacks.reports.as_json import as_json
from gatepost.attacks.reports.as_junit import as_junit
from gatepost.attacks.reports.as_sarif import as_sarif
from gatepost.attacks.reports.as_text import print_report
from gatepost.attacks.reports.report import Report
from gatepost.attacks.reports.route_states import RouteState
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


@pytest.fixture(scope="module")
def mixed(attacked: Attacked) -> Report:
    """A report in which trials of each outcome are, and many routes of which nothing is known."""
    known = attacked.report.of(Outcome.REFUSED)[0]
    guessed = replace(known, attack=find("36.3"), outcome=Outcome.FINDING, says="it is <guessed>")
    odd = replace(known, outcome=Outcome.REMARK, says="it is <odd>\x00")
    untold = replace(known, outcome=Outcome.INCONCLUSIVE, says="nobody <can>")
    route = replace(attacked.report.routes[0], state=RouteState.INCONCLUSIVE, reason="nobody <can>")
    routes = tuple(replace(route, path=f"/untold/{number}") for number in range(14))
    return replace(attacked.report, trials=(guessed, odd, untold), routes=routes)


def test_the_page_tells_what_each_attack_does_and_what_is_not_known(mixed: Report) -> None:
    """What an attack does, remarks and inconclusive attacks are in it, and none as markup."""
    page = as_html(mixed)
    assert f"<dt>Attack</dt><dd>{escape(find('36.3').does)}</dd>" in page
    assert "<details><summary>1</summary><ul>" in page
    untold = page.split("Inconclusive attacks")[1]
    assert f"{mixed.trials[2].attack.id} {mixed.trials[2].attack.name} on <code>" in untold
    assert ": nobody &lt;can&gt;</li>" in untold
    assert "it is &lt;odd&gt;" in page
    assert "Inconclusive attacks" not in as_html(replace(mixed, trials=mixed.trials[:2]))


def test_junit_has_remarks_that_fail_nothing(mixed: Report) -> None:
    """A remark is what its test printed, without what XML cannot have; an unknown is skipped."""
    root = ET.fromstring(as_junit(mixed))  # noqa: S314 - our own
    (printed,) = root.findall(".//system-out")
    assert printed.text == "remark: it is <odd>\ufffd"
    (skipped,) = root.findall(".//skipped")
    assert skipped.attrib["message"] == "inconclusive: nobody <can>"
    assert (root.attrib["failures"], root.attrib["skipped"]) == ("1", "1")


def test_a_terminal_is_not_filled_with_routes(mixed: Report) -> None:
    """Of many routes of which nothing can be said the first are listed, and the others counted."""
    said = _as_text(mixed)
    assert "/untold/11 " in said
    assert "/untold/12 " not in said
    assert "… and 2 more, which the other reports list" in said
    few = _as_text(replace(mixed, routes=mixed.routes[:12]))
    assert "/untold/11 " in few
    assert "more, which" not in few


def test_a_tree_that_is_not_installed_has_no_version(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SARIF wants a version of whoever writes it, and there is one even then."""

    def said() -> str:
        driver = json.loads(as_sarif(attacked.report))["runs"][0]["tool"]["driver"]
        return str(driver["semanticVersion"])

    assert said() != "0.0.0"
    monkeypatch.setattr(sys, "path", [])
    assert said() == "0.0.0"
