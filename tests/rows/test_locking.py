"""Holding a row until the transaction ends, behind each wall."""

import pytest

from gatepost.errors import NotFound
from tests.rows.lab import lab_on, run
from tests.rows.models import Note
from tests.rows.walls import Place


def test_a_row_is_held_by_whoever_has_it(place: Place) -> None:
    """One's own row is there, read anew and writable; another's is missing."""

    async def test() -> None:
        async with lab_on(place) as lab:
            held = await lab.bob.get_locked(Note, "bob-note")
            held.body = "changed while held"
            await lab.bob.flush()
            assert (await lab.bob.get_locked(Note, "bob-note")).body == "changed while held"
            with pytest.raises(NotFound):
                await lab.bob.get_locked(Note, "ada-note")
            await lab.bob.rollback()

    run(test)
