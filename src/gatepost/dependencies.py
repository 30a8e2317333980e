"""What a handler asks for: who calls, and that person's rows."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from gatepost.app import Gatepost
from gatepost.errors import ConfigurationError, NotFound, NotStarted
from gatepost.gate import PRINCIPAL_KEY, ROLES_KEY
from gatepost.gate.overrides import guarding
from gatepost.health import Health
from gatepost.principal import Principal
from gatepost.rows import ScopedSession
from gatepost.store.people import Person
from gatepost.unit_of_work import GATEPOST_KEY, unit_of_work


def _gatepost(connection: HTTPConnection) -> Gatepost:
    # From the scope, since `connection.app` may be an app that is mounted in the protected one.
    found = connection.scope.get(GATEPOST_KEY)
    if not isinstance(found, Gatepost):
        raise NotStarted("This app is not behind gatepost.protect(app).")
    return found


@guarding("CurrentUser")
async def _current_user(connection: HTTPConnection) -> Principal:
    principal = connection.scope.get(PRINCIPAL_KEY)
    if not isinstance(principal, Principal):
        raise ConfigurationError(
            f"{connection.scope.get('path')} asks for CurrentUser or Rows where nobody is signed "
            "in: the route is public, or the app is not behind gatepost.protect(app)."
        )
    return principal


CurrentUser = Annotated[Principal, Depends(_current_user)]
"""The verified caller, in HTTP routes and websockets alike."""


@guarding("CurrentRoles")
async def _current_roles(connection: HTTPConnection, _user: CurrentUser) -> frozenset[str]:
    roles: frozenset[str] = await connection.scope[ROLES_KEY]()
    return roles


CurrentRoles = Annotated[frozenset[str], Depends(_current_roles)]
"""The roles that the verified caller has at this moment, for what a page offers them. Who may call
a route is said by `requires(role=…)`."""


@guarding("Rows")
async def _rows(connection: HTTPConnection, user: CurrentUser) -> ScopedSession:
    return unit_of_work(connection.scope).session(user)


Rows = Annotated[ScopedSession, Depends(_rows)]
"""The caller's database session. It commits before a successful answer is sent, rolls back when
the answer refuses, and stays open until the last byte of a stream."""


async def _health(connection: HTTPConnection) -> Health:
    return _gatepost(connection).health()


CurrentHealth = Annotated[Health, Depends(_health)]
"""How fresh is what requests are decided by; for a probe, which may be public."""


CurrentGatepost = Annotated[Gatepost, Depends(_gatepost)]
"""The app's `Gatepost`: for looking somebody up by their address, and for work outside a person."""


@guarding("Profile")
async def _profile(connection: HTTPConnection, user: CurrentUser) -> Person:
    person = await _gatepost(connection).person(user.user_id)
    if person is None:
        raise NotFound("Your account is not here any more", code="USER_NOT_FOUND")
    return person


Profile = Annotated[Person, Depends(_profile)]
"""What the caller has told of themselves: name, e-mail address, picture."""
