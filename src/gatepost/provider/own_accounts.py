"""The accounts by which somebody signs in, and the tokens that other providers gave for them.

No social provider is configured, so no token is to be had. They stand in the table where a Better
Auth on the same database has one.
"""

from collections.abc import Sequence

from gatepost.errors import BadRequest, Unauthenticated
from gatepost.events.catalogue import EventName
from gatepost.provider.current_session import fresh_session, required_session
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import (
    ACCOUNT_NOT_FOUND,
    FAILED_TO_UNLINK_LAST_ACCOUNT,
    PROVIDER_NOT_CONFIGURED,
    UNAUTHORIZED_IN_SILENCE,
    Fault,
)
from gatepost.provider.records import LinkedAccount
from gatepost.provider.services import Services
from gatepost.provider.validation import ValidBody


async def list_accounts(services: Services, exchange: Exchange, _body: ValidBody) -> object:
    """Show every account of this person."""
    _, user = await required_session(services, exchange)
    return [account.shown() for account in await services.linked_accounts.all_of(user.id)]


async def unlink_account(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Delete an account of this person, who must keep another to sign in with."""
    session, user = await fresh_session(services, exchange)
    account_id, linked = body.text("accountId"), services.linked_accounts
    fault = _why_not(await linked.all_of(user.id), account_id)
    if fault is None and not await linked.unlink(user.id, account_id):
        # Another request was faster.
        fault = _why_not(await linked.all_of(user.id), account_id) or ACCOUNT_NOT_FOUND
    if fault is not None:
        raise fault.refusal()
    services.reporter.report_session(EventName.ACCOUNT_UNLINKED, session)
    return {"status": True}


def _why_not(accounts: Sequence[LinkedAccount], account_id: str) -> Fault | None:
    if len(accounts) == 1:
        return FAILED_TO_UNLINK_LAST_ACCOUNT
    is_theirs = any(account.id == account_id for account in accounts)
    return None if is_theirs else ACCOUNT_NOT_FOUND


async def provider_token(services: Services, exchange: Exchange, body: ValidBody) -> object:
    """Refuse a token of the account's provider, or a newer one: it is not configured."""
    account = await _selected(services, exchange, body)
    message = f"Provider {account.provider_id} is not supported."
    raise BadRequest(message, code="PROVIDER_NOT_SUPPORTED")


async def account_info(services: Services, exchange: Exchange, query: ValidBody) -> object:
    """Refuse what the account's provider says of its owner: it is not configured."""
    await _selected(services, exchange, query)
    raise PROVIDER_NOT_CONFIGURED.refusal()


async def _selected(services: Services, exchange: Exchange, selection: ValidBody) -> LinkedAccount:
    """Return the account that is named, among this person's own.

    Raises:
        Unauthenticated: nobody is signed in.
        BadRequest: they have no such account; no cookie keeps one.
    """
    try:
        _, user = await required_session(services, exchange)
    except Unauthenticated:
        raise UNAUTHORIZED_IN_SILENCE.refusal() from None
    account_id = selection.optional_text("accountId")
    for account in await services.linked_accounts.all_of(user.id):
        if account.id == account_id:
            return account
    raise ACCOUNT_NOT_FOUND.refusal()
