"""The leaky app attacked, and what its report must not say."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gatepost.attacks.attack_file import read_attack_file
from gatepost.attacks.baseline import Baseline
from gatepost.attacks.campaign import Campaign, attack, staged
from gatepost.attacks.choosing import choice_of
from gatepost.attacks.outcomes import Verdict, got_in
from gatepost.attacks.pace import Pace
from gatepost.attacks.reports.masking import Masker
from gatepost.attacks.reports.report import Report
from gatepost.attacks.reports.writing import Circumstances, report_on
from gatepost.attacks.stage import Stage
from gatepost.attacks.trials import plan
from gatepost.attacks.wire import RawRequest
from tests.attacks.kit.leaky import write_leaky_app


@dataclass(frozen=True)
class Attacked:
    """A campaign on the leaky app, and what its report must not say."""

    report: Report
    secrets: frozenset[str]


@contextmanager
def inside(directory: Path) -> Iterator[None]:
    """Work in a directory until the block ends."""
    before = Path.cwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


def _everything_used(stage: Stage) -> frozenset[str]:
    found = {
        secret
        for person in stage.ledger.people
        for secret in (person.bearer, person.password, *person.cookies.values())
        if secret
    }
    return frozenset(
        found
        | {
            str(person.signed_in["refresh_token"])
            for person in stage.ledger.people
            if person.signed_in
        }
    )


def report_of(stage: Stage, campaign: Campaign, baseline: Baseline | None = None) -> Report:
    """Return the report of a campaign on an app of the working directory."""
    known = baseline or Baseline({})
    about = Circumstances("main:app", "$URL", 1.5, 9, Path.cwd(), known, chosen=False)
    return report_on(campaign, Masker(stage.ledger.people, stage.surface.file), about)


def attacked_leaky_app(directory: Path) -> Attacked:
    """Attack the leaky app with all that there is and with a request full of secrets."""
    write_leaky_app(directory, module="leaky_of_reports")
    with (
        inside(directory),
        staged("leaky_of_reports:app", read_attack_file(None), Pace(seed=1)) as stage,
    ):
        trials = choice_of("1,105-107", ()).of(stage.surface, plan(stage.surface))
        campaign = attack(stage, Pace(), lambda _: None, trials)
        spilled = _spilling(stage)
        first = campaign.results[0]
        campaign.results.append(replace(first, verdict=spilled))
        return Attacked(report_of(stage, campaign), _everything_used(stage))


def _spilling(stage: Stage) -> Verdict:
    """Return a finding that repeats every secret, wherever a request can have one."""
    told = " ".join(sorted(_everything_used(stage)))
    body = json.dumps({"password": stage.alice.password, "text": told, "markup": "<script>"})
    bearer = stage.alice.bearer
    assert bearer is not None
    sent = RawRequest(
        "PATCH",
        f"/notes/1?access_token={bearer}",
        (
            ("Cookie", f"session={stage.alice.cookies['session']}; a=b"),
            ("X-Api-Key", f"{bearer[:-1]}x"),
            ("Content-Type", "application/json"),
        ),
        body.encode(),
    )
    exchange = stage.send(sent, stage.bob)
    answered = replace(exchange.answered, body=(told * 50 + "\x00\x1b").encode())
    return got_in(f"it says {told}", replace(exchange, answered=answered))
