"""Adding a task once, on each database and with each provider."""

from gatepost.testing import Somebody
from tests.tasks.test_tasks import titles


def test_a_task_is_added_once(ada: Somebody, bob: Somebody) -> None:
    """A retry with the same key gets the task of before; somebody else's key is their own."""
    key, body = {"Idempotency-Key": '"b1946ac9"'}, {"title": "once"}
    first, again, his = (
        somebody.http.post("/api/tasks", json=body, headers=key) for somebody in (ada, ada, bob)
    )
    assert [answer.status_code for answer in (first, again, his)] == [201] * 3
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert his.json()["id"] != first.json()["id"]
    reused = ada.http.post("/api/tasks", json={"title": "another"}, headers=key)
    assert (reused.status_code, reused.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    for somebody in (ada, bob):
        assert titles(somebody.http.get("/api/tasks")) == ["once"]
