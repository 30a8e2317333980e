"""Why there is no key set from an issuer elsewhere; see `strict_json.JsonFault` for the rest."""

from enum import StrEnum


class KeySetFault(StrEnum):
    """Stable names for the log."""

    TIMED_OUT = "key_set_timed_out"
    UNREACHABLE = "key_set_unreachable"
    TLS_REFUSED = "key_set_tls_refused"
    BROKEN_ANSWER = "key_set_answer_broken"
    REDIRECTED = "key_set_redirected"
    WRONG_STATUS = "key_set_wrong_status"
    WRONG_CONTENT_TYPE = "key_set_wrong_content_type"
    ENCODED = "key_set_content_encoded"
    TOO_LONG = "key_set_too_long"

    WRONG_ISSUER = "discovery_of_another_issuer"
    BAD_URL = "discovery_bad_key_set_url"

    NOT_A_SET = "key_set_malformed"
    TOO_MANY_KEYS = "key_set_too_many_keys"
    DUPLICATE_KEY_ID = "key_set_duplicate_key_id"
    PRIVATE_KEY = "key_set_shows_private_key"
    NO_USABLE_KEY = "key_set_without_usable_key"


class NoKeySet(Exception):
    """There is no key set to believe; carries the fault."""

    def __init__(self, fault: StrEnum) -> None:
        super().__init__(fault.value)
        self.fault = fault
