"""The cookies that sign people in: what their attributes keep out by themselves."""

from dataclasses import dataclass

from gatepost.attacks.people.csrf import NAMED
from gatepost.attacks.people.person import Person


@dataclass(frozen=True, slots=True)
class SetCookie:
    """A cookie as an answer sets it (RFC 6265bis, section 4.1).

    Attributes:
        attributes: by lower-case name; a flag has an empty value.
    """

    name: str
    value: str
    attributes: dict[str, str]

    @property
    def same_site(self) -> str:
        """`strict`, `lax` or `none`; empty where it says nothing."""
        return self.attributes.get("samesite", "").lower()


def parsed_cookie(header: str) -> SetCookie:
    """Parse a `Set-Cookie` header."""
    first, *rest = header.split(";")
    name, _, value = first.partition("=")
    attributes = (part.strip().partition("=") for part in rest)
    return SetCookie(
        name.strip(), value.strip(), {key.lower(): text for key, _, text in attributes if key}
    )


def session_cookies(person: Person) -> list[SetCookie]:
    """Return the cookies that signing in has set and that are a credential.

    A CSRF token is none: the app's page has to read it.
    """
    every = [parsed_cookie(each) for each in person.set_cookies]
    return [each for each in every if each.value and not NAMED.search(each.name)]


def kept_to_its_site(person: Person) -> str:
    """Return the `SameSite` which keeps the session cookie from the requests of other sites.

    It is that of the strictest cookie, since a request without one of them is nobody's; empty
    where the cookies go with every request, or nothing is known of them.
    """
    found = {each.same_site for each in session_cookies(person)}
    return next((each for each in ("strict", "lax") if each in found), "")
