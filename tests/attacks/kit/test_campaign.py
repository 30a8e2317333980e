"""A campaign: it stops when it is told to, and takes away what it has made and nothing else."""

import pytest
from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.campaign import Campaign, attack
from gatepost.attacks.campaign import staged as staged_for_campaign
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import AppGone, AttackError, Inconclusive
from gatepost.attacks.making.taking_away import Left, take_away
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict
from gatepost.attacks.pace import Pace
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Operation
from gatepost.attacks.trial import Run, Trial
from gatepost.attacks.wire import RawRequest, send
from tests.attacks.kit.lab import PEOPLE
from tests.attacks.kit.rented import Rented, staged
from tests.serving import serving

_READING = Operation("GET", "/notes/{note_id}")


def _trials(*runs: Run) -> list[Trial]:
    return [Trial(find("105"), _READING, each) for each in runs]


def _fine(_stage: Stage) -> Verdict:
    return REFUSED


def _raising(error: BaseException) -> Run:
    def run(_stage: Stage) -> Verdict:
        raise error

    return run


def _outcomes(campaign: Campaign) -> list[Outcome]:
    return [result.verdict.outcome for result in campaign.results]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (KeyboardInterrupt(), "somebody stopped the attack"),
        (AppGone("Nothing listens at x any more."), "Nothing listens at x any more."),
    ],
)
def test_what_was_not_tried_is_not_run(error: BaseException, why: str) -> None:
    """After Ctrl-C, or where the app has gone, the rest is NOT RUN and says why."""
    with staged(Rented().app) as stage:
        campaign = attack(stage, Pace(), lambda _: None, _trials(_fine, _raising(error), _fine))
    assert _outcomes(campaign) == [Outcome.REFUSED, Outcome.NOT_RUN, Outcome.NOT_RUN]
    assert {each.verdict.says for each in campaign.results[1:]} == {why}


def test_the_time_limit_ends_a_trial_in_its_middle() -> None:
    """A trial that sends after the end of the time is NOT RUN, as are those after it."""

    def slow(stage: Stage) -> Verdict:
        stage.send(RawRequest("GET", "/notes/1"))
        return REFUSED

    with staged(Rented().app) as stage:
        campaign = attack(stage, Pace(seconds=0), lambda _: None, _trials(_fine, slow, _fine))
    assert _outcomes(campaign) == [Outcome.REFUSED, Outcome.NOT_RUN, Outcome.NOT_RUN]
    assert campaign.results[1].verdict.says == "the time was over"


@pytest.mark.parametrize("error", [KeyError("of the kit"), AttackError("no sign-in")])
def test_a_fault_in_one_trial_does_not_cost_the_others(error: Exception) -> None:
    """Whatever a trial raises, it alone cannot tell, and the next is tried."""
    with staged(Rented().app) as stage:
        campaign = attack(stage, Pace(), lambda _: None, _trials(_raising(error), _fine))
    assert _outcomes(campaign) == [Outcome.INCONCLUSIVE, Outcome.REFUSED]


def test_only_what_was_made_is_taken_away() -> None:
    """Rows of before stay: those of others, and one that the app gave to whoever asked for one."""
    rented = Rented()

    def makes(stage: Stage) -> Verdict:
        for path in ("/notes", "/carts"):
            making = stage.surface.find("POST", path)
            assert making is not None
            for person in (stage.alice, stage.bob):
                assert stage.send(stage.prepare(making, person).request, person).succeeded
        assert len(rented.notes) == 3
        return REFUSED

    with staged(rented.app) as stage:
        campaign = attack(stage, Pace(), lambda _: None, _trials(makes))
    assert campaign.left is not None
    assert campaign.left == Left(rows_away=2, rows_left=0, people_away=2, people_left=0)
    assert rented.notes == {1: "here before everybody"}
    assert rented.carts == {1: "everybody's"}


def test_the_rows_of_somebody_who_is_signed_out_go_too() -> None:
    """Whoever has been signed out meanwhile is signed in again for it."""
    rented = Rented()
    with staged(rented.app) as stage:
        making = stage.surface.find("POST", "/notes")
        assert making is not None
        stage.send(stage.prepare(making, stage.alice).request, stage.alice)
        stage.doors.sign_out(stage.alice)
        assert take_away(stage).rows_away == 1
    assert rented.notes == {1: "here before everybody"}


@pytest.mark.parametrize("path", ["/notes/1", "/orders/7"])
def test_nobodys_row_is_deleted_by_a_guess(path: str) -> None:
    """A DELETE of a number that the attack has not been given is not sent at all."""
    rented = Rented()
    with staged(rented.app) as stage:
        with pytest.raises(Inconclusive, match="has not made"):
            stage.send(RawRequest("DELETE", path), stage.bob)
        assert stage.send(RawRequest("DELETE", "/notes/999999999"), stage.bob).status == 404
    assert rented.notes == {1: "here before everybody"}


def test_a_row_that_was_made_may_be_deleted() -> None:
    """The number in the answer to the attack's own request may be used."""
    rented = Rented()
    with staged(rented.app) as stage:
        made = stage.send(
            RawRequest("POST", "/notes", (("Content-Type", "application/json"),), b'{"text":"a"}'),
            stage.alice,
        )
        assert made.answered.body == b'{"id":2}'
        assert stage.send(RawRequest("DELETE", "/notes/2"), stage.bob).succeeded


def _with_a_note(stage: Stage) -> None:
    making = stage.surface.find("POST", "/notes")
    assert making is not None
    assert stage.send(stage.prepare(making, stage.alice).request, stage.alice).succeeded


def test_what_there_was_no_time_to_take_away_is_told() -> None:
    """Rows and people that are still there when the time is over are said to be."""
    with staged(Rented().app) as stage:
        _with_a_note(stage)
        stage.sender.until = 0
        assert take_away(stage) == Left(rows_left=1, people_left=2)


def test_a_row_whose_removal_breaks_off_is_still_there() -> None:
    """Where the app gives no answer to a DELETE, the row counts as left, and the people go."""
    rented = Rented()

    @rented.app.middleware("http")
    async def breaking(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.method == "DELETE" and request.url.path.startswith("/notes/"):
            return Response(b"half", headers={"Content-Length": "8"})
        return await call_next(request)

    with staged(rented.app) as stage:
        _with_a_note(stage)
        assert take_away(stage) == Left(rows_left=1, people_away=2)


def test_whoever_calls_the_attackers_server_has_let_something_in() -> None:
    """A trial that sees nothing wrong is a finding where the app called a URL of the request's."""

    def calling(stage: Stage) -> Verdict:
        send(stage.listener.url, RawRequest("GET", "/from-the-app"))
        return REFUSED

    with staged(Rented().app) as stage:
        campaign = attack(stage, Pace(), lambda _: None, _trials(_fine, calling, _fine))
    assert _outcomes(campaign) == [Outcome.REFUSED, Outcome.FINDING, Outcome.REFUSED]
    assert "called a URL" in campaign.results[1].verdict.says


def test_an_app_that_gives_its_first_people_no_answer_cannot_be_attacked() -> None:
    """Where signing up breaks off, the attack cannot begin and says so, and fails nowhere else."""
    app, file = FastAPI(), AttackFile.model_validate({"people": PEOPLE})

    @app.post("/register")
    def broken_off() -> Response:
        return Response(b"half", headers={"Content-Length": "8"})

    with (
        serving(app) as url,
        pytest.raises(AttackError, match="Nobody could be signed in"),
        staged_for_campaign(url, file, Pace()),
    ):
        pass
