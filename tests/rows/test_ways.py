"""Every way to another person's rows is closed, on each kind of database."""

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from gatepost.errors import ScopeViolation
from gatepost.events import EventName
from gatepost.settings import async_database_url
from tests.rows import ways_by_connection, ways_by_object, ways_by_statement
from tests.rows.lab import MARK, everything, lab_on, run, shown, whose
from tests.rows.ways import WAYS, Way

LISTS = (ways_by_connection, ways_by_object, ways_by_statement)


async def _attempt(way: Way, url: str) -> object:
    async with lab_on(url) as lab:
        try:
            answer = shown(await way.attempt(lab))
            await lab.bob.commit()
        except Exception as stopped:  # noqa: BLE001 - whichever it is, it is the answer
            await lab.bob.rollback()
            answer = stopped
        if isinstance(answer, ScopeViolation):
            assert EventName.ROW_GUARD in {event.name for event in lab.recorder.events}
        admin = create_async_engine(async_database_url(url))
        after = await everything(admin)
        await admin.dispose()
        if not way.moves:
            assert whose(after, "ada") == whose(lab.before, "ada"), "Ada's rows are not as before"
        return answer


def _check(way: Way, answer: object) -> None:
    if isinstance(answer, Exception):
        if not way.is_stopped_by(answer):
            raise AssertionError(f"wanted {way.answer!r}, not {answer!r}") from answer
        return
    assert MARK not in repr(answer)
    assert way.allows(answer)


# A warning stops no statement where the app runs.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")
@pytest.mark.parametrize("way", WAYS.values(), ids=lambda way: f"{way.family}: {way.name}")
def test_way_is_closed(way: Way, database_url: str) -> None:
    """Bob gets his own rows or a refusal, which is logged; Ada's are neither read nor changed.

    A way that is known to stay open is still open: once it is not, its reason goes.
    """
    if way.only is not None and not database_url.startswith(way.only):
        return
    answer = run(lambda: _attempt(way, database_url))
    if way.known is None:
        _check(way, answer)
    else:
        with pytest.raises(AssertionError):
            _check(way, answer)
