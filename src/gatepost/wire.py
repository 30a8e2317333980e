"""What a deployment may choose of Better Auth's wire protocol, read once and checked."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from gatepost.errors import ConfigurationError

DEFAULT_BASE_PATH = "/api/auth"
DEFAULT_COOKIE_PREFIX = "better-auth"
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
# As the provider's table spells it, with names in it: `/reset-password/:token`.
_ROUTE = re.compile(r"(?:/:?[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
# Two underscores at the front have a meaning of their own (RFC 6265bis, 4.1.3).
_COOKIE_PREFIX = re.compile(r"(?!__)[A-Za-z0-9_-][A-Za-z0-9._-]*")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Wire:
    """Better Auth's options `basePath`, `disabledPaths`, `cookiePrefix`, `crossSubDomainCookies`.

    Attributes:
        base_path: where the provider is mounted.
        disabled_paths: below the base path; they answer as if they were not there.
        cookie_prefix: what the names of the cookies begin with.
        cookie_domain: the domain whose hosts all get the cookies; "" for the app's host alone.
    """

    base_path: str = DEFAULT_BASE_PATH
    disabled_paths: frozenset[str] = frozenset()
    cookie_prefix: str = DEFAULT_COOKIE_PREFIX
    cookie_domain: str = ""

    def check(self, url: str) -> "Wire":
        """Return this, which an app at `url` can have.

        Raises:
            ConfigurationError: it cannot; the message names the variable.
        """
        if not _PATH.fullmatch(self.base_path):
            raise ConfigurationError(
                f"GATEPOST_BASE_PATH is {self.base_path!r}: write a path such as /api/auth, "
                "without a slash at its end."
            )
        for path in sorted(self.disabled_paths):
            if not _ROUTE.fullmatch(path):
                raise ConfigurationError(
                    f"GATEPOST_DISABLED_PATHS names {path!r}: write paths below the base path, "
                    "such as /sign-up/email, separated by commas."
                )
        if not _COOKIE_PREFIX.fullmatch(self.cookie_prefix):
            raise ConfigurationError(
                f"GATEPOST_COOKIE_PREFIX is {self.cookie_prefix!r}: write letters, digits, hyphens "
                "and dots."
            )
        if self.cookie_domain and not _holds(self.cookie_domain, urlsplit(url).hostname or ""):
            raise ConfigurationError(
                f"GATEPOST_COOKIE_DOMAIN is {self.cookie_domain!r}: write the host of "
                "GATEPOST_URL, or a domain of two labels or more that it belongs to; browsers take "
                "no other."
            )
        return self


def _holds(domain: str, host: str) -> bool:
    """Whether a host is the domain or below it (RFC 6265, 5.1.3); an address is in none."""
    return bool(_DOMAIN.fullmatch(domain)) and f".{host}".endswith(f".{domain}")
