"""What apps want before they grant anything: made by the kit from their own operations alone."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Operation, Surface
from gatepost.attacks.trial import Trial
from tests.attacks.kit.lab import LAB, PEOPLE, Me, attacked, lab_app
from tests.attacks.kit.making_apps import (
    Store,
    answers_without_an_id,
    particular,
    puts,
    references,
    transfers,
)
from tests.attacks.kit.making_companies import shop, teams


def _controls(surface: Surface) -> Iterator[Trial]:
    """Plan nothing but that the owner can do each thing."""
    for operation in surface:
        if operation.path not in {"/register", "/login", "/logout"}:
            yield Trial(find("105"), operation, partial(_as_owner, operation))


def _as_owner(operation: Operation, stage: Stage) -> Verdict:
    stage.control(operation)
    return REFUSED


@pytest.mark.parametrize(
    "make",
    [answers_without_an_id, puts, transfers, particular, references, shop, teams],
    ids=lambda make: str(make.__name__),
)
def test_the_owner_can_do_everything(make: Callable[[], FastAPI]) -> None:
    """Each operation of an app is granted to its owner, with nothing said in an attack file."""
    came = attacked(make(), _controls)
    assert came.said(Outcome.INCONCLUSIVE) == {}
    assert came.of(Outcome.REFUSED)


def test_what_cannot_be_made_is_said_with_what_to_write() -> None:
    """Where nothing makes a row, the message names the parameter and the line to write."""
    app = lab_app()

    @app.get("/reports/{report_id}")
    def read(report_id: str, me: Me) -> str:
        if report_id != "2026-q3":
            raise HTTPException(404, "no report")
        return me

    said = attacked(app, _controls).said(Outcome.INCONCLUSIVE)
    (text,) = said.values()
    assert 'write below [bodies] "GET /reports/{report_id}" = { report_id = "…" }' in text
    bodies = {"GET /reports/{report_id}": {"report_id": "2026-q3"}}
    assert attacked(app, _controls, file={"bodies": bodies}).of(Outcome.INCONCLUSIVE) == set()


def test_an_administrators_rows_are_made_by_the_administrator() -> None:
    """What only administrators may make is made by them where somebody's order names it."""
    app, products = lab_app(), Store()
    LAB.passwords["root@lab"] = "root"

    @app.post("/products")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
        if me != "root@lab":
            raise HTTPException(403, "not you")
        return {"id": products.add(me, name)}

    @app.post("/orders")
    def order(product_id: Annotated[str, Body(embed=True)], me: Me) -> str:
        products.mine(product_id, "root@lab")
        return me

    people = {**PEOPLE, "admin": {"email": "root@lab", "password": "root"}}
    file = {"people": people, "admin": {"POST /products": "the catalogue"}}
    assert attacked(app, _controls, file=file).said(Outcome.INCONCLUSIVE) == {}
