"""The private reasons for which a token is refused; see `strict_json.JsonFault` for the rest."""

from enum import StrEnum


class TokenFault(StrEnum):
    """Stable names for the event log. A caller is never told which it was."""

    TOO_LONG = "token_too_long"
    NOT_COMPACT = "token_not_compact"
    NOT_BASE64URL = "token_not_base64url"
    REFUSED_HEADER_MEMBER = "token_header_member_refused"
    WRONG_TYPE = "token_wrong_type"
    NO_ALGORITHM = "token_no_algorithm"
    NO_KEY_ID = "token_no_key_id"
    UNKNOWN_ISSUER = "token_unknown_issuer"
    UNKNOWN_KEY = "token_unknown_key"
    RETIRED_KEY = "token_retired_key"
    KEYS_UNAVAILABLE = "token_keys_unavailable"
    WRONG_ALGORITHM = "token_wrong_algorithm"
    BAD_SIGNATURE = "token_bad_signature"
    MISSING_CLAIM = "token_missing_claim"
    WRONG_ISSUER = "token_wrong_issuer"
    WRONG_AUDIENCE = "token_wrong_audience"
    BAD_SUBJECT = "token_bad_subject"
    CLIENT_AS_SUBJECT = "token_client_as_subject"
    ID_TOKEN = "token_is_an_id_token"  # noqa: S105 - the name of a fault
    BAD_TIME = "token_bad_time"
    EXPIRED = "token_expired"
    NOT_YET_VALID = "token_not_yet_valid"
    ISSUED_AHEAD = "token_issued_ahead"
    LIVES_TOO_LONG = "token_lives_too_long"
    BAD_SESSION = "token_bad_session"
    REVOKED = "token_revoked"
    REVOCATIONS_UNAVAILABLE = "token_revocations_unavailable"


UNVERIFIABLE_NOW = frozenset({TokenFault.KEYS_UNAVAILABLE, TokenFault.REVOCATIONS_UNAVAILABLE})
"""The faults that are ours and not the token's: try again, rather than sign in again."""
