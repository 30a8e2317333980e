"""What tells of another's row without showing it, and what shows nothing: each as what it is."""

from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, Header, HTTPException, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trial import Family
from gatepost.attacks.trials.caches import caches
from gatepost.attacks.trials.counts import counts
from gatepost.attacks.trials.crossing import crossing
from gatepost.attacks.trials.lists import lists
from gatepost.attacks.trials.named_elsewhere import named_elsewhere
from gatepost.attacks.trials.others_changed import others_changed
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.people_shown import people_shown
from tests.attacks.kit.lab import LAB, Me, attacked, lab_app

_Shown = dict[str, object]


def _word(number: int) -> str:
    """Return a word of letters for a number: no figure that changes by itself."""
    return "".join(chr(ord("a") + int(each)) for each in str(number))


class _Depot:
    """Crates with a weight, in which no canary fits; `habit` is what the app does otherwise."""

    def __init__(self, habit: str) -> None:
        self.app: FastAPI = lab_app()
        self.habit = habit
        self.crates: dict[int, str] = {}
        self.times = count(1)
        self._crates()
        self._named()
        self._people()
        self._kept()

    def mine(self, number: int, me: str, forgets: str = "-") -> bool:
        """Return whether there is a crate; it may be another's where that is forgotten."""
        owner = self.crates.get(number)
        if owner is not None and owner != me and self.habit == f"{forgets} breaks":
            raise ValueError
        return owner is not None and (owner == me or self.habit == forgets)

    def must(self, number: int, me: str, forgets: str = "-") -> None:
        if not self.mine(number, me, forgets):
            raise HTTPException(404, "no crate")

    def _crates(self) -> None:
        @self.app.post("/crates", status_code=201)
        def create(weight: Annotated[int, Body(embed=True)], me: Me) -> _Shown:
            self.crates[len(self.crates) + 1] = me
            return {"id": len(self.crates), "weight": weight}

        @self.app.get("/crates/{crate_id}")
        def read(
            crate_id: int, me: Me, range_: Annotated[str, Header(alias="Range")] = ""
        ) -> _Shown:
            if self.habit == "restless":
                return {"tip": _word(next(self.times))}
            self.must(crate_id, me, "part" if range_ else "-")
            return {"sealed": True}

        @self.app.head("/crates/{crate_id}")
        def head(crate_id: int, me: Me) -> None:
            self.must(crate_id, me, "head")

        @self.app.post("/crates/{crate_id}/seal")
        def seal(crate_id: int, me: Me) -> str:
            self.must(crate_id, me, "seal")
            if self.habit == "never sealed":
                raise HTTPException(409, "not now")
            return "sealed"

        @self.app.post("/vouchers", status_code=201)
        def voucher(code: Annotated[str, Body(embed=True)], me: Me) -> _Shown:
            raise HTTPException(409, f"no {code} for {me}")

        @self.app.get("/crates/vouchers/{voucher_id}")
        def by_voucher(voucher_id: int, me: Me) -> _Shown:
            raise HTTPException(404, f"no voucher {voucher_id} of {me}")

    def _named(self) -> None:
        @self.app.get("/lookup")
        def lookup(crate_id: int, me: Me) -> _Shown:
            known = self.mine(crate_id, me, "lookup")
            if self.habit == "lookup restless" and crate_id in self.crates:
                return {"known": _word(next(self.times))}
            return {"known": known}

        @self.app.post("/open")
        def open_it(crate_id: Annotated[int, Body(embed=True)], me: Me) -> _Shown:
            self.must(crate_id, me, "opened")
            return {"of": self.crates[crate_id]}

        @self.app.post("/stamps")
        def stamp(text: Annotated[str, Body(embed=True)], me: Me) -> str:
            return f"{len(text)} letters of {len(me)}"

        @self.app.post("/recount")
        def recount(stamp_id: Annotated[str, Body(embed=True)], me: Me) -> str:
            return f"{len(stamp_id)} of {len(me)}"

    def _people(self) -> None:
        def number(email: str) -> int:
            return 1_000 + list(LAB.passwords).index(email)

        @self.app.get("/me")
        def who(me: Me) -> _Shown:
            return {"id": number(me), "email": me}

        @self.app.get("/users/{user_id}")
        def profile(user_id: int, me: Me) -> _Shown:
            if user_id != number(me):
                if self.habit == "profile breaks":
                    raise ValueError
                raise HTTPException(403, "not you")
            return {"id": user_id}

        @self.app.get("/members")
        def members(me: Me) -> list[str]:
            if self.habit == "closed list":
                raise HTTPException(403, f"not for {me}")
            return sorted(LAB.passwords)

    def _kept(self) -> None:
        @self.app.get("/turn")
        def turn(me: Me) -> _Shown:
            return {"turn": next(self.times) // 3 if self.habit == "turns" else 0, "for": len(me)}

        @self.app.get("/open-page")
        def page(response: Response) -> _Shown:
            response.headers["Cache-Control"] = "public, max-age=60"
            return {"page": "for everybody"}

        @self.app.get("/news")
        def news(me: Me, response: Response) -> _Shown:
            if self.habit == "elsewhere":
                response.headers["CDN-Cache-Control"] = "max-age=60"
            return {"news": len(me) > 0}

        @self.app.get("/nothing")
        def nothing(me: Me) -> _Shown:
            raise HTTPException(404, f"nothing for {me}")


_CRATE, _SEAL = "GET /crates/{crate_id}", "POST /crates/{crate_id}/seal"
_CASES: tuple[tuple[str, Family, tuple[str, str], Outcome, str], ...] = (
    ("", others_rows, ("105", _CRATE), Outcome.REFUSED, ""),
    ("restless", others_rows, ("105", _CRATE), Outcome.REMARK, "no two of its answers"),
    ("head", others_rows, ("105.2", "HEAD /crates/{crate_id}"), Outcome.FINDING, "the head"),
    ("part", others_rows, ("105.6", _CRATE), Outcome.FINDING, "a part"),
    ("", others_rows, ("105", "GET /members/{member_id}"), Outcome.REFUSED, ""),
    ("", lists, ("108", "GET /members"), Outcome.REMARK, "what is shared carries"),
    ("", others_changed, ("106", _SEAL), Outcome.REFUSED, ""),
    ("seal", others_changed, ("106", _SEAL), Outcome.FINDING, "what is Alice's to change"),
    ("seal breaks", others_changed, ("106", _SEAL), Outcome.FINDING, "the server fails (500)"),
    ("never sealed", others_changed, ("106", _SEAL), Outcome.INCONCLUSIVE, "answered 409"),
    ("", named_elsewhere, ("105.3", "GET /lookup"), Outcome.REFUSED, ""),
    ("lookup", named_elsewhere, ("105.3", "GET /lookup"), Outcome.FINDING, "otherwise than nobody"),
    ("lookup restless", named_elsewhere, ("105.3", "GET /lookup"), Outcome.REFUSED, ""),
    ("lookup breaks", named_elsewhere, ("105.3", "GET /lookup"), Outcome.FINDING, "fails (500)"),
    ("", named_elsewhere, ("106.1", "POST /open"), Outcome.REFUSED, ""),
    ("opened", named_elsewhere, ("106.1", "POST /open"), Outcome.FINDING, "with what is hers"),
    ("", named_elsewhere, ("106.1", "POST /recount"), Outcome.NOT_APPLICABLE, "nothing that goes"),
    ("", people_shown, ("150", "GET /users/{user_id}"), Outcome.REFUSED, ""),
    (
        "profile breaks",
        people_shown,
        ("150", "GET /users/{user_id}"),
        Outcome.FINDING,
        "fails (500)",
    ),
    ("closed list", people_shown, ("150.1", "GET /members"), Outcome.NOT_APPLICABLE, "no list"),
    ("", counts, ("109", "GET /news"), Outcome.REFUSED, ""),
    ("turns", counts, ("109", "GET /turn"), Outcome.REFUSED, ""),
    ("", crossing, ("129", "POST /crates"), Outcome.REFUSED, ""),
    ("", caches, ("122", "GET /open-page"), Outcome.NOT_APPLICABLE, "answers strangers just so"),
    ("", caches, ("155", "GET /open-page"), Outcome.NOT_APPLICABLE, "answers strangers anyhow"),
    ("elsewhere", caches, ("122", "GET /news"), Outcome.FINDING, "a shared cache is told"),
    ("", caches, ("155", "GET /nothing"), Outcome.NOT_APPLICABLE, "nothing answers there"),
)


@pytest.mark.parametrize(("habit", "family", "tried", "outcome", "says"), _CASES)
def test_what_is_told_without_being_shown(
    habit: str, family: Family, tried: tuple[str, str], outcome: Outcome, says: str
) -> None:
    """An answer that has nothing of Alice's in it is judged by what others are answered."""
    said: dict[str, object] = {"shared": {"GET /members*": "who is there"}}
    app = _Depot(habit).app

    @app.get("/members/{member_id}")
    def member(member_id: int, me: Me) -> _Shown:
        return {"known": member_id < 0, "for": len(me)}

    came = attacked(
        app,
        family,
        file=said,
        only=lambda trial: (trial.attack.id, str(trial.operation)) == tried,
    )
    told = came.said(outcome)
    assert tried in told, came.said(*Outcome)
    assert says in told[tried]


def test_where_nobody_makes_anything_nothing_is_counted() -> None:
    """What changes by itself where Alice can make nothing is no trace of her."""
    app, times = lab_app(), count(0)

    @app.get("/turn")
    def turn(me: Me) -> _Shown:
        return {"turn": _word(next(times) // 3), "for": len(me)}

    came = attacked(app, counts)
    assert came.of(Outcome.NOT_APPLICABLE) == {("109", "GET /turn")}, came.said(*Outcome)
