"""How long an answer is kept, how many are, and what keeps two out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from gatepost.idempotency.records import MOST_RECORDS, IdempotencyRecord
from gatepost.testing import Somebody
from tests.idempotency.asking import code_of, is_replay, post
from tests.idempotency.conftest import Served


@pytest.mark.parametrize(
    "served", [pytest.param("row-security", marks=pytest.mark.service)], indirect=True
)
def test_what_a_lock_misses_the_constraint_refuses(served: Served, ada: Somebody) -> None:
    """Work whose key somebody else has used up meanwhile is undone, and may be asked for again."""
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(post, ada, "/slow")
        assert served.world.entered.wait(5)
        other = {"owner_id": ada.user_id, "route": "POST /slow", "key": "k", "fingerprint": "f"}
        served.run(
            insert(IdempotencyRecord).values(
                **other, status=200, headers={}, body=b"", created_at=datetime.now(UTC)
            )
        )
        served.world.goes_on.set()
        assert code_of(first.result(15)) == (409, "IDEMPOTENCY_KEY_IN_USE")
    assert served.titles(ada) == []
    assert code_of(post(ada, "/slow")) == (422, "IDEMPOTENCY_KEY_REUSED")


def _age(served: Served, owner: Somebody, hours: int) -> None:
    age = update(IdempotencyRecord).where(IdempotencyRecord.owner_id == owner.user_id)
    served.run(age.values(created_at=datetime.now(UTC) - timedelta(hours=hours)))


def test_after_a_day_a_key_is_new(served: Served, ada: Somebody) -> None:
    """An old answer does not count, and the next that is kept sweeps the others away."""
    for key in ("a", "b", "c"):
        assert post(ada, "/errands", key, json={"title": key}).status_code == 201
    _age(served, ada, hours=25)
    again = post(ada, "/errands", "a", json={"title": "a"})
    assert again.status_code == 201
    assert "Idempotent-Replayed" not in again.headers
    assert served.records(ada) == 1
    _age(served, ada, hours=23)
    assert is_replay(post(ada, "/errands", "a", json={"title": "a"}), again)


def test_the_oldest_answers_go(served: Served, ada: Somebody, bob: Somebody) -> None:
    """So many are kept for a person and no more; the oldest go, and nobody else's."""
    assert post(bob, "/errands", json={"title": "his"}).status_code == 201
    begin = datetime.now(UTC) - timedelta(hours=1)
    blank = {"owner_id": ada.user_id, "route": "POST /errands", "fingerprint": "", "status": 201}
    many = [
        {**blank, "key": str(number), "created_at": begin + timedelta(seconds=number)}
        for number in range(MOST_RECORDS + 2)
    ]
    served.run(insert(IdempotencyRecord).values(headers={}, body=b""), many)
    first = post(ada, "/errands", json={"title": "t"})
    assert (served.records(ada), served.records(bob)) == (MOST_RECORDS, 1)
    assert code_of(post(ada, "/errands", "3", json={})) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert post(ada, "/errands", "2", json={"title": "t"}).status_code == 201
    assert is_replay(post(ada, "/errands", json={"title": "t"}), first)
