"""Signatures, key sets and claims, 20 to 90: which tokens are believed."""

from gatepost.attacks.advice.advice import Advice, to

_LIBRARY = (
    "Verify with one library call that is given the key, the algorithms, the issuer and the "
    'audience: jwt.decode(token, key, algorithms=["EdDSA"], issuer=…, audience=…, '
    'options={"require": ["exp", "iss", "aud", "sub"]}).'
)

TOKENS = (
    Advice(
        to(20, 24),
        "A token without a signature is believed, so anybody writes one and is whoever they like.",
        'Name the algorithms that you sign with, algorithms=["EdDSA"], never "none" and never the '
        "token's own `alg`; refuse whatever has not exactly three segments.",
    ),
    Advice(
        to(25, 30),
        "A token that was changed after it was signed is believed: its signature is not checked, "
        "or not over all of it.",
        f"Never read claims with verify_signature=False in what decides. {_LIBRARY}",
    ),
    Advice(
        to(31, 36),
        "The signing key can be known or guessed: the public key used as a secret, an empty one, "
        "or a word of a dictionary. Whoever has it signs as anybody.",
        "One algorithm for one key. With HS256 a secret of 32 random bytes from the environment, "
        "with no default; better an asymmetric key, and algorithms without any HS.",
    ),
    Advice(
        to(37, 39),
        "The token says which key it is to be verified with, so that the attacker brings their "
        "own; a URL in it also makes the server call wherever they like.",
        "Ignore jwk, jku, x5u and x5c in the header. Keys come from your settings or from the JWKS "
        "of your own issuer.",
    ),
    Advice(
        (*to(40, 44), *to(45, 48)),
        "The choice of the key is the attacker's: a file, a query, a retired key, one for another "
        "purpose, or fetch after fetch of keys that nobody has.",
        "Look `kid` up in a dictionary of current keys by exact text; unknown is a refusal. Fetch "
        "a key set at most once in some minutes, and refuse one with a kid twice.",
    ),
    Advice(
        (*to(49, 56), *to(59, 61), 63),
        "Two readers of one token understand it differently; what one of them has checked is not "
        "what the other uses.",
        "Accept the compact form alone, with one header that you know: alg, kid, typ. Refuse crit, "
        f"b64, encrypted and nested tokens. {_LIBRARY}",
    ),
    Advice(
        (57, 58, 62),
        "One small token costs seconds of time or gigabytes of memory before it is refused.",
        "Refuse tokens of more than some kilobytes, encrypted ones, and JSON that is nested "
        "deeply, before anything is decoded.",
    ),
    Advice(
        to(64, 71),
        "A token lives on after its end: what was stolen once works for ever, and nobody can be "
        "signed out.",
        f"Demand exp, as a number, and compare it with at most a minute of leeway. {_LIBRARY}",
    ),
    Advice(
        (*to(72, 76), 88),
        "A token that was made for another app, or by another issuer or environment, opens this "
        "one: whoever may use that one is let in here.",
        f"Demand iss and aud and compare them exactly, each environment with its own. {_LIBRARY}",
    ),
    Advice(
        (*to(77, 82), 89),
        "A token that names nobody, or nobody that there is, is taken for somebody: often for the "
        "first row, or for whoever has an empty name.",
        "Demand sub as a non-empty text, look the person up, and answer 401 where there is none.",
    ),
    Advice(
        to(83, 87),
        "A token for another purpose is taken for an access token: one from a mail, a refresh "
        "token that lives for weeks, an ID token that the page has.",
        "Give each kind its own `typ` or audience, and demand the right one when it is verified.",
    ),
    Advice(
        (90,),
        "A claim that the kit has added decides what its bearer may do.",
        "Take roles from the database, or from tokens whose issuer alone writes them and whose "
        "signature is checked.",
    ),
)  # fmt: skip
