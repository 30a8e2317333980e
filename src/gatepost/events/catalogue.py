"""The catalogue of security events, with the names of OWASP's Logging Vocabulary.

What is not in `EventName` cannot be sent, and no field of `SecurityEvent` takes free text from a
caller: reasons and codes are members of enumerations, ids are ours, the route is its template.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from gatepost.events.facts import Level, RequestFacts, TraceFacts


class EventName(StrEnum):
    """Everything that can be sent, by OWASP's names where it has one.

    Attributes:
        level: how loud it is.
        sent: when it is sent, in a sentence.
    """

    level: Level
    sent: str

    # The defaults are for whoever looks one up by its name; a test wants both of every member.
    def __new__(cls, value: str, level: Level = Level.CRITICAL, sent: str = "") -> Self:
        """Make a member, which is its name; the rest comes with it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.level = level
        member.sent = sent
        return member

    LOGIN_SUCCESS = (
        "authn_login_success",
        Level.INFO,
        "Somebody has signed in; the reason `new_device` says that nobody had from that device.",
    )
    LOGIN_SUCCESS_AFTER_FAIL = (
        "authn_login_successafterfail",
        Level.WARNING,
        "Beside it: the same address had failed at this account before; `count` says how often.",
    )
    LOGIN_FAIL = (
        "authn_login_fail",
        Level.WARNING,
        "A sign-in was refused; what was typed is in no event.",
    )
    LOGIN_FAIL_MAX = (
        "authn_login_fail_max",
        Level.WARNING,
        "No password is looked at: too many from this address were wrong for this account.",
    )
    LOGIN_LOCK = (
        "authn_login_lock",
        Level.WARNING,
        (
            "No password is looked at from addresses that are new to this account: too many from "
            "anywhere were wrong."
        ),
    )
    LINK_SENT = (
        "authn_link_sent",
        Level.INFO,
        "A mail with a link was handed over; the reason says for what.",
    )
    LINK_REFUSED = (
        "authn_link_refused",
        Level.WARNING,
        "A link of a mail was refused: used, expired, or never made.",
    )
    PASSWORD_CHANGED = (
        "authn_password_change",
        Level.INFO,
        "A password was changed, or set by a link.",
    )
    PASSWORD_CHANGE_FAIL = (
        "authn_password_change_fail",
        Level.WARNING,
        "A change of password was refused.",
    )
    PASSWORD_CHECK_FAIL = (
        "authn_password_check_fail",
        Level.WARNING,
        "Somebody who is signed in gave a wrong password where it was asked for again.",
    )
    PASSWORD_COMPROMISED = (
        "authn_password_compromised",
        Level.WARNING,
        "A new password was refused: it is on the list of breached ones.",
    )
    TOKEN_CREATED = "authn_token_created", Level.INFO, "An access token was handed out."
    TOKEN_REVOKED = (
        "authn_token_revoked",
        Level.INFO,
        (
            "Access tokens are refused from now on: those of a session, of a person, or of a "
            "signing key."
        ),
    )
    TOKEN_REUSED = (
        "authn_token_reuse",
        Level.CRITICAL,
        "An access token came that had been taken back; everything else about it was right.",
    )
    TOKEN_REFUSED = "authn_token_refused", Level.WARNING, "An access token was refused."
    ACCESS_REFUSED = (
        "authz_fail",
        Level.WARNING,
        "A request was refused: nobody is signed in, or they may not.",
    )
    ACCESS_CHANGED = "authz_change", Level.WARNING, "An operator has changed the roles of somebody."
    OPERATOR = (
        "authz_admin",
        Level.WARNING,
        "An operator has used a command; the reason says which.",
    )
    RATE_LIMITED = (
        "excess_rate_limit_exceeded",
        Level.WARNING,
        "An address has asked the provider too often; the reason may name another limit.",
    )
    SESSION_CREATED = "session_created", Level.INFO, "A session has begun."
    SESSION_RENEWED = "session_renewed", Level.INFO, "A session that is in use lives longer."
    SESSION_EXPIRED = (
        "session_expired",
        Level.INFO,
        "A session that was past its end has been deleted; the reason says which end it was.",
    )
    SESSION_LOGOUT = "session_logout", Level.INFO, "Somebody has signed out."
    SESSION_REVOKED = (
        "session_revoked",
        Level.INFO,
        "A session was ended from elsewhere, or as the oldest of too many.",
    )
    SESSION_USED_AFTER_END = (
        "session_use_after_expire",
        Level.WARNING,
        "A session came that had expired, or that was ended.",
    )
    FOREIGN_ROW = (
        "malicious_direct_reference",
        Level.WARNING,
        "Somebody named a row that is somebody else's, and was told that there is none.",
    )
    FOREIGN_ORIGIN = (
        "malicious_csrf",
        Level.WARNING,
        (
            "A page that is not trusted has sent a request, or wants people sent to where nobody "
            "is trusted."
        ),
    )
    FOREIGN_CORS = (
        "malicious_cors",
        Level.WARNING,
        "A page that is not trusted has asked whether it may call a closed route.",
    )
    ACTIVITY_LOST = (
        "sys_activity_lost",
        Level.CRITICAL,
        "What is kept of events for people to see has gaps; `count` says how many are missing.",
    )
    EVENTS_LOST = (
        "sys_events_lost",
        Level.CRITICAL,
        "This sink has gaps: it was too slow, or failed; `count` says how many events are missing.",
    )
    BREACHED_LIST_AWAY = (
        "sys_breached_list_away",
        Level.CRITICAL,
        "The list of breached passwords could not be asked.",
    )
    LIMITS_AWAY = (
        "sys_limits_away",
        Level.CRITICAL,
        "What counts the limits is away: whatever somebody could guess by is refused meanwhile.",
    )
    LIMITS_LOCAL = (
        "sys_limits_local",
        Level.CRITICAL,
        "What counts the limits is away: each worker counts for itself meanwhile.",
    )
    MAIL_LOST = "sys_mail_lost", Level.CRITICAL, "A mail was given up."
    ROW_GUARD = (
        "sys_row_guard",
        Level.CRITICAL,
        "A guard of the rows has tripped: a statement of the app would have gone past their owner.",
    )
    ROWS_OUTSIDE = (
        "sys_rows_outside",
        Level.INFO,
        "The app works on everybody's rows, for the reason that it names.",
    )
    SEAL_BROKEN = (
        "sys_seal_broken",
        Level.CRITICAL,
        "Something would have run that the gate had not decided on, and was stopped.",
    )
    USER_CREATED = "user_created", Level.INFO, "Somebody has signed up."
    USER_REFUSED = "user_created_fail", Level.WARNING, "A sign-up was refused."
    USER_UPDATED = (
        "user_updated",
        Level.INFO,
        "Somebody's account has changed; the reason says what.",
    )
    USER_DELETED = "user_deleted", Level.INFO, "An account was deleted."
    ACCOUNT_UNLINKED = (
        "user_account_unlinked",
        Level.INFO,
        "A way to sign in was taken from an account.",
    )


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One thing that happened.

    Attributes:
        reason: the private cause of a refusal, a member of the refusing room's enumeration; or of
            what kind a link or a change is.
        user_id: the `user` row's id where it is known; never what somebody typed.
        session_id: the id of the `session` row; never its token. Sinks write its hash.
        key_id: the `kid` of a key of ours, or of one that has signed.
        token_id: the `jti` of a token whose signature is good.
        count: of how many it speaks, where it is not one.
        app_id: whose it is; put in on the way to the sinks, as `trace` is.
    """

    name: EventName
    reason: StrEnum | None = None
    user_id: str | None = None
    session_id: str | None = None
    key_id: str | None = None
    token_id: str | None = None
    count: int | None = None
    request: RequestFacts | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    app_id: str | None = None
    trace: TraceFacts | None = None

    @property
    def level(self) -> Level:
        """The level that the catalogue gives to this name."""
        return self.name.level
