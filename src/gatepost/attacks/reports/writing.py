"""Making the report of a campaign."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gatepost.attacks.advice import advice_on
from gatepost.attacks.advice.advice import CRASHED
from gatepost.attacks.baseline import Baseline
from gatepost.attacks.campaign import Campaign, Result
from gatepost.attacks.catalogue import CATALOGUE
from gatepost.attacks.catalogue.attack import Attack, Family
from gatepost.attacks.catalogue.top_ten import top_ten_of
from gatepost.attacks.outcomes import Outcome, Verdict
from gatepost.attacks.reports.exchanges import shown
from gatepost.attacks.reports.masking import Masker, plain
from gatepost.attacks.reports.places import code_at, lasting_path, shown_place
from gatepost.attacks.reports.report import Report, ShownTrial
from gatepost.attacks.reports.route_states import RouteReport, state_of
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import said_of

_FAMILIES: dict[str, Family] = {
    attack.id: family for family, attacks in CATALOGUE.items() for attack in attacks
}
_UNCAUGHT = 248
_SERVERS_FAULT = 500  # RFC 9110, section 15.6


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a report says besides the campaign.

    Attributes:
        target: the app or its URL, as it was named.
        url: the origin for curl lines; `$URL` for an app that was served for the attack only.
        seconds: how long it took.
        requests: how many were sent.
        root: the working directory, to which files are relative.
        baseline: what is known.
        chosen: whether only some attacks or routes were asked for.
    """

    target: str
    url: str
    seconds: float
    requests: int
    root: Path
    baseline: Baseline
    chosen: bool


def report_on(campaign: Campaign, masker: Masker, about: Circumstances) -> Report:
    """Return the report of a campaign, with every secret masked."""
    writer = _Writer(masker, about)
    by_route: defaultdict[str, list[Verdict]] = defaultdict(list)
    for result in campaign.results:
        by_route[str(result.trial.operation)].append(result.verdict)
    routes = [
        writer.route(campaign, operation, by_route[str(operation)])
        for operation in campaign.surface.operations
    ]
    return Report(
        about.target,
        about.seconds,
        about.requests,
        tuple(routes),
        tuple(writer.trial(result) for result in campaign.results),
        about.baseline,
        tuple(_warnings(campaign)),
        campaign.stopped,
        campaign.left,
    )


class _Writer:
    def __init__(self, masker: Masker, about: Circumstances) -> None:
        self._masker = masker
        self._about = about

    def route(
        self, campaign: Campaign, operation: Operation, verdicts: list[Verdict]
    ) -> RouteReport:
        state, reason = state_of(operation, campaign.surface, verdicts, chosen=self._about.chosen)
        return RouteReport(
            operation.method,
            lasting_path(operation.path),
            shown_place(operation.place, self._about.root),
            state,
            self._said(reason),
            operation.in_schema,
        )

    def trial(self, result: Result) -> ShownTrial:
        attack, operation, verdict = result.trial.attack, result.trial.operation, result.verdict
        family = family_of(attack)
        crashed = _has_crashed(verdict)
        trial = ShownTrial(
            attack,
            family,
            "" if operation is None else operation.method,
            "" if operation is None else lasting_path(operation.path),
            verdict.outcome,
            self._said(verdict.says),
            result.seconds,
            _UNCAUGHT if crashed else attack.cwe,
            top_ten_of(attack),
            CRASHED if crashed else advice_on(attack, family),
            None if operation is None else shown_place(operation.place, self._about.root),
            self._code(result),
            tuple(shown(each, self._masker, self._about.url) for each in verdict.exchanges),
            known=False,
        )
        return _known(trial, self._about.baseline)

    def _code(self, result: Result) -> str:
        operation = result.trial.operation
        if operation is None or result.verdict.outcome is not Outcome.FINDING:
            return ""
        return self._said(code_at(operation.place))

    def _said(self, text: str) -> str:
        return plain(self._masker.text(text))


def family_of(attack: Attack) -> Family:
    """Return the family of the catalogue that an attack stands in."""
    return _FAMILIES.get(attack.id, Family.OBJECTS)


def _known(trial: ShownTrial, baseline: Baseline) -> ShownTrial:
    is_known = trial.outcome is Outcome.FINDING and trial.fingerprint in baseline
    return replace(trial, known=is_known)


def _has_crashed(verdict: Verdict) -> bool:
    """Whether a finding is that the app failed, and not that somebody got in."""
    return (
        verdict.outcome is Outcome.FINDING
        and any(each.status >= _SERVERS_FAULT for each in verdict.exchanges)
        and not any(each.succeeded for each in verdict.exchanges)
    )


def _warnings(campaign: Campaign) -> Iterator[str]:
    """Say which lines of the attack file are about nothing: a route that has gone, or a slip."""
    file = campaign.surface.file
    if all(each.place is None for each in campaign.surface.operations):
        return  # an OpenAPI need not show every route that there is
    tables = {
        "public": file.public,
        "shared": file.shared,
        "admin": file.admin,
        "waived": file.waived,
        "bodies": dict.fromkeys(file.bodies, ""),
    }
    for table, said in tables.items():
        for pattern in said:
            if not any(said_of(each, {pattern: ""}) == "" for each in campaign.surface.operations):
                yield f'[{table}] "{pattern}" is about no route of the app'
