"""One attack from its order to its exit code."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import typer
from rich.console import Console

from gatepost.attacks.attack_file import AttackFile, read_attack_file
from gatepost.attacks.baseline import Baseline, read_baseline, write_baseline
from gatepost.attacks.campaign import Campaign, attack, staged
from gatepost.attacks.choosing import Choice, choice_of
from gatepost.attacks.errors import AttackError
from gatepost.attacks.hosts import host_of, is_this_machine, refuse_others
from gatepost.attacks.pace import DEFAULT_RATE, POLITE_RATE, Pace
from gatepost.attacks.reports.as_html import as_html
from gatepost.attacks.reports.as_json import as_json
from gatepost.attacks.reports.as_junit import as_junit
from gatepost.attacks.reports.as_sarif import as_sarif
from gatepost.attacks.reports.as_text import print_report
from gatepost.attacks.reports.live import live_view
from gatepost.attacks.reports.masking import Masker, plain
from gatepost.attacks.reports.report import Report
from gatepost.attacks.reports.writing import Circumstances, report_on
from gatepost.attacks.stage import Stage
from gatepost.attacks.trials import plan
from gatepost.cli.app_output import app_output_apart
from gatepost.cli.attack_order import (
    GOT_IN,
    NOT_ALL_TRIED,
    NOTHING_GOT_IN,
    STANDARD_OUTPUT,
    Order,
    is_url,
)
from gatepost.rates import HIGHEST_RATES

_RATE_LIMITS = "GATEPOST_RATE_LIMITS"


@dataclass(frozen=True, slots=True)
class _Target:
    """What is attacked, once the attack file has been read."""

    name: str
    choice: Choice
    file: AttackFile
    factory: bool
    rate: float


def attack_as_ordered(order: Order) -> int:
    """Make an attack, write its reports, and return the exit code.

    Raises:
        AttackError: it could not be made.
    """
    target = _target_of(order)
    baseline = _known(order)
    for file in order.files.written:
        if not file.absolute().parent.is_dir():
            raise AttackError(f"There is no folder {file.parent} for {file.name}.")
    report, output = _attacked(order, target, baseline)
    _write(order, report)
    told_apart = order.files.json == STANDARD_OUTPUT
    print_report(report, Console(stderr=told_apart, highlight=False))
    if output is not None and output.exists():
        typer.echo(f"What the app printed and logged is in {output}.", err=True)
    return exit_code(report, allows_inconclusive=order.allows_inconclusive)


def exit_code(report: Report, *, allows_inconclusive: bool) -> int:
    """Return what the command exits with."""
    if report.new:
        return GOT_IN
    if report.stopped or (report.untried and not allows_inconclusive):
        return NOT_ALL_TRIED
    return NOTHING_GOT_IN


def _target_of(order: Order) -> _Target:
    choice = choice_of(order.only, order.routes)
    file = read_attack_file(order.attack_file)
    name = order.target or file.app.target
    if name is None:
        raise AttackError(
            "Name the app, for instance main:app or http://127.0.0.1:8000; or set GATEPOST_APP, or "
            "`target` below [app] of the attack file."
        )
    file = _with_high_limits(file)
    factory = order.factory or (order.target is None and file.app.factory)
    is_elsewhere = is_url(name) and refuse_others(name, _owned(order, name))
    rate = order.pacing.rate or (POLITE_RATE if is_elsewhere else DEFAULT_RATE)
    return _Target(name, choice, file, factory, rate)


def _with_high_limits(file: AttackFile) -> AttackFile:
    """Let an app behind Gatepost limit an attack as little as it can, for all come from here."""
    if _RATE_LIMITS in os.environ:
        return file
    environment = {_RATE_LIMITS: HIGHEST_RATES, **file.app.environment}
    return file.model_copy(update={"app": file.app.model_copy(update={"environment": environment})})


def _owned(order: Order, url: str) -> str | None:
    """Ask whose host it is, where somebody sits there and nothing has been said."""
    may_ask = order.asks and order.owned is None and sys.stdin.isatty() and sys.stderr.isatty()
    if not may_ask or is_this_machine(url):
        return order.owned
    host = host_of(url)
    typer.echo(f"{host} is not this machine. Attack only what is yours.", err=True)
    said: str = typer.prompt(
        "Its name once more, if it is", default="", show_default=False, err=True
    )
    return said or None


def _known(order: Order) -> Baseline:
    file = order.files.baseline
    if file is None or (order.files.update and not file.exists()):
        return Baseline({})
    return read_baseline(file)


def _attacked(order: Order, target: _Target, baseline: Baseline) -> tuple[Report, Path | None]:
    """Return the report, and the file of what the app printed meanwhile if it ran here."""
    began = time.monotonic()
    pace = Pace(target.rate, order.pacing.seconds, order.pacing.seed)
    with ExitStack() as opened:
        opened.enter_context(_terminated_as_interrupted())
        console, output = Console(stderr=True, highlight=False), None
        if not is_url(target.name):
            apart = opened.enter_context(app_output_apart())
            console, output = Console(file=apart.err, highlight=False), apart.file
        console.print(f"Attacking {target.name}", markup=False, soft_wrap=True)
        stage = opened.enter_context(staged(target.name, target.file, pace, factory=target.factory))
        campaign = _watched(target.choice, stage, pace, baseline, console)
        about = Circumstances(
            target.name,
            stage.sender.url if is_url(target.name) else "$URL",
            time.monotonic() - began,
            stage.sender.sent,
            Path.cwd(),
            baseline,
            chosen=not target.choice.is_everything,
        )
        return report_on(campaign, _masker(stage, target.name), about), output


def _masker(stage: Stage, target: str) -> Masker:
    served = None if is_url(target) else stage.sender.url
    return Masker(stage.ledger.people, stage.surface.file, served)


def _watched(
    choice: Choice, stage: Stage, pace: Pace, baseline: Baseline, console: Console
) -> Campaign:
    trials = choice.of(stage.surface, plan(stage.surface))

    def masked(text: str) -> str:
        return plain(_masker(stage, "").text(text))

    with live_view(console, baseline, masked) as told:
        return attack(stage, pace, told, trials)


def _write(order: Order, report: Report) -> None:
    files = order.files
    for file, written in (
        (files.json, as_json),
        (files.html, as_html),
        (files.sarif, as_sarif),
        (files.junit, as_junit),
    ):
        if file == STANDARD_OUTPUT:
            typer.echo(written(report), nl=False)
        elif file is not None:
            _write_file(file, written(report))
    if files.update and files.baseline is not None:
        _write_file(files.baseline, write_baseline(report.next_baseline))


def _write_file(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise AttackError(f"{file} cannot be written: {error.strerror}.") from error


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM, by which CI servers stop a step, stop an attack as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
