"""What the routes work with, put together once."""

from dataclasses import dataclass
from enum import StrEnum

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_facts
from gatepost.origins import TrustedOrigins
from gatepost.provider.account_changes import AccountChanges
from gatepost.provider.accounts import Accounts
from gatepost.provider.additional_fields import AdditionalFields
from gatepost.provider.attempts import SignInAttempts
from gatepost.provider.cookies import CookieNames, CookieSigner
from gatepost.provider.device_marks import DeviceMarks
from gatepost.provider.email_tokens import EmailTokens
from gatepost.provider.linked_accounts import LinkedAccounts
from gatepost.provider.passwords import Passwords
from gatepost.provider.port import ProviderConfig, SessionEnds, TokenSigner
from gatepost.provider.records import Session
from gatepost.provider.sessions import Sessions
from gatepost.provider.verifications import Verifications


class Reporter:
    """Sends security events about the request at hand.

    Args:
        sink: where they go.
    """

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink

    def report(  # noqa: PLR0913 - the fields of an event
        self,
        name: EventName,
        *,
        reason: StrEnum | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
        key_id: str | None = None,
        count: int | None = None,
    ) -> None:
        """Send one event; it takes ids and enumerated reasons, and no text of the caller's."""
        self._sink.emit(
            SecurityEvent(
                name,
                reason=reason,
                user_id=user_id,
                session_id=session_id,
                key_id=key_id,
                count=count,
                request=current_facts(),
            )
        )

    def report_session(
        self, name: EventName, session: Session, *, reason: StrEnum | None = None
    ) -> None:
        """Send one event about a session."""
        self.report(name, reason=reason, user_id=session.user_id, session_id=session.id)


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes work with.

    Attributes:
        auth_url: where the provider itself is: the base URL and the base path.
    """

    auth_url: str
    additional_fields: AdditionalFields
    accounts: Accounts
    linked_accounts: LinkedAccounts
    sessions: Sessions
    attempts: SignInAttempts
    passwords: Passwords
    cookie_names: CookieNames
    cookie_signer: CookieSigner
    trusted_origins: TrustedOrigins
    signer: TokenSigner
    ends: SessionEnds
    reporter: Reporter
    config: ProviderConfig
    changes: AccountChanges
    email_tokens: EmailTokens
    verifications: Verifications
    device_marks: DeviceMarks
