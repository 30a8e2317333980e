"""Sessions that may be ended: somebody who is not needed again, and what they can do with them."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace

from gatepost.attacks.attack_file import Step
from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.trials.aiming import probe

_HEARD_AFTER = 1.5
"""Seconds within which every process of an app should have heard that a session is over."""


def granted(stage: Stage, person: Person) -> Exchange | None:
    """Return the app's grant of something to somebody, or None where they are refused.

    Raises:
        Inconclusive: there is nothing that tells whether a credential is good.
    """
    operation = probe(stage.surface)
    if operation is None:
        raise Inconclusive("there is nothing that a signed-in person may read")
    prepared = stage.prepare(operation, stage.alice if operation.names else person)
    exchange = stage.send(prepared.request, person)
    return exchange if exchange.succeeded else None


def must_be_granted(stage: Stage, person: Person) -> None:
    """Make sure that a credential is good before it is ended.

    Raises:
        Inconclusive: it is not.
    """
    if granted(stage, person) is None:
        raise Inconclusive(f"{person.name} is refused before anything has ended")


def still_granted(stage: Stage, person: Person) -> Exchange | None:
    """Return the grant that an ended credential still gets, once every process may know of it."""
    if granted(stage, person) is None:
        return None
    time.sleep(_HEARD_AFTER)
    return granted(stage, person)


def act(stage: Stage, step: Step, person: Person, **more: str) -> Exchange:
    """Take a step of the attack file as somebody, with all that their browser would send."""
    return stage.send(stage.doors.request(step, person, **more), with_cookies(stage, person))


def with_cookies(stage: Stage, person: Person) -> Person:
    """Return somebody with the cookies of their sign-in beside, or in place of, their token."""
    if not person.cookies or person.cookie is not None:
        return person
    pairs = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    if stage.doors.section.kind == "better-auth":
        return replace(person, headers={"Cookie": pairs})
    return replace(person, headers={**person.headers, "Cookie": pairs})


def received(stage: Stage, step: Step, person: Person, exchange: Exchange) -> Person | None:
    """Return somebody with the credential that an answer gives them, or None where it gives none.

    What the answer leaves out, a refresh token or a cookie that stays the same, is as it was.
    """
    # A form that signs people in sends them on.
    if exchange.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
        return None
    try:
        found = stage.doors.received(step, person, exchange.answered)
    except AttackError:
        return None
    if not found.cookies and step.token is None:
        return None
    # Who signs in begins anew; who refreshes keeps the cookies that the answer does not set.
    kept = {} if step == stage.doors.sign_in_step else person.cookies
    cookies, headers = {**kept, **found.cookies}, dict(found.headers)
    if found.cookie is not None:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return replace(
        found,
        headers=headers,
        signed_in={**person.signed_in, **found.signed_in},
        cookies=cookies,
    )


def members_of(exchange: Exchange) -> Mapping[str, object]:
    """Return the members of a JSON answer."""
    try:
        found = json.loads(exchange.answered.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def password_change_of(stage: Stage) -> Step | None:
    """Return how people change their password."""
    section = stage.doors.section
    if section.kind != "better-auth":
        return section.password_change
    body: dict[str, object] = {
        "currentPassword": "{password}",
        "newPassword": "{new_password}",
        "revokeOtherSessions": True,
    }
    return Step(path=f"{section.base_path}/change-password", body=body)


def reset_of(stage: Stage) -> Step | None:
    """Return how people ask for a new password that they have forgotten."""
    section = stage.doors.section
    if section.kind != "better-auth":
        return section.reset
    body: dict[str, object] = {"email": "{email}", "redirectTo": "/"}
    return Step(path=f"{section.base_path}/request-password-reset", body=body)
