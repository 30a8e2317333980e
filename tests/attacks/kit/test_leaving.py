"""People whom the attack has made are taken away: by Better Auth's own endpoint, or the app's."""

import secrets
from typing import Annotated

import pytest
from fastapi import Body, Cookie, FastAPI, HTTPException, Response

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.ledger import Ledger
from gatepost.attacks.people.leaving import accounts_among, leave
from gatepost.attacks.people.signing_in import Doors
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets import Surface
from tests.attacks.kit.lab import LAB, PEOPLE, lab_app
from tests.serving import serving

_Text = Annotated[str, Body()]


class BetterAuth:
    """An app with the endpoints of Better Auth that the kit calls."""

    def __init__(self, *, mails: bool = False) -> None:
        self.passwords: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        self.app = FastAPI()
        self.app.post("/api/auth/sign-up/email")(self.sign_up)
        self.app.post("/api/auth/sign-in/email")(self.sign_in)
        self.app.post("/api/auth/delete-user")(self.mail if mails else self.delete)

    def sign_up(self, name: _Text, email: _Text, password: _Text) -> str:
        """Make an account."""
        self.passwords[email] = password
        return name

    def sign_in(self, email: _Text, password: _Text, response: Response) -> None:
        """Begin a session."""
        if self.passwords.get(email) != password:
            raise HTTPException(401)
        session = secrets.token_urlsafe(24)
        self.sessions[session] = email
        response.set_cookie("better-auth.session_token", session)

    def mail(self) -> dict[str, object]:
        """Answer as where a link is mailed."""
        return {"success": True, "message": "Verification email sent"}

    def delete(
        self,
        password: Annotated[str, Body(embed=True)],
        session: Annotated[str, Cookie(alias="better-auth.session_token")] = "",
    ) -> None:
        """Delete the account of a session."""
        email = self.sessions.get(session)
        if email is None or self.passwords[email] != password:
            raise HTTPException(401)
        del self.passwords[email]


@pytest.mark.parametrize("signed_out", [False, True])
def test_an_account_of_better_auth_goes(*, signed_out: bool) -> None:
    """Also of somebody whose session has ended meanwhile."""
    auth = BetterAuth()
    with serving(auth.app) as url:
        sender = Sender(url, per_second=5_000)
        doors = Doors(AttackFile().people, sender)
        alice, bob = doors.new("alice"), doors.new("bob")
        if signed_out:
            auth.sessions.clear()
        assert leave(alice, doors, sender)
    assert list(auth.passwords) == [bob.email]


def test_a_mailed_link_has_deleted_nothing() -> None:
    """An account that waits for a mail to be opened is still there, and said to be."""
    auth = BetterAuth(mails=True)
    with serving(auth.app) as url:
        sender = Sender(url, per_second=5_000)
        doors = Doors(AttackFile().people, sender)
        assert not leave(doors.new("alice"), doors, sender)


def test_who_was_there_before_stays() -> None:
    """The administrator of the attack file is not among those whom the attack has made."""
    LAB.passwords["root@example.com"] = "root-password"
    admin = {"email": "root@example.com", "password": "root-password"}
    file = AttackFile.model_validate({"people": {**PEOPLE, "admin": admin}})
    with serving(lab_app()) as url:
        sender = Sender(url, per_second=5_000)
        ledger = Ledger(Surface((), file))
        sender.witness = ledger.see
        doors = Doors(file.people, sender)
        made = [doors.new("alice").email, doors.new("bob").email]
        doors.administrator()
        assert [each.email for each in accounts_among(ledger.people, doors)] == made
        assert not leave(doors.new("carol"), doors, sender)


def test_people_by_headers_are_nobodys_to_delete() -> None:
    """Whoever was made elsewhere is left alone."""
    headers = {"alice": {"Authorization": "Bearer a"}, "bob": {"Authorization": "Bearer b"}}
    file = AttackFile.model_validate({"people": {"kind": "headers", **headers}})
    doors = Doors(file.people, Sender("http://127.0.0.1:9", per_second=1))
    assert accounts_among([doors.new("alice")], doors) == ()
