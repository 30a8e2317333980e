"""The catalogue of security events, with the names of OWASP's Logging Vocabulary.

What is not in `EventName` cannot be sent, and no field of `SecurityEvent` takes free text from a
caller: reasons and codes are members of enumerations, ids are ours, the route is its template.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How loud an event is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class EventName(StrEnum):
    """OWASP's names for what authentication and authorization do or refuse."""

    LOGIN_SUCCESS = "authn_login_success"
    LOGIN_FAIL = "authn_login_fail"
    LINK_SENT = "authn_link_sent"
    LINK_REFUSED = "authn_link_refused"
    PASSWORD_CHANGED = "authn_password_change"  # noqa: S105 - the name of an event
    PASSWORD_CHANGE_FAIL = "authn_password_change_fail"  # noqa: S105 - the name of an event
    PASSWORD_CHECK_FAIL = "authn_password_check_fail"  # noqa: S105 - the name of an event
    PASSWORD_COMPROMISED = "authn_password_compromised"  # noqa: S105 - the name of an event
    TOKEN_CREATED = "authn_token_created"  # noqa: S105 - the name of an event
    TOKEN_REFUSED = "authn_token_refused"  # noqa: S105 - the name of an event
    ACCESS_REFUSED = "authz_fail"
    OPERATOR = "authz_admin"
    RATE_LIMITED = "excess_rate_limit_exceeded"
    SESSION_CREATED = "session_created"
    SESSION_RENEWED = "session_renewed"
    SESSION_EXPIRED = "session_expired"
    SESSION_LOGOUT = "session_logout"
    SESSION_REVOKED = "session_revoked"
    FOREIGN_ROW = "malicious_direct_reference"
    FOREIGN_ORIGIN = "malicious_csrf"
    ACTIVITY_LOST = "sys_activity_lost"
    BREACHED_LIST_AWAY = "sys_breached_list_away"
    LIMITS_AWAY = "sys_limits_away"
    LIMITS_LOCAL = "sys_limits_local"
    MAIL_LOST = "sys_mail_lost"
    ROW_GUARD = "sys_row_guard"
    ROWS_OUTSIDE = "sys_rows_outside"
    SEAL_BROKEN = "sys_seal_broken"
    USER_CREATED = "user_created"
    USER_REFUSED = "user_created_fail"
    USER_UPDATED = "user_updated"
    USER_DELETED = "user_deleted"
    ACCOUNT_UNLINKED = "user_account_unlinked"


LEVELS: dict[EventName, Level] = {
    EventName.LOGIN_SUCCESS: Level.INFO,
    EventName.LOGIN_FAIL: Level.WARNING,
    EventName.LINK_SENT: Level.INFO,
    EventName.LINK_REFUSED: Level.WARNING,
    EventName.PASSWORD_CHANGED: Level.INFO,
    EventName.PASSWORD_CHANGE_FAIL: Level.WARNING,
    EventName.PASSWORD_CHECK_FAIL: Level.WARNING,
    EventName.PASSWORD_COMPROMISED: Level.WARNING,
    EventName.TOKEN_CREATED: Level.INFO,
    EventName.TOKEN_REFUSED: Level.WARNING,
    EventName.ACCESS_REFUSED: Level.WARNING,
    EventName.OPERATOR: Level.WARNING,
    EventName.RATE_LIMITED: Level.WARNING,
    EventName.SESSION_CREATED: Level.INFO,
    EventName.SESSION_RENEWED: Level.INFO,
    EventName.SESSION_EXPIRED: Level.INFO,
    EventName.SESSION_LOGOUT: Level.INFO,
    EventName.SESSION_REVOKED: Level.INFO,
    EventName.FOREIGN_ROW: Level.WARNING,
    EventName.FOREIGN_ORIGIN: Level.WARNING,
    EventName.ACTIVITY_LOST: Level.CRITICAL,
    EventName.BREACHED_LIST_AWAY: Level.CRITICAL,
    EventName.LIMITS_AWAY: Level.CRITICAL,
    EventName.LIMITS_LOCAL: Level.CRITICAL,
    EventName.MAIL_LOST: Level.CRITICAL,
    EventName.ROW_GUARD: Level.CRITICAL,
    EventName.ROWS_OUTSIDE: Level.INFO,
    EventName.SEAL_BROKEN: Level.CRITICAL,
    EventName.USER_CREATED: Level.INFO,
    EventName.USER_REFUSED: Level.WARNING,
    EventName.USER_UPDATED: Level.INFO,
    EventName.USER_DELETED: Level.INFO,
    EventName.ACCOUNT_UNLINKED: Level.INFO,
}


class RequestFacts(NamedTuple):
    """What may be said of a request: no raw URL, no header, no body.

    Attributes:
        request_id: made by the gate for each request; never taken from a header.
        source_ip: the peer's address as the server saw it, or whom trusted proxies name; or None.
        method: the HTTP method, `WEBSOCKET` for a websocket, `OTHER` for an unregistered one.
        route: the template of the matched route (`/api/tasks/{task_id}`), or None.
    """

    request_id: str
    source_ip: str | None
    method: str
    route: str | None


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One thing that happened.

    Attributes:
        reason: the private cause of a refusal, a member of the refusing room's enumeration; or of
            what kind a link or a change is.
        user_id: the `user` row's id where it is known; never what somebody typed.
        session_id: the id of the `session` row; never its token.
    """

    name: EventName
    reason: StrEnum | None = None
    user_id: str | None = None
    session_id: str | None = None
    key_id: str | None = None
    request: RequestFacts | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def level(self) -> Level:
        """The level that the catalogue gives to this name."""
        return LEVELS[self.name]
