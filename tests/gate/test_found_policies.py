"""What the audit of policies refuses, or lets pass, and should not."""

from fastapi import APIRouter, FastAPI

from gatepost import requires
from gatepost.gate.audit import table_of
from gatepost.gate.policy import Policy, SignedIn


class _Things:
    """Routes as the methods of one object."""

    def __init__(self, router: APIRouter) -> None:
        router.get("/things")(self.read)
        router.delete("/things")(self.remove)

    async def read(self) -> str:
        return "read"

    @requires(role="admin")
    async def remove(self) -> str:
        return "removed"


def test_methods_of_one_object_are_routes_of_their_own() -> None:
    """Where methods are routed one by one, each has its own policy, and the app starts."""
    app = FastAPI(openapi_url=None)
    _Things(app.router)
    found: dict[str, Policy] = {" ".join(each.methods): each.policy for each in table_of(app)}
    assert found == {"GET": SignedIn(), "DELETE": SignedIn(roles=frozenset({"admin"}))}
