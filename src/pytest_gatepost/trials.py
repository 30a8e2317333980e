"""The trials of an attack as pytest's items."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from gatepost.attacks.attack_file import read_attack_file
from gatepost.attacks.campaign import run, staged
from gatepost.attacks.errors import AttackError
from gatepost.attacks.making.taking_away import take_away
from gatepost.attacks.outcomes import Outcome, Verdict
from gatepost.attacks.pace import Pace
from gatepost.attacks.reports.masking import Masker, plain
from gatepost.attacks.stage import Stage
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials import plan


class GotIn(Exception):
    """Something got in; it is shown without a traceback, which would be the kit's own."""


class AppUnderAttack:
    """Serves the app for as long as pytest runs, in each of its processes.

    Args:
        config: pytest's.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._opened = ExitStack()

    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Add a test for each attack on each route, after the tests that there are."""
        stage = self._stage()
        whole = AttackedApp.from_parent(session, name=self._config.getoption("gatepost_app"))
        items.extend(
            TrialItem.from_parent(whole, name=trial.name, trial=trial, stage=stage)
            for trial in plan(stage.surface)
        )

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Take away what was made, and stop the app."""
        self._opened.close()

    def _stage(self) -> Stage:
        option = self._config.getoption
        try:
            stage = self._opened.enter_context(
                staged(
                    option("gatepost_app"),
                    read_attack_file(option("gatepost_file")),
                    Pace(seed=option("gatepost_seed")),
                    factory=option("gatepost_factory"),
                )
            )
        except AttackError as error:
            raise pytest.UsageError(str(error)) from error
        stage.body_factory = self._body
        self._opened.callback(take_away, stage)
        return stage

    def _body(self, operation: str, canary: str) -> object:
        made: object = self._config.hook.pytest_gatepost_body(operation=operation, canary=canary)
        return made


class AttackedApp(pytest.Collector):
    """The app, above its trials in what pytest prints."""

    def collect(self) -> Iterator[pytest.Item]:
        """Collect nothing: the trials are added when everything else is there."""
        return iter(())


class TrialItem(pytest.Item):
    """One attack on one route."""

    def __init__(self, *, trial: Trial, stage: Stage, name: str, parent: pytest.Collector) -> None:
        super().__init__(name, parent)
        self._trial = trial
        self._stage = stage

    def runtest(self) -> None:
        """Try it.

        Raises:
            GotIn: something got in.
        """
        verdict = run(self._trial, self._stage)
        if verdict.outcome is Outcome.FINDING:
            raise GotIn(_shown(verdict, self._stage))
        if verdict.outcome is Outcome.REMARK:
            self.add_report_section("call", "remark", verdict.says)
        elif verdict.outcome is not Outcome.REFUSED:
            pytest.skip(f"{verdict.outcome.value.upper()}: {verdict.says}")

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: object = None,  # noqa: ARG002 - pytest passes it by its name
    ) -> str:
        """Show what got in."""
        if isinstance(excinfo.value, GotIn):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Say where the handler is written."""
        operation = self._trial.operation
        place = operation.place if operation is not None else None
        if place is None:
            return str(self.path), None, self.name
        return place.file, place.line - 1, self.name


def _shown(verdict: Verdict, stage: Stage) -> str:
    masker = Masker(stage.ledger.people, stage.surface.file)
    sent = [
        f"  {each.request.method} {each.request.target} as {each.by or 'nobody'}: {each.status}"
        for each in verdict.exchanges
    ]
    return plain(masker.text("\n".join([verdict.says, *sent])))
