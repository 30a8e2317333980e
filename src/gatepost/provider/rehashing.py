"""A right password whose hash is of another kind, or costs another sum, is hashed anew."""

from gatepost.principal import UserId
from gatepost.provider.accounts import Credential
from gatepost.provider.passwords import UnreadableHash
from gatepost.provider.services import Services


async def rehash(services: Services, known: Credential, password: str) -> None:
    """Put a hash of the chosen kind in place of the known one, unless it is of that kind.

    Args:
        services: what the routes work with.
        known: what the password was just compared with. Where that is not stored any more, nothing
            is written: the password may be another one by now.
        password: the right one.
    """
    if services.passwords.is_outdated(known.password_hash):
        password_hash = await services.passwords.hash(password)
        await services.accounts.replace_password(known, password_hash)


async def still_right(
    services: Services, user_id: UserId, compared: str | None, password: str
) -> Credential | None:
    """Return somebody's credential if a password that was right a moment ago still is.

    Args:
        services: what the routes work with.
        user_id: whose it is.
        compared: the hash that it was compared with. Another one may be stored by now, of the same
            password where another request has hashed it anew.
        password: what was compared.
    """
    current = await services.accounts.credential(user_id)
    if current is None or current.password_hash == compared:
        return current
    try:
        right = await services.passwords.verify(current.password_hash, password)
    except UnreadableHash:
        return None
    return current if right else None
