"""Social sign-in where no provider is configured: what the original answers then."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from gatepost.provider.current_session import required_session
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import PROVIDER_NOT_FOUND
from gatepost.provider.outcomes import Redirect
from gatepost.provider.services import Services
from gatepost.provider.social_schemas import CALLBACK
from gatepost.provider.validation import ValidBody

# What a browser leaves as it is in a path (WHATWG URL, section 1.3), beside letters and digits.
_OF_A_PATH = "!$&'()*+,-.:;=@[]_|~"


async def sign_in_social(_services: Services, _exchange: Exchange, _body: ValidBody) -> object:
    """Refuse: there is no such provider."""
    raise PROVIDER_NOT_FOUND.refusal()


async def link_social(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Refuse whoever is signed in: there is no such provider."""
    await required_session(services, exchange)
    raise PROVIDER_NOT_FOUND.refusal()


async def callback(services: Services, _exchange: Exchange, query: ValidBody) -> object:
    """Send whoever comes back from a provider to the error page: nobody was sent there."""
    error = "state_mismatch" if query.optional_text("state") else "state_not_found"
    return Redirect(f"{services.auth_url}/error?error={error}")


async def callback_by_post(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Ask for the same by GET, with which the browser sends its cookies (`SameSite=Lax`)."""
    given: Mapping[str, object] = {**body.members, **exchange.query}
    said = {field.name: given[field.name] for field in CALLBACK.fields if field.name in given}
    provider = quote(exchange.path_value, safe=_OF_A_PATH, errors="replace")
    return Redirect(f"{services.auth_url}/callback/{provider}?{_form_encoded(said)}")


def _form_encoded(fields: Mapping[str, object]) -> str:
    """Write fields as JavaScript's URLSearchParams does: `*` stays, `~` does not."""
    return urlencode(fields, safe="*", errors="replace").replace("~", "%7E")
