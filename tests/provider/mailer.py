"""A mailer that keeps what it is given, as the functions of a Better Auth server would."""

from gatepost.provider import MailKind, Notice
from tests.provider.oracle.mailbox import KeptMails, Mail

_KINDS = {
    MailKind.VERIFY_EMAIL: "sendVerificationEmail",
    MailKind.VERIFY_NEW_EMAIL: "sendVerificationEmail",
    MailKind.CONFIRM_EMAIL_CHANGE: "sendChangeEmailConfirmation",
    MailKind.RESET_PASSWORD: "sendResetPassword",
    MailKind.DELETE_USER: "sendDeleteAccountVerification",
    MailKind.EXISTING_ACCOUNT: "onExistingUserSignUp",
    MailKind.NEW_DEVICE: "",  # Gatepost's own
}


class Mailer:
    """Keeps mails under the names of Better Auth's functions."""

    def __init__(self, mailbox: KeptMails) -> None:
        self._mailbox = mailbox

    def send(self, notice: Notice) -> None:
        """Keep what that function is given: not every one gets everything."""
        url = "" if notice.kind is MailKind.EXISTING_ACCOUNT else notice.url
        new_email = notice.new_email if notice.kind is MailKind.CONFIRM_EMAIL_CHANGE else ""
        mail = Mail(_KINDS[notice.kind], notice.to, url, notice.token, new_email)
        self._mailbox.kept.append(mail)
