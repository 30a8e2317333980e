"""`gatepost attack`: try to break any FastAPI app, and say what got in."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn, TypeAlias

import typer
from rich.console import Console

from gatepost.attacks.errors import AttackError
from gatepost.attacks.pace import DEFAULT_TIME_LIMIT
from gatepost.cli.attack_list import ListForm, list_attacks
from gatepost.cli.attack_order import COULD_NOT, Files, Order, Pacing

EXAMPLES = """Examples:

gatepost attack main:app

gatepost attack --factory main:create_app --html report.html

gatepost attack http://127.0.0.1:8000 --only 105-130

gatepost attack main:app --route 'GET /notes/*'

gatepost attack main:app --baseline known.json --update-baseline

gatepost attack --list

gatepost attack --sabotage --sample 5

Exit codes: 0, nothing got in; 1, something did that is not in the baseline;
2, the attack could not be made, and the output says why; 3, nothing got in
and not everything was tried."""

_APP_VARIABLE = "GATEPOST_APP"

_Target: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="MODULE:APP|URL",
        envvar=_APP_VARIABLE,
        show_default=False,
        help="The app, as uvicorn takes it, or the URL of a running one.",
    ),
]
_Factory: TypeAlias = Annotated[
    bool, typer.Option("--factory", help="APP is a function that makes the app.")
]
_AttackFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="The attack file; attack.toml, or tool.gatepost.attack of pyproject.toml.",
    ),
]
_Only: TypeAlias = Annotated[
    str, typer.Option(metavar="NUMBERS", help="Only these attacks: 105,131-138.")
]
_Routes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--route",
        metavar="'METHOD /PATH'",
        help="Only these routes, with * for any text. May be given again.",
    ),
]
_Json: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write JSON; - is the standard output.")
]
_Html: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write one page that needs nothing else.")
]
_Sarif: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write SARIF 2.1.0, for code hosts.")
]
_Junit: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write JUnit XML, for CI servers.")
]
_Baseline: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="What is known: only what is new fails.")
]
_Update: TypeAlias = Annotated[
    bool, typer.Option("--update-baseline", help="Write what got in into the baseline.")
]
_Rate: TypeAlias = Annotated[
    float | None,
    typer.Option(min=0.1, help="Requests in a second at most; 500, or 20 to another machine."),
]
_TimeLimit: TypeAlias = Annotated[
    float, typer.Option(min=0, help="Seconds after which nothing new is tried.")
]
_Seed: TypeAlias = Annotated[int, typer.Option(help="The same bodies in every run.")]
_List: TypeAlias = Annotated[
    bool, typer.Option("--list", help="List the attacks; with --json - or --markdown.")
]
_Markdown: TypeAlias = Annotated[
    bool, typer.Option("--markdown", help="With --list: a page of documentation.")
]
_Inconclusive: TypeAlias = Annotated[
    bool,
    typer.Option("--allow-inconclusive", help="Let routes pass of which nothing can be said."),
]
_Owned: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--i-own-this-host", metavar="HOST", help="Attack another machine than this: it is yours."
    ),
]
_NoInput: TypeAlias = Annotated[bool, typer.Option("--no-input", help="Never ask anything.")]
_Sabotage: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--sabotage",
        help="Weaken Gatepost one protection at a time, and see that the attacks notice.",
    ),
]
_Mutants: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--mutant", metavar="NAME", help="With --sabotage: only the ways with this in their name."
    ),
]
_Sample: TypeAlias = Annotated[
    int | None, typer.Option(min=1, help="With --sabotage: so many of them, drawn by --seed.")
]


def attack(  # noqa: PLR0913 - the options of one command
    target: _Target = None,
    *,
    factory: _Factory = False,
    file: _AttackFile = None,
    only: _Only = "",
    route: _Routes = None,
    json: _Json = None,
    html: _Html = None,
    sarif: _Sarif = None,
    junit: _Junit = None,
    baseline: _Baseline = None,
    update_baseline: _Update = False,
    rate: _Rate = None,
    time_limit: _TimeLimit = DEFAULT_TIME_LIMIT,
    seed: _Seed = 0,
    list_: _List = False,
    markdown: _Markdown = False,
    allow_inconclusive: _Inconclusive = False,
    i_own_this_host: _Owned = None,
    no_input: _NoInput = False,
    sabotage: _Sabotage = False,
    mutant: _Mutants = None,
    sample: _Sample = None,
) -> None:
    """Attack a FastAPI app as a stranger and as another user, and say what got in.

    Everything is first done as the owner, who must be granted it: a refusal
    that the owner gets as well shows nothing, and is reported as inconclusive.
    Attack an app that you may break: one of development, with data of its own.
    """
    _refuse_what_says_nothing(
        listing=list_, markdown=markdown, sabotage=sabotage, mutant=mutant, sample=sample
    )
    if (list_ or sabotage) and json is not None and not json.absolute().parent.is_dir():
        raise typer.BadParameter(f"There is no folder {json.parent} for {json.name}.")
    if list_:
        list_attacks(ListForm.of(json=json is not None, markdown=markdown), json)
        return
    if sabotage:
        if target is not None and target != os.environ.get(_APP_VARIABLE):
            raise typer.BadParameter("--sabotage weakens Gatepost under Tasks, and takes no app")
        _end(lambda: _sabotage(only=mutant or (), sample=sample, seed=seed, json_to=json))
    if update_baseline and baseline is None:
        raise typer.BadParameter("--update-baseline needs --baseline FILE")

    files = Files(json, html, sarif, junit, baseline, update_baseline)
    pacing = Pacing(rate, time_limit, seed)
    order = Order(
        target, factory, file, only, tuple(route or ()), files, pacing, i_own_this_host,
        allow_inconclusive, not no_input,
    )  # fmt: skip
    _end(lambda: _attack_as_ordered(order))


def _attack_as_ordered(order: Order) -> int:
    # Imported here: the whole kit, which no other command needs.
    from gatepost.cli.attacking import attack_as_ordered  # noqa: PLC0415

    return attack_as_ordered(order)


def _sabotage(*, only: Sequence[str], sample: int | None, seed: int, json_to: Path | None) -> int:
    # Imported here: its mutants are read by nobody who attacks an app of theirs.
    from gatepost.attacks.sabotage import sabotage  # noqa: PLC0415

    return sabotage(only=only, sample=sample, seed=seed, json_to=json_to)


def _refuse_what_says_nothing(
    *, listing: bool, markdown: bool, sabotage: bool, mutant: list[str] | None, sample: int | None
) -> None:
    """Refuse an option that would go unheard without the other which it is for."""
    if markdown and not listing:
        raise typer.BadParameter("--markdown needs --list")
    if mutant and not sabotage:
        raise typer.BadParameter("--mutant needs --sabotage")
    if sample is not None and not sabotage:
        raise typer.BadParameter("--sample needs --sabotage")


def _end(work: Callable[[], int]) -> NoReturn:
    """Do the work, and end with its exit code."""
    try:
        code = work()
    except AttackError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"gatepost: {error}", style="bold red", markup=False
        )
        code = COULD_NOT
    except KeyboardInterrupt:
        typer.echo("Stopped before anything was tried.", err=True)
        code = COULD_NOT
    raise typer.Exit(code)
