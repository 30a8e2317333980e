"""docs/tokens.md lists the checks that are made, in their order, each with its own reason."""

import json
import re
import time
from enum import StrEnum

from gatepost.gate.credentials import CredentialFault
from gatepost.house import MAX_STALENESS_SECONDS
from gatepost.store.feed.postgres import PostgresCarrier
from gatepost.tokens import Revocation, TokenFault
from gatepost.tokens.claims import CLAIM_CHECKS
from gatepost.tokens.strict_json import JsonFault
from gatepost.trusting import CLOCK_SKEW_SECONDS
from gatepost_tasks.schemas import HealthAnswer
from tests.docs.snippets import ROOT
from tests.services.postgres import Postgres
from tests.store.feed.databases import execute, plain, run

_PAGE = ROOT / "docs" / "tokens.md"
_CLAIM_ROW = re.compile(r"^\| `(\w+)` \| .+ \| `(token_\w+)` \|$", re.MULTILINE)
_REASON = re.compile(r"`((?:token|json|credential)_[a-z0-9_]+)`")


def _checks() -> str:
    """Return the sections that say what is checked."""
    page = _PAGE.read_text()
    begin = page.index("## What is checked, in this order")
    return page[begin : page.index("## What is remembered")]


def _block(language: str) -> str:
    """Return the one block of code in a language, without its indentation."""
    (found,) = re.findall(
        rf"^ *```{language}\n(.+?)^ *```$", _PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
    return str(found)


def test_the_claims_are_those_that_are_checked() -> None:
    """Each row is one check of `CLAIM_CHECKS`, in its order and with its reason."""
    rows = _CLAIM_ROW.findall(_checks())
    assert rows == [(check.claim, check.fault.value) for check in CLAIM_CHECKS]


def test_every_reason_is_explained_and_none_is_made_up() -> None:
    """Whoever finds a reason in the event log finds it in the page."""
    kinds: tuple[type[StrEnum], ...] = (TokenFault, JsonFault, CredentialFault)
    assert set(_REASON.findall(_checks())) == {fault.value for kind in kinds for fault in kind}


def test_the_bounds_are_those_of_the_code() -> None:
    """The seconds that the page promises are the ones that the app keeps."""
    page = _PAGE.read_text()
    assert f"After {MAX_STALENESS_SECONDS:g} s without news" in page
    assert f"give or take {CLOCK_SKEW_SECONDS} s" in page


def test_a_probe_sees_what_the_page_shows() -> None:
    """The answer of `/api/health` has the members of the example, and no other."""
    shown = json.loads(_block("json"))
    answer = HealthAnswer.model_validate(shown)
    assert answer.model_dump(by_alias=True) == shown
    assert answer.sign_outs_bound_seconds == MAX_STALENESS_SECONDS


def test_the_grants_of_the_page_are_enough(postgres: Postgres, postgres_url: str) -> None:
    """A role with exactly these rights reads the feed, writes into it, and removes what is old."""
    role = postgres.create_role()
    database = plain(postgres_url).rpartition("/")[2]

    async def work(url: str) -> None:
        await execute(url, *_block("sql").replace("serving_role", role).strip().split(";")[:-1])
        carrier = PostgresCarrier(postgres.url(database, role))
        await carrier.open()
        try:
            await carrier.publish(Revocation(None, "ada", None, time.time()))
            assert [each.subject for each in await carrier.read()] == ["ada"]
            await carrier._prune()  # noqa: SLF001 - else it runs in the background, and only logs
        finally:
            await carrier.close()

    try:
        run(postgres_url, work)
    finally:
        postgres.execute(f"DROP OWNED BY {role}", database=database)
        postgres.execute(f"DROP ROLE {role}")
