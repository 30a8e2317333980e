"""Sums that people move in their own favour: told from apps that count for themselves."""

from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.sums import sums
from tests.attacks.kit.lab import Me, attacked, lab_app


class Order(BaseModel):
    """What is ordered, and what it is said to cost."""

    product_id: int
    quantity: int
    price: float | None = None


_IN_CENTS: list[dict[str, object]] = [{"id": 1, "name": "A lamp", "unit_price_cents": 2000}]


class Code(BaseModel):
    """A code of a voucher."""

    code: str


def _shop(hole: str) -> FastAPI:
    app, balances, used = lab_app(), dict[str, float](), set[tuple[str, str]]()

    @app.get("/products")
    def products(me: Me) -> list[dict[str, object]]:
        return [{"id": 1, "price": 20.0, "for": me}] if hole != "cents" else _IN_CENTS

    @app.get("/me/balance")
    def balance(me: Me) -> dict[str, float]:
        return {"balance": balances.setdefault(me, 100.0)}

    @app.post("/withdrawals")
    def withdraw(amount: Annotated[int, Body(embed=True)], me: Me) -> dict[str, object]:
        left = balance(me)["balance"]
        if (amount <= 0 and hole != "withdraw") or amount > left:
            raise HTTPException(422, "not that much")
        balances[me] = left - amount
        return {"amount": amount}

    @app.post("/deposits")
    def deposit(amount: Annotated[int, Body(embed=True)], me: Me) -> dict[str, object]:
        balances[me] = balance(me)["balance"] + amount
        return {"amount": amount}

    @app.post("/orders")
    def order(sent: Order, me: Me) -> dict[str, object]:
        if sent.product_id != 1 or (sent.quantity <= 0 and hole != "order"):
            raise HTTPException(422, "no such order")
        price = sent.price if hole in {"price", "cents"} and sent.price is not None else 20.0
        return {"product_id": 1, "total": price * sent.quantity, "for": me}

    @app.post("/vouchers/redeem")
    def redeem(sent: Code, me: Me) -> dict[str, object]:
        if sent.code != "WELCOME" or ((me, sent.code) in used and hole != "twice"):
            raise HTTPException(409, "used, or none")
        used.add((me, sent.code))
        balances[me] = balance(me)["balance"] + 10
        return {"ok": True}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("withdraw", {("163.1", "POST /withdrawals")}),
        ("order", {("163.1", "POST /orders")}),
        ("price", {("163.2", "POST /orders")}),
        ("cents", {("163.2", "POST /orders")}),
        ("twice", {("165", "POST /vouchers/redeem")}),
    ],
)
def test_sums_are_the_apps_own(hole: str, found: set[tuple[str, str]]) -> None:
    """A sum that grows by less than nothing, by a price of one's own or twice is found."""
    said = {"shared": {"GET /products": "a catalogue"}}
    bodies = {"bodies": {"POST /vouchers/redeem": {"code": "WELCOME"}}}
    came = attacked(_shop(hole), sums, file={**said, **bodies})
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


class Payment(BaseModel):
    """What is taken from a wallet."""

    amount: int
    wallet_id: int


class Payments(BaseModel):
    """Several at once."""

    payments: list[Payment]


def _wallets(hole: str) -> FastAPI:
    app, wallets = lab_app(), dict[int, tuple[str, list[int]]]()

    def take(wallet_id: int, amount: int, me: str, way: str) -> dict[str, int]:
        owner, taken = wallets.get(wallet_id, ("", [0]))
        if owner != me:
            raise HTTPException(404, "no wallet")
        if (amount <= 0 and hole != way) or amount > 100 - sum(taken):
            raise HTTPException(422, "not that much")
        taken.append(amount)
        return {"taken": amount}

    @app.post("/wallets")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
        wallets[len(wallets) + 1] = (me, [])
        return {"id": len(wallets), "name": name}

    @app.get("/wallets/{wallet_id}")
    def read(wallet_id: int, me: Me) -> dict[str, object]:
        owner, taken = wallets.get(wallet_id, ("", [0]))
        if owner != me:
            raise HTTPException(404, "no wallet")
        return {"funds": f"{100 - sum(taken)}.00", "credit": True, "points": "none: ²"}

    @app.post("/wallets/{wallet_id}/withdrawals")
    def withdraw(wallet_id: int, amount: Annotated[int, Body(embed=True)], me: Me) -> object:
        return take(wallet_id, amount, me, "path")

    @app.post("/charges")
    def charge(sent: Payment, me: Me) -> object:
        return take(sent.wallet_id, sent.amount, me, "body")

    @app.post("/charges/bulk")
    def charge_all(sent: Payments, me: Me) -> object:
        return [take(each.wallet_id, each.amount, me, "list") for each in sent.payments]

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("path", {("163.1", "POST /wallets/{wallet_id}/withdrawals")}),
        ("body", {("163.1", "POST /charges")}),
        ("list", {("163.1", "POST /charges/bulk")}),
    ],
)
def test_what_is_held_is_read_where_it_is_named(hole: str, found: set[tuple[str, str]]) -> None:
    """What a named wallet holds is read there, as a text or a number, and by nothing else."""
    came = attacked(_wallets(hole), sums)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert len(came.of(Outcome.FINDING, Outcome.REFUSED)) == 6, came.said(Outcome.INCONCLUSIVE)


class Bid(BaseModel):
    """What is asked for, and what it is said to cost."""

    cost: float
    quantity: int = 1


class Named(Bid):
    """What is asked for by its number."""

    lamp_id: int


def _lamps(hole: str) -> FastAPI:
    app = lab_app()

    @app.get("/lamps")
    def lamps(me: Me) -> list[dict[str, object]]:
        return [{"id": 1 if hole != "unlisted" else 2, "price": "20.00", "for": me}]

    @app.post("/lamps/{lamp_id}/orders")
    def order(lamp_id: int, sent: Bid, me: Me) -> dict[str, object]:
        if hole == "closed" or lamp_id not in {1, 2} or sent.quantity < 1:
            raise HTTPException(409, f"closed to {me}")
        return {"total": (sent.cost if hole == "path" else 20.0) * sent.quantity}

    @app.post("/orders")
    def order_named(sent: Named, me: Me) -> dict[str, object]:
        if hole == "refuses" and sent.cost < 20:
            raise HTTPException(409, "it costs 20")
        if hole == "unlisted":
            return {"total": sent.cost, "for": me}
        return order(sent.lamp_id, Bid(cost=20, quantity=sent.quantity), me)

    @app.post("/vouchers/claim")
    def claim(sent: Code, me: Me) -> None:
        raise HTTPException(404, f"{me} has no {sent.code}")

    return app


_PATH = "POST /lamps/{lamp_id}/orders"


@pytest.mark.parametrize(
    ("hole", "found", "unknown"),
    [
        ("", set(), {"165"}),
        ("path", {("163.2", _PATH)}, {"165"}),
        ("unlisted", set(), {"165"}),
        ("refuses", set(), {"165"}),
        ("closed", set(), {"163.1", "163.2", "165"}),
    ],
)
def test_a_price_is_known_where_the_app_says_it(
    hole: str, found: set[tuple[str, str]], unknown: set[str]
) -> None:
    """A price is told where the app lists another; what nobody can do shows nothing."""
    bodies = {"POST /orders": {"cost": 20, "quantity": 1, "lamp_id": 1}}
    came = attacked(_lamps(hole), sums, file={"bodies": bodies})
    assert came.findings == found, came.said(Outcome.FINDING)
    said = came.said(Outcome.INCONCLUSIVE)
    assert {number for number, _ in said} == unknown, said
    assert '"POST /vouchers/claim" = ' in said["165", "POST /vouchers/claim"]
