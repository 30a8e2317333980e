"""Origins: one serialization, compared whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.origins import TrustedOrigins, is_loopback, origin_of

ORIGINS: dict[str, str | None] = {
    "https://example.com": "https://example.com",
    "https://example.com/": "https://example.com",
    "https://example.com/path?query#fragment": "https://example.com",
    "https://example.com:443": "https://example.com",
    "http://example.com:80": "http://example.com",
    "http://example.com:443": "http://example.com:443",
    "https://example.com:8443/x": "https://example.com:8443",
    "HTTPS://EXAMPLE.com": "https://example.com",
    "http://[::1]:8000": "http://[::1]:8000",
    "http://127.0.0.1:8000": "http://127.0.0.1:8000",
    "https://example.com@evil.test": "https://evil.test",
    "https://evil.test#@example.com": "https://evil.test",
    "https://evil.test?@example.com": "https://evil.test",
    "": None,
    "null": None,
    "example.com": None,
    "//example.com": None,
    "https:example.com": None,
    "https:///example.com": None,
    "https://": None,
    "ftp://example.com": None,
    "file:///etc/passwd": None,
    "javascript:alert(1)": None,
    "data:text/html,x": None,
    "ws://example.com": None,
    "https://example.com:99999": None,
    "https://example.com:-1": None,
    "https://example.com:http": None,
    "https://[::1": None,
    "https://evil.test\\@example.com": None,
    "https:\\\\example.com": None,
    "https://example.com\\.evil.test": None,
    "https://exa mple.com": None,
    "https:// example.com": None,
    "https://example.com\0": None,
    "https://exam\u2100ple.com": None,
    "https://\u0000": None,
}


@pytest.mark.parametrize("url", ORIGINS)
def test_origin_of_a_url(url: str) -> None:
    """A URL has one origin or none."""
    assert origin_of(url) == ORIGINS[url]


@given(st.text())
def test_any_text_has_an_origin_or_none(text: str) -> None:
    """No text raises, and an origin's origin is itself."""
    for url in (text, f"http://{text}", f"https://{text}/"):
        found = origin_of(url)
        assert found is None or origin_of(found) == found


LOOPBACK = {
    "http://localhost": True,
    "http://localhost:8000": True,
    "http://LOCALHOST:8000/x": True,
    "https://127.0.0.1": True,
    "http://[::1]:8000": True,
    "http://localhost.evil.test": False,
    "http://127.0.0.1.evil.test": False,
    "http://localhost@evil.test": False,
    "http://evil.test#localhost": False,
    "http://0.0.0.0:8000": False,
    "http://192.168.0.1": False,
    "http://example.com": False,
    "": False,
}


@pytest.mark.parametrize("url", LOOPBACK)
def test_loopback(url: str) -> None:
    """This machine, by name or by number, and nothing that looks like it."""
    assert is_loopback(url) is LOOPBACK[url]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
@pytest.mark.parametrize("port", ["", ":8000"])
def test_loopback_aliases_are_trusted_alike(host: str, port: str) -> None:
    """Three names of one machine are one base, on the same port and scheme only."""
    trusted = TrustedOrigins.of(f"http://{host}{port}/app")
    assert trusted.base == f"http://{host}{port}"
    for name in ("127.0.0.1", "localhost", "[::1]"):
        assert trusted.trusts(f"http://{name}{port}")
        assert not trusted.trusts(f"http://{name}:8001")
        assert not trusted.trusts(f"https://{name}{port}")
        assert not trusted.trusts(f"http://{name}{port}.evil.test")


UNTRUSTED = [
    "",
    "null",
    "*",
    "https://tasks.example.com/",
    "https://tasks.example.com:443",
    "https://tasks.example.com.evil.test",
    "https://eviltasks.example.com",
    "https://evil.test/https://tasks.example.com",
    "http://tasks.example.com",
    "https://tasks.example.com:8443",
    "https://TASKS.example.com",
    "https://tasks.example.com ",
    "https://tasks.example.com, https://evil.test",
    "https://sub.tasks.example.com",
    "https://example.com",
    "https://tasks.example.com@evil.test",
    "https://xn--tsks-8oa.example.com",
    "https://tаsks.example.com",
    "http://localhost",
    "file://",
    "chrome-extension://abc",
    "\ud800",
]


@pytest.mark.parametrize("origin", UNTRUSTED)
def test_what_only_looks_like_it_is_not_trusted(origin: str) -> None:
    """A whole origin is compared, never a prefix or a suffix of one."""
    trusted = TrustedOrigins.of("https://tasks.example.com", ("https://admin.example.com/x",))
    assert trusted.trusts("https://tasks.example.com")
    assert trusted.trusts("https://admin.example.com")
    assert not trusted.trusts(origin)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tasks.example.com",
        "null",
        "ftp://example.com",
        "https://exampl?.com",
        "*",
        "https://*",
        "https://*:*",
        "https://*.com",
        "https://*.*.com",
        "https://example.*",
        "https://exam*.com",
        "https://*example.com",
        "https://**.example.com",
        "https://*.example.com.",
        "https://*..example.com",
        "https://*.example.com:",
        "https://*.example.com:99999",
        "https://*.example.com:4*",
        "https://*.example.com/path",
        "https://*.exam?le.com",
        "https://ada@*.example.com",
        "https://*@example.com",
        "https://example.com/*",
        "https://-*.example.com",
        "http*://tasks.example.com",
        "*://tasks.example.com",
        "*.example.com",
        "ftp://*.example.com",
        "https://192.168.1.*",
        "https://*.168.1.1",
        "https://*.ex\u0430mple.com",
        "javascript://x",
        "JavaScript://x",
        "data://x",
        "file:///",
        "blob://x",
        "vbscript://x",
        "ws://example.com",
        "wss://example.com",
        "intent://x",
        "content://x",
        "chrome-extension://",
        "myapp:",
        "myapp:callback",
        "myapp://*",
        "exp://192.168.*.*:*/**",
        "my app://",
        "myapp://a@b",
        "myapp://a b",
        "myapp://a?b",
        "myapp://a%2fb",
        "myapp://a:99999",
        "://myapp",
    ],
)
def test_what_is_no_origin_cannot_be_trusted(url: str) -> None:
    """A list that would trust nobody, or everybody, is refused when it is read."""
    with pytest.raises(ValueError, match="URL"):
        TrustedOrigins.of("https://tasks.example.com", (url,))
    with pytest.raises(ValueError, match="URL"):
        TrustedOrigins.of(url)


MATCHES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "https://*.example.com": (
        ("https://a.example.com", "https://a.b.example.com", "https://a-1.example.com"),
        (
            "https://example.com",
            "https://.example.com",
            "https://aexample.com",
            "https://a.example.com:8443",
            "https://a.example.com.evil.test",
            "https://evil.test/.example.com",
            "https://evil.test#.example.com",
            "https://evil.test?.example.com",
            "https://evil.test\\.example.com",
            "https://evil.test@a.example.com",
            "https://a@a.example.com",
            "https://a.example.com/",
            "https://A.example.com",
            "https://a.example.com\n",
            "https://a..example.com",
            "https://a%2eexample.com",
            "http://a.example.com",
            "wss://a.example.com",
            "https://axexample.com",
            "https://a.examplexcom",
            "null",
            "",
        ),
    ),
    "https://preview-*.example.com": (
        ("https://preview-1.example.com", "https://preview-a-b.example.com"),
        ("https://preview-a.b.example.com", "https://xpreview-1.example.com"),
    ),
    "HTTPS://*.Example.com:443/": (("https://a.example.com",), ("https://a.example.com:443",)),
    "http://*.example.com:8080": (("http://a.example.com:8080",), ("http://a.example.com",)),
    "http://localhost:*": (
        ("http://localhost:1", "http://localhost:3000"),
        ("http://localhost", "http://localhost:x", "http://a.localhost:1", "https://localhost:1"),
    ),
    "http://*.localhost:3000": (("http://a.localhost:3000",), ("http://localhost:3000",)),
    "http://10.0.0.1:*": (("http://10.0.0.1:8000",), ("http://10.0.0.11:8000",)),
}


@pytest.mark.parametrize("pattern", MATCHES)
def test_a_pattern_trusts_what_it_is_written_for(pattern: str) -> None:
    """A star in the host stays below what is written out, one at the port at the port."""
    trusted = TrustedOrigins.of("https://tasks.example.org", (pattern,))
    matched, others = MATCHES[pattern]
    assert [origin for origin in matched if not trusted.trusts(origin)] == []
    assert [origin for origin in others if trusted.trusts(origin)] == []
    assert not trusted.trusts(pattern)


LINKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "myapp://": (
        ("myapp://", "MyApp://x", "myapp://x:1/a?b#c", "myapp:///x", "myapp://x/../y"),
        (
            "myapp:x",
            "myapp:/x",
            "yourapp://",
            "xmyapp://x",
            "myapp2://x",
            "myapp://a@b",
            "myapp://a\\b",
            "myapp://a/\\b",
            "myapp://a\tb",
            "myapp://a\n",
            "myapp://:1/",
            "myapp://x:65536/",
            "myapp://[::1]/",
            " myapp://x",
            "https://myapp//",
            "javascript://myapp//",
        ),
    ),
    "MyApp://Callback": (
        ("myapp://callback", "myapp://CALLBACK/a"),
        ("myapp://", "myapp://callback.evil", "myapp://xcallback", "myapp://callback:1"),
    ),
    "myapp://host:8081/cb/": (
        ("myapp://host:8081/cb", "myapp://host:8081/cb/a/../b?c", "myapp://host:8081/a/%2e%2e/cb/"),
        (
            "myapp://host/cb",
            "myapp://host:8081/",
            "myapp://host:8081/cbx",
            "myapp://host:8081/cb/../x",
            "myapp://host:8081/cb/%2e%2e/x",
            "myapp://host:8081/cb%2f..%2fx",
        ),
    ),
    "chrome-extension://abc": (("chrome-extension://abc",), ("chrome-extension://abd",)),
}


@pytest.mark.parametrize("pattern", LINKS)
def test_a_link_into_an_app_is_trusted_as_far_as_it_is_written(pattern: str) -> None:
    """A scheme trusts all of its links, a host those of its own, a path those at or below it."""
    trusted = TrustedOrigins.of("https://tasks.example.org", (pattern,))
    matched, others = LINKS[pattern]
    assert [url for url in matched if not trusted.trusts_url(url)] == []
    assert [url for url in others if trusted.trusts_url(url)] == []
    assert trusted.trusts_url("https://tasks.example.org/a")
    assert not trusted.trusts_url("https://callback/")


def test_a_page_inside_an_app_is_known_by_its_whole_origin() -> None:
    """What `Origin` says of such a page is scheme and host; a path there is nobody's origin."""
    trusted = TrustedOrigins.of("https://tasks.example.org", ("capacitor://localhost", "myapp://"))
    for origin in ("capacitor://localhost", "myapp://", "myapp://x"):
        assert trusted.trusts(origin)
    for origin in ("capacitor://localhost/", "capacitor://evil", "http://localhost", "myapp://x/"):
        assert not trusted.trusts(origin)


@given(st.text(max_size=40), st.sampled_from(["", ".", "@", "/", "#", "?", ":", "\\"]))
def test_nothing_put_before_a_host_is_trusted_as_another_scheme_or_host(
    text: str, between: str
) -> None:
    """What a pattern trusts is an origin whose host ends as the pattern does."""
    trusted = TrustedOrigins.of("https://tasks.example.org", ("https://*.example.com",))
    for origin in (f"{text}{between}example.com", f"https://{text}{between}example.com"):
        if trusted.trusts(origin):
            assert origin_of(origin) == origin
            assert origin.startswith("https://")
            assert origin.endswith(".example.com")
