"""The links that are mailed, as Better Auth writes them: a link of either works at the other."""

from urllib.parse import quote

from gatepost.events.catalogue import EventName
from gatepost.principal import UserId
from gatepost.provider.email_tokens import EmailClaims, EmailPurpose
from gatepost.provider.port import MailKind, Notice, SeenSignIn
from gatepost.provider.records import Session, User
from gatepost.provider.services import Services

_UNRESERVED = "!'()*"  # what encodeURIComponent leaves alone beside what `quote` does


def send_verification(services: Services, user: User, callback_url: str | None) -> None:
    """Mail the link that verifies somebody's address; nothing where no mail is sent."""
    claims = EmailClaims(EmailPurpose.VERIFY, user.email, user.id)
    _send_claims(services, MailKind.VERIFY_EMAIL, user.email, claims, callback_url)


def send_change_confirmation(
    services: Services, user: User, new_email: str, callback_url: str | None
) -> None:
    """Ask at the old address, which is verified, whether there is to be a new one."""
    claims = EmailClaims(EmailPurpose.CONFIRM_CHANGE, user.email, user.id, new_email)
    _send_claims(services, MailKind.CONFIRM_EMAIL_CHANGE, user.email, claims, callback_url)


def send_change_verification(
    services: Services, user: User, new_email: str, callback_url: str | None
) -> None:
    """Mail the link that puts a new address in place, to that address."""
    claims = EmailClaims(EmailPurpose.VERIFY_NEW, user.email, user.id, new_email)
    _send_claims(services, MailKind.VERIFY_NEW_EMAIL, new_email, claims, callback_url)


def send_reset(services: Services, user: User, token: str, redirect_to: str | None) -> None:
    """Mail the link that lets somebody choose another password."""
    url = f"{services.auth_url}/reset-password/{token}?callbackURL={_encoded(redirect_to or '')}"
    _send(services, Notice(MailKind.RESET_PASSWORD, user.email, url, token), user.id)


def send_deletion(services: Services, user: User, token: str, callback_url: str | None) -> None:
    """Mail the link that deletes somebody's account."""
    where = _encoded(callback_url or "/")
    url = f"{services.auth_url}/delete-user/callback?token={token}&callbackURL={where}"
    _send(services, Notice(MailKind.DELETE_USER, user.email, url, token), user.id)


def send_existing_account(services: Services, user: User) -> None:
    """Tell somebody that their address was given at a sign-up, which said nothing of it."""
    notice = Notice(MailKind.EXISTING_ACCOUNT, user.email, f"{services.config.base_url}/", "")
    _send(services, notice, user.id)


def send_new_device(services: Services, user: User, session: Session) -> None:
    """Tell somebody that their account was signed in to from a device that is new to it."""
    config = services.config
    seen = SeenSignIn(session.created_at, session.user_agent or "", session.ip_address or "")
    url = f"{config.base_url}{config.account_path}"
    _send(services, Notice(MailKind.NEW_DEVICE, user.email, url, "", sign_in=seen), user.id)


def sign_for_nobody(services: Services, email: str) -> None:
    """Take the time that a token takes, where none is to be sent."""
    services.email_tokens.sign(EmailClaims(EmailPurpose.VERIFY, email, ""))


def _send_claims(
    services: Services, kind: MailKind, to: str, claims: EmailClaims, callback_url: str | None
) -> None:
    token = services.email_tokens.sign(claims)
    where = _encoded(callback_url or "/")
    url = f"{services.auth_url}/verify-email?token={token}&callbackURL={where}"
    _send(services, Notice(kind, to, url, token, claims.new_email), UserId(claims.user_id))


def _send(services: Services, notice: Notice, user_id: UserId) -> None:
    if services.config.mailer is None:
        return
    services.config.mailer.send(notice)
    services.reporter.report(EventName.LINK_SENT, reason=notice.kind, user_id=user_id)


def _encoded(text: str) -> str:
    return quote(text, safe=_UNRESERVED, errors="replace")
