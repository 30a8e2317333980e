"""What is said to the provider, as data: `CONVERSATIONS` of every module here, by topic.

To add one, write `<topic>.py` here with a tuple `CONVERSATIONS` of `Conversation`s from
`tests.provider.oracle.steps`; nothing else has to know of it. `test_conversations.py` plays each
against the real Better Auth and against Gatepost, on SQLite and on PostgreSQL, in the deployment
that the conversation names (`PLAIN` by default; others are in `tests.provider.oracle.deployment`,
or are made where they are used: `Deployment("by mail", mail=("sendResetPassword",), …)`). All
conversations of one deployment share its servers, so each has addresses of its own; what changes
a server for everybody, such as a limit that is used up, wants a deployment of its own. A step is a
request (`get`, `post`, `sign_up`, `sign_in`, `Step`), or one of `Age`, `Change`, `Keep`, `Mails`.
Where Gatepost is to answer otherwise, `tests/provider/differences.py` says what and why, and the
table in `docs/reference/better-auth-differences.md` has the row.

In paths, headers and bodies `<<name>>` stands for something known only while playing: `<<origin>>`
the base URL's origin; `<<localhost>>` the same by its other name; `<<jar>>` a Cookie header with
every cookie kept so far; `<<signed>>` the value of the session cookie as it was sent; `<<plain>>`
the same, not encoded; `<<token>>` its token; `<<signature>>` its signature; `<<loose>>` the value
with its signature in a second base64 spelling of the same bytes; `<<ada.jar>>`, `<<ada.token>>`
and so on, those of somebody put aside by `Keep("ada")`; `<<answer.user.id>>` a member of the last
answer's JSON (`<<answer.0.token>>` of a list); `<<mail.token>>`, `<<mail.url>>`, `<<mail.to>>` the
last mail that a step `Mails` has read, and `<<mail.path>>` its URL from the base path on, to be
followed.
"""

import importlib
import pkgutil
from collections.abc import Iterator

from tests.provider.oracle.steps import Conversation


def _every() -> Iterator[Conversation]:
    for module in pkgutil.iter_modules(__path__):
        topic = importlib.import_module(f"{__name__}.{module.name}")
        conversations: tuple[Conversation, ...] = topic.CONVERSATIONS
        yield from conversations


CONVERSATIONS = tuple(_every())
