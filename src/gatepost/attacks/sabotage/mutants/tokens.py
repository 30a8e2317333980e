"""Tokens: the signature, the algorithm, the spelling, and the members of the header."""

from gatepost.attacks.sabotage.mutant import ISSUER, Mutant

_VERIFY, _COMPACT = "gatepost/tokens/verify.py", "gatepost/tokens/compact.py"
_JSON, _BASE64URL = "gatepost/tokens/strict_json.py", "gatepost/tokens/base64url.py"
_ALGORITHM = "    algorithm = key.algorithm\n"


def _hmac(name: str, says: str, secret: str, *aims: str) -> Mutant:
    """Let the header choose HS256, with a secret that anybody has."""
    new = (
        f"{_ALGORITHM}"
        '    if parsed.header.algorithm_name == "HS256":\n'
        "        import hmac\n"
        "        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat\n"
        f"        secret = {secret}\n"
        '        if hmac.digest(secret, parsed.signing_input, "sha256") == parsed.signature:\n'
        "            return\n"
    )
    return Mutant(name, says, _VERIFY, _ALGORITHM, new, aims)


TOKENS = (
    Mutant(
        "signature-not-checked",
        "The signature of a token is not looked at.",
        _VERIFY,
        "    _check_signature(parsed, key, trust)\n",
        "",
        ("25", "27", "44"),
    ),
    Mutant(
        "signature-forgiven",
        "A signature that does not hold is taken for one that does.",
        _VERIFY,
        "        raise TokenError(TokenFault.BAD_SIGNATURE) from None",
        "        return",
        ("25", "44", "51"),
    ),
    Mutant(
        "none-is-an-algorithm",
        "A token whose header says alg none, in whatever case, needs no signature that holds.",
        _VERIFY,
        "    key = trust.keys.find(parsed.header.key_id)\n",
        '    if parsed.header.algorithm_name.lower() == "none":\n'
        '        claims = check_claims(parsed.unverified_claims, "", trust, now)\n'
        "        return Verified(claims, None, trust, now)\n"
        "    key = trust.keys.find(parsed.header.key_id)\n",
        ("20", "21", "22"),
    ),
    Mutant(
        "algorithm-of-the-header-ignored",
        "The header may call the algorithm what it likes.",
        _VERIFY,
        "    if (\n"
        "        algorithm.name not in trust.algorithms\n"
        "        or parsed.header.algorithm_name not in algorithm.header_names\n"
        "    ):\n",
        "    if algorithm.name not in trust.algorithms:\n",
        ("48", "49", "22"),
        ISSUER,
    ),
    Mutant(
        "algorithm-in-any-case",
        "The names of algorithms are compared without regard to case.",
        _VERIFY,
        "parsed.header.algorithm_name not in algorithm.header_names",
        "parsed.header.algorithm_name.lower() not in map(str.lower, algorithm.header_names)",
        ("49",),
        ISSUER,
    ),
    _hmac(
        "public-key-as-a-secret",
        "A token that says HS256 is checked with the public key as its secret.",
        "key.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)",
        "31",
        "32",
    ),
    _hmac(
        "empty-secret",
        "A token that says HS256 and is signed with nothing is taken.",
        'b""',
        "35",
    ),
    _hmac(
        "secret-from-a-dictionary",
        "A token that says HS256 and is signed with the word `secret` is taken.",
        'b"secret"',
        "36",
    ),
    Mutant(
        "key-brought-along",
        "A token is verified by the key that its own header brings.",
        "gatepost/tokens/verifier.py",
        "        parsed = parse(unverified)\n        trust = self._trust_of(",
        "        import contextlib, json\n"
        "        from cryptography.hazmat.primitives.asymmetric import ed25519\n"
        "        from gatepost.tokens import base64url, claims\n"
        "        with contextlib.suppress(Exception):\n"
        "            signed, _, signature = unverified.rpartition(b'.')\n"
        "            parts = [json.loads(base64url.decode(x)) for x in signed.split(b'.')]\n"
        "            x = base64url.decode(parts[0]['jwk']['x'].encode())\n"
        "            key = ed25519.Ed25519PublicKey.from_public_bytes(x)\n"
        "            key.verify(base64url.decode(signature), signed)\n"
        "            return claims.check_claims(parts[1], 'brought', self._only, now)\n"
        "        parsed = parse(unverified)\n        trust = self._trust_of(",
        ("37",),
    ),
    Mutant(
        "key-fetched",
        "A key is fetched from wherever a token's header says.",
        _COMPACT,
        "    if not _REFUSED_MEMBERS.isdisjoint(members):\n",
        '    if "jku" in members or "x5u" in members:\n'
        "        import contextlib, urllib.request\n"
        "        with contextlib.suppress(Exception):\n"
        '            urllib.request.urlopen(members.get("jku") or members["x5u"], timeout=5)\n'
        "    if not _REFUSED_MEMBERS.isdisjoint(members):\n",
        ("38", "39"),
    ),
    Mutant(
        "typ-ignored",
        "A token of any other kind is an access token.",
        _VERIFY,
        "    if parsed.header.token_type not in trust.token_types:\n"
        "        raise TokenError(TokenFault.WRONG_TYPE)\n",
        "",
        ("83", "87"),
        ISSUER,
    ),
    Mutant(
        "header-members-ignored",
        "What a header says beside alg, kid and typ is ignored.",
        _COMPACT,
        "    if not _REFUSED_MEMBERS.isdisjoint(members):\n"
        "        raise TokenError(TokenFault.REFUSED_HEADER_MEMBER)\n",
        "",
        ("52", "53", "54", "57", "58"),
        ISSUER,
    ),
    Mutant(
        "crit-ignored",
        "What a header says must be understood is not asked for.",
        _COMPACT,
        '        "crit",\n',
        "",
        ("52", "53"),
        ISSUER,
    ),
    Mutant(
        "b64-ignored",
        "A payload that says that it is not encoded is taken as encoded.",
        _COMPACT,
        '        "b64",\n',
        "",
        ("54",),
        ISSUER,
    ),
    Mutant(
        "jku-ignored",
        "A header may say where its key is to be found.",
        _COMPACT,
        '        "jku",\n',
        "",
        ("38",),
        ISSUER,
    ),
    Mutant(
        "kid-of-any-type",
        "The name of a key may be a number, a list or an object.",
        _COMPACT,
        "    if not isinstance(key_id, str) or not 0 < len(key_id) <= _MAX_KEY_ID_LENGTH:\n"
        "        raise TokenError(TokenFault.NO_KEY_ID)\n",
        "",
        ("43",),
        ISSUER,
    ),
    Mutant(
        "duplicate-members",
        "Of two members of one name the last counts.",
        _JSON,
        "    if len(members) != len(pairs):",
        "    if False:",
        ("61", "79"),
        ISSUER,
    ),
    Mutant(
        "numbers-that-are-none",
        "NaN and Infinity are numbers.",
        _JSON,
        "parse_int=_bounded_int, parse_constant=_no_constant",
        "parse_int=_bounded_int",
        ("68",),
        ISSUER,
    ),
    Mutant(
        "trailing-bits",
        "One signature has several spellings.",
        _BASE64URL,
        "    if last_letters is not None and text[-1] not in last_letters:",
        "    if False:",
        ("28",),
    ),
    Mutant(
        "padding",
        "A token may end in padding.",
        _COMPACT,
        "    shape = _SHAPE.fullmatch(unverified)\n",
        '    unverified = UnverifiedToken(unverified.rstrip(b"="))\n'
        "    shape = _SHAPE.fullmatch(unverified)\n",
        ("29",),
    ),
    Mutant(
        "further-segments",
        "What follows the third segment of a token is ignored.",
        _COMPACT,
        "    shape = _SHAPE.fullmatch(unverified)\n",
        "    shape = _SHAPE.match(unverified)\n"
        "    unverified = UnverifiedToken(shape.group()) if shape else unverified\n",
        ("60", "29"),
    ),
)
"""Weaker verification of a token's outside."""
