"""What the mails say: templates, filled with a link and hardly anything else.

No letter repeats a person's name. Whoever signs up chooses the name and the address, so a name in
the mail would be a stranger's text, sent in this app's name to whomever they like.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from types import MappingProxyType

from gatepost.mail.mails import Mail


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of mail; `$site` is the app's host, `$address` a new address, where there is one.

    Of a sign-in it has `$when`, `$device` and `$place`.

    Attributes:
        button: what the link is called.
        afterwards: what holds for whoever did not ask for it, and for how long the link works.
    """

    subject: str
    opening: str
    button: str
    afterwards: str


_AN_HOUR = "The link works for one hour."

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "verify_email": Letter(
            "Confirm your e-mail address for $site",
            "Somebody, probably you, gave this e-mail address at $site.",
            "Confirm the address",
            f"{_AN_HOUR} If it was not you, do not follow it: nothing happens then.",
        ),
        "confirm_email_change": Letter(
            "Confirm a change of your e-mail address at $site",
            "Somebody who is signed in to your account at $site wants to change its e-mail "
            "address to $address.",
            "Go on with the change",
            f"{_AN_HOUR} If it was not you, do not follow it, and change your password.",
        ),
        "verify_new_email": Letter(
            "Confirm your new e-mail address for $site",
            "Somebody, probably you, wants to use this e-mail address for an account at $site.",
            "Use this address",
            f"{_AN_HOUR} If it was not you, do not follow it: nothing happens then.",
        ),
        "reset_password": Letter(
            "Choose a new password for $site",
            "Somebody, probably you, asked for a new password for your account at $site.",
            "Choose a new password",
            f"{_AN_HOUR} It can be used once, and signs you out everywhere. If it was not you, do "
            "nothing: your password stays as it is.",
        ),
        "delete_user": Letter(
            "Confirm that your account at $site is to be deleted",
            "Somebody who is signed in to your account at $site wants to delete it.",
            "Delete the account for good",
            "The link works for one day, once, and in a browser that is signed in. If it was not "
            "you, do not follow it, and change your password.",
        ),
        "existing_account": Letter(
            "You have an account at $site already",
            "Somebody, probably you, wanted to sign up at $site with this e-mail address, which "
            "has an account there.",
            "Sign in instead",
            "If you do not remember the password, ask for a new one there. If it was not you, do "
            "nothing: nobody has learned that you have an account.",
        ),
        "new_device": Letter(
            "A new sign-in to your account at $site",
            "Somebody, probably you, signed in to your account at $site on $when, with $device, "
            "from $place. Nobody had signed in to it from that device before.",
            "Look at your sessions",
            "If it was you, there is nothing to do. If it was not, end that session there, and "
            "change your password at once.",
        ),
    }
)
"""Every kind of mail, by its name."""

_TEXT = Template("$opening\n\n$button:\n$url\n\n$afterwards\n")
_PAGE = Template(
    '<!doctype html>\n<html lang="en">\n'
    '<head><meta charset="utf-8"><title>$subject</title></head>\n'
    '<body style="font-family:sans-serif;line-height:1.5;max-width:36em">\n'
    "<p>$opening</p>\n"
    '<p><a href="$url">$button</a></p>\n'
    "<p>Or copy this into your browser:<br>$url</p>\n"
    "<p>$afterwards</p>\n</body>\n</html>\n"
)


_BLANKS = ("address", "when", "device", "place")


def write(letter: Letter, to: str, *, site: str, url: str, **blanks: str) -> Mail:
    """Fill a letter in.

    Args:
        letter: which.
        to: whose address it goes to.
        site: the app's host, as people know it.
        url: where its link leads.
        blanks: what else the letter speaks of, by the names of its blanks.
    """
    blanks = {**dict.fromkeys(_BLANKS, ""), "site": site, **blanks}
    said = {
        "subject": Template(letter.subject).substitute(blanks),
        "opening": Template(letter.opening).substitute(blanks),
        "button": letter.button,
        "afterwards": letter.afterwards,
        "url": url,
    }
    shown = {name: escape(text) for name, text in said.items()}
    return Mail(to, said["subject"], _TEXT.substitute(said), _PAGE.substitute(shown))
