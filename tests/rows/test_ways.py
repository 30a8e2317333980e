"""Every way to another person's rows is closed, on each kind of database."""

import pytest

from gatepost.errors import ScopeViolation
from gatepost.events import EventName
from tests.rows.lab import MARK, everything, lab_on, run, shown, whose
from tests.rows.walls import Place, Walls
from tests.rows.ways import OPEN_WITHOUT_THE_FIRST, WAYS, Way
from tests.rows.ways_page import PAGE, page


async def _attempt(way: Way, place: Place) -> object:
    async with lab_on(place) as lab:
        try:
            answer = shown(await way.attempt(lab))
            await lab.bob.commit()
        except Exception as stopped:  # noqa: BLE001 - whichever it is, it is the answer
            await lab.bob.rollback()
            answer = stopped
        if isinstance(answer, ScopeViolation):
            assert EventName.ROW_GUARD in {event.name for event in lab.recorder.events}
        after = await everything(lab.admin)
        if not way.moves:
            assert whose(after, "ada") == whose(lab.before, "ada"), "Ada's rows are not as before"
        return answer


def _leaks(answer: object) -> bool:
    # However deep it stands, and however often it was escaped.
    return MARK in repr(answer).replace("\\", "")


def _check(way: Way, answer: object) -> None:
    if isinstance(answer, Exception):
        if not way.is_stopped_by(answer):
            raise AssertionError(f"wanted {way.answer!r}, not {answer!r}") from answer
        return
    assert not _leaks(answer)
    assert way.allows(answer)


# A warning stops no statement where the app runs.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")
@pytest.mark.parametrize("way", WAYS.values(), ids=lambda way: f"{way.family}: {way.name}")
def test_way_is_closed(way: Way, place: Place) -> None:
    """Bob gets his own rows or a refusal, which is logged; Ada's are neither read nor changed.

    A way that is known to stay open is open still, until there is row-level security; once it is
    not, its reason goes.
    """
    if way.only is not None and not place.serving_url.startswith(way.only):
        return
    answer = run(lambda: _attempt(way, place))
    if way.known is None:
        _check(way, answer)
    else:
        assert _leaks(answer) == (place.walls is Walls.FIRST)


@pytest.mark.service
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")
@pytest.mark.parametrize(
    "way", [way for way in WAYS.values() if way.only != "sqlite"], ids=lambda way: way.name
)
def test_way_is_closed_without_the_first_wall(way: Way, second_wall: Place) -> None:
    """Row-level security alone shows Bob nothing of Ada's and lets him change nothing of hers."""
    reason = OPEN_WITHOUT_THE_FIRST.get(way.name)
    if reason is None:
        answer = run(lambda: _attempt(way, second_wall))
        assert not _leaks(answer)
    else:
        with pytest.raises(AssertionError):
            assert not _leaks(run(lambda: _attempt(way, second_wall)))


def test_the_page_lists_every_way() -> None:
    """The documentation's table is what is tried here; `tests.rows.ways_page` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()
