"""Members that no answer has: passwords, their hashes, secrets, keys (128)."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.harvest import members, tables
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.resources import parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import answered
from gatepost.attacks.trials.owners_answers import hers

_NEVER = re.compile(
    r"^((hashed|encrypted|user|current|old|plain)_?)?(password|passwd|pwd|passphrase)s?"
    r"(_?(hash|digest|hashed|salt|encrypted))?$"
    r"|^(pw_?hash|password_?salt|pass_?hash|cvv|cvc|private_?key|mfa_?secret|totp_?secret|otp_?secret|"
    r"two_?factor_?secret|recovery_?codes?|backup_?codes?|reset_?token|password_?reset_?token|"
    r"verification_?token|security_?answer|session_?token|refresh_?token|encryption_?key)$"
)
_ONCE = re.compile(
    r"^(api_?keys?|secret|secret_?key|client_?secret|signing_?secret|webhook_?secret|"
    r"access_?token|auth_?token|api_?secret|api_?token|pin)$"
)
_HASH = re.compile(
    r"^(\$2[abxy]?\$\d\d\$|\$argon2|\$scrypt\$|\$pbkdf2|\$[156]\$|pbkdf2_sha|pbkdf2:sha|scrypt:|"
    r"argon2\$|bcrypt)"
)
_MASKED = re.compile(r"^[*•x.…]*$|\*\*\*|•••|^<?(hidden|redacted|masked|secret)>?$", re.IGNORECASE)


def hidden_members(surface: Surface) -> Iterator[Trial]:
    """Plan attack 128 for each operation that answers with what is the caller's."""
    for operation in surface:
        if operation.method == "GET" and "*" not in operation.path:
            if surface.administrative(operation) is None:
                yield Trial(find("128"), operation, partial(_read, operation))
        elif operation in makers(surface):
            yield Trial(find("128"), operation, partial(_made, operation))
    yield Trial(find("128.1"), None, _signed_in)


def secrets_in(answer: object, *, strict: bool = False, sent: Collection[str] = ()) -> list[str]:
    """Return the names of members of an answer that hold what is to be kept.

    Args:
        answer: parsed.
        strict: whether what is shown once, when it is made, counts as well.
        sent: members that their owner has written: what is in them is theirs to read, hashes apart.
    """
    found = []
    for name, value in members(answer):
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("-", "_")
        kept = name not in sent and (_NEVER.search(plain) or (strict and _ONCE.search(plain)))
        texts = value if isinstance(value, list) else [value]
        for text in texts:
            shown = isinstance(text, str) and text and not _MASKED.search(text)
            if shown and (kept or _HASH.search(str(text))):
                found.append(name)
    return list(dict.fromkeys(found))


def _read(operation: Operation, stage: Stage) -> Verdict:
    exchange = hers(stage, operation)
    answer = parsed(exchange.answered.body)
    if found := [*secrets_in(answer, strict=True, sent=_sent(stage)), *_written(stage, answer)]:
        return got_in(f"the answer has {found[0]!r}", exchange)
    return REFUSED


def _sent(stage: Stage) -> frozenset[str]:
    """Return the members that Alice has sent of what she has: no secrets of the app's."""
    rows = belongings_of(stage, stage.alice).rows
    return frozenset(name for row in rows for name, _ in members(row.sent))


def _written(stage: Stage, answer: object) -> list[str]:
    """Return what was written to be kept, by its schema, and is read all the same."""
    shown = [value for table in tables(answer) for value in table.values()]
    return [
        name
        for row in belongings_of(stage, stage.alice).rows
        if row.by.body is not None and isinstance(row.sent, dict)
        for name in _write_only(row.by.body.schema)
        if row.sent.get(name) and row.sent[name] in shown
    ]


def _write_only(schema: Schema) -> Iterator[str]:
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, dict) else ():
        if isinstance(part, Mapping) and (
            part.get("writeOnly") is True or part.get("format") == "password"
        ):
            yield name


def _made(operation: Operation, stage: Stage) -> Verdict:
    exchange = answered(stage, operation, stage.alice)
    answer = parsed(exchange.answered.body)
    if found := [*secrets_in(answer, sent=_sent(stage)), *_written(stage, answer)]:
        return got_in(f"the answer to what makes a row has {found[0]!r}", exchange)
    return REFUSED


def _signed_in(stage: Stage) -> Verdict:
    """Look at what signing up and in answer: tokens are theirs to give, passwords are not."""
    alice = stage.alice
    for answer in (alice.signed_up, alice.signed_in):
        given = ("token", "session")
        found = [
            name
            for name in secrets_in(dict(answer))
            if not any(each in name.lower() for each in given)
        ]
        # Whoever came with headers has no password, and an empty text is in every other.
        if found or (alice.password and alice.password in repr(dict(answer))):
            return got_in(f"signing up or in is answered with {(found or ['the password'])[0]!r}")
    return REFUSED
