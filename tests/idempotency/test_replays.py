"""A retry with the same key gets the same answer, and the work is done once."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from gatepost.testing import Somebody
from gatepost.testing.people import sign_in, take_token
from tests.idempotency.asking import code_of, is_replay, post
from tests.idempotency.conftest import Served

ANSWERS: dict[str, tuple[object, int, list[str]]] = {
    "/errands": ({"title": "once"}, 201, ["once"]),
    "/inner/errands": ({"title": "once"}, 201, ["once"]),
    "/raw": ("raw", 200, ['"raw"']),
    "/empty": (None, 204, ["empty"]),
    "/away": (None, 303, ["away"]),
    "/streamed": (None, 200, ["part 0", "part 1", "part 2"]),
    "/bytes/0": (None, 200, ["0 over"]),
    "/long-text": (None, 200, ["long text"]),
}


@pytest.mark.parametrize("path", ANSWERS)
def test_a_retry_gets_the_same_answer(path: str, served: Served, ada: Somebody) -> None:
    """Whatever kind of answer it was, it comes again, and its work is not done again."""
    asked, status, titles = ANSWERS[path]
    first = post(ada, path, json=asked)
    assert first.status_code == status, first.text
    for _ in range(2):
        assert is_replay(post(ada, path, json=asked), first)
    assert served.titles(ada) == titles
    assert served.records(ada) == 1


def test_without_a_key_nothing_is_kept(served: Served, ada: Somebody) -> None:
    """A route that takes keys works as before for whoever sends none."""
    for _ in range(2):
        assert post(ada, "/errands", None, json={"title": "each"}).status_code == 201
    assert served.titles(ada) == ["each", "each"]
    assert served.records(ada) == 0


def test_a_handler_may_demand_a_key(ada: Somebody) -> None:
    """The handler is given the key, or nothing."""
    assert code_of(post(ada, "/demanded", None)) == (400, "IDEMPOTENCY_KEY_REQUIRED")
    assert post(ada, "/demanded", '"a \\"key\\""').json()["title"] == 'a "key"'


def test_a_key_is_one_persons(served: Served, ada: Somebody, bob: Somebody) -> None:
    """The same request with the same key is other work for somebody else."""
    hers = post(ada, "/errands", json={"title": "hers"})
    his = post(bob, "/errands", json={"title": "hers"})
    assert (hers.status_code, his.status_code) == (201, 201)
    assert hers.json()["id"] != his.json()["id"]
    assert "Idempotent-Replayed" not in his.headers
    assert is_replay(post(bob, "/errands", json={"title": "hers"}), his)
    assert (served.titles(ada), served.titles(bob)) == (["hers"], ["hers"])


def test_a_key_is_one_routes(served: Served, ada: Somebody) -> None:
    """Another route, another method and a mounted app know nothing of it."""
    json = {"title": "one"}
    for path in ("/errands", "/more-errands", "/inner/errands", "/errands/one"):
        answer = post(ada, path, json=json)
        assert answer.is_success
        assert "Idempotent-Replayed" not in answer.headers
    patched = ada.http.patch("/errands/one", headers={"Idempotency-Key": '"k"'}, json=json)
    assert patched.is_success
    assert "Idempotent-Replayed" not in patched.headers
    assert served.titles(ada) == ["one"] * 5


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/errands/a", {"title": "b"}),
        ("/errands/a", None),
        ("/errands/b", {"title": "a"}),
        ("/errands/a?x=1", {"title": "a"}),
    ],
    ids=["another body", "no body", "another path", "another query"],
)
def test_a_key_is_one_requests(path: str, asked: object, served: Served, ada: Somebody) -> None:
    """The key of another request of the same route is refused, and nothing is done."""
    assert post(ada, "/errands/a", json={"title": "a"}).is_success
    assert code_of(post(ada, path, json=asked)) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert served.titles(ada) == ["a"]


@pytest.mark.parametrize("path", ["/errands", "/inner/errands"])
def test_what_was_refused_may_be_tried_again(path: str, served: Served, ada: Somebody) -> None:
    """A refusal leaves no record, whether the handler or the validation has refused."""
    served.world.refusing = True
    assert code_of(post(ada, path, json={"title": "t"})) == (409, "NOT_TODAY")
    assert post(ada, path, json={}).status_code == 422
    assert (served.titles(ada), served.records(ada)) == ([], 0)
    served.world.refusing = False
    assert post(ada, path, json={"title": "t"}).status_code == 201
    assert served.titles(ada) == ["t"]


@pytest.mark.parametrize("path", ["/breaks", "/broken-stream", "/bytes/1"])
def test_what_broke_has_left_nothing(path: str, served: Served, ada: Somebody) -> None:
    """A handler or a stream that breaks, and an answer that is too long, undo the whole."""
    for _ in range(2):
        assert code_of(post(ada, path)) == (500, "INTERNAL_SERVER_ERROR")
    assert (served.titles(ada), served.records(ada)) == ([], 0)
    assert post(ada, "/errands", json={"title": "after"}).status_code == 201


def test_a_client_that_leaves_a_stream_has_done_nothing(served: Served, ada: Somebody) -> None:
    """An answer that nobody waited for is not kept, and neither is what was done for it."""
    place = urlsplit(served.url)
    request = (
        f"POST /slow-stream HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: 0\r\n"
        f"Authorization: Bearer {ada.token}\r\nIdempotency-Key: k\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0)) as client:
        client.sendall(request.encode())
        assert served.world.entered.wait(5)
        served.world.entered.clear()
    with ThreadPoolExecutor(1) as threads:
        again = threads.submit(_post_until_free, ada, "/slow-stream")
        assert served.world.entered.wait(15)
        served.world.goes_on.set()
        answer = again.result(15)
    assert answer.status_code == 200
    assert "Idempotent-Replayed" not in answer.headers
    assert served.titles(ada) == ["slow stream"]


def _post_until_free(somebody: Somebody, path: str) -> httpx.Response:
    deadline = time.monotonic() + 30
    while (answer := post(somebody, path)).status_code == 409 and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def test_a_commit_that_fails_frees_the_key(served: Served, ada: Somebody) -> None:
    """What the database refuses at the last moment takes the record with it."""
    served.world.shop = "closed"
    for _ in range(2):
        assert code_of(post(ada, "/errands", json={"title": "t"})) == (409, "CONFLICT")
    assert (served.titles(ada), served.records(ada)) == ([], 0)
    served.world.shop = None
    assert post(ada, "/errands", json={"title": "t"}).status_code == 201


def test_a_new_sign_in_is_the_same_person(ada: Somebody) -> None:
    """The answer is the person's, and not the session's or the token's."""
    first = post(ada, "/errands", json={"title": "t"})
    ada.browser.post("/api/auth/sign-out", json={}).raise_for_status()
    sign_in(ada.browser, ada.email, ada.password)
    ada.http.headers["Authorization"] = f"Bearer {take_token(ada.browser)}"
    assert is_replay(post(ada, "/errands", json={"title": "t"}), first)


def test_what_comes_after_the_answer_comes_once(served: Served, ada: Somebody) -> None:
    """A background task runs for the work, and not for the answer of before."""
    for _ in range(3):
        assert post(ada, "/errands", json={"title": "t"}).status_code == 201
    deadline = time.monotonic() + 30
    while not served.world.afterwards and time.monotonic() < deadline:
        time.sleep(0.01)
    assert served.world.afterwards == ["t"]


def test_twenty_at_once_do_the_work_once(served: Served, ada: Somebody) -> None:
    """Of many retries at one moment one works; the others get its answer, or are told to wait."""
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: post(ada, "/errands", json={"title": "t"}), range(20)))
    done = [answer for answer in answers if answer.status_code == 201]
    told = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.content for answer in done}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in done) == 1
    for answer in told:
        assert code_of(answer) == (409, "IDEMPOTENCY_KEY_IN_USE")
        assert answer.headers["Retry-After"] == "1"
    assert served.titles(ada) == ["t"]


def test_a_retry_during_the_work_does_not_work(served: Served, ada: Somebody) -> None:
    """Whoever comes while the first is at it waits for its answer, or is told to come again."""
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(post, ada, "/slow")
        assert served.world.entered.wait(5)
        second = threads.submit(post, ada, "/slow")
        if "postgresql" in served.database_url:
            assert code_of(second.result(5)) == (409, "IDEMPOTENCY_KEY_IN_USE")
        served.world.goes_on.set()
        assert second.result(15).status_code in (200, 409)
        done = first.result(15)
    assert is_replay(post(ada, "/slow"), done)
    assert served.titles(ada) == ["slow"]
