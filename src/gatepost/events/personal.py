"""Which events concern a person, and what of them that person may see.

What is not here stays out of anybody's activity, for two reasons. Some of it is noise: tokens and
sessions are made and renewed all day. The rest would tell what an answer has kept back: that a row
is somebody else's rather than nobody's, or that an address is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gatepost.events.catalogue import EventName, SecurityEvent


class ActivityKind(StrEnum):
    """What an event is to the person whom it concerns."""

    SIGN_IN = "sign_in"
    CHANGE = "change"
    REFUSAL = "refusal"
    LOCKOUT = "lockout"


@dataclass(frozen=True, slots=True)
class Shown:
    """How an event is shown to its person.

    Attributes:
        details: the reasons that may be shown; of every other nothing is said.
        only_with_detail: whether an event with another reason is left out altogether.
        is_beside: whether it says more of another event, with which it is counted.
    """

    kind: ActivityKind
    details: frozenset[str] = frozenset()
    only_with_detail: bool = False
    is_beside: bool = False


_CHANGE = Shown(ActivityKind.CHANGE)
_REFUSAL = Shown(ActivityKind.REFUSAL)
_LOCKOUT = Shown(ActivityKind.LOCKOUT)

PERSONAL: Mapping[EventName, Shown] = {
    EventName.LOGIN_SUCCESS: Shown(ActivityKind.SIGN_IN, frozenset({"new_device"})),
    EventName.LOGIN_FAIL: Shown(
        ActivityKind.REFUSAL, frozenset({"wrong_password", "email_not_verified", "banned"})
    ),
    EventName.LOGIN_SUCCESS_AFTER_FAIL: Shown(ActivityKind.SIGN_IN, is_beside=True),
    EventName.LOGIN_FAIL_MAX: _LOCKOUT,
    EventName.LOGIN_LOCK: _LOCKOUT,
    # Not those about another address: that none was sent would say that somebody has it.
    EventName.LINK_SENT: Shown(
        ActivityKind.CHANGE,
        frozenset({"verify_email", "reset_password", "delete_user", "existing_account"}),
        only_with_detail=True,
    ),
    EventName.LINK_REFUSED: Shown(
        ActivityKind.REFUSAL,
        frozenset({"link_used_or_unknown", "link_expired"}),
        only_with_detail=True,
    ),
    EventName.PASSWORD_CHANGED: _CHANGE,
    EventName.PASSWORD_CHANGE_FAIL: _REFUSAL,
    EventName.PASSWORD_CHECK_FAIL: _REFUSAL,
    EventName.PASSWORD_COMPROMISED: _REFUSAL,
    EventName.TOKEN_REFUSED: _REFUSAL,
    EventName.ACCESS_REFUSED: _REFUSAL,
    EventName.FOREIGN_ORIGIN: _REFUSAL,
    EventName.SESSION_LOGOUT: _CHANGE,
    EventName.SESSION_REVOKED: _CHANGE,
    EventName.USER_CREATED: _CHANGE,
    EventName.USER_UPDATED: Shown(ActivityKind.CHANGE, frozenset({"email", "email_verified"})),
    EventName.ACCOUNT_UNLINKED: _CHANGE,
}


def detail_of(event: SecurityEvent) -> str | None:
    """Return the reason of an event where its person may see it."""
    shown = PERSONAL.get(event.name)
    if shown is None or event.reason is None or event.reason.value not in shown.details:
        return None
    return event.reason.value


def concerns_a_person(event: SecurityEvent) -> bool:
    """Whether it is for somebody to see."""
    shown = PERSONAL.get(event.name)
    if shown is None or event.user_id is None:
        return False
    return not shown.only_with_detail or detail_of(event) is not None
